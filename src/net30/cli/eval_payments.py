"""net30 eval payments: how well each kind of model would have told a history's later invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli.files import layout_of, read_file
from net30.cli.learning import prepare_to_learn
from net30.cli.output import print_findings, print_json, print_table, progress_bar, say
from net30.cli.session import Json, opened
from net30.kernel.errors import InputError
from net30.kernel.files import write_whole
from net30.kernel.plugins import load
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import Defaults

if TYPE_CHECKING:
    from net30.scoring.scorecard import Difference
    from net30.services.evaluate_history import EvaluationReport, Judgement
    from net30.services.past_invoices import PastInvoices

FORMATS = ("csv", "parquet", "xlsx")
SHOWN: Mapping[str, Mapping[str, str]] = {
    "Late or not": {
        "accuracy": "accuracy",
        "auc": "AUC",
        "brier": "Brier",
        "ece": "ECE",
        "ap30": "AP > 30 days",
    },
    "Days and cash": {
        "mae": "mean error",
        "cover": "80 % range",
        "interval_score": "interval score",
        "cash": "weekly cash",
    },
    "Called late, or more than 30 days late, at even odds": {
        "precision": "right",
        "recall": "found",
        "precision30": "> 30: right",
        "recall30": "> 30: found",
        "high_late": "high band: late",
    },
    "Deciding only where it is sure": {
        "decided_80": "at .2 or .8",
        "accuracy_80": "accuracy",
        "decided_90": "at .1 or .9",
        "accuracy_90": "accuracy",
    },
}
"""What a person is shown, table by table; a file holds every figure."""
TEN = 10


def payments(
    *,
    ledger: Annotated[Path | None, typer.Option(help="Past invoices; your own books.")] = None,
    layout: Annotated[str, typer.Option(help="A layout's name or JSON file; guessed.")] = "",
    family: Annotated[list[str] | None, typer.Option(help="A kind of model; all of them.")] = None,
    rolling: Annotated[
        int, typer.Option(help="Judge in so many windows as well, each with its own ledger.")
    ] = 0,
    currency: Annotated[str, typer.Option(help="Of rows without one.")] = "EUR",
    draws: Annotated[int, typer.Option(help="Draws of customers for the 95 % intervals.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed gives the same table.")] = 0,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Every figure: .csv, .parquet or .xlsx.")
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option(help="A folder for what each said of every invoice.")
    ] = None,
    json: Json = False,
) -> None:
    """Judge every kind of model, and what anybody could say, on the later fifth of a history.

    Models learn from what was issued, paid and known before the day below which 80 % of the
    invoices lie, and are asked about those issued since. Nothing is published.
    """
    prepare_to_learn()
    from net30.services.evaluate_history import Evaluation, evaluate_history

    kind = output.suffix.removeprefix(".") if output else ""
    if output and kind not in FORMATS:
        raise InputError(
            f"{output.name!r} is no {', '.join(FORMATS)}",
            hint="end the output's name with one of them",
            code="export_format",
        )
    evaluation = Evaluation(
        ledger=_past(ledger, layout, currency.upper()),
        families=tuple(dict.fromkeys(family or ())),
        rolling=rolling,
        draws=draws,
        seed=seed,
    )
    with progress_bar(shown=not json) as told:
        report = evaluate_history(evaluation, told)
    if output:
        from net30.services.evaluation_tables import table_of_figures

        write_whole(output, load("net30.ledger.writers", kind).write(table_of_figures(report)))
    written = _write_predictions(report, predictions) if predictions else []
    if json:
        print_json(_summary(report) | {"file": output, "predictions": written})
        return
    _tell(report)
    if output:
        say(f"Wrote every figure to {output}.")
    if written:
        say(f"Wrote what each said of every invoice to {len(written)} files in {predictions}.")


def _past(ledger: Path | None, layout: str, currency: str) -> PastInvoices:
    from net30.services import past_invoices

    if ledger is None:
        with opened() as net30, net30.look() as ctx:
            return past_invoices.of_books(ctx, ctx.today)
    file = HistoryFile(
        content=read_file(ledger),
        defaults=Defaults(currency=currency, today=datetime.now(UTC).date()),
        layout=layout_of(layout) if layout else None,
    )
    return past_invoices.of_file(file, ledger.name)


def _write_predictions(report: EvaluationReport, folder: Path) -> list[Path]:
    from net30.ledger.writers import csv
    from net30.services.evaluation_tables import judgements, predictions

    written = []
    for ledger, judgement in judgements(report).items():
        (folder / ledger).mkdir(parents=True, exist_ok=True)
        for who, told in judgement.told.items():
            written.append(folder / ledger / f"{who}.csv")
            write_whole(written[-1], csv.write(predictions(report, told)))
    return written


def _summary(report: EvaluationReport) -> dict[str, object]:
    """Return the report without what was said of every invoice."""
    from net30.services.evaluation_tables import judgements

    kept = (
        *("source", "sha256", "cut", "learned_from", "open_at_cut", "judged", "unpaid"),
        *("customers", "currencies", "learners", "left_out", "findings", "finding_counts"),
    )
    tables = {
        ledger: {
            "windows": one.windows,
            "figures": one.figures,
            "intervals": one.intervals,
            "differences": [
                {
                    "of": each.of,
                    "against": each.against,
                    "figure": each.figure,
                    "value": each.value,
                    "low": each.low,
                    "high": each.high,
                    "says": each.says,
                }
                for each in one.differences
            ],
        }
        for ledger, one in judgements(report).items()
    }
    return {name: getattr(report, name) for name in kept} | tables


def _tell(report: EvaluationReport) -> None:
    print_findings(report.findings)
    say(
        f"{report.source} (SHA-256 {report.sha256}): learned from {report.learned_from:,} invoices "
        f"issued before {report.cut}, {report.open_at_cut:,} of them open then; judged on "
        f"{report.judged:,} issued since, of {report.customers:,} customers."
    )
    if report.unpaid:
        say(
            f"{report.unpaid:,} more are still unpaid and are not judged: what is judged has been "
            "paid sooner than all will be."
        )
    if len(report.currencies) > 1:
        told = ", ".join(report.currencies)
        say(f"The weekly cash error adds amounts of {told} as they are, without conversion.")
    for one in report.learners:
        setup = ", ".join(f"{name} {value:.3g}" for name, value in one.setup.items())
        say(f"  {one.name}: {one.family} ({setup}), calibration {one.calibration}")
    for name, reason in report.left_out.items():
        say(f"  {name} is left out: {reason}")
    from net30.services.evaluation_tables import ROLLING, judgements

    for ledger, judgement in judgements(report).items():
        days = len(judgement.windows)
        where = f"in {days} windows, each with its own ledger" if ledger == ROLLING else "at once"
        _tell_judgement(f"told {where}", judgement)


def _tell_judgement(how: str, judgement: Judgement) -> None:
    rates = next(iter(judgement.figures.values()))
    say(
        f"\nJudged invoices {how}: {rates['late_rate']:.1%} late, "
        f"{rates['late30_rate']:.1%} more than 30 days late."
    )
    for title, figures in SHOWN.items():
        rows = [
            (who, *(_cell(values[one], judgement.intervals[who].get(one)) for one in figures))
            for who, values in judgement.figures.items()
        ]
        print_table(title, ("", *(f"{name}>" for name in figures.values())), rows)
    for line in _compared(judgement.differences):
        say(line)


def _compared(differences: Sequence[Difference]) -> list[str]:
    """Return each difference in a line; what the outcomes do not allow is left out."""
    return [
        f"  {one.figure}: {one.of} {one.value:+.4f} from {one.against} "
        f"({one.low:+.4f} to {one.high:+.4f}): {one.says}"
        for one in differences
        if not isnan(one.value)
    ]


def _cell(value: float, interval: tuple[float, float] | None) -> str:
    if isnan(value):
        return ""
    if interval is None or isnan(interval[0]):
        return _number(value)
    return f"{_number(value)} ({_number(interval[0])}-{_number(interval[1])})"


def _number(value: float) -> str:
    """Return a figure with three digits; shares without the 0 before the point."""
    size = abs(value)
    if size < 1:
        return f"{value:.3f}".replace("0.", ".", 1)
    return f"{value:.2f}" if size < TEN else f"{value:.1f}"
