"""Business statistics of a period: invoiced, collected, open and overdue, by currency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Days, Percent, Result, Shown, Word
from net30.domain.identity.roles import Permission
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.services.context import ReadContext
from net30.services.found import customer_by_name
from net30.services.get_statistics import CurrencyFigures, Statistics
from net30.services.get_statistics import get_statistics as figures_of

ACCESS = Access.READ
NEEDS = (Permission.FIGURES_READ,)

CURRENCIES_ABREAST = 3
"""So many columns of amounts a terminal can show; more currencies go into a table below."""


class Args(Arguments):
    """Which period, client or currency; without them the last 90 days of everything."""

    start: date | None = Field(default=None, alias="from", description="First day of the period.")
    end: date | None = Field(default=None, alias="to", description="Last day of the period.")
    client: str | None = Field(default=None, description="Only this client's figures.")
    currency: str | None = Field(default=None, description="Only this ISO 4217 currency.")


def run(ctx: ReadContext, args: Args) -> Result:
    """Return the figures, a column for each currency."""
    customer = customer_by_name(ctx, args.client).value if args.client else None
    found = figures_between(
        ctx, args.start, args.end, customer.id if customer else "", args.currency
    )
    code = "statistics_of" if customer else "statistics"
    return told(code, found, PERIOD + POSITION + RATES, client=customer.name if customer else "")


def figures_between(
    ctx: ReadContext,
    start: date | None,
    end: date | None,
    customer_id: str = "",
    currency: str | None = None,
) -> Statistics:
    """Return the figures of a period as known today; raise InputError for one that ends early.

    A period that runs on into the future ends today: nothing of the future is known.
    """
    if start and end and start > end:
        raise InputError(
            f"the period ends on {end}, before it begins on {start}",
            hint="name the earlier day first",
            code="period",
        )
    last = end and min(end, ctx.today)
    if start and start > (last or ctx.today):
        raise InputError(
            f"the period begins on {start}, in the future",
            hint="figures are of what has happened; ask for what falls due instead",
            code="future_period",
        )
    return figures_of(
        ctx,
        start=start,
        end=last,
        customer_id=customer_id,
        currency=(currency or "").upper(),
    )


Figure = tuple[str, Callable[[CurrencyFigures], Shown]]

PERIOD: tuple[Figure, ...] = (
    ("invoiced", lambda one: one.revenue.invoiced if one.revenue else Money.zero(one.currency)),
    ("invoice_count", lambda one: one.revenue.invoice_count if one.revenue else 0),
    ("average_invoice", lambda one: one.revenue.average_invoice if one.revenue else None),
    ("collected", lambda one: one.revenue.collected if one.revenue else Money.zero(one.currency)),
    ("still_open", lambda one: one.revenue.open if one.revenue else Money.zero(one.currency)),
)
"""Of the invoices issued in the period; without any there is no average."""

POSITION: tuple[Figure, ...] = (
    ("outstanding", lambda one: one.position.outstanding if one.position else None),
    ("overdue", lambda one: one.position.overdue if one.position else None),
)
"""Of all invoices, as of the day."""


def told(code: str, found: Statistics, figures: Sequence[Figure], *, client: str = "") -> Result:
    """Return figures as a reply shows them: a row a figure, a column a currency."""
    values: dict[str, Shown] = {
        "start": found.start,
        "end": found.end,
        "as_of": found.as_of,
        "client": client,
    }
    if not found.currencies:
        return Result("statistics_none", values)
    first, *others = (
        _abreast(found.currencies[at : at + CURRENCIES_ABREAST], figures)
        for at in range(0, len(found.currencies), CURRENCIES_ABREAST)
    )
    return Result(code, values, first.rows, columns=first.columns, parts=tuple(others))


def _abreast(entries: Sequence[CurrencyFigures], figures: Sequence[Figure]) -> Result:
    rows: list[tuple[Shown, ...]] = [
        (Word("figure", name), *(figure(entry) for entry in entries)) for name, figure in figures
    ]
    return Result("figures", rows=tuple(rows), columns=tuple(one.currency for one in entries))


def rate_of(entry: CurrencyFigures) -> Percent | None:
    """Return the collection rate in percent, or None when nothing fell due."""
    if entry.collection_rate is None or entry.collection_rate.rate is None:
        return None
    return Percent(entry.collection_rate.rate * 100)


RATES: tuple[Figure, ...] = (
    ("collection_rate", rate_of),
    ("dso", lambda one: None if one.dso_simple is None else Days(one.dso_simple)),
)
"""Without sales, or without anything that fell due, there is none."""
