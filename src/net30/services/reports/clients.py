"""Clients: what each customer buys, owes and how it pays, and the segments they are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from net30.insights.customer_performance import CustomerPerformance
from net30.insights.customer_segments import Segmented
from net30.insights.measured import share
from net30.kernel.money import Money
from net30.services.business_insights import Insight, business_insights
from net30.services.reporting.asking import Asking
from net30.services.reporting.content import (
    Kind,
    Plot,
    Section,
    Table,
    Unit,
    figure,
)

DRAWN, FEW = 12, 5


def sections(asking: Asking) -> Iterator[Section]:
    """Yield the customers' performance, and their segments with the reason for each."""
    wanted = (Insight.CLIENTS, Insight.SEGMENTS)
    found = business_insights(asking.ctx, wanted, as_of=asking.day).insights
    for currency, rows in asking.of(found[Insight.CLIENTS]):
        performed = [row for row in _each(rows) if isinstance(row, CustomerPerformance)]
        segments = found[Insight.SEGMENTS].get(currency, ())
        segmented = [row for row in _each(segments) if isinstance(row, Segmented)]
        names = {row.customer_id: asking.customer(row.customer_id) for row in performed}
        yield _performance(asking, currency, performed, names)
        yield _segments(asking, currency, segmented)
        yield _reasons(asking, currency, segmented, names)


def _each(rows: object) -> Sequence[object]:
    """Return the rows of an answer that has rows."""
    return rows if isinstance(rows, tuple) else ()


def _performance(
    asking: Asking, currency: str, found: Sequence[CustomerPerformance], names: dict[str, str]
) -> Section:
    words = asking.words
    few = Money.total((row.invoiced for row in found[:FEW]), currency)
    every = Money.total((row.invoiced for row in found), currency)
    part = share(few.minor, every.minor, "")
    if part.value is None:
        finding = words("findings.no_sales")
    else:
        brought = figure(part, Unit.SHARE)
        finding = words("findings.clients", count=min(FEW, len(found)), share=brought or "–")
    columns = ("customer", "invoiced", "collected", "open", "overdue", "invoices", "late_share",
               "mean_delay", "last_invoice")  # fmt: skip
    rows = tuple(
        (
            names[row.customer_id],
            row.invoiced,
            row.collected,
            row.open,
            row.overdue,
            figure(row.invoice_count, Unit.COUNT),
            figure(row.late_share, Unit.SHARE),
            figure(row.mean_delay, Unit.DAYS),
            row.last_invoice,
        )
        for row in found
    )
    unknown = {row.late_share.reason for row in found if row.late_share.reason}
    return Section(
        heading=words("headings.clients"),
        finding=finding,
        table=Table(words.columns(*columns), rows),
        currency=currency,
        plot=Plot(Kind.NAMES, (1,), DRAWN),
        notes=asking.once(
            (
                words("notes.period"),
                *(asking.because(words("columns.late_share"), one) for one in sorted(unknown)),
            )
        ),
    )


def _segments(asking: Asking, currency: str, found: Sequence[Segmented]) -> Section:
    words = asking.words
    counts = Counter(_name(asking, row) for row in found)
    rows = tuple(
        (
            name,
            figure(count, Unit.COUNT),
            Money.total(
                (row.customer.invoiced for row in found if _name(asking, row) == name), currency
            ),
            Money.total(
                (row.customer.overdue for row in found if _name(asking, row) == name), currency
            ),
        )
        for name, count in counts.most_common()
    )
    largest, count = counts.most_common(1)[0]
    return Section(
        heading=words("headings.segments"),
        finding=words("findings.segments", segment=largest, count=count, of=len(found)),
        table=Table(words.columns("segment", "customers", "invoiced", "overdue"), rows),
        currency=currency,
        plot=Plot(Kind.NAMES, (1,), DRAWN),
    )


def _reasons(
    asking: Asking, currency: str, found: Sequence[Segmented], names: dict[str, str]
) -> Section:
    words = asking.words
    rows = tuple(
        (
            names.get(row.customer.customer_id) or asking.customer(row.customer.customer_id),
            _name(asking, row),
            row.reason[words.language],
        )
        for row in found
    )
    return Section(
        heading=words("headings.reasons"),
        finding=words("findings.reasons"),
        table=Table(words.columns("customer", "segment", "reason"), rows),
        currency=currency,
    )


def _name(asking: Asking, row: Segmented) -> str:
    return row.name.get(asking.words.language, asking.words("rows.no_segment"))
