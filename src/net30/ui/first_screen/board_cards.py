"""Charts of the first screen: statuses, the ageing by month, the cash to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import format_skeleton

from net30.charts.chart import Bars, Lines, Series
from net30.charts.screen import Shares
from net30.domain.open_item import Status
from net30.kernel.money import Money
from net30.language.locales import locale_of
from net30.ui.first_screen.board import Standing
from net30.ui.pieces.cards import BAD, FAINT, GOOD, WATCH
from net30.ui.pieces.shown import status_name
from net30.ui.visit import Visit

MOODS = {
    Status.ISSUED: "#4f8fd0",
    Status.SENT: "#2f6fb2",
    Status.PARTIALLY_PAID: "#8b7fd6",
    Status.OVERDUE: BAD,
    Status.PAID: GOOD,
    Status.CREDITED: FAINT,
    Status.WRITTEN_OFF: WATCH,
}
BUCKETS = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus")


def status_chart(visit: Visit, standing: Standing) -> tuple[Shares, tuple[str, ...]]:
    """Return how the invoices are distributed over their statuses, and each status' colour."""
    t, counts = visit.t, standing.statuses
    late, total = counts.get(Status.OVERDUE, 0), sum(counts.values())
    title = (
        t("{late} of {total} invoices are overdue", late=late, total=total)
        if late
        else t("None of {total} invoices is overdue", total=total)
    )
    chart = Shares(
        title=title,
        places=tuple(status_name(status, t.language) for status in counts),
        values=tuple(float(count) for count in counts.values()),
        labels=tuple(t.count(count, "{n} invoice", "{n} invoices") for count in counts.values()),
    )
    return chart, tuple(MOODS[status] for status in counts)


def ageing_chart(visit: Visit, standing: Standing) -> Bars:
    """Return what is open by days past due, at the end of each of the last months."""
    t, months = visit.t, standing.months
    names = {
        "not_due": t("Not due"),
        "d1_30": t("1–30 days"),
        "d31_60": t("31–60 days"),
        "d61_90": t("61–90 days"),
        "d90_plus": t("Over 90 days"),
    }
    last = months[-1]
    share = last.overdue.minor / last.outstanding.minor if last.outstanding.minor else 0
    return Bars(
        title=t("{share} of what is open is past due", share=visit.percent(share)),
        places=tuple(month_name(visit, one.day) for one in months),
        series=tuple(
            series(visit, name, [getattr(one.ageing, bucket) for one in months])
            for bucket, name in names.items()
        ),
        unit=visit.currency(standing.currency),
    )


def cash_chart(visit: Visit, standing: Standing) -> Lines | None:
    """Return what is expected by week, with its band; None without a forecast."""
    if standing.cash is None or not standing.cash.weeks:
        return None
    t, weeks = visit.t, standing.cash.weeks
    four = Money.total((one.total.mean for one in weeks[:4]), standing.currency)
    return Lines(
        title=t("About {amount} should come in over four weeks", amount=visit.money(four)),
        places=tuple(week_name(visit, one.first) for one in weeks),
        # Means, as the title and the analytics have them: they add up.
        series=(series(visit, t("Expected"), [one.total.mean for one in weeks]),),
        low=tuple(float(one.total.p10.amount) for one in weeks),
        high=tuple(float(one.total.p90.amount) for one in weeks),
        unit=visit.currency(standing.currency),
    )


def series(visit: Visit, name: str, amounts: Sequence[Money]) -> Series:
    """Return amounts as a row of a chart."""
    return Series(
        name,
        tuple(float(one.amount) for one in amounts),
        tuple(visit.money(one) for one in amounts),
    )


def month_name(visit: Visit, day: date) -> str:
    """Return a month as a short label."""
    return format_skeleton("yMMM", day, locale=locale_of(visit.t.language))


def week_name(visit: Visit, day: date) -> str:
    """Return a week by its first day, as a short label."""
    return format_skeleton("MMMd", day, locale=locale_of(visit.t.language))
