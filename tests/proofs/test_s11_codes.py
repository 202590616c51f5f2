"""S11: codes of an authenticator app, and recovery codes: taken once, whatever is tried.

A try is one code used many times: a hundred at the same moment, again later, one of the past or of
the future, after the clock went back. On both databases. Counted: a code that opened more than one
session, one that opened none although it was right, one that opened any although it was not.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from pyotp import TOTP

from net30.adapters.second_factors.totp import Totp
from net30.domain.identity.second_factor import SecondFactor
from net30.kernel.errors import Forbidden
from net30.services.identity import log_in as signing
from net30.services.identity.log_in import SignIn, log_in
from net30.services.identity.second_factor import confirm_second_factor, set_up_second_factor
from tests.accounts_desk import PASSWORD, Accounts, codes, open_accounts
from tests.databases import DIALECTS
from tests.proofs.proof import Outcome

ID = "S11"
TITLE = "codes that opened more or less than one session"
SMALL = 10
FULL = 400

PARALLEL = 25
EMAIL = "awa@lagune.example"
STEP = timedelta(seconds=30)


class Attacked:
    """A user with a second factor, and whoever has the password and sees codes."""

    def __init__(self, desk: Accounts, chance: random.Random) -> None:
        self.desk, self.chance = desk, chance
        self.factors = codes()
        user = desk.member()
        made = set_up_second_factor(desk.accounts, self.factors, user.id, desk.now)
        self.app = TOTP(made.secret)
        code = self.app.at(desk.now)
        spare = confirm_second_factor(desk.accounts, self.factors, user.id, code, desk.now)
        self.recovery = list(spare)
        self.sources = 0

    def opens(self, code: str) -> bool:
        """Sign in from a new source with a code."""
        self.sources += 1
        attempt = SignIn(email=EMAIL, password=PASSWORD, source=f"s{self.sources}", code=code)
        desk = self.desk
        try:
            log_in(desk.accounts, desk.passwords, attempt, desk.now, factors=self.factors)
        except Forbidden:
            return False
        return True

    def many(self, code: str) -> int:
        """Use one code many times at once; return how many sessions it opened."""
        with ThreadPoolExecutor(8) as pool:
            return sum(pool.map(lambda _: self.opens(code), range(PARALLEL)))


def in_parallel(attacked: Attacked) -> bool:
    """Use the code of now many times at once."""
    return attacked.many(attacked.app.at(attacked.desk.now)) == 1


def again(attacked: Attacked) -> bool:
    """Use a code, then once more within the time that it would be taken."""
    code = attacked.app.at(attacked.desk.now)
    first = attacked.opens(code)
    attacked.desk.wait(seconds=attacked.chance.uniform(0, 29))
    return first and not attacked.opens(code)


def drifting(attacked: Attacked) -> bool:
    """Use a code of a phone whose clock is wrong: by a step it is taken, by two it is not."""
    desk, way = attacked.desk, attacked.chance.choice((-1, 1))
    two = attacked.opens(attacked.app.at(desk.now + 2 * way * STEP))
    return not two and attacked.opens(attacked.app.at(desk.now + way * STEP))


def an_earlier_one(attacked: Attacked) -> bool:
    """Use the code of the step before one that was taken."""
    now = attacked.desk.now
    return attacked.opens(attacked.app.at(now)) and not attacked.opens(attacked.app.at(now - STEP))


def clock_back(attacked: Attacked) -> bool:
    """Use a code again after the clock went back to its time."""
    code = attacked.app.at(attacked.desk.now)
    first = attacked.opens(code)
    attacked.desk.wait(minutes=5)
    later = attacked.opens(attacked.app.at(attacked.desk.now))
    attacked.desk.wait(minutes=-5)
    second = attacked.opens(code)
    attacked.desk.wait(minutes=5)
    return first and later and not second


def recovery_in_parallel(attacked: Attacked) -> bool:
    """Use a recovery code many times at once, and once more."""
    if not attacked.recovery:
        return in_parallel(attacked)
    code = attacked.recovery.pop()
    return attacked.many(code) == 1 and not attacked.opens(code.upper())


def made_up(attacked: Attacked) -> bool:
    """Use what is no code."""
    wrong = ("", "0", "abcdef", "000000 ", "٠١٢٣٤٥", "0000-0000-0000-0000", "\ud800", "1" * 10_000)
    code = attacked.chance.choice(wrong)
    return not attacked.opens(code) or attacked.app.at(attacked.desk.now) == code.strip()


TRIES: tuple[Callable[[Attacked], bool], ...] = (
    in_parallel,
    again,
    drifting,
    an_earlier_one,
    clock_back,
    recovery_in_parallel,
    made_up,
)


@contextmanager
def attacked(chance: random.Random, dialect: str) -> Iterator[Attacked]:
    """Lend a user with a second factor."""
    with tempfile.TemporaryDirectory() as folder, open_accounts(Path(folder), dialect) as desk:
        yield Attacked(desk, chance)


def run(size: int, seed: int, dialects: tuple[str, ...] = DIALECTS) -> Outcome:
    """Try `size` codes on each database."""
    chance = random.Random(seed)
    failures: list[str] = []
    for dialect in dialects:
        with attacked(chance, dialect) as one:
            for at in range(size):
                one.desk.wait(hours=2)  # the guesses of the last try are forgotten
                trial = TRIES[at % len(TRIES)]
                if not trial(one):
                    failures.append(f"{dialect}: {trial.__name__}")
    return Outcome(size * len(dialects), len(failures), ", ".join(sorted(set(failures))))


def test_the_small_proof_holds() -> None:
    outcome = run(SMALL, seed=11)
    assert outcome.holds, outcome


def forgetful(*arguments: object) -> bool:
    """The mutant: a right code is taken, and not marked as taken."""
    _, factors, factor, code, now = arguments
    assert isinstance(factors, Totp)
    assert isinstance(factor, SecondFactor)
    secret = factors.opened(factor.secret, factor.user_id)
    return factors.step_of(secret, code, now) is not None  # type: ignore[arg-type] # a code, a time


def generous(_: Totp, secret: str, code: str, now: object) -> int | None:
    """The mutant: three steps early or late are taken."""
    totp = TOTP(secret)
    step = totp.timecode(now)  # type: ignore[arg-type] # a time
    near = range(step - 3, step + 4)
    return next((one for one in near if totp.generate_otp(one) == code), None)


@pytest.mark.parametrize(
    ("where", "name", "broken"),
    [(signing, "takes_code", forgetful), (Totp, "step_of", generous)],
)
def test_without_one_of_its_guards_the_proof_fails(
    where: object, name: str, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, name, broken)
    assert run(SMALL, seed=11, dialects=("sqlite",)).failures > 0
