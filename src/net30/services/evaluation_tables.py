"""Evaluation tables: what an evaluation found, as tables for files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

import pyarrow as pa

from net30.ledger.compute import Column
from net30.scoring.figures import Told
from net30.services.evaluate_history import EvaluationReport, Judgement

FROZEN, ROLLING = "frozen", "rolling"
NAMES = ["ledger", "who", "figure", "value", "low", "high"]
_UNKNOWN = (float("nan"), float("nan"))


def judgements(report: EvaluationReport) -> Mapping[str, Judgement]:
    """Return the tables of an evaluation by name: frozen, and rolling where it was asked for."""
    rolling = {} if report.rolling is None else {ROLLING: report.rolling}
    return {FROZEN: report.frozen, **rolling}


def table_of_figures(report: EvaluationReport) -> pa.Table:
    """Return every figure, a row each: ledger, who, figure, value, low, high (95 %).

    A difference stands as 'who - whom'; what the outcomes do not allow is null.
    """
    names: list[tuple[str, str, str]] = []
    numbers: list[tuple[float, float, float]] = []
    for ledger, one in judgements(report).items():
        for who, figures in one.figures.items():
            names += [(ledger, who, figure) for figure in figures]
            intervals = one.intervals[who]
            numbers += [(v, *intervals.get(figure, _UNKNOWN)) for figure, v in figures.items()]
        for each in one.differences:
            names.append((ledger, f"{each.of} - {each.against}", each.figure))
            numbers.append((each.value, each.low, each.high))
    texts = [pa.array([row[at] for row in names], pa.string()) for at in range(3)]
    return pa.table([*texts, *(_known([row[at] for row in numbers]) for at in range(3))], NAMES)


def predictions(report: EvaluationReport, told: Told) -> pa.Table:
    """Return what one said of each judged invoice, in the columns of `net30 predict`."""
    return pa.table(
        {
            "invoice_id": pa.array(report.ids, pa.string()),
            "p_late": told.late,
            "p_late30": told.late30,
            "expected_days_late": told.expected,
            "q10": told.low,
            "q90": told.high,
        }
    )


def _known(values: Sequence[float]) -> Column:
    return pa.array([None if isnan(value) else value for value in values], pa.float64())
