"""Evaluating a history: the later fifth, told by what was known, judged as anybody would."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.kernel.errors import InputError
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import Defaults
from net30.scoring.figures import Told
from net30.services.evaluate_history import (
    CHOSEN,
    DUE_DATE,
    ENSEMBLE,
    MEDIAN_FRESH,
    MEDIAN_FROZEN,
    Evaluation,
    EvaluationReport,
    evaluate_history,
)
from net30.services.evaluation_tables import NAMES, judgements, predictions, table_of_figures
from net30.services.past_invoices import PastInvoices, of_file
from tests.features.ledgers import One
from tests.services.past_files import csv_of, past_rows

TODAY = date(2026, 1, 5)
ROWS = past_rows(800)
CUT = sorted(row.issued for row in ROWS)[640]


def past(rows: list[One], extra: tuple[str, ...] = ()) -> PastInvoices:
    file = HistoryFile(content=csv_of(rows, extra), defaults=Defaults(currency="EUR", today=TODAY))
    return of_file(file, "past.csv")


@pytest.fixture(scope="module")
def report() -> EvaluationReport:
    steps: list[str] = []
    found = evaluate_history(
        Evaluation(ledger=past(ROWS), families=("small", "ensemble"), rolling=4, draws=20),
        lambda step, _done, _of: steps.append(step),
    )
    assert {"asking small", "drawing customers"} <= set(steps)
    return found


def one_sided(told: Told, other: Told) -> bool:
    return bool(np.array_equal(told.late, other.late) and np.array_equal(told.low, other.low))


def test_the_later_fifth_is_judged_and_the_rest_learned_from(report: EvaluationReport) -> None:
    later = [row for row in ROWS if row.issued >= CUT]
    paid = [row for row in later if row.paid is not None]
    assert (date(1970, 1, 1).toordinal() + CUT) == report.cut.toordinal()
    assert report.judged == len(paid) == len(report.ids)
    assert report.unpaid == len(later) - len(paid)
    assert report.learned_from == len(ROWS) - len(later)
    assert report.currencies == ("EUR",)
    late = sum(row.paid > row.due for row in paid if row.paid is not None)
    assert report.frozen.figures[CHOSEN]["late_rate"] == pytest.approx(late / len(paid))


def test_every_teller_has_every_figure_and_its_interval(report: EvaluationReport) -> None:
    for judgement in judgements(report).values():
        tellers = {CHOSEN, "small", ENSEMBLE, DUE_DATE, MEDIAN_FROZEN, MEDIAN_FRESH}
        assert set(judgement.figures) == set(judgement.intervals) == set(judgement.told) == tellers
        low, high = judgement.intervals["small"]["brier"]
        assert low < judgement.figures["small"]["brier"] < high


def test_fresh_and_frozen_medians_differ_and_so_do_windows(report: EvaluationReport) -> None:
    assert report.rolling is not None
    frozen, rolling = report.frozen, report.rolling
    assert (len(frozen.windows), len(rolling.windows)) == (1, 4)
    assert rolling.windows[0] == frozen.windows[0] == report.cut
    assert not one_sided(frozen.told[MEDIAN_FROZEN], frozen.told[MEDIAN_FRESH])
    assert one_sided(frozen.told[MEDIAN_FRESH], rolling.told[MEDIAN_FRESH])
    assert not one_sided(frozen.told["small"], rolling.told["small"])
    first = len([row for row in ROWS if row.paid and row.issued >= CUT]) // 4 - 5
    same = frozen.told["small"].take(np.arange(first))
    assert one_sided(same, rolling.told["small"].take(np.arange(first)))


def test_the_ensemble_is_compared_with_its_best_member(report: EvaluationReport) -> None:
    pairs = {(one.of, one.against) for one in report.frozen.differences}
    assert (CHOSEN, MEDIAN_FRESH) in pairs
    assert (ENSEMBLE, "small") in pairs
    assert not any(one.says == "worse" for one in report.frozen.differences if one.of == CHOSEN)


def test_what_happens_after_the_cut_does_not_change_what_is_told_at_once() -> None:
    later = [
        replace(row, paid=row.paid + 9) if row.issued >= CUT and row.paid is not None else row
        for row in ROWS
    ]
    both = [
        evaluate_history(Evaluation(ledger=past(rows), families=("small",), draws=0))
        for rows in (ROWS, later)
    ]
    for who in (CHOSEN, "small", DUE_DATE, MEDIAN_FROZEN):
        assert one_sided(both[0].frozen.told[who], both[1].frozen.told[who]), who
    assert both[0].frozen.figures["small"]["mae"] != both[1].frozen.figures["small"]["mae"]
    assert both[0].frozen.differences == ()
    assert both[0].rolling is None


def test_the_table_for_files_holds_every_figure_once(report: EvaluationReport) -> None:
    table = table_of_figures(report)
    assert table.column_names == NAMES
    rows = {(row["ledger"], row["who"], row["figure"]): row for row in table.to_pylist()}
    assert len(rows) == table.num_rows
    found = rows["frozen", "small", "brier"]
    assert found["value"] == report.frozen.figures["small"]["brier"]
    assert (found["low"], found["high"]) == report.frozen.intervals["small"]["brier"]
    assert ("rolling", f"{ENSEMBLE} - small", "mae") in rows
    asked = predictions(report, report.frozen.told["small"])
    assert asked["invoice_id"].to_pylist() == list(report.ids)


def test_too_little_to_judge_by_is_refused_with_its_figures() -> None:
    unpaid = [replace(row, paid=None, known=None) if row.issued >= CUT else row for row in ROWS]
    with pytest.raises(InputError, match=r"162 were issued on .* and 0 of them have been paid"):
        evaluate_history(Evaluation(ledger=past(unpaid)))


def test_too_little_to_learn_from_is_refused_with_its_figures() -> None:
    with pytest.raises(InputError, match="a model needs 200 settled") as refusal:
        evaluate_history(Evaluation(ledger=past(ROWS[:270]), families=("small",)))
    assert refusal.value.code == "too_few_settled"


def test_a_history_in_which_all_pay_on_time_is_refused() -> None:
    prompt = [replace(row, paid=row.due, known=row.due) for row in ROWS]
    with pytest.raises(InputError, match="paid on time: 569, late: 0") as refusal:
        evaluate_history(Evaluation(ledger=past(prompt), families=("small",)))
    assert refusal.value.code == "one_class"


def test_a_history_without_a_usable_row_is_refused() -> None:
    empty = past(ROWS)
    with pytest.raises(InputError, match="no row of the history can be used"):
        evaluate_history(Evaluation(ledger=replace(empty, history=empty.history.slice(0, 0))))


@pytest.mark.parametrize(("rolling", "draws"), [(-1, 0), (101, 0), (0, 10_001)])
def test_bounds_are_kept(rolling: int, draws: int) -> None:
    with pytest.raises(InputError, match="is not from 0 to"):
        evaluate_history(Evaluation(ledger=past(ROWS), rolling=rolling, draws=draws))
