"""Log in: a mail address and a password for a session, with a limit on guesses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from net30.domain.audit import INSTALLATION
from net30.domain.identity.guesses import (
    ANY_USER_GUESSES_MAX,
    SOURCE_GUESSES_MAX,
    USER_GUESSES_MAX,
    WINDOW,
    Guesses,
    guesses_id,
    no_guesses,
)
from net30.domain.identity.membership import Membership
from net30.domain.identity.password_rules import CHARACTERS_MAX
from net30.domain.identity.records import AccountKey
from net30.domain.identity.second_factor import SecondFactor
from net30.domain.identity.secret import SecretKind, fingerprint, new_secret
from net30.domain.identity.session import SESSION_HOURS, Session
from net30.domain.identity.user import EMAIL_CHARACTERS_MAX, User
from net30.kernel.errors import Forbidden, LimitExceeded
from net30.ports.accounts import Accounts, AccountsReading, AccountsWriting
from net30.ports.passwords import Passwords
from net30.ports.second_factors import SecondFactors
from net30.services.identity.noted import noted
from net30.services.identity.second_factor import takes_code

T = TypeVar("T")

AGENT_CHARACTERS_MAX = 200
SESSIONS_MAX = 20
"""A user's sessions; the oldest ends when one more begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What was typed, from which source (a network address), by which program.

    `code` is of the authenticator app, or a recovery code, for who has a second factor.
    """

    email: str
    password: str = field(repr=False)
    source: str
    agent: str = ""
    code: str = field(default="", repr=False)

    @property
    def known_as(self) -> str:
        """Return the mail address as users are found by it."""
        return self.email.strip().lower()[:EMAIL_CHARACTERS_MAX]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session and its secret, shown once."""

    user: User
    session: Session
    secret: str = field(repr=False)


def log_in(
    accounts: Accounts,
    passwords: Passwords,
    attempt: SignIn,
    now: datetime,
    *,
    factors: SecondFactors | None = None,
) -> SignedIn:
    """Return a new session for a right password, and a right code where there is a second factor.

    Raises Forbidden (code second_factor) when only the code is missing; Forbidden (code sign_in)
    for a wrong password or code, in the same time and words as for an unknown user; LimitExceeded
    (code too_many_guesses) beyond SOURCE_GUESSES_MAX an hour for a user from a source,
    USER_GUESSES_MAX for a user from sources not known to the user, ANY_USER_GUESSES_MAX for a
    source. Without `factors` nobody who has a second factor comes in.
    """
    lacks_code = False

    def judge(tx: AccountsWriting, user: User) -> SignedIn | None:
        nonlocal lacks_code
        factor = tx.get(SecondFactor, user.id)
        lacks_code = factor is not None and factor.is_asked_for
        if lacks_code and factors and factor:
            lacks_code = not takes_code(tx, factors, factor, attempt.code, now)
        return None if lacks_code else begin_session(tx, user, attempt, now)

    signed = judged(accounts, passwords, attempt, now, judge)
    if signed:
        return signed
    if lacks_code and not attempt.code.strip():
        raise Forbidden(
            "the code of the authenticator app is needed too",
            hint="sign in again with the code, or a recovery code",
            code="second_factor",
        )
    raise wrong_sign_in()


def judged(
    accounts: Accounts,
    passwords: Passwords,
    attempt: SignIn,
    now: datetime,
    judge: Callable[[AccountsWriting, User], T | None],
) -> T | None:
    """Return what `judge` makes of a user whose password is right; None when refused, and noted.

    Raises LimitExceeded (code too_many_guesses).
    """
    with accounts.writing() as tx:
        # Counted before it is judged: a hundred at once are still a hundred guesses.
        count_guess(tx, attempt, now)
        user = _user(tx, attempt.known_as)
    kept = user.password if user and user.is_active else ""
    right = passwords.matches(attempt.password[: CHARACTERS_MAX + 1], kept)
    with accounts.writing() as tx:
        user = _user(tx, attempt.known_as)
        # The password or the user may have changed while the hash was made.
        if right and user and user.is_active and user.password == kept:
            found = judge(tx, user)
            if found is not None:
                return found
        note_refusal(tx, user.id if user else "unknown", attempt, now)
    return None


