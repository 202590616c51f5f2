"""Board: what the first screen shows, read from the books once for every change of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from net30.domain.identity.roles import Permission
from net30.domain.open_item import Status
from net30.insights.expected_cash import ExpectedCash
from net30.ledger.segments import read_figure_facts
from net30.ports.search import Query
from net30.services.collect_today import CallToMake, collect_today
from net30.services.company_figures import Asked, CurrencyFigures, figures_of_ledger
from net30.services.context import ReadContext
from net30.services.figures_by_month import MonthFigures, figures_by_month
from net30.services.find_invoices import find_invoices
from net30.services.forecast_cash import forecast_cash
from net30.services.foreseen_figures import foreseen_figures
from net30.services.published_model import served_model
from net30.ui.first_screen.debtors import Debtor, debtors
from net30.ui.visit import Visit

CALLS_SHOWN = 5
STATUSES = (
    Status.ISSUED,
    Status.SENT,
    Status.PARTIALLY_PAID,
    Status.OVERDUE,
    Status.PAID,
    Status.CREDITED,
    Status.WRITTEN_OFF,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one currency stands."""

    currency: str
    figures: CurrencyFigures
    months: tuple[MonthFigures, ...]
    cash: ExpectedCash | None
    debtors: tuple[Debtor, ...]
    statuses: Mapping[Status, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The first screen; the company's own currency comes first."""

    company: str
    as_of: date
    read_at: datetime
    standings: tuple[Standing, ...]
    calls: tuple[CallToMake, ...]
    model: str
    model_lines: tuple[str, ...]


def read_board(visit: Visit) -> Board:
    """Return the first screen as the books are now."""
    with visit.look(Permission.FIGURES_READ) as ctx:
        now = ctx.now.astimezone(ZoneInfo(ctx.time_zone))
        found = visit.known(ctx, ("board", ctx.today), lambda: _read(visit, ctx))
    return replace(found, read_at=now)


def _read(visit: Visit, ctx: ReadContext) -> Board:
    day, company = ctx.today, ctx.company
    facts = read_figure_facts(ctx.blobs, ctx.organisation, day)
    asked = Asked(as_of=day, cost_of_capital=company.cost_of_capital)
    figures = figures_of_ledger(facts, asked, foreseen_figures(ctx, day)).currencies
    months, owing = figures_by_month(ctx), debtors(ctx)
    cash = {one.currency: one for one in forecast_cash(ctx).cash}
    standings = [
        Standing(
            currency=one.currency,
            figures=one,
            months=months.get(one.currency, ()),
            cash=cash.get(one.currency),
            debtors=owing.get(one.currency, ()),
            statuses=_statuses(ctx, one.currency),
        )
        for one in figures
    ]
    standings.sort(key=lambda one: (one.currency != company.currency, one.currency))
    calls = collect_today(ctx, limit=CALLS_SHOWN) if _may_call(visit) else None
    model, lines = _model(visit, ctx)
    return Board(
        company=company.party.name,
        as_of=day,
        read_at=ctx.now,
        standings=tuple(standings),
        calls=calls.calls if calls else (),
        model=model,
        model_lines=lines,
    )


def _may_call(visit: Visit) -> bool:
    return visit.may(Permission.COLLECTIONS_READ)


def _statuses(ctx: ReadContext, currency: str) -> dict[Status, int]:
    counted = {}
    for status in STATUSES:
        asked = Query(as_of=ctx.today, statuses=frozenset({status}), currency=currency, limit=1)
        counted[status] = find_invoices(ctx, asked).total
    return {status: count for status, count in counted.items() if count}


def _model(visit: Visit, ctx: ReadContext) -> tuple[str, tuple[str, ...]]:
    t = visit.t
    if not visit.may(Permission.PREDICTIONS_READ):
        return "", ()
    served = served_model(ctx)
    card = served.model.card
    lines = [t("It has learned until {day}.", day=visit.day(card.as_of))]
    start = served.cold_start
    if start and start.settled >= start.needed:
        lines.append(
            t(
                "It comes with net30. Your {settled} paid invoices are enough to train your own.",
                settled=visit.number_of(start.settled),
            )
        )
    elif start:
        lines.append(
            t(
                "It comes with net30: {settled} of the {needed} paid invoices that a model of your "
                "own needs are there.",
                settled=start.settled,
                needed=start.needed,
            )
        )
    elif "auc" in card.metrics:
        lines.append(
            t(
                "AUC {auc} on later invoices.",
                auc=visit.number(Decimal(str(card.metrics["auc"])), 3),
            )
        )
    return served.name, tuple(lines)
