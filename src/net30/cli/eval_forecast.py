"""net30 eval forecast: how good cash forecasts would have been on a ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli.files import layout_of, read_file
from net30.cli.learning import prepare_to_learn
from net30.cli.output import print_json, print_table, progress_bar, say
from net30.cli.session import Json
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import Defaults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from net30.insights.forecast_accuracy import Accuracy
    from net30.services.judge_forecasts import Verdict


def forecast(
    *,
    ledger: Annotated[Path, typer.Option(help="Past invoices with the days they were paid.")],
    layout: Annotated[str, typer.Option(help="A layout's name or JSON file; guessed.")] = "",
    currency: Annotated[str, typer.Option(help="Of rows without one.")] = "EUR",
    days: Annotated[int, typer.Option(help="How many days ahead.")] = 30,
    models: Annotated[
        int, typer.Option(help="How many models to train on past days; 0 for ours.")
    ] = 6,
    family: Annotated[list[str] | None, typer.Option(help="A kind of model; lightgbm.")] = None,
    step: Annotated[int, typer.Option(help="A forecast every so many days.")] = 7,
    json: Json = False,
) -> None:
    """Forecast from many past days of a ledger and judge it: coverage, and error against rivals."""
    prepare_to_learn()
    from net30.services.evaluate_forecast import ForecastEvaluation, evaluate_forecast
    from net30.services.ledger_of_file import ledger_of_file

    file = HistoryFile(
        content=read_file(ledger),
        defaults=Defaults(currency=currency.upper(), today=datetime.now(UTC).date()),
        layout=layout_of(layout) if layout else None,
    )
    asked = ForecastEvaluation(
        facts=ledger_of_file(file).facts,
        models=models,
        families=tuple(family or ("lightgbm",)),
        days=days,
        step=step,
    )
    with progress_bar(shown=not json) as told:
        report = evaluate_forecast(asked, told)
    if json:
        print_json(report)
        return
    say(f"Forecasts of {days} days, made every {step} days from {report.first} to {report.last}.")
    for day, why in report.refused.items():
        say(f"No model of {day}: {why}")
    tell_verdicts(report.verdicts)


def tell_verdicts(verdicts: Mapping[str, Verdict]) -> None:
    """Print coverage and errors, a row a currency."""
    rows = []
    for currency, verdict in verdicts.items():
        rows.append(_row(currency, "all cash", verdict.accuracy))
        if verdict.open_only is not None:
            rows.append(_row(currency, "of open invoices", verdict.open_only))
    columns = ("currency", "what", "judged>", "80 % band holds>", "error>")
    rivals = ("last period>", "due date>", "customer median>")
    print_table("Forecast against actual (WAPE)", (*columns, *rivals), rows)
    for currency, verdict in verdicts.items():
        if verdict.accuracy.reason:
            say(f"- {currency}: {verdict.accuracy.reason}.")


def _row(currency: str, what: str, told: Accuracy) -> tuple[str, ...]:
    shares: dict[str, float | None] = {"coverage": told.coverage, **(told.wape or {})}
    names = ("coverage", "net30", "last_period", "due_date", "customer_median")
    written = (_share(shares.get(name), told.intervals.get(name)) for name in names)
    return (currency, what, str(told.judged), *written)


def _share(value: float | None, interval: tuple[float, float] | None) -> str:
    """Return a share with its 95 % interval, where there is one."""
    if value is None:
        return ""
    return f"{value:.3f}" + (f" ({interval[0]:.2f}-{interval[1]:.2f})" if interval else "")
