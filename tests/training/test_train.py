"""Training: what cannot teach is refused, nothing is learned from the future, gates hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("lightgbm", reason="lightgbm is in the extra ml")

from net30.features.invoices import Ints
from net30.features.point_in_time import Matrix
from net30.kernel.errors import InputError
from net30.scoring.card import encoded
from net30.scoring.delay_bins import DelayBins
from net30.scoring.distribution import Distribution
from net30.scoring.explain.groups import group_names
from net30.scoring.model import CARD_FILE, ONNX_FILE, Model, load_model
from net30.training.baselines import baseline
from net30.training.families import family_names, load_family
from net30.training.family import Fitted
from net30.training.gates import beats_the_baseline, days_apart, parity
from net30.training.train import SETTLED_MIN, Trained, train
from tests.features.ledgers import DAY_0, One, random_ledger, table
from tests.scoring.small_model import card
from tests.training.lessons import lesson, quiet


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(lesson(), quiet)


@dataclass(frozen=True)
class Turned:
    """A model whose bins stand in the opposite order: what a faulty export would do."""

    fitted: Fitted

    def probabilities(self, matrix: Matrix) -> NDArray[np.float64]:
        return self.fitted.probabilities(matrix)[:, ::-1]

    def to_onnx(self) -> bytes:
        return self.fitted.to_onnx()


def served(folder: Path, trained: Trained) -> Model:
    made = card(
        trained.onnx,
        features=trained.names,
        last_days=trained.bins.last,
        calibration=trained.choice.calibration,
        model_sha256=sha256(trained.onnx).hexdigest(),
    )
    (folder / ONNX_FILE).write_bytes(trained.onnx)
    (folder / CARD_FILE).write_bytes(encoded(made))
    return load_model(folder)


def test_a_model_is_better_than_the_customer_s_median_and_says_the_same_as_onnx(
    trained: Trained, tmp_path: Path
) -> None:
    gate = beats_the_baseline(trained.choice)
    assert gate.passed
    assert gate.figures["score"] < 1
    alike = parity(trained.fitted, served(tmp_path, trained), trained.sample, 0)
    assert alike.passed, alike.says
    assert alike.figures["rows"] >= 5_000
    assert alike.figures["probability_gap"] <= 1e-5


def test_an_onnx_file_that_says_something_else_does_not_pass(
    trained: Trained, tmp_path: Path
) -> None:
    other = Turned(trained.fitted)
    gate = parity(other, served(tmp_path, trained), trained.sample, 0)
    assert not gate.passed
    assert "allowed: 1e-05" in gate.says


def test_a_median_where_next_to_nothing_lies_may_move_with_a_rounding_and_no_further() -> None:
    bins = DelayBins((0, 30, 90, 120))
    made = np.array([[0.499999, 2e-6, 1e-6, 0.0, 0.499998]])
    rounded = np.add(made, [-3e-7, 0, 0, 0, 3e-7])
    told, served = Distribution(bins, made), Distribution(bins, rounded)
    assert abs(told.quantile(0.5) - served.quantile(0.5)).max() > 1
    assert days_apart(told, served) == 0
    other = Distribution(bins, np.add(made, [-2e-4, 0, 0, 0, 2e-4]))
    assert days_apart(told, other) > 1e-3
    usual = np.array([[0.4, 0.3, 0.1, 0.1, 0.1]])
    shifted = Distribution(bins, np.add(usual, [-1e-3, 1e-3, 0, 0, 0]))
    assert days_apart(Distribution(bins, usual), shifted) > 1e-3


def test_a_model_that_is_no_better_than_the_median_does_not_pass(trained: Trained) -> None:
    choice = trained.choice
    worse = replace(choice, figures=choice.baselines["customer_median"])
    gate = beats_the_baseline(worse)
    assert not gate.passed
    assert "1.000 of the customer median's errors" in gate.says


def test_outcomes_after_the_horizon_do_not_change_a_byte() -> None:
    rows = random_ledger(900, 15, seed=5)
    horizon = DAY_0 + 300

    def otherwise(row: One) -> One:
        if row.paid is None or row.paid < horizon:
            return row
        return replace(row, paid=row.paid + 77)

    later = [One(customer=3, issued=horizon + 5, due=horizon + 9, amount=7, paid=horizon + 90)]
    told = train(lesson(rows, horizon), quiet)
    changed = train(lesson([*map(otherwise, rows), *later], horizon), quiet)
    assert any(otherwise(row) != row for row in rows)
    assert changed.onnx == told.onnx
    assert changed.choice.calibration == told.choice.calibration
    assert str(changed.choice.figures) == str(told.choice.figures)  # some are not a number


def rows_with(delay: int | None, count: int = 400) -> list[One]:
    rows = []
    for at in range(count):
        due = DAY_0 + at % 300 + 30
        paid = None if delay is None else due + delay
        rows.append(One(customer=at % 7, issued=due - 30, due=due, amount=100, paid=paid))
    return rows


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "0 invoices were issued before the as-of date and 0 of them settled"),
        (rows_with(None), "400 invoices were issued before the as-of date and 0 of them settled"),
        (rows_with(3, SETTLED_MIN - 1), f"a model needs {SETTLED_MIN} settled ones"),
        (rows_with(-2), "(paid on time: 400, late: 0)"),
        (rows_with(5), "(paid on time: 0, late: 400)"),
    ],
)
def test_a_ledger_that_cannot_teach_is_refused_with_its_figures(rows: list[One], says: str) -> None:
    with pytest.raises(InputError) as refused:
        train(lesson(rows), quiet)
    assert says in refused.value.message
    assert refused.value.hint


def test_a_ledger_of_one_single_day_is_too_short_for_trials() -> None:
    rows = [
        One(customer=at % 9, issued=DAY_0, due=DAY_0 + 30, amount=100, paid=DAY_0 + 28 + at % 5)
        for at in range(300)
    ]
    with pytest.raises(InputError, match="too short to try"):
        train(lesson(rows), quiet)


def test_families_are_found_by_their_files_and_an_unknown_one_is_told() -> None:
    assert "lightgbm" in family_names()
    assert "sample" not in family_names()
    with pytest.raises(InputError, match="no family 'oracle'") as refused:
        load_family("oracle")
    assert "lightgbm" in refused.value.hint


def test_the_customer_s_median_is_what_a_loop_finds() -> None:
    rows = random_ledger(300, 6, seed=2)
    history, horizon = table(rows), DAY_0 + 320
    asked = history.take(history.issued >= DAY_0 + 250)
    day: Ints = np.minimum(asked.issued, horizon)
    told = baseline("customer_median", history, asked, day, horizon)
    known = [row for row in rows if row.paid is not None and row.paid < horizon]
    share = np.mean([row.paid > row.due for row in known if row.paid is not None])
    for place in range(len(asked)):
        own = [
            row.paid - row.due
            for row in rows
            if row.customer == asked.customer[place]
            and row.paid is not None
            and max(row.paid, row.issued) < day[place]
        ]
        assert told.expected[place] == np.median(own)
        assert told.low[place] == np.quantile(own, 0.1)
        late = (sum(delay > 0 for delay in own) + 3 * share) / (len(own) + 3)
        assert told.late[place] == pytest.approx(late)
    assert (baseline("due_date", history, asked, day, horizon).expected == 0).all()


def test_what_is_left_out_is_not_learned_from_and_one_trial_is_all_of_no_budget() -> None:
    asked = replace(lesson(), without=("alike", "lately", "calendar"), budget_seconds=1e-9)
    made = train(asked, quiet)
    assert made.names
    assert not [
        name for name in made.names if name.startswith(("same_", "delay_mean_last", "due_"))
    ]
    assert len(made.tried) == 1


@pytest.mark.parametrize(
    ("families", "without", "code"),
    [
        (("lightgbm",), group_names(), "no_features"),
        (("lightgbm",), ("colours",), "feature_group"),
        (("lstm",), ("lately",), "no_sequence"),
        (("fast",), ("record", "terms", "open", "calendar"), "no_features"),
    ],
)
def test_a_family_that_nothing_is_left_for_is_refused_before_any_work(
    families: tuple[str, ...], without: tuple[str, ...], code: str
) -> None:
    if "lstm" in families:
        pytest.importorskip("keras", reason="keras is in the extra deep")
    with pytest.raises(InputError) as refused:
        train(replace(lesson(), families=families, without=without), quiet)
    assert refused.value.code == code
