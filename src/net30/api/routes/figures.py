"""Figures: every figure of the receivables, and the invoices behind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.asked import AsOf, Currency, Day
from net30.api.resource import Resource
from net30.api.visit import Looking
from net30.domain.identity.roles import Permission
from net30.insights.behind import InvoiceBehind
from net30.insights.definitions import definitions
from net30.kernel.money import Money
from net30.ledger.segments import read_figure_facts
from net30.services.cached import cached
from net30.services.company_figures import (
    Asked,
    CompanyFigures,
    behind_figure,
    company_figures,
)
from net30.services.context import ReadContext
from net30.services.foreseen_figures import foreseen_figures

routes = Resource("figures", "Every figure of the receivables, with its definition.")

From = Annotated[Day | None, Query(alias="from", description="First day of the period.")]
To = Annotated[Day | None, Query(alias="to", description="Last day of the period.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a figure is, and in which unit."""

    unit: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresShown:
    """The figures of each currency by key; where one is null, `reasons` says why."""

    as_of: date
    start: date
    end: date
    currencies: Mapping[str, Mapping[str, Any]]  # Any: figures of many kinds
    reason: str | None
    definitions: Mapping[str, Definition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The invoices behind a figure, and what they come to in each currency."""

    figure: str
    as_of: date
    sums: tuple[Money, ...]
    invoices: tuple[InvoiceBehind, ...]


@routes.get("/figures", Permission.FIGURES_READ, gives=FiguresShown)
def get_figures(
    visit: Looking,
    as_of: AsOf = None,
    start: From = None,
    end: To = None,
    currency: Currency = "",
    language: Annotated[Literal["en", "fr"], Query(description="Of the definitions.")] = "en",
) -> Response:
    """Tell every figure of a day, currency by currency: DSO, ageing, CEI, collection rate ..."""
    with visit.look() as ctx:
        asked = _asked(ctx, as_of, (start, end), currency)
        found = cached(ctx, "statistics", ("figures", asked), lambda: _figures(ctx, asked))
    shown = FiguresShown(
        as_of=found.as_of,
        start=found.start,
        end=found.end,
        currencies={
            one.currency: {**one.numbers, "reasons": one.reasons} for one in found.currencies
        },
        reason=found.reason or None,
        definitions={
            key: Definition(unit=one.unit, definition=one.sentence(language))
            for key, one in definitions().items()
        },
    )
    return visit.reply(shown)


@routes.get("/figures/{figure}/invoices", Permission.FIGURES_READ, gives=Behind)
def get_invoices_behind_figure(
    visit: Looking,
    figure: Annotated[str, Path(description="Such as dso or ageing.d1_30.", max_length=100)],
    as_of: AsOf = None,
    start: From = None,
    end: To = None,
    currency: Currency = "",
) -> Response:
    """List the invoices behind a figure; where it is an amount, theirs add up to it."""
    with visit.look() as ctx:
        asked = _asked(ctx, as_of, (start, end), currency)
        facts = read_figure_facts(ctx.blobs, ctx.organisation, asked.as_of, numbers=True)
        rows = behind_figure(facts, asked, figure, foreseen_figures(ctx, asked.as_of))
    amounts: dict[str, list[Money]] = {}
    for row in rows:
        amounts.setdefault(row.amount.currency, []).append(row.amount)
    sums = tuple(Money.total(found, code) for code, found in amounts.items())
    return visit.reply(Behind(figure=figure, as_of=asked.as_of, sums=sums, invoices=rows))


def _figures(ctx: ReadContext, asked: Asked) -> CompanyFigures:
    return company_figures(ctx, asked, foreseen_figures(ctx, asked.as_of))


def _asked(
    ctx: ReadContext, as_of: date | None, period: tuple[date | None, date | None], currency: str
) -> Asked:
    start, end = period
    return Asked(
        as_of=as_of or ctx.today,
        start=start,
        end=end,
        currency=currency,
        cost_of_capital=ctx.company.cost_of_capital,
    )
