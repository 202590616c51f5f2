"""Second factor: set it up, confirm it, take a code when signing in, remove it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from net30.domain.audit import INSTALLATION
from net30.domain.identity.second_factor import (
    CODE_CHARACTERS_MAX,
    SecondFactor,
    new_recovery_codes,
    recovery_fingerprint,
)
from net30.domain.identity.user import User
from net30.kernel.errors import Conflict, Forbidden
from net30.ports.accounts import Accounts, AccountsWriting
from net30.ports.second_factors import SecondFactors
from net30.services.identity.noted import noted


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What an authenticator app needs: the secret to type, or the link as a QR code."""

    secret: str = field(repr=False)
    link: str = field(repr=False)


def set_up_second_factor(
    accounts: Accounts, factors: SecondFactors, user_id: str, now: datetime
) -> SetUp:
    """Return a new secret for the user's app; it counts once a code of it is confirmed.

    Raises NotFound, Conflict when the user has a second factor already.
    """
    with accounts.writing() as tx:
        user = tx.load(User, user_id)
        there = tx.get(SecondFactor, user_id)
        if there and there.is_asked_for:
            raise Conflict(
                "there is a second factor already",
                hint="remove it first",
                code="second_factor_exists",
            )
        secret = factors.new_secret()
        kept = factors.sealed(secret, user_id)
        tx.save(SecondFactor(user_id=user_id, secret=kept, made_at=now))
    return SetUp(secret=secret, link=factors.link(secret, user.email))


def waiting_second_factor(accounts: Accounts, factors: SecondFactors, user_id: str) -> SetUp:
    """Return the secret that waits for its first code; raise NotFound, Conflict once it counts."""
    with accounts.reading() as tx:
        user, factor = tx.load(User, user_id), tx.load(SecondFactor, user_id)
    if factor.is_asked_for:
        raise Conflict("it is confirmed already", hint="sign in with it", code="confirmed")
    secret = factors.opened(factor.secret, user_id)
    return SetUp(secret=secret, link=factors.link(secret, user.email))


def confirm_second_factor(
    accounts: Accounts, factors: SecondFactors, user_id: str, code: str, now: datetime
) -> tuple[str, ...]:
    """Return the recovery codes, shown once; from now on signing in asks for a code.

    Raises Forbidden (code second_factor) for a wrong code, NotFound before `set_up_second_factor`,
    Conflict for one that is confirmed already.
    """
    with accounts.writing() as tx:
        factor = tx.load(SecondFactor, user_id)
        if factor.is_asked_for:
            raise Conflict("it is confirmed already", hint="sign in with it", code="confirmed")
        step = factors.step_of(factors.opened(factor.secret, user_id), _tidy(code), now)
        if step is None:
            raise Forbidden(
                "this is not the app's code",
                hint="check the phone's clock and take the next code",
                code="second_factor",
            )
        codes = new_recovery_codes()
        kept = tuple(recovery_fingerprint(one) for one in codes)
        tx.save(replace(factor, confirmed_at=now, last_step=step, recovery=kept))
        tx.note(INSTALLATION, [noted("second_factor_confirmed", user_id, user_id, now)])
    return codes


def takes_code(
    tx: AccountsWriting, factors: SecondFactors, factor: SecondFactor, code: str, now: datetime
) -> bool:
    """Tell whether a code is right and was never taken before; it is taken with this change."""
    typed = _tidy(code)
    step = factors.step_of(factors.opened(factor.secret, factor.user_id), typed, now)
    if step is not None and step > factor.last_step:
        tx.save(replace(factor, last_step=step))
        return True
    mark = recovery_fingerprint(typed)
    if mark not in factor.recovery:
        return False
    left = tuple(one for one in factor.recovery if one != mark)
    tx.save(replace(factor, recovery=left))
    told = f"{len(left)} left"
    tx.note(INSTALLATION, [noted("recovery_code_used", factor.id, factor.id, now, told)])
    return True


def remove_second_factor(accounts: Accounts, user_id: str, by: str, now: datetime) -> bool:
    """Remove a user's second factor; tell whether there was one.

    For the user, or for who runs this net30: an admin of one organisation must not take it away.
    """
    with accounts.writing() as tx:
        removed = tx.remove(SecondFactor, user_id)
        if removed:
            tx.note(INSTALLATION, [noted("second_factor_removed", user_id, by, now)])
    return removed


def _tidy(code: str) -> str:
    """Return a code without what people put between its letters, and without what is in none."""
    return "".join(sign for sign in code[:CODE_CHARACTERS_MAX] if sign.isascii() and sign.isalnum())
