"""Come by sign-on: an organisation's own server vouches for one of its members.

It vouches for nobody else: the session opens that organisation only, so that who runs its server
cannot come into another organisation as somebody who belongs to both.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from net30.domain.audit import INSTALLATION
from net30.domain.identity.membership import Membership, membership_id
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Role
from net30.domain.identity.secret import fingerprint
from net30.domain.identity.sign_in_step import STEP_TIME, SignInStep, StepKind
from net30.domain.identity.sign_on import SignOn, SignOnProvider, sign_on_id
from net30.domain.identity.user import User, UserStatus
from net30.kernel.errors import Forbidden, NotFound
from net30.ports.accounts import Accounts, AccountsReading, AccountsWriting
from net30.ports.sealing import Sealing
from net30.ports.sign_on import Ceremony, SignOnServers, Vouched
from net30.services.identity.log_in import SignIn, note_refusal
from net30.services.identity.noted import noted
from net30.services.identity.sign_in_steps import Proven, proved, wait, waiting
from net30.services.identity.sign_ons import about

RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """The parts that a sign-on needs: the accounts, what opens secrets, the way to the servers."""

    accounts: Accounts
    sealing: Sealing
    servers: SignOnServers
    back_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Where the browser is sent, and the secret that it keeps until it comes back."""

    address: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a browser came back with: its own secret, and what the server gave it."""

    secret: str = field(repr=False)
    state: str
    code: str = field(repr=False)


def begin_sign_on(parts: Servers, provider_id: str, now: datetime, after: str = "") -> Begun:
    """Return where to send a browser; raise NotFound for no provider, Unavailable."""
    with parts.accounts.writing() as tx:
        tx.forget(now)
        provider = _provider(tx, provider_id)
        step = SignInStep(
            id="",
            kind=StepKind.SIGN_ON,
            made_at=now,
            expires_at=now + STEP_TIME,
            provider_id=provider.id,
            challenge=secrets.token_urlsafe(RANDOM_BYTES),
            verifier=secrets.token_urlsafe(RANDOM_BYTES),
            after=after,
        )
        secret = wait(tx, step)
    ceremony = _ceremony(parts, provider, step, fingerprint(secret))
    return Begun(address=parts.servers.address(ceremony), secret=secret)


def finish_sign_on(
    parts: Servers, returned: Returned, attempt: SignIn, now: datetime
) -> tuple[Proven, str]:
    """Return the session of whom the server vouches for, and where they wanted to go.

    A step is taken once, whatever comes of it. Raises Forbidden: step for a browser that did not
    begin here, sign_on_answer for an answer that cannot be believed, sign_on for somebody who is
    no member; Unavailable.
    """
    with parts.accounts.writing() as tx:
        step = waiting(tx, returned.secret, StepKind.SIGN_ON, now)
        if not secrets.compare_digest(returned.state.encode(), step.id.encode()):
            raise Forbidden("this sign-in began elsewhere", hint="begin again", code="step")
        tx.remove(SignInStep, step.id)
        provider = _provider(tx, step.provider_id)
    ceremony = _ceremony(parts, provider, step, step.id)
    vouched = parts.servers.vouched(ceremony, returned.code, now)
    with parts.accounts.writing() as tx:
        user = _member(tx, provider, vouched, now)
        if user:
            return proved(tx, user, attempt, now, provider.organisation), step.after
        note_refusal(tx, "unknown", attempt, now)
    raise Forbidden(
        f"{provider.name} vouches for nobody who is a member here",
        hint="ask an owner or admin to add you with the mail address that you have there",
        code="sign_on",
    )


def _member(
    tx: AccountsWriting, provider: SignOnProvider, vouched: Vouched, now: datetime
) -> User | None:
    """Return the member whom a server vouches for, known since before or by a verified address."""
    known = tx.get(SignOn, sign_on_id(provider.id, vouched.subject))
    email = vouched.email.strip().lower()
    by_mail = tx.find(User, AccountKey.NAME, email) if email and known is None else ()
    user = tx.get(User, known.user_id) if known else (by_mail[0] if by_mail else None)
    if user is None or user.status is UserStatus.REMOVED:
        return None
    membership = tx.get(Membership, membership_id(user.id, provider.organisation))
    if membership is None or membership.role is Role.API:
        return None
    if known is None:
        made = SignOn(
            id=sign_on_id(provider.id, vouched.subject),
            user_id=user.id,
            provider_id=provider.id,
            made_at=now,
        )
        tx.add(made)
        tx.note(INSTALLATION, [noted("sign_on_linked", user.id, user.id, now, provider.id)])
    if not user.is_active:
        user = replace(user, status=UserStatus.ACTIVE)
        tx.save(user)
    return user


def _ceremony(parts: Servers, provider: SignOnProvider, step: SignInStep, state: str) -> Ceremony:
    return Ceremony(
        provider=provider,
        client_secret=parts.sealing.unseal(provider.client_secret, about(provider.id)),
        back_to=parts.back_to,
        state=state,
        nonce=step.challenge,
        verifier=step.verifier,
    )


def _provider(tx: AccountsReading, provider_id: str) -> SignOnProvider:
    provider = tx.get(SignOnProvider, provider_id)
    if provider is None:
        raise NotFound("there is no such sign-on", hint="choose one of the page", code="sso")
    return provider
