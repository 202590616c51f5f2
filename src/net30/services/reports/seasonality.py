"""Seasonality: when in the year invoices are issued, and when they are paid late."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from babel.dates import get_day_names, get_month_names

from net30.insights.seasonality import Cell as Spot
from net30.insights.seasonality import MonthIndex, Seasonality
from net30.services.business_insights import Insight, business_insights
from net30.services.reporting.asking import Asking
from net30.services.reporting.content import Cell, Figure, Kind, Plot, Section, Table, Unit, figure

YEARS = 5
MONTHS = range(1, 13)
WEEKDAYS = range(1, 8)


def sections(asking: Asking) -> Iterator[Section]:
    """Yield what was invoiced by year and month, delays by month and weekday, and the index."""
    found = business_insights(asking.ctx, (Insight.SEASONALITY,), as_of=asking.day).insights
    for currency, one in asking.of(found[Insight.SEASONALITY]):
        if isinstance(one, Seasonality):
            yield _invoiced(asking, currency, one)
            yield _delays(asking, currency, one)
            yield _index(asking, currency, one)


def _invoiced(asking: Asking, currency: str, one: Seasonality) -> Section:
    words = asking.words
    cells = {(cell.row, cell.column): cell for cell in one.years if cell.count}
    years = sorted({year for year, _ in cells})[-YEARS:]
    rows = tuple(
        (_month(asking, month), *(_amount(cells, year, month) for year in years))
        for month in MONTHS
    )
    best = max(cells.values(), key=lambda cell: cell.invoiced.minor)
    return Section(
        heading=words("headings.season_invoiced"),
        finding=words(
            "findings.season_invoiced",
            month=f"{_month(asking, best.column).capitalize()} {best.row}",
            amount=best.invoiced,
        ),
        table=Table((words("columns.month"), *map(str, years)), rows),
        currency=currency,
        plot=Plot(Kind.HEATMAP, tuple(range(1, len(years) + 1))),
    )


def _amount(cells: dict[tuple[int, int], Spot], year: int, month: int) -> Cell:
    cell = cells.get((year, month))
    return None if cell is None else cell.invoiced


def _delays(asking: Asking, currency: str, one: Seasonality) -> Section:
    words = asking.words
    cells = {(cell.row, cell.column): cell.delay for cell in one.weekdays}
    days = get_day_names("abbreviated", locale=words.language)
    rows = tuple(
        (
            _month(asking, month),
            *(figure(cells.get((month, day)), Unit.DAYS) for day in WEEKDAYS),
        )
        for month in MONTHS
    )
    known = {place: delay.value for place, delay in cells.items() if delay.value is not None}
    if known:
        month, weekday = max(known, key=lambda place: (known[place], place))
        finding = words(
            "findings.season_delays",
            month=_month(asking, month),
            weekday=get_day_names("wide", locale=words.language)[weekday - 1],
            days=Figure(Decimal(known[month, weekday]), Unit.DAYS),
        )
    else:
        finding = words("findings.no_delays")
    columns = tuple(days[day - 1] for day in WEEKDAYS)
    return Section(
        heading=words("headings.season_delays"),
        finding=finding,
        table=Table((words("columns.month"), *columns), rows if known else ()),
        currency=currency,
        plot=Plot(Kind.HEATMAP, tuple(WEEKDAYS)),
        notes=(words("notes.season_delays"),),
    )


def _index(asking: Asking, currency: str, one: Seasonality) -> Section:
    words = asking.words
    known = [month for month in one.index if month.invoiced.value is not None]
    if known:
        best = max(known, key=_level)
        finding = words(
            "findings.season_index",
            month=_month(asking, best.month).capitalize(),
            index=Figure(_level(best), Unit.INDEX),
        )
    else:
        finding = words.reason(one.index[0].invoiced.reason)
    rows = tuple(
        (
            _month(asking, month.month),
            figure(month.invoiced, Unit.INDEX),
            figure(month.delay, Unit.DAYS),
        )
        for month in known
    )
    return Section(
        heading=words("headings.season_index"),
        finding=finding,
        table=Table(words.columns("month", "season_index", "season_delay"), rows),
        currency=currency,
        plot=Plot(Kind.BARS, (1,)),
        notes=(words("notes.season_index", count=one.complete_months),),
    )


def _level(month: MonthIndex) -> Decimal:
    assert month.invoiced.value is not None
    return month.invoiced.value


def _month(asking: Asking, month: int) -> str:
    return str(get_month_names("wide", locale=asking.words.language)[month])
