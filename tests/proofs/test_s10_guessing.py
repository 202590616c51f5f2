"""S10: guessing passwords: how many an hour are judged, who is locked out, what the time tells.

Each try is an hour of one attack on a user with a known source, by sources that follow one another
or come at once: one source that guesses, a crowd, one password on many users, guesses all over two
hours. Counted: more judged guesses in any hour than are published, a user who cannot come in
from the known source, a refusal that tells an unknown user from a known one.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import pytest

from net30.domain.identity.guesses import (
    ANY_USER_GUESSES_MAX,
    SOURCE_GUESSES_MAX,
    USER_GUESSES_MAX,
    Guesses,
)
from net30.kernel.errors import Forbidden, LimitExceeded
from net30.services.identity import log_in as signing
from tests.accounts_desk import PASSWORD, Accounts, open_accounts
from tests.proofs.proof import Outcome

ID = "S10"
TITLE = "guesses beyond the limits, users locked out, refusals that tell who is a user"
SMALL = 4
FULL = 200

EMAIL = "awa@lagune.example"
HOME = "home"
TRIES = 150
Judged = list[tuple[float, str, str]]
"""When (in minutes), from where and for whom a guess was judged."""


def guess(desk: Accounts, email: str, source: str) -> str:
    """Guess wrongly; return the code and the words of the refusal."""
    try:
        desk.sign_in(email, "horse battery stable", source)
    except LimitExceeded as error:
        return error.code
    except Forbidden as error:
        return f"{error.code} {error.message}"
    return "came in"


class LockedOut(Exception):
    """The user could not come in from the known source while the attack went on."""


def comes_in(desk: Accounts) -> bool:
    """Tell whether the user comes in from the known source."""
    try:
        desk.sign_in(EMAIL, PASSWORD, HOME)
    except (Forbidden, LimitExceeded):
        return False
    return True


def one_source(desk: Accounts, chance: random.Random) -> Judged:
    """One source guesses, over two hours."""
    return _over_time(desk, chance, lambda _: (EMAIL, "evil"))


def a_crowd(desk: Accounts, chance: random.Random) -> Judged:
    """Each guess comes from another source."""
    return _over_time(desk, chance, lambda at: (EMAIL, f"bot{at}"))


def spraying(desk: Accounts, chance: random.Random) -> Judged:
    """One source tries one password on many users, those there are and others."""
    return _over_time(desk, chance, lambda at: (f"u{at}@lagune.example", "spray"))


def at_once(desk: Accounts, chance: random.Random) -> Judged:
    """A few sources guess at the same moment."""
    wanted = [(EMAIL, f"evil{chance.randrange(3)}") for _ in range(TRIES // 2)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda one: guess(desk, *one), wanted))
    return [
        (0.0, source, email)
        for (email, source), said in zip(wanted, told, strict=True)
        if said.startswith("sign_in")
    ]


def _over_time(
    desk: Accounts, chance: random.Random, wanted: Callable[[int], tuple[str, str]]
) -> Judged:
    judged: Judged = []
    start = desk.now
    for at in range(TRIES):
        email, source = wanted(at)
        if guess(desk, email, source).startswith("sign_in"):
            judged.append(((desk.now - start).total_seconds() / 60, source, email))
        elif not comes_in(desk):
            raise LockedOut
        desk.wait(seconds=chance.uniform(0, 96))
    return judged


ATTACKS = (one_source, a_crowd, spraying, at_once)


def over(judged: Judged) -> bool:
    """Tell whether more guesses were judged in some hour than are published.

    An hour begins with its first guess, as docs/identity.md says.
    """
    limits: tuple[tuple[int, slice], ...] = (
        (SOURCE_GUESSES_MAX, slice(1, 3)),
        (USER_GUESSES_MAX, slice(2, 3)),
        (ANY_USER_GUESSES_MAX, slice(1, 2)),
    )
    for most, by in limits:
        for key in {one[by] for one in judged}:
            begun, count = -1e9, 0
            for minute in sorted(one[0] for one in judged if one[by] == key):
                if minute - begun >= 60:
                    begun, count = minute, 0
                count += 1
                if count > most:
                    return True
    return False


def run(size: int, seed: int) -> Outcome:
    """Attack `size` times; after each, the user comes in from the known source."""
    chance = random.Random(seed)
    faults: Counter[str] = Counter()
    guesses = 0
    with tempfile.TemporaryDirectory() as folder, open_accounts(Path(folder)) as desk:
        desk.member()
        desk.sign_in(source=HOME)
        for at in range(size):
            attack = ATTACKS[at % len(ATTACKS)]
            guesses += TRIES
            try:
                judged = attack(desk, chance)
                if not judged or over(judged):
                    faults[f"{attack.__name__}: {len(judged)} judged"] += 1
            except LockedOut:
                faults[f"{attack.__name__}: locked out"] += 1
            if not comes_in(desk):
                faults[f"{attack.__name__}: locked out after"] += 1
            desk.wait(hours=3)
            known, unknown = guess(desk, EMAIL, f"a{at}"), guess(desk, "x@y.example", f"b{at}")
            if known != unknown:
                faults["the words differ"] += 1
            desk.wait(hours=3)
    detail = f"{guesses:,} guesses; {dict(faults)}" if faults else f"{guesses:,} guesses"
    return Outcome(size, sum(faults.values()), detail)


def test_the_small_proof_holds() -> None:
    outcome = run(SMALL, seed=10)
    assert outcome.holds, outcome


def test_an_unknown_user_costs_the_same_time(tmp_path: Path) -> None:
    """The slow hash is made for who is not there as well: of the same order, not a hundredth."""
    with open_accounts(tmp_path) as desk:
        from net30.adapters.passwords.argon2 import build

        desk.passwords = build()
        desk.member()
        times: dict[str, float] = {}
        for email in (EMAIL, "nobody@lagune.example"):
            spent = []
            for at in range(3):
                start = perf_counter()
                guess(desk, email, f"s{at}")
                spent.append(perf_counter() - start)
            times[email] = min(spent)
        slow, quick = sorted(times.values(), reverse=True)
        assert slow < 3 * quick, times


def uncounted(guesses: Guesses, _: object) -> Guesses:
    return guesses


def never_known(_: Guesses, __: object) -> bool:
    return False


@pytest.mark.parametrize(
    ("where", "name", "broken"),
    [
        (Guesses, "one_more", uncounted),
        (Guesses, "is_known", never_known),
        (signing, "SOURCE_GUESSES_MAX", SOURCE_GUESSES_MAX + 1),
    ],
)
def test_without_one_of_its_guards_the_proof_fails(
    where: object, name: str, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, name, broken)
    assert run(SMALL, seed=10).failures > 0
