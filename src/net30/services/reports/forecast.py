"""Forecast: cash by week with its band, revenue to come, and forecasts against what came."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from net30.insights.expected_cash import PARTS, CashOfSpan, ExpectedCash
from net30.services.forecast_cash import forecast_cash
from net30.services.judge_forecasts import Verdict, judge_kept
from net30.services.kept_forecasts import Forecast
from net30.services.reporting.asking import Asking
from net30.services.reporting.content import Cell, Figure, Kind, Plot, Section, Table, Unit

MONTH = "30 days"
PARTS_SHOWN = {"open": "open_items", "scheduled": "scheduled", "new": "new_business"}


def sections(asking: Asking) -> Iterator[Section]:
    """Yield the weeks, the spans and the judged forecasts of each currency."""
    found = forecast_cash(asking.ctx, asking.day)
    judged = judge_kept(asking.ctx, asking.day)
    for currency, cash in asking.of({one.currency: one for one in found.cash}):
        yield weeks(asking, found, cash)
        yield _spans(asking, found, cash)
        yield _against_actual(asking, currency, judged.get(currency))


def weeks(asking: Asking, found: Forecast, cash: ExpectedCash) -> Section:
    """Return the cash of a currency by week, with its parts."""
    words = asking.words
    rest = [cash.rest] if cash.rest else []
    month = next(span for span in cash.spans if span.name == MONTH)
    total = month.total
    return Section(
        heading=words("headings.cash"),
        finding=words("findings.cash", middle=total.p50, low=total.p10, high=total.p90),
        table=Table(
            words.columns("week", "p10", "p50", "p90", *PARTS_SHOWN.values()),
            tuple(_week(span) for span in (*rest, *cash.weeks)),
        ),
        currency=cash.currency,
        plot=Plot(Kind.BAND, (1, 2, 3)),
        notes=asking.once(
            (
                words("notes.band"),
                words("notes.model", model=str(found.model or words("rows.no_model"))),
                *(
                    words("notes.left_out", part=words(f"columns.{PARTS_SHOWN[part]}"),
                          reason=words.reason(reason))
                    for part, reason in cash.left_out.items()
                ),
                *(
                    words("notes.unscored", amount=one)
                    for one in found.unscored
                    if one.currency == cash.currency
                ),
            )
        ),
    )  # fmt: skip


def _week(span: CashOfSpan) -> tuple[Cell, ...]:
    total = span.total
    parts = (span.parts[part].mean for part in PARTS)
    return (span.first, total.p10, total.p50, total.p90, *parts)


def _spans(asking: Asking, found: Forecast, cash: ExpectedCash) -> Section:
    words = asking.words
    rows: list[tuple[Cell, ...]] = []
    for what, spans in (("cash", cash.spans), ("revenue", found.revenue.get(cash.currency, ()))):
        for span in spans:
            days = Figure(Decimal(span.name.split()[0]), Unit.COUNT)
            total = span.total
            rows.append((words(f"rows.{what}"), days, total.p10, total.p50, total.p90))
    ahead = [row for row in rows if row[0] == words("rows.cash")][-1]
    return Section(
        heading=words("headings.spans"),
        finding=words("findings.spans", days=ahead[1] or "", middle=ahead[3] or ""),
        table=Table(words.columns("what", "next_days", "p10", "p50", "p90"), tuple(rows)),
        currency=cash.currency,
        notes=(words("notes.quantiles"),),
    )


def _against_actual(asking: Asking, currency: str, verdict: Verdict | None) -> Section:
    words = asking.words
    columns = words.columns("as_of", "p10", "p50", "p90", "came", "inside")
    heading = words("headings.against_actual")
    if verdict is None:
        nothing = words("findings.nothing_judged")
        return Section(
            heading=heading, finding=nothing, table=Table(columns, ()), currency=currency
        )
    rows = tuple(
        (
            one.as_of,
            one.told.p10,
            one.told.p50,
            one.told.p90,
            one.actual,
            words("rows.yes" if one.inside else "rows.no"),
        )
        for one in verdict.judged
    )
    inside = sum(one.inside for one in verdict.judged)
    return Section(
        heading=heading,
        finding=words("findings.judged", inside=inside, judged=len(rows), days=verdict.days),
        table=Table(columns, rows),
        currency=currency,
        plot=Plot(Kind.LINES, (2, 4)),
    )
