"""net30 models: the versions of a model, what they are worth, and which one is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from net30.cli.model_checks import (
    NAME,
    Folder,
    Name,
    Version,
    asked_models,
    check,
    compare,
    figure,
)
from net30.cli.output import print_findings, print_json, print_table, say
from net30.cli.session import Json

if TYPE_CHECKING:
    from net30.scoring.card import Card

app = typer.Typer(help="List, show, promote and check trained models.")
app.command("check")(check)
app.command("compare")(compare)

FIGURES = ("auc", "brier", "mae", "cover")


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="models")


@app.callback(invoke_without_command=True)
def models(
    *, context: typer.Context, name: Name = NAME, folder: Folder = None, json: Json = False
) -> None:
    """List the versions: family, as-of date, data, figures beside the customers' own medians."""
    if context.invoked_subcommand:
        return
    from net30.services.promote_model import list_models

    with asked_models(folder) as (_, where):
        shelf = list_models(where, name)
    if json:
        print_json(
            {
                "current": shelf.current,
                "models": [_summary(card) for card in shelf.cards],
                "findings": shelf.findings,
            }
        )
        return
    if not shelf.cards:
        say("No model is published yet. Train one on your own books: net30 train")
    else:
        print_table(
            f"Models {name}, * is served", _HEAD, [_row(c, shelf.current) for c in shelf.cards]
        )
    print_findings(shelf.findings)


@app.command("show")
def show(
    *, version: Version = "", name: Name = NAME, folder: Folder = None, json: Json = False
) -> None:
    """Show a version's card: what it learned from, its figures, gates and limits."""
    from net30.services.promote_model import show_model

    with asked_models(folder) as (_, where):
        card = show_model(where, name, version)
    print_json(_summary(card)) if json else _tell(card)


@app.command("promote")
def promote(
    *, version: Version, name: Name = NAME, folder: Folder = None, json: Json = False
) -> None:
    """Serve this version from now on."""
    from net30.services.promote_model import Shelving, promote_model

    with asked_models(folder) as (ctx, where):
        shelving = Shelving(models=where, name=name, day=ctx.today, by=ctx.user)
        card = promote_model(shelving, version)
    _moved(card, json=json)


@app.command("rollback")
def rollback(*, name: Name = NAME, folder: Folder = None, json: Json = False) -> None:
    """Serve the version again that was served before."""
    from net30.services.promote_model import Shelving, roll_back

    with asked_models(folder) as (ctx, where):
        card = roll_back(Shelving(models=where, name=name, day=ctx.today, by=ctx.user))
    _moved(card, json=json)


@app.command("history")
def history(*, name: Name = NAME, folder: Folder = None, json: Json = False) -> None:
    """List every promotion: when, which version, by whom."""
    from net30.scoring.promotions import promotions
    from net30.scoring.registry import checked_name

    with asked_models(folder) as (_, where):
        found = promotions(where / checked_name(name))
    if json:
        print_json(
            [{"version": p.version, "day": p.day, "by": p.by, "back": p.back} for p in found]
        )
        return
    for one in found:
        say(f"{one.day}  {one.version}  {'back, ' if one.back else ''}by {one.by}")


_HEAD = (
    "version",
    "family",
    "as of",
    "settled>",
    *(f"{one}>" for one in FIGURES),
    "medians: brier>",
    "mae>",
    "gates",
)


def _row(card: Card, current: str) -> tuple[str, ...]:
    rival = card.baselines.get("customer_median", {})
    return (
        f"{card.version}{' *' if card.version == current else ''}",
        card.family,
        str(card.as_of),
        f"{card.learned_from.settled:,}",
        *(figure(card.metrics.get(one)) for one in FIGURES),
        figure(rival.get("brier")),
        figure(rival.get("mae")),
        _gates(card),
    )


def _gates(card: Card) -> str:
    return ", ".join(
        f"{name} {'ok' if gate.get('passed') else 'no'}" for name, gate in card.gates.items()
    )


def _summary(card: Card) -> dict[str, object]:
    return {
        "name": card.name,
        "version": card.version,
        "family": card.family,
        "setup": card.setup,
        "as_of": card.as_of,
        "made_on": card.made_on,
        "data": {
            "source": card.learned_from.source,
            "sha256": card.learned_from.sha256,
            "invoices": card.learned_from.invoices,
            "settled": card.learned_from.settled,
            "open": card.learned_from.open,
            "customers": card.learned_from.customers,
        },
        "features": card.features,
        "words": {name: len(values) for name, values in card.words.items()},
        "calibration": card.calibration,
        "metrics": card.metrics,
        "baselines": card.baselines,
        "gates": card.gates,
        "limits": card.limits,
        "model_sha256": card.model_sha256,
    }


def _tell(card: Card) -> None:
    say(f"{card.name} {card.version}: {card.family}, as of {card.as_of}, made on {card.made_on}.")
    one = card.learned_from
    say(
        f"Learned from {one.source}: {one.settled:,} settled and {one.open:,} open invoices of "
        f"{one.customers:,} customers, {one.first_issue} to {one.last_issue} ({one.sha256[:12]})."
    )
    rivals = list(card.baselines)
    rows = [
        (name, figure(value), *(figure(card.baselines[rival].get(name)) for rival in rivals))
        for name, value in card.metrics.items()
    ]
    print_table("On later invoices", ("figure", "model>", *(f"{rival}>" for rival in rivals)), rows)
    say(f"Calibration: {card.calibration.method}. Gates: {_gates(card) or 'none'}.")
    for limit in card.limits:
        say(f"- {limit}")


def _moved(card: Card, *, json: bool) -> None:
    if json:
        print_json({"current": card.version})
        return
    say(f"{card.name} {card.version} is served now.")
