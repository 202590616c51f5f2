"""Sign-in steps: what waits between two pages of one sign-in, each taken once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from net30.domain.identity.records import AccountKey
from net30.domain.identity.second_factor import SecondFactor
from net30.domain.identity.secret import SecretKind, fingerprint, new_secret
from net30.domain.identity.sign_in_step import STEP_TIME, STEPS_MAX, SignInStep, StepKind
from net30.domain.identity.user import User
from net30.kernel.errors import Forbidden
from net30.ports.accounts import Accounts, AccountsReading, AccountsWriting
from net30.ports.passwords import Passwords
from net30.ports.second_factors import SecondFactors
from net30.services.identity.log_in import (
    SignedIn,
    SignIn,
    begin_session,
    count_guess,
    judged,
    note_refusal,
    wrong_sign_in,
)
from net30.services.identity.second_factor import takes_code


@dataclass(frozen=True, slots=True)
class Proven:
    """A new session, or the secret of the step that waits for the second factor."""

    signed: SignedIn | None = None
    waiting: str = field(default="", repr=False)


def prove_password(
    accounts: Accounts, passwords: Passwords, attempt: SignIn, now: datetime
) -> Proven:
    """Return a new session for a right password, or what waits for the app's code.

    Raises what `log_in` raises for a wrong one: the same words, counts and time.
    """

    def judge(tx: AccountsWriting, user: User) -> Proven:
        return proved(tx, user, attempt, now)

    done = judged(accounts, passwords, attempt, now, judge)
    if done is None:
        raise wrong_sign_in()
    return done


def proved(
    tx: AccountsWriting, user: User, attempt: SignIn, now: datetime, confined_to: str = ""
) -> Proven:
    """Return the session of who has proved the first factor, or what waits for the second."""
    factor = tx.get(SecondFactor, user.id)
    if factor is None or not factor.is_asked_for:
        return Proven(begin_session(tx, user, attempt, now, confined_to))
    step = SignInStep(
        id="",
        kind=StepKind.CODE,
        made_at=now,
        expires_at=now + STEP_TIME,
        user_id=user.id,
        confined_to=confined_to,
    )
    return Proven(waiting=wait(tx, step))


def prove_code(
    accounts: Accounts, factors: SecondFactors, secret: str, attempt: SignIn, now: datetime
) -> SignedIn:
    """Return a new session for the code of the app, or a recovery code, that a step waits for.

    A wrong code counts as a wrong password and leaves the step. Raises Forbidden (second_factor,
    or step for none that waits), LimitExceeded (too_many_guesses).
    """
    with accounts.writing() as tx:
        user = tx.load(User, waiting(tx, secret, StepKind.CODE, now).user_id)
        attempt = replace(attempt, email=user.email)
        count_guess(tx, attempt, now)
    with accounts.writing() as tx:
        step = waiting(tx, secret, StepKind.CODE, now)
        user, factor = tx.load(User, step.user_id), tx.get(SecondFactor, step.user_id)
        if user.is_active and factor and takes_code(tx, factors, factor, attempt.code, now):
            tx.remove(SignInStep, step.id)
            return begin_session(tx, user, attempt, now, step.confined_to)
        note_refusal(tx, user.id, attempt, now)
    raise _wrong_code()


def prove_own_code(
    accounts: Accounts, factors: SecondFactors, user_id: str, attempt: SignIn, now: datetime
) -> None:
    """Take a code of who is signed in already; a wrong one counts as a wrong password.

    Raises Forbidden (second_factor), LimitExceeded (too_many_guesses).
    """
    with accounts.writing() as tx:
        attempt = replace(attempt, email=tx.load(User, user_id).email)
        count_guess(tx, attempt, now)
    with accounts.writing() as tx:
        factor = tx.get(SecondFactor, user_id)
        if factor and takes_code(tx, factors, factor, attempt.code, now):
            return
        note_refusal(tx, user_id, attempt, now)
    raise _wrong_code()


def wait(tx: AccountsWriting, step: SignInStep) -> str:
    """Keep a step and return its secret; its user's oldest give way."""
    if step.user_id:
        earlier = sorted(
            tx.find(SignInStep, AccountKey.OWNER, step.user_id), key=lambda one: one.made_at
        )
        for oldest in earlier[: max(0, len(earlier) + 1 - STEPS_MAX)]:
            tx.remove(SignInStep, oldest.id)
    secret = new_secret(SecretKind.LINK)
    tx.add(replace(step, id=fingerprint(secret)))
    return secret


def waiting(tx: AccountsReading, secret: str, kind: StepKind, now: datetime) -> SignInStep:
    """Return the step of a secret; raise Forbidden (code step) for none that waits."""
    step = tx.get(SignInStep, fingerprint(secret))
    if step is None or step.kind is not kind or not step.is_valid(now):
        raise Forbidden(
            "this sign-in has waited too long",
            hint="begin again",
            code="step",
        )
    return step


def _wrong_code() -> Forbidden:
    return Forbidden(
        "this is not the app's code",
        hint="check the phone's clock and take the next code, or use a recovery code",
        code="second_factor",
    )
