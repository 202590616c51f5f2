"""Analytics report: invoiced, collected, owed, rates, DSO, health score, ageing and top clients."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Days, Percent, Result, Shown
from net30.assistant.tools import get_ageing
from net30.assistant.tools.get_statistics import (
    PERIOD,
    POSITION,
    RATES,
    Figure,
    figures_between,
    told,
)
from net30.assistant.tools.top_clients import rankings
from net30.domain.identity.roles import Permission
from net30.insights.top_customers import By
from net30.services.context import ReadContext
from net30.services.get_statistics import CurrencyFigures, Statistics

if TYPE_CHECKING:  # only its shape: what is measured beside loads numpy
    from net30.services.company_figures import Value

ACCESS = Access.READ
NEEDS = (Permission.FIGURES_READ,)

CLIENTS_SHOWN = 5

MEASURED = ("dso_best_possible", "cei", "health_score")
"""What the report takes from all the figures of the company."""


class Args(Arguments):
    """Which period; without one the last 90 days. What is owed is always as of today."""

    start: date | None = Field(default=None, alias="from", description="First day of the period.")
    end: date | None = Field(default=None, alias="to", description="Last day of the period.")


def run(ctx: ReadContext, args: Args) -> Result:
    """Return the report: the figures, then the ageing, then who owes and buys the most."""
    found = figures_between(ctx, args.start, args.end)
    measured = _measured(ctx, found) if found.currencies else ()
    figures = told("analytics", found, PERIOD + POSITION + RATES + measured)
    if not found.currencies:
        return figures
    parts = [*figures.parts, get_ageing.told(found.as_of, found.currencies)]
    for by in (By.OUTSTANDING, By.REVENUE):
        ranked = rankings(ctx, by, CLIENTS_SHOWN)
        if ranked:
            parts.append(Result(f"top_{by.value}", {"as_of": found.as_of}, parts=ranked))
    return Result(
        figures.code, figures.values, figures.rows, columns=figures.columns, parts=tuple(parts)
    )


def _measured(ctx: ReadContext, found: Statistics) -> tuple[Figure, ...]:
    """Return what else is known of the period, as `net30 figures` has it."""
    from net30.services.company_figures import Asked, company_figures  # noqa: PLC0415 (numpy)
    from net30.services.foreseen_figures import foreseen_figures  # noqa: PLC0415 (numpy)

    asked = Asked(
        as_of=found.as_of,
        start=found.start,
        end=found.end,
        cost_of_capital=ctx.company.cost_of_capital,
    )
    figures = company_figures(ctx, asked, foreseen_figures(ctx, found.as_of))
    shown = {one.currency: _shown(one.values) for one in figures.currencies}
    return tuple((name, partial(_of_currency, shown, name)) for name in MEASURED)


def _shown(values: Mapping[str, Value]) -> dict[str, Shown]:
    best, index, health = (values[name] for name in MEASURED)
    score = health["score"] if isinstance(health, Mapping) else None
    return {
        "dso_best_possible": Days(best) if isinstance(best, Decimal) else None,
        "cei": Percent(index) if isinstance(index, Decimal) else None,
        "health_score": score if isinstance(score, Decimal) else None,
    }


def _of_currency(
    shown: Mapping[str, Mapping[str, Shown]], name: str, one: CurrencyFigures
) -> Shown:
    return shown.get(one.currency, {}).get(name)
