"""Benchmarks: how late each industry pays us, beside published figures with source and date."""

from __future__ import annotations

from collections.abc import Iterator

from net30.insights.benchmarks import ALL, Benchmark, Published, difference
from net30.services.business_insights import Insight, business_insights
from net30.services.reporting.asking import Asking
from net30.services.reporting.content import Cell, Kind, Plot, Section, Table, Unit, figure


def sections(asking: Asking) -> Iterator[Section]:
    """Yield our figures beside published ones, industry by industry, of each currency."""
    found = business_insights(asking.ctx, (Insight.BENCHMARKS,), as_of=asking.day).insights
    for currency, rows in asking.of(found[Insight.BENCHMARKS]):
        if isinstance(rows, tuple):
            mine = [one for one in rows if isinstance(one, Benchmark)]
            yield _section(asking, currency, mine)
            yield _sources(asking, mine)


def _section(asking: Asking, currency: str, found: list[Benchmark]) -> Section:
    words = asking.words
    columns = ("industry", "invoices", "late_invoices", "published_late", "difference",
               "days_late", "published_days", "publisher")  # fmt: skip
    rows = tuple(
        _row(asking, one, published) for one in found for published in one.published or (None,)
    )
    industries = sum(one.industry != ALL for one in found)
    return Section(
        heading=words("headings.benchmarks"),
        finding=_finding(asking, found[0]),
        table=Table(words.columns(*columns), rows),
        currency=currency,
        plot=Plot(Kind.NAMES, (4,)) if industries else None,
        notes=asking.once(
            (
                words("notes.benchmarks"),
                "" if industries else words("notes.no_industry"),
            )
        ),
    )


def _sources(asking: Asking, found: list[Benchmark]) -> Section:
    words = asking.words
    every = dict.fromkeys(published for one in found for published in one.published)
    rows = tuple(
        (
            words("rows.all_industries") if one.industry == ALL else one.industry,
            figure(one.late_share, Unit.SHARE),
            figure(one.days_late, Unit.DAYS),
            one.source,
            one.region,
            one.date,
        )
        for one in every
    )
    columns = ("industry", "published_late", "published_days", "source", "region", "date")
    return Section(
        heading=words("headings.sources"),
        finding=words("findings.sources", count=len(rows)),
        table=Table(words.columns(*columns), rows),
    )


def _finding(asking: Asking, one: Benchmark) -> str:
    words = asking.words
    own = figure(one.late_share, Unit.SHARE)
    theirs = next((p.late_share for p in one.published if p.late_share is not None), None)
    if own is None:
        return words.reason(one.late_share.reason)
    if theirs is None:
        return words("findings.not_published", own=own)
    key = "findings.later" if own.value > theirs else "findings.no_later"
    return words(key, own=own, theirs=figure(theirs, Unit.SHARE) or "")


def _row(asking: Asking, one: Benchmark, published: Published | None) -> tuple[Cell, ...]:
    name = asking.words("rows.all_industries") if one.industry == ALL else one.industry
    own = (
        name,
        figure(one.invoice_count, Unit.COUNT),
        figure(one.late_share, Unit.SHARE),
    )
    days = figure(one.days_late, Unit.DAYS)
    if published is None:
        return (*own, None, None, days, None, None)
    return (
        *own,
        figure(published.late_share, Unit.SHARE),
        figure(difference(one.late_share, published.late_share), Unit.SHARE),
        days,
        figure(published.days_late, Unit.DAYS),
        published.source.split(",", maxsplit=1)[0],
    )
