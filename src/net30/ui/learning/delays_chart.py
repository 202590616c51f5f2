"""Delays chart: the whole distribution of when an invoice is paid, as bars."""

from __future__ import annotations

from net30.charts.chart import Bars, Series
from net30.services.predict_invoice import Prediction
from net30.ui.visit import Visit
from net30.ui.words import Words

BARS_MAX = 12


def delays_chart(visit: Visit, found: Prediction) -> Bars:
    """Return the chance of each stretch of days after the due date; stretches are joined to few."""
    t = visit.t
    places: list[str] = []
    values: list[float] = []
    begins: int | None = None
    size = -(-len(found.delays) // BARS_MAX)
    for start in range(0, len(found.delays), size):
        part = found.delays[start : start + size]
        until = part[-1].until
        places.append(stretch_name(t, None if begins is None else begins + 1, until))
        begins = until
        values.append(100 * sum(one.share for one in part))
    title = (
        t("As likely before {day} as after it", day=visit.day(found.expected))
        if found.expected
        else t("Later than the model can tell apart")
    )
    labels = tuple(visit.percent(value / 100) for value in values)
    return Bars(
        title=title,
        places=tuple(places),
        series=(Series(t("Chance"), tuple(values), labels),),
        unit="%",
    )


def stretch_name(t: Words, first: int | None, last: int | None) -> str:
    """Return a stretch of days after the due date in words; no end: without limit there.

    Days before the due date are negative, which nobody reads as early.
    """
    if last is None:
        return t("over {n} late", n=(first or 0) - 1)
    if first is None:
        return t("{n} or more early", n=-last) if last < 0 else t("up to {n} late", n=last)
    if last < 0:
        return t("{first}–{last} early", first=-first, last=-last)
    if first < 0:
        return t("{early} early to {late} late", early=-first, late=last)
    return t("{first}–{last} late", first=first, last=last)
