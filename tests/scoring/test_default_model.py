"""The model that comes with net30: what it knows, and how it comes to a company's own level."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np
import pytest

from net30.features.invoices import OPEN, Invoices
from net30.features.point_in_time import Matrix, PointInTime, seen_from
from net30.scoring.calibration import Calibration
from net30.scoring.default_model import company_level, default_model, for_company, is_default
from net30.scoring.delay_bins import LATE, DelayBins
from net30.scoring.distribution import Distribution
from net30.scoring.figures import figures
from net30.scoring.judge import features_of, outcomes
from net30.scoring.level import RECORD, Level, level_of
from net30.scoring.model import Model

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.training.choose import tell
from net30.training.ships import Company, Drawn, drawn

SIZE_MAX = 300_000
NEVER = 2**30
"""As the horizon of a ledger: each invoice is asked about on its own issue day."""
SLOW = Company(seed=301, currency="XOF", later=9, tempo=0.8, invoices_each=15, rows=1_500)
PROMPT = Company(seed=302, currency="EUR", later=-9, tempo=0.8, invoices_each=15, rows=1_500)


@cache
def ledger(company: Company) -> Drawn:
    return drawn(company)


def cut(company: Company, share: float = 0.6) -> tuple[Invoices, Invoices, int, np.ndarray]:
    """What was known on a day, what came later and fell due, the day, and the true P(late)."""
    known = ledger(company).known
    day = int(np.quantile(known.issued, share))
    later = (known.issued >= day) & (known.due < ledger(company).horizon)
    return known.as_of(day), known.take(later), day, ledger(company).truth[later]


def matrix_of(model: Model, past: Invoices, asked: Invoices, day: int) -> Matrix:
    names = model.card.features
    return PointInTime(past, asked, names=names).matrix(seen_from(asked, day), names)


def test_its_card_says_what_it_is() -> None:
    card = default_model().card
    assert is_default(card)
    assert "not from anyone's payments" in card.limits[0]
    assert "figures mean nothing for you" in card.limits[0]
    assert "invented companies" in card.learned_from.source
    assert card.gates["parity"]["passed"] is True
    assert card.baselines["customer_median"]["brier"] > 0


def test_it_is_small_and_uses_only_what_means_the_same_everywhere() -> None:
    onnx = files("net30.scoring") / "default" / "model.onnx"
    assert len(onnx.read_bytes()) < SIZE_MAX
    card = default_model().card
    assert not card.words
    assert not {name for name in card.features if "word" in name or "day_of_month" in name}
    assert "amount" not in card.features, "it hangs on the currency"
    assert RECORD in card.features


@pytest.mark.parametrize("company", [SLOW, PROMPT])
def test_at_a_company_s_own_level_it_is_better_than_as_it_was_made(company: Company) -> None:
    past, asked, day, truth = cut(company)
    model = default_model()
    matrix = matrix_of(model, past, asked, day)
    late = outcomes(asked, ledger(company).horizon) > LATE
    raw, own = (
        one.distribution(matrix).later_than(LATE) for one in (model, for_company(model, past, day))
    )
    assert ((own - late) ** 2).mean() < ((raw - late) ** 2).mean()
    assert np.abs(own - truth).mean() < np.abs(raw - truth).mean()


@pytest.mark.parametrize("after", [0, 33])
def test_its_ranges_come_to_those_of_a_company_it_knows_nothing_of(after: int) -> None:
    """A company whose customers pay on the due day, or not before some days after it."""
    whole = ledger(SLOW).known
    late = (whole.paid - whole.due > LATE) & (whole.paid < OPEN)
    day = np.where(late, whole.due + 1 + after + whole.issued % 3, whole.due)
    paid = np.where(whole.paid < OPEN, np.maximum(day, whole.issued), OPEN)
    other = replace(whole, paid=paid, known=paid)
    horizon = int(np.quantile(other.issued, 0.6))
    past, asked = other.as_of(horizon), other.take(other.issued >= horizon).settled
    own = for_company(default_model(), past, horizon)
    assert own.card.level is not None
    level = msgspec.structs.replace(own.card.level, shape=())
    unshaped = replace(own, card=msgspec.structs.replace(own.card, level=level))
    matrix = matrix_of(own, past, asked, horizon)
    with_shape, without = (
        figures(tell(one.distribution(matrix), Calibration()), asked.delay)
        for one in (own, unshaped)
    )
    assert with_shape["brier"] == pytest.approx(without["brier"])
    assert with_shape["interval_score"] < 0.8 * without["interval_score"]
    assert with_shape["mae"] < without["mae"]


@pytest.mark.parametrize(("company", "towards"), [(SLOW, 1), (PROMPT, -1)])
def test_a_customer_without_a_past_is_told_by_the_company_s_level(
    company: Company, towards: int
) -> None:
    past, asked, day, truth = cut(company)
    model = default_model()
    nobody = replace(asked, customer=asked.customer + 10_000)
    matrix = matrix_of(model, past, nobody, day)
    raw, own = (
        one.distribution(matrix).later_than(LATE).mean()
        for one in (model, for_company(model, past, day))
    )
    assert towards * (own - raw) > 0.05
    assert abs(own - truth.mean()) < abs(raw - truth.mean())


def test_terms_are_told_apart_without_any_past() -> None:
    past, asked, day, _ = cut(SLOW)
    model = for_company(default_model(), past, day)
    one = replace(asked.take(slice(0, 1)), customer=np.array([77_777]))
    at_once, net60 = (
        model.distribution(matrix_of(model, past, replace(one, due=one.issued + days), day))
        for days in (0, 60)
    )
    assert at_once.later_than(LATE)[0] != net60.later_than(LATE)[0]


def test_its_chances_are_near_the_true_ones_of_a_company_it_has_never_seen() -> None:
    """The generator knows the truth; no model can reach it, since habits have to be guessed."""
    company = Company(seed=303, currency="XAF", later=-3, tempo=0.8, invoices_each=30, rows=3_000)
    past, asked, day, truth = cut(company, 0.7)
    model = for_company(default_model(), past, day)
    matrix = features_of(model, ledger(company).known, asked, NEVER)
    told = model.distribution(matrix).later_than(LATE)
    groups = np.array_split(np.argsort(told, kind="stable"), 5)
    gaps = [abs(float(told[rows].mean() - truth[rows].mean())) for rows in groups]
    base = float(np.abs(truth - truth.mean()).mean())
    assert float(np.mean(gaps)) < 0.06, gaps
    assert float(np.abs(told - truth).mean()) < 0.5 * base
    assert float(np.corrcoef(told, truth)[0, 1]) > 0.8


def test_with_too_few_fallen_due_nothing_moves_and_it_is_said() -> None:
    past, asked, day, _ = cut(SLOW)
    few = past.take(np.flatnonzero(past.due < day)[:19])
    model = default_model()
    assert company_level(model, few, day) is None
    moved = for_company(model, few, day)
    assert "it knows no level" in moved.card.limits[-1]
    matrix = matrix_of(model, few, asked, day)
    found, same = moved.distribution(matrix), model.distribution(matrix)
    assert np.array_equal(found.probabilities, same.probabilities)


def test_what_came_later_than_the_day_moves_nothing() -> None:
    past, _, day, _ = cut(SLOW)
    whole = ledger(SLOW).known
    level = company_level(default_model(), past, day)
    assert level == company_level(default_model(), whole.as_of(day), day)
    paid = np.where(whole.paid >= day, day + 500, whole.paid)
    other = replace(whole, paid=paid, known=paid)
    assert level == company_level(default_model(), other.as_of(day), day)


def test_few_invoices_move_little_and_even_one_outcome_moves_finitely() -> None:
    record, told = np.zeros(400, np.float32), np.full(400, 0.5)
    late = np.arange(400) % 4 > 0
    small, large = (level_of(told[:n], record[:n], late[:n]) for n in (20, 400))
    assert 0 < small.every + small.newcomers < large.every + large.newcomers < np.log(3)
    every = level_of(told, record, np.ones(400, np.bool_))
    assert np.isfinite(every.every)
    assert every.late == 1


def test_a_level_moves_the_chance_of_being_late_and_nothing_within() -> None:
    made = Distribution(DelayBins((-5, 0, 30)), np.array([[0.2, 0.3, 0.4, 0.1], [0, 0, 0.5, 0.5]]))
    level = Level(every=1.0, newcomers=1.0, fallen=50, late=0.6, told=0.5)
    found = level.moved(made, np.array([0, 20], np.float32))
    assert found.probabilities.sum(axis=1) == pytest.approx([1, 1])
    assert found.later_than(0)[0] == pytest.approx(1 / (1 + np.exp(-2)))
    first = found.probabilities[0]
    assert (first[0] / first[1], first[2] / first[3]) == (pytest.approx(2 / 3), pytest.approx(4))
    assert found.later_than(0)[1] == pytest.approx(1)
    settled = np.array([0, 3, 20], np.float32)
    half = Distribution(made.bins, np.tile(made.probabilities[0], (3, 1)))
    none, some, much = level.moved(half, settled).later_than(0)
    assert none > some > much > 0.5


def test_open_invoices_count_as_late_once_they_are_due() -> None:
    past, _, day, _ = cut(SLOW)
    fallen = past.take(past.due < day)
    assert (outcomes(fallen, day)[fallen.paid >= OPEN] > LATE).all()
