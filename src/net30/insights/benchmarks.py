"""Benchmarks: how late each industry pays us, beside published figures or a file of your own.

An invoice's industry stands beside it in imported histories, in a column `industry` or `sector`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from net30.insights.as_of import Known
from net30.insights.invoices import with_invoices
from net30.insights.measured import Measure, days, share, unknown
from net30.kernel.dates import parse_date
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError

ALL = "all"
INDUSTRY_COLUMNS = ("industry", "Industry", "sector", "Sector")
NOTHING_DUE = "nothing fell due before the as-of day"
BENCHMARKS_MAX = 10_000
COLUMNS = ("industry", "also", "region", "late_share", "days_late", "source", "date")
NEEDED = ("industry", "source", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One published figure of an industry (`all`: of all of them), who says so and since when.

    `late_share` of invoices is paid late, `days_late` is their mean delay; `also` are other names
    of the industry.
    """

    industry: str
    also: tuple[str, ...]
    region: str
    late_share: Decimal | None
    days_late: Decimal | None
    source: str
    date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Our own figures of an industry and the published ones of the same, or of all industries.

    `late_share` counts invoices, as published figures do; `days_late` is the mean over the late
    ones and those in time, early counting 0, open ones with their days so far.
    """

    industry: str
    invoice_count: int
    late_share: Measure
    days_late: Measure
    published: tuple[Published, ...]


_SQL = """
with named as (
    select invoice_id, any_value(lower(trim(coalesce({industry})))) as industry from facts
    where fact = 'invoice' group by invoice_id
), due as (
    select currency, nullif(industry, '') as industry, is_late, greatest(delay, 0) as days_late
    from invoices join named using (invoice_id) where has_matured
)
select currency, industry, grouping(industry) as is_all, count(*),
       count(*) filter (is_late), sum(days_late)
from due group by grouping sets ((currency, industry), (currency))
order by currency, is_all desc, industry
"""


def benchmarks(known: Known, published: Sequence[Published]) -> dict[str, tuple[Benchmark, ...]]:
    """Return our figures and published ones by currency: all industries first, then by name.

    Where no invoice tells its industry only the first row is there.
    """
    places = ", ".join(f"extras['{name}']" for name in INDUSTRY_COLUMNS)
    found: dict[str, list[Benchmark]] = {}
    for row in with_invoices(known).rows(_SQL.format(industry=places)):
        currency, industry, is_all, count, late, days_late = row
        if is_all or industry:
            name = ALL if is_all else industry
            found.setdefault(currency, []).append(
                Benchmark(
                    industry=name,
                    invoice_count=count,
                    late_share=share(late, count, NOTHING_DUE),
                    days_late=days(int(days_late), count, NOTHING_DUE),
                    published=_of(name, published),
                )
            )
    return {currency: tuple(rows) for currency, rows in found.items()}


def difference(own: Measure, published: Decimal | None) -> Measure:
    """Return how far our figure lies above a published one."""
    if own.value is None:
        return own
    return unknown("not published") if published is None else Measure(own.value - published)


@cache
def published_figures() -> tuple[Published, ...]:
    """Return the published figures that come with net30 (benchmarks.csv)."""
    return read_published((files("net30.insights") / "benchmarks.csv").read_text("utf-8"))


def read_published(text: str) -> tuple[Published, ...]:
    """Return the figures of a CSV file with the columns of COLUMNS; NEEDED must be there.

    Shares are 0-1, dates YYYY-MM-DD. Raises InputError for a line that cannot be read.
    """
    rows = csv.DictReader(io.StringIO(text))
    missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
    if missing:
        raise InputError(
            f"the benchmarks have no column {', '.join(missing)}",
            hint=f"give the columns {','.join(COLUMNS)}",
            code="benchmark_columns",
        )
    found = tuple(_read(rows))
    if len(found) > BENCHMARKS_MAX:
        raise InputError(
            f"{len(found):,} benchmarks are too many",
            hint=f"give at most {BENCHMARKS_MAX:,}",
            code="benchmarks_max",
        )
    return found


def _read(rows: csv.DictReader[str]) -> Iterator[Published]:
    for row in rows:
        try:
            yield Published(
                industry=_name(row["industry"]),
                also=tuple(_name(word) for word in (row.get("also") or "").split(";") if word),
                region=(row.get("region") or "").strip(),
                late_share=_number(row, "late_share", Decimal(1)),
                days_late=_number(row, "days_late", None),
                source=_said(row, "source"),
                date=parse_date(_said(row, "date")),
            )
        except InputError as error:
            raise InputError(
                f"line {rows.line_num} of the benchmarks: {error.message}",
                hint=error.hint,
                code="benchmark_line",
            ) from error


def _number(row: Mapping[str, str | None], name: str, most: Decimal | None) -> Decimal | None:
    text = (row.get(name) or "").strip()
    if not text:
        return None
    value = parse_decimal(text)
    if value < 0 or (most is not None and value > most):
        raise InputError(
            f"{name} is {text!r}", hint="write a share as 0.57, days as 19", code="benchmark"
        )
    return value


def _said(row: Mapping[str, str | None], name: str) -> str:
    text = (row.get(name) or "").strip()
    if not text:
        raise InputError(f"{name} is empty", hint="say who published it, when", code="benchmark")
    return text


def _name(text: str | None) -> str:
    return (text or "").strip().lower()


def _of(industry: str, published: Sequence[Published]) -> tuple[Published, ...]:
    """Return the figures of an industry; those of all industries where it has none."""
    own = tuple(one for one in published if industry in {one.industry, *one.also})
    return own or tuple(one for one in published if one.industry == ALL)