def note_refusal(tx: AccountsWriting, user_id: str, attempt: SignIn, now: datetime) -> None:
    """Write down that somebody was not let in."""
    tx.note(INSTALLATION, [noted("sign_in_refused", user_id, "", now, attempt.source)])


def wrong_sign_in() -> Forbidden:
    """Return the refusal of a sign-in, in the same words whatever was wrong."""
    return Forbidden(
        "the mail address or the password is wrong",
        hint="try again, or ask for a new password",
        code="sign_in",
    )


def begin_session(
    tx: AccountsWriting, user: User, attempt: SignIn, now: datetime, confined_to: str = ""
) -> SignedIn:
    """Return a new session of a user who has proved to be one; the guesses before are forgiven.

    One that is `confined_to` an organisation opens no other.
    """
    _forgive(tx, attempt, now)
    sessions = sorted(tx.find(Session, AccountKey.OWNER, user.id), key=lambda s: s.made_at)
    for oldest in sessions[: max(0, len(sessions) + 1 - SESSIONS_MAX)]:
        tx.remove(Session, oldest.id)
    secret = new_secret(SecretKind.SESSION)
    memberships = tx.find(Membership, AccountKey.OWNER, user.id)
    session = Session(
        id=fingerprint(secret),
        user_id=user.id,
        made_at=now,
        expires_at=now + timedelta(hours=SESSION_HOURS),
        organisation=confined_to or (memberships[0].organisation if memberships else ""),
        agent=attempt.agent[:AGENT_CHARACTERS_MAX],
        confined=bool(confined_to),
    )
    tx.add(session)
    tx.note(INSTALLATION, [noted("signed_in", user.id, user.id, now, attempt.source)])
    return SignedIn(user=user, session=session, secret=secret)


def _user(tx: AccountsReading, email: str) -> User | None:
    found = tx.find(User, AccountKey.NAME, email)
    return found[0] if found else None


def count_guess(tx: AccountsWriting, attempt: SignIn, now: datetime) -> None:
    """Count one more guess, or refuse it with LimitExceeded; those of past hours are forgotten."""
    tx.forget(now)
    pair, user, source = _counts(tx, attempt, now)
    limits = [(pair, SOURCE_GUESSES_MAX)]
    if not pair.is_known(now):
        limits += [(user, USER_GUESSES_MAX), (source, ANY_USER_GUESSES_MAX)]
    for guesses, most in limits:
        if guesses.within(now) >= most:
            seconds = int((guesses.since + WINDOW - now).total_seconds()) + 1
            raise LimitExceeded(
                f"too many tries: wait {seconds // 60 + 1} minutes",
                hint="a new password can be asked for in the meantime",
                code="too_many_guesses",
                values={"seconds": seconds},
            )
    for guesses, _ in limits:
        tx.save(guesses.one_more(now))


def _forgive(tx: AccountsWriting, attempt: SignIn, now: datetime) -> None:
    """A good sign-in is no guess, and makes its source known."""
    pair, user, source = _counts(tx, attempt, now)
    if not pair.is_known(now):
        tx.save(user.one_less(now))
        tx.save(source.one_less(now))
    tx.save(pair.signed_in(now))


def _counts(tx: AccountsReading, attempt: SignIn, now: datetime) -> tuple[Guesses, ...]:
    ids = (
        guesses_id(attempt.known_as, attempt.source),
        guesses_id(attempt.known_as, ""),
        guesses_id("", attempt.source),
    )
    return tuple(tx.get(Guesses, found) or no_guesses(found, now) for found in ids)
