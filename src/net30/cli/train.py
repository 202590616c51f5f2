"""net30 train: a model of when the money comes, from past invoices."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli import exits
from net30.cli.learning import prepare_to_learn
from net30.cli.output import print_findings, print_json, print_table, progress_bar, say
from net30.cli.past_file import past_of_file
from net30.cli.session import Json, opened
from net30.kernel.dates import parse_date
from net30.kernel.errors import InputError

if TYPE_CHECKING:
    from net30.services.train_model import Training, TrainingReport

EVERY_DAYS_MAX = 3_650
SHOWN = ("auc", "brier", "mae", "cover", "interval_score", "ap30", "accuracy", "ece")


def register(app: typer.Typer) -> None:
    """Add this command to `net30`."""
    app.command("train")(train)


def train(
    *,
    ledger: Annotated[Path | None, typer.Option(help="Past invoices; your own books.")] = None,
    layout: Annotated[str, typer.Option(help="A layout's name or JSON file; guessed.")] = "",
    family: Annotated[list[str] | None, typer.Option(help="A kind of model; several compete.")] = (
        None
    ),
    as_of: Annotated[str, typer.Option(help="The first day that counts as the future.")] = "",
    currency: Annotated[str, typer.Option(help="Of rows without one.")] = "EUR",
    name: Annotated[str, typer.Option(help="What to call the model.")] = "payments",
    seed: Annotated[int, typer.Option(help="The same seed, the same model.")] = 0,
    without: Annotated[
        list[str] | None, typer.Option(help="A group of features not to learn from.")
    ] = None,
    budget: Annotated[
        int, typer.Option(help="Seconds in which ways of learning are tried; 0: 900.", min=0)
    ] = 0,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder of models; the books' own.")
    ] = None,
    if_due: Annotated[
        bool, typer.Option("--if-due", help="Only when the served model is old or has drifted.")
    ] = False,
    every: Annotated[str, typer.Option(help="With --if-due: old after so many days, e.g. 30d.")] = (
        ""
    ),
    json: Json = False,
) -> None:
    """Train a model and publish it when it is better than the customers' own medians.

    With --if-due a successor of the served model is trained only when that is old or invoices have
    changed, and served only when it is not worse on the same later invoices.
    """
    prepare_to_learn()
    from net30.services import past_invoices
    from net30.services.train_model import Training, train_model, usual_families
    from net30.settings import load_with_file

    today = datetime.now(UTC).date()
    deep = load_with_file(os.environ).use_deep_learning
    day = parse_date(as_of) if as_of else None
    if ledger is None:
        with opened() as net30, net30.look() as ctx:
            day = day or ctx.today
            past, models = past_invoices.of_books(ctx, day), output or ctx.models
    elif output is None:
        raise InputError(
            "a model of a file needs a folder to be published in",
            hint="name it: net30 train --ledger FILE -o FOLDER",
            code="usage",
        )
    else:
        past, models = past_of_file(ledger, layout, currency), output
    training = Training(
        ledger=past,
        models=models,
        made_on=today,
        as_of=day,
        families=tuple(family or usual_families(deep=deep)),
        name=name,
        seed=seed,
        without=tuple(without or ()),
        budget_seconds=budget or None,
    )
    if if_due or every:
        _retrain(training, _days(every), json=json)
        return
    if ledger is None:
        report = _as_job(training, json=json)
    else:
        with progress_bar(shown=not json) as told:
            report = train_model(training, told)
    print_json(report) if json else _tell(report)
    if report.refused:
        raise typer.Exit(exits.FAULTS)


def _as_job(training: Training, *, json: bool) -> TrainingReport:
    """Train on our own books under a record that net30 jobs shows."""
    from net30.services.jobs.run_job import Progress, run_job
    from net30.services.train_model import train_model

    with opened() as net30, progress_bar(shown=not json) as bar:

        def work(tell: Progress) -> TrainingReport:
            def both(step: str, done: int, total: int) -> None:
                bar(step, done, total)
                tell(step, done, total)

            return train_model(training, both)

        return run_job(
            net30.change,
            work,
            kind="train",
            title=f"training {training.name}",
            told=lambda report: {"folder": str(report.folder or ""), "family": report.family},
        )


def _retrain(training: Training, every_days: int | None, *, json: bool) -> None:
    from net30.services.retrain_model import Action, Retraining, retrain_if_due

    with progress_bar(shown=not json) as told:
        report = retrain_if_due(Retraining(training=training, every_days=every_days), told)
    if json:
        print_json(report)
    else:
        for reason in report.reasons:
            say(f"- {reason}")
        if report.training:
            _tell(report.training)
        say(f"{report.action.replace('_', ' ').capitalize()}: {report.says}.")
    if report.action is Action.REFUSED:
        raise typer.Exit(exits.FAULTS)


def _days(every: str) -> int | None:
    """Return the days that '30d' or '30' means, None for an empty text."""
    if not every:
        return None
    number = every.strip().lower().removesuffix("d")
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= EVERY_DAYS_MAX):
        raise InputError(
            f"{every!r} is no number of days from 1 to {EVERY_DAYS_MAX:,}",
            hint="say --every 30d",
            code="usage",
        )
    return int(number)


def _tell(report: TrainingReport) -> None:
    print_findings(report.findings)
    say(
        f"{report.family}, learned from {report.settled:,} settled and "
        f"{report.invoices - report.settled:,} open invoices of {report.customers:,} customers, "
        f"as of {report.as_of}."
    )
    rivals = list(report.baselines)
    print_table(
        "On later invoices than those learned from",
        ("figure", "model>", *(f"{rival}>" for rival in rivals)),
        [
            (one, *(_figure(row.get(one)) for row in (report.metrics, *report.baselines.values())))
            for one in SHOWN
        ],
    )
    say("Tried (errors against the customer median's, the best first):")
    for family, setup, score in report.tried:
        told = ", ".join(f"{name} {value:g}" for name, value in setup.items())
        say(f"  {score:.3f}  {family}: {told}")
    for said in report.gates:
        say(f"  {said}")
    if report.folder:
        say(f"Published as {report.folder}.")
    else:
        say(f"Refused, nothing was published: {'; '.join(report.refused)}.")


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
