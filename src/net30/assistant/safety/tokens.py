"""Tokens: a confirmation that was shown, signed, so that a yes makes exactly that and only once.

    token = sign(ctx, key, call)      # what `Confirm.token` holds, and an MCP client gives back
    call = redeem(ctx, token)         # in the transaction that then makes the call

A token is the call, its user, the end of its life and a digest of what was shown, as JSON, and an
HMAC-SHA256 over it with the organisation's own key (domain/signing_key.py). That it was redeemed
is written in the transaction of the effect: both are kept, or neither.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, ValidationError

from net30.assistant.calls import Call, make_call
from net30.assistant.house import House
from net30.assistant.safety.shown import digest_of
from net30.domain.signing_key import CONFIRMATIONS, SECRET_BYTES, SigningKey
from net30.kernel.errors import ConfigurationError, Conflict, Forbidden, InputError, NotFound
from net30.ports.store import NEW
from net30.services.context import Context, ReadContext

MINUTES_VALID = 30
"""How long a yes may come after the question."""
CHARACTERS_MAX = 20_000
"""Longer than any call's own; a longer text is not even looked at."""

AGAIN = "ask for it again to see how things stand"
CHANGED, EXPIRED, USED = "confirmation_changed", "confirmation_expired", "confirmation_used"


class Stale(Conflict):
    """The yes came too late (EXPIRED), or to something else by now (CHANGED): ask anew.

    `call` is what was asked about.
    """

    def __init__(self, why: str, *, code: str, call: Call) -> None:
        """Say what happened, and keep the call."""
        super().__init__(why, hint=AGAIN, code=code)
        self.call = call


class Claims(BaseModel):
    """What a token says: who may make which call until when, and what they were shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user: str
    tool: str
    args: dict[str, object]
    shown: str
    until: int
    once: str


def key_of(house: House, user: str) -> SigningKey:
    """Return the organisation's key, made when it is first needed."""
    with house.look(user) as books:
        found = _found(books)
    if found:
        return found
    with house.change(user) as ctx:
        found = _found(ctx)  # another process may have been first
        if found is None:
            found = SigningKey(id=CONFIRMATIONS, secret=secrets.token_bytes(SECRET_BYTES))
            ctx.tx.save(found, expected=NEW)
    return found


def sign(ctx: ReadContext, key: SigningKey, call: Call) -> str:
    """Return the token of a call as it would be shown now; raise NotFound where it acts on nothing.

    It is good for MINUTES_VALID minutes, for this user, and once.
    """
    claims = Claims(
        user=ctx.user,
        tool=call.tool,
        args=call.args.as_json(),
        shown=digest_of(ctx, call),
        until=int((ctx.now + timedelta(minutes=MINUTES_VALID)).timestamp()),
        once=secrets.token_hex(16),
    )
    body = _written(claims.model_dump_json().encode())
    return f"{body}.{_signature(ctx, key, body)}"


def redeem(ctx: Context, token: str) -> Call:
    """Return the call that a token confirms, and write in this transaction that it was redeemed.

    The caller makes the call in the same transaction. Raises InputError for what is no token of
    this organisation, Forbidden for another user's, Conflict for one that is used (USED), and Stale
    for one that is too old (EXPIRED) or whose invoice is not as it was shown (CHANGED).
    """
    claims = _claims(ctx, token)
    _check_user(ctx, claims)
    _check_unused(ctx, claims)
    call = _call(claims)
    _check_age(ctx, call, claims)
    _check_unchanged(ctx, call, claims)
    ctx.tx.remember(_mark(claims), claims.shown, claims.tool, at=ctx.now)
    return call


def _claims(ctx: Context, token: str) -> Claims:
    body, _, signature = token.partition(".")
    key = _found(ctx)
    genuine = key is not None and len(token) <= CHARACTERS_MAX and token.isascii()
    if key is None or not genuine or not _is_signed(ctx, key, body, signature):
        raise InputError(
            "that is not a confirmation that was shown here",
            hint="ask for it again, and give its token as it is",
            code="confirmation",
        )
    return Claims.model_validate_json(_read(body))


def _check_user(ctx: Context, claims: Claims) -> None:
    if claims.user != ctx.user:
        raise Forbidden(
            "that confirmation was shown to somebody else",
            hint="ask for it yourself",
            code="confirmation_of_another",
        )


def _check_unused(ctx: Context, claims: Claims) -> None:
    if ctx.tx.recall(_mark(claims)) is not None:
        raise Conflict("that was confirmed and done already", hint=AGAIN, code=USED)


def _check_age(ctx: Context, call: Call, claims: Claims) -> None:
    if ctx.now.timestamp() > claims.until:
        why = f"that question is older than {MINUTES_VALID} minutes"
        raise Stale(why, code=EXPIRED, call=call)


def _call(claims: Claims) -> Call:
    try:
        return make_call(claims.tool, claims.args)
    except (ValidationError, ConfigurationError) as error:
        # Signed here, so by another version, whose tool took other arguments.
        why = "that question was asked by another version of net30"
        raise Conflict(why, hint=AGAIN, code=EXPIRED) from error


def _check_unchanged(ctx: Context, call: Call, claims: Claims) -> None:
    try:
        now = digest_of(ctx, call)
    except NotFound:
        now = ""
    if now != claims.shown:
        raise Stale("what you were shown has changed meanwhile", code=CHANGED, call=call)


def _found(ctx: ReadContext) -> SigningKey | None:
    try:
        return ctx.tx.load(SigningKey, CONFIRMATIONS).value
    except NotFound:
        return None


def _mark(claims: Claims) -> str:
    return f"confirmed:{claims.once}"


def _signature(ctx: ReadContext, key: SigningKey, body: str) -> str:
    signed = json.dumps([ctx.organisation, body]).encode()
    return _written(hmac.digest(key.secret, signed, hashlib.sha256))


def _is_signed(ctx: ReadContext, key: SigningKey, body: str, signature: str) -> bool:
    return hmac.compare_digest(_signature(ctx, key, body), signature)


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _read(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
