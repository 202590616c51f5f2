"""Delays chart: the whole distribution of when an invoice is paid, as bars."""

from __future__ import annotations

from net30.charts.chart import Bars, Series
from net30.services.predict_invoice import Prediction
from net30.ui.visit import Visit

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
        if begins is None:
            places.append(t("up to {n}", n=until))
        else:
            places.append(t("over {n}", n=begins) if until is None else f"{begins + 1} – {until}")
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
