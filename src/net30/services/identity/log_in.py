"""Log in: a mail address and a password for a session, with a limit on guesses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
    with accounts.writing() as tx:
        # Counted before it is judged: a hundred at once are still a hundred guesses.
        _count(tx, attempt, now)
        user = _user(tx, attempt.known_as)
    kept = user.password if user and user.is_active else ""
    lacks_code = False
    right = passwords.matches(attempt.password[: CHARACTERS_MAX + 1], kept)
    with accounts.writing() as tx:
        user = _user(tx, attempt.known_as)
        # The password or the user may have changed while the hash was made.
        if right and user and user.is_active and user.password == kept:
            factor = tx.get(SecondFactor, user.id)
            lacks_code = factor is not None and factor.is_asked_for
            if lacks_code and factors and factor:
                lacks_code = not takes_code(tx, factors, factor, attempt.code, now)
            if not lacks_code:
                return _begin(tx, user, attempt, now)
        told = noted("sign_in_refused", user.id if user else "unknown", "", now, attempt.source)
        tx.note(INSTALLATION, [told])
    if lacks_code and not attempt.code.strip():
        raise Forbidden(
            "the code of the authenticator app is needed too",
            hint="sign in again with the code, or a recovery code",
            code="second_factor",
        )
    raise Forbidden(
        "the mail address or the password is wrong",
        hint="try again, or ask for a new password",
        code="sign_in",
    )


def _begin(tx: AccountsWriting, user: User, attempt: SignIn, now: datetime) -> SignedIn:
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
        organisation=memberships[0].organisation if memberships else "",
        agent=attempt.agent[:AGENT_CHARACTERS_MAX],
    )
    tx.add(session)
    tx.note(INSTALLATION, [noted("signed_in", user.id, user.id, now, attempt.source)])
    return SignedIn(user=user, session=session, secret=secret)


def _user(tx: AccountsReading, email: str) -> User | None:
    found = tx.find(User, AccountKey.NAME, email)
    return found[0] if found else None


def _count(tx: AccountsWriting, attempt: SignIn, now: datetime) -> None:
    """Count one more guess, or refuse it; counts of past hours are forgotten."""
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
