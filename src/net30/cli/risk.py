"""net30 risk: what may be lost and with whom, and what other days would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli.output import print_json, print_table, say
from net30.cli.session import Json, opened
from net30.kernel.dates import parse_date
from net30.language.amounts import write_money

if TYPE_CHECKING:
    from datetime import date

    from net30.insights.measured import Measure
    from net30.kernel.money import Money
    from net30.services.receivables_risk import CurrencyRisk

app = typer.Typer(help="What may be lost, and with whom.", invoke_without_command=True)

Day = Annotated[str, typer.Option(help="As known at the end of this day; today.")]


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="risk")


@app.callback()
def risk(
    context: typer.Context,
    *,
    as_of: Day = "",
    limit: Annotated[int, typer.Option(help="So many customers.", min=1, max=1000)] = 10,
    json: Json = False,
) -> None:
    """Tell expected loss (PD x LGD x exposure), concentration, limits, and what to do."""
    if context.invoked_subcommand:
        return
    from net30.services.receivables_risk import receivables_risk

    with opened() as net30, net30.look() as ctx:
        found = receivables_risk(ctx, _day(as_of), limit)
    if json:
        print_json(found)
        return
    say(f"As of {found.as_of}, by {found.model or 'no model'}.")
    for one in found.currencies:
        _show(one)
    if not found.currencies:
        say("Nothing is open.")


@app.command("later")
def later(
    *,
    days: Annotated[int, typer.Argument(help="So many days later than expected.")],
    customer: Annotated[str, typer.Option(help="Name or id; whoever owes the most.")] = "",
    as_of: Day = "",
    json: Json = False,
) -> None:
    """Tell what it costs when one customer pays so many days later."""
    from net30.services.what_if import pays_later

    with opened() as net30, net30.look() as ctx:
        found = pays_later(ctx, days, customer, _day(as_of))
    if json:
        print_json(found)
        return
    for one in found:
        cost = _money(one.cost)
        say(f"{one.customer} owes {_money(one.open)}; {one.days} days later costs {cost}.")
        rows = [(f"{span.days} days", _money(span.now), _money(span.then)) for span in one.spans]
        print_table("Expected of what is open", ("within", "as it is>", "if>"), rows)


@app.command("terms")
def terms(
    *,
    days: Annotated[int, typer.Argument(help="Days from issue to due.")],
    as_of: Day = "",
    json: Json = False,
) -> None:
    """Tell what other terms would have brought for the invoices of the last 90 days."""
    from net30.services.what_if import other_terms

    with opened() as net30, net30.look() as ctx:
        found = other_terms(ctx, days, _day(as_of))
    if json:
        print_json(found)
        return
    for one in found:
        saved = one.saved
        say(
            f"{one.currency}: {one.invoices:,} invoices over {_money(one.sales)} had "
            f"{one.usual.value} days on average. With {one.terms} the money would come "
            f"{saved.expected:.1f} days sooner ({saved.low:.1f} to {saved.high:.1f}): "
            f"{_money(one.freed)} freed, worth {_money(one.gain.expected)} a year "
            f"({_money(one.gain.low)} to {_money(one.gain.high)})."
        )
    say("By how invoices were paid so far; that customers change with the terms is no promise.")


def _show(one: CurrencyRisk) -> None:
    loss = one.loss
    lost = _money(loss.expected) if loss.expected is not None else f"not known: {loss.reason}"
    source = "assumed" if loss.lgd_assumed else f"from {loss.lgd_cases} invoices"
    say(
        f"{one.currency}: {_money(loss.exposure)} open; expected loss {lost} "
        f"(PD {_told(loss.pd)}, LGD {_told(loss.lgd)}, {source})."
    )
    say(
        f"Herfindahl index {_told(one.hhi)}; of what is overdue the ten largest owe "
        f"{_told(one.top10_share)}."
    )
    rows = [
        (
            row.customer,
            _money(row.loss.exposure),
            str(row.loss.pd.value),
            _money(row.loss.expected),
            _money(row.limit) if row.limit else "",
            row.standing.value.replace("_", " "),
            ", ".join(advice.action for advice in row.advice),
        )
        for row in one.customers
    ]
    columns = ("customer", "open>", "PD>", "expected loss>", "limit>", "standing", "advice")
    print_table("Customers by expected loss", columns, rows)


def _told(found: Measure) -> str:
    return f"unknown ({found.reason})" if found.value is None else str(found.value)


def _money(amount: Money) -> str:
    return write_money(amount, "en")


def _day(text: str) -> date | None:
    return parse_date(text) if text else None
