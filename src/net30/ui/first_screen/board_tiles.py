"""Tiles of the first screen: each figure with its change, its course and its definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from net30.insights.definitions import definitions
from net30.insights.expected_cash import CashOfSpan
from net30.kernel.money import Money
from net30.services.company_figures import Value
from net30.services.figures_by_month import MonthFigures
from net30.ui.first_screen.board import Standing
from net30.ui.first_screen.tile_row import FALLS, RISES, Tile, tile_row
from net30.ui.visit import Visit

NOTHING = "–"
SPAN = "30 days"


def tiles(visit: Visit, standing: Standing) -> None:
    """Show the figures of a currency."""
    tile_row(tiles_of(visit, standing))


def tiles_of(visit: Visit, standing: Standing) -> list[Tile]:
    """Return the figures of a currency, each with what it means."""
    return [_with_meaning(visit, tile) for tile in _tiles(visit, standing)]


def _with_meaning(visit: Visit, tile: Tile) -> Tile:
    definition = definitions().get(tile.called[1])
    return replace(tile, meaning=definition.sentence(visit.t.language)) if definition else tile


def _tiles(visit: Visit, standing: Standing) -> tuple[Tile, ...]:
    t, values = visit.t, standing.figures.values
    made = _Maker(visit, standing.months)
    revenue = cast("Mapping[str, Money]", values["revenue"])
    invoiced, collected = revenue["invoiced"], revenue["collected"]
    share = visit.percent(collected.minor / invoiced.minor) if invoiced.minor else "–"
    more: Mapping[str, str] = {"better": FALLS}
    return (
        made.money(
            (t("Revenue, 90 days"), "revenue"),
            invoiced,
            lambda one: one.invoiced,
            note=t("{share} collected", share=share),
        ),
        made.money(
            (t("Outstanding"), "outstanding"),
            values["outstanding"],
            lambda one: one.outstanding,
            **more,
        ),
        made.money((t("Overdue"), "overdue"), values["overdue"], lambda one: one.overdue, **more),
        _expected(visit, standing),
        made.number(
            (t("DSO"), "dso_simple"),
            values["dso_simple"],
            lambda one: one.dso,
            unit=t("days"),
            note=_best(visit, values["dso_best_possible"]),
            **more,
        ),
        made.number((t("CEI"), "cei"), values["cei"], lambda one: one.cei),
        made.share(
            (t("Collection rate"), "collection_rate"),
            values["collection_rate"],
            lambda one: one.collection_rate,
        ),
        _health(visit, values["health_score"]),
    )


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes tiles of (label, key), each with its course over the months."""

    visit: Visit
    months: tuple[MonthFigures, ...]

    def money(
        self,
        called: tuple[str, str],
        value: Value,
        of: Callable[[MonthFigures], Money],
        *,
        better: str = RISES,
        note: str = "",
    ) -> Tile:
        assert isinstance(value, Money)
        course = [float(of(one).amount) for one in self.months]
        change, text = self._change(course)
        if change:
            text = self._growth(value, of(self.months[-2]))
        return Tile(
            called=called,
            value=self.visit.money(value),
            better=better,
            course=course,
            change=change,
            change_text=_signed(text, change),
            note=note,
        )

    def number(
        self,
        called: tuple[str, str],
        value: Value,
        of: Callable[[MonthFigures], Decimal | None],
        *,
        better: str = RISES,
        unit: str = "",
        note: str = "",
    ) -> Tile:
        course = [_float(of(one)) for one in self.months]
        change, text = self._change(course)
        shown = self.visit.number(value, 1) if isinstance(value, Decimal) else NOTHING
        return Tile(
            called=called,
            value=f"{shown} {unit}".strip(),
            better=better,
            course=course,
            change=change,
            change_text=_signed(text, change),
            note=note,
        )

    def share(
        self,
        called: tuple[str, str],
        value: Value,
        of: Callable[[MonthFigures], Decimal | None],
    ) -> Tile:
        found = [_float(of(one)) for one in self.months]
        course = [None if one is None else one * 100 for one in found]
        change, text = self._change(course)
        shown = self.visit.percent(value, 1) if isinstance(value, Decimal) else NOTHING
        return Tile(
            called=called,
            value=shown,
            course=course,
            change=change,
            change_text=self.visit.t("{n} pts", n=_signed(text, change)) if text else "",
        )

    def _growth(self, value: Money, before: Money) -> str:
        """Return a change in per cent, or as an amount where there was nothing before."""
        if before.minor <= 0:
            return self.visit.money(value - before)
        return self.visit.percent((value.minor - before.minor) / before.minor)

    def _change(self, course: Sequence[float | None]) -> tuple[float | None, str]:
        """Return how the last value differs from the end of last month."""
        if len(course) < 2 or course[-1] is None or course[-2] is None:  # noqa: PLR2004 - a pair
            return None, ""
        change = round(course[-1] - course[-2], 1)
        return change, self.visit.number(Decimal(repr(change)), 1)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _signed(text: str, change: float | None) -> str:
    """Return a change with its sign first: Streamlit reads from it whether something fell.

    Arabic has a mark of direction before the minus, which the page sets by itself.
    """
    text = text.removeprefix("\N{LEFT-TO-RIGHT MARK}")
    return f"+{text}" if change and change > 0 else text


def _best(visit: Visit, value: Value) -> str:
    if not isinstance(value, Decimal):
        return ""
    return visit.t("best possible {days}", days=visit.number(value, 1))


def _expected(visit: Visit, standing: Standing) -> Tile:
    called = (visit.t("Expected in 30 days"), "expected_cash")
    spans = standing.cash.spans if standing.cash else ()
    span: CashOfSpan | None = next((one for one in spans if one.name == SPAN), None)
    if span is None:
        return Tile(called=called, value=NOTHING)
    low, high = visit.money(span.total.p10), visit.money(span.total.p90)
    return Tile(
        called=called,
        value=visit.money(span.total.p50),
        note=visit.t("{low} to {high}", low=low, high=high),
    )


def _health(visit: Visit, value: Value) -> Tile:
    found = cast("Mapping[str, Decimal | None]", value)
    score, trend = found["score"], found["trend"]
    called = (visit.t("Health score"), "health_score")
    if score is None:
        return Tile(called=called, value=NOTHING)
    return Tile(
        called=called,
        value=visit.t("{score} of 100", score=visit.number(score, 0)),
        change=float(trend) if trend is not None else None,
        change_text=_signed(visit.number(trend, 1), float(trend)) if trend is not None else "",
        note=visit.t("in 30 days"),
    )
