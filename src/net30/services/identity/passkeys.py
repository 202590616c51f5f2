"""Passkeys: make one, sign in by one, list and remove them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from net30.domain.audit import INSTALLATION
from net30.domain.identity.passkey import NAME_CHARACTERS_MAX, PASSKEYS_MAX, Passkey
from net30.domain.identity.records import AccountKey
from net30.domain.identity.sign_in_step import STEP_TIME, SignInStep, StepKind
from net30.domain.identity.user import User
from net30.domain.text import clean
from net30.kernel.errors import Forbidden, LimitExceeded, NotFound
from net30.ports.accounts import Accounts, AccountsWriting
from net30.ports.passkeys import Answer, Passkeys
from net30.services.identity.log_in import SignedIn, SignIn, begin_session, note_refusal
from net30.services.identity.noted import noted
from net30.services.identity.sign_in_steps import wait, waiting

RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the browser asks a device, as JSON, and the secret that comes back with the answer."""

    options: str
    step: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A device's answer, with the secret of its question; `name` is of a new passkey."""

    step: str = field(repr=False)
    text: str = field(repr=False)
    name: str = ""


def passkeys_of(accounts: Accounts, user_id: str) -> tuple[Passkey, ...]:
    """Return a user's passkeys, the oldest first."""
    with accounts.reading() as tx:
        found = tx.find(Passkey, AccountKey.OWNER, user_id)
    return tuple(sorted(found, key=lambda one: one.made_at))


def ask_for_passkey(
    accounts: Accounts, passkeys: Passkeys, user_id: str, now: datetime
) -> Question:
    """Return what makes a new passkey of a user; raise LimitExceeded for one too many."""
    with accounts.writing() as tx:
        user, known = tx.load(User, user_id), tx.find(Passkey, AccountKey.OWNER, user_id)
        if len(known) >= PASSKEYS_MAX:
            raise LimitExceeded(
                f"there are {PASSKEYS_MAX} passkeys", hint="remove one first", code="passkeys"
            )
        challenge, step = _step(tx, StepKind.NEW_PASSKEY, now, user_id)
    return Question(options=passkeys.options_to_make(user, known, challenge), step=step)


def keep_passkey(
    accounts: Accounts, passkeys: Passkeys, user_id: str, reply: Reply, now: datetime
) -> Passkey:
    """Return the passkey that a user's device has made.

    Raises Forbidden (passkey, step), Conflict for one that is known, LimitExceeded.
    """
    name = " ".join(clean(reply.name, "the passkey's name", NAME_CHARACTERS_MAX).split())
    with accounts.writing() as tx:
        step = waiting(tx, reply.step, StepKind.NEW_PASSKEY, now)
        if step.user_id != user_id:
            raise Forbidden("this question was another user's", hint="begin again", code="step")
        made = passkeys.made(Answer(text=reply.text, challenge=step.challenge))
        tx.remove(SignInStep, step.id)
        passkey = Passkey(
            id=made.id,
            user_id=user_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=name or "passkey",
            made_at=now,
        )
        tx.add(passkey)
        tx.note(INSTALLATION, [noted("passkey_added", user_id, user_id, now, passkey.name)])
    return passkey


def remove_passkey(accounts: Accounts, user_id: str, passkey_id: str, now: datetime) -> None:
    """Remove one of a user's passkeys; raise NotFound."""
    with accounts.writing() as tx:
        passkey = tx.get(Passkey, passkey_id)
        if passkey is None or passkey.user_id != user_id:
            raise NotFound("there is no such passkey", hint="open the page again", code="not_found")
        tx.remove(Passkey, passkey_id)
        tx.note(INSTALLATION, [noted("passkey_removed", user_id, user_id, now, passkey.name)])


def ask_any_passkey(accounts: Accounts, passkeys: Passkeys, now: datetime) -> Question:
    """Return what a device signs to come in; who it is comes with the answer."""
    with accounts.writing() as tx:
        tx.forget(now)
        challenge, step = _step(tx, StepKind.PASSKEY, now)
    return Question(options=passkeys.options_to_sign(challenge), step=step)


def come_by_passkey(
    accounts: Accounts, passkeys: Passkeys, reply: Reply, attempt: SignIn, now: datetime
) -> SignedIn:
    """Return a new session for what a passkey has signed: it stands for both factors.

    A question is answered once. Raises Forbidden: step, or passkey, the same for an unknown one.
    """
    with accounts.writing() as tx:
        step = waiting(tx, reply.step, StepKind.PASSKEY, now)
        tx.remove(SignInStep, step.id)
    answer = Answer(text=reply.text, challenge=step.challenge)
    with accounts.writing() as tx:
        passkey = tx.get(Passkey, passkeys.id_in(answer))
        user = tx.get(User, passkey.user_id) if passkey else None
        if passkey and user and user.is_active:
            try:
                count = passkeys.signed(answer, passkey)
            except Forbidden:
                pass  # noted below, as for an unknown one
            else:
                tx.save(replace(passkey, sign_count=count, used_at=now))
                return begin_session(tx, user, replace(attempt, email=user.email), now)
        note_refusal(tx, user.id if user else "unknown", attempt, now)
    raise Forbidden(
        "this passkey was not accepted", hint="try again, or sign in another way", code="passkey"
    )


def _step(tx: AccountsWriting, kind: StepKind, now: datetime, user_id: str = "") -> tuple[str, str]:
    challenge = secrets.token_urlsafe(RANDOM_BYTES)
    step = SignInStep(
        id="",
        kind=kind,
        made_at=now,
        expires_at=now + STEP_TIME,
        user_id=user_id,
        challenge=challenge,
    )
    return challenge, wait(tx, step)
