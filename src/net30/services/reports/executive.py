"""Executive report: the first screen of the receivables: figures, ageing, cash, calls, model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from net30.insights.as_of import Known, known_at
from net30.insights.measured import share
from net30.insights.position import position
from net30.insights.top_customers import By, Standing, top_customers
from net30.kernel.money import Money
from net30.ledger.segments import read_ledger
from net30.services.collect_today import LIMIT_MAX, CallToMake, Worklist, collect_today
from net30.services.company_figures import Asked, CurrencyFigures, Value, company_figures
from net30.services.forecast_cash import forecast_cash
from net30.services.foreseen_figures import foreseen_figures
from net30.services.kept_forecasts import Forecast
from net30.services.published_model import served_model
from net30.services.reporting.asking import Asking
from net30.services.reporting.content import Cell, Figure, Kind, Plot, Section, Table, Unit, figure
from net30.services.reports.ageing import over_months
from net30.services.reports.forecast import MONTH, weeks

EARLIER_DAYS = 30
CALLS, DEBTORS = 10, 10
UNITS: Mapping[str, Unit | None] = {
    "revenue.invoiced": None,
    "revenue.collected": None,
    "revenue.open": None,
    "revenue.overdue": None,
    "invoice_count": Unit.COUNT,
    "average_invoice": None,
    "outstanding": None,
    "overdue": None,
    "expected": None,
    "dso_simple": Unit.DAYS,
    "dso_best_possible": Unit.DAYS,
    "cei": Unit.POINTS,
    "collection_rate": Unit.SHARE,
    "health_score.score": Unit.POINTS,
}
"""The first screen in its order, and what its figures count; amounts have no unit."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the sections are made of, asked once for all currencies."""

    known: Known
    before: Mapping[str, CurrencyFigures]
    forecast: Forecast
    calls: Worklist | None
    debtors: Mapping[str, tuple[Standing, ...]]


def sections(asking: Asking) -> Iterator[Section]:
    """Yield the first screen of each currency, then the card of the model that spoke."""
    ctx, day = asking.ctx, asking.day
    asked = Asked(as_of=day, cost_of_capital=ctx.company.cost_of_capital)
    figures = company_figures(ctx, asked, foreseen_figures(ctx, day))
    earlier = company_figures(ctx, Asked(as_of=day - timedelta(days=EARLIER_DAYS)))
    ledger = read_ledger(ctx.blobs, ctx.organisation, day)
    with known_at(ledger, day) as known:
        seen = _Seen(
            known=known,
            before={one.currency: one for one in earlier.currencies},
            forecast=forecast_cash(ctx, day),
            # What was said to customers by then is not told apart: today's list only.
            calls=collect_today(ctx, day, LIMIT_MAX) if day == ctx.today else None,
            debtors=top_customers(known, By.OUTSTANDING, limit=DEBTORS),
        )
        for _, one in asking.of({found.currency: found for found in figures.currencies}):
            yield from _currency(asking, one, seen)
    if figures.currencies:
        yield _model(asking)


def _currency(asking: Asking, one: CurrencyFigures, seen: _Seen) -> Iterator[Section]:
    cash = seen.forecast.of(one.currency)
    yield _figures(asking, one, seen)
    yield _health(asking, one)
    yield _status(asking, one)
    yield over_months(asking, seen.known, one.currency)
    if cash:
        yield weeks(asking, seen.forecast, cash)
    if seen.calls:
        yield _calls(asking, one.currency, seen.calls)
    if debtors := seen.debtors.get(one.currency):
        yield _debtors(asking, one.currency, debtors, seen.known)


def _figures(asking: Asking, one: CurrencyFigures, seen: _Seen) -> Section:
    words, before = asking.words, seen.before.get(one.currency)
    cash = seen.forecast.of(one.currency)
    rows = []
    for key, unit in UNITS.items():
        if key == "expected":
            spans = cash.spans if cash else ()
            now: Cell = next((span.total.p50 for span in spans if span.name == MONTH), None)
            then: Cell = None
        else:
            now = _cell(one, key, unit)
            then = _cell(before, key, unit) if before else None
            if key == "health_score.score":  # its trend is over the parts known on both days
                then = None
        rows.append(
            (words(f"rows.{key.replace('.', '_')}"), now, then, _change(one, key, now, then))
        )
    missing = (
        asking.because(words(f"rows.{key.replace('.', '_')}"), one.reasons[key])
        for key in UNITS
        if key in one.reasons
    )
    outstanding, overdue = one.values["outstanding"], one.values["overdue"]
    assert isinstance(outstanding, Money)
    assert isinstance(overdue, Money)
    part = figure(share(overdue.minor, outstanding.minor, ""), Unit.SHARE)
    return Section(
        heading=words("headings.figures"),
        finding=words("findings.figures", open=outstanding, overdue=overdue, share=part or "–"),
        table=Table(words.columns("figure", "now", "before", "change"), tuple(rows)),
        currency=one.currency,
        notes=asking.once((words("notes.period"), words("notes.points"), *missing)),
    )


def _value(one: CurrencyFigures, key: str) -> Value:
    """Return a figure or a part of one, such as `revenue.open`."""
    value: Value = one.values
    for name in key.split("."):
        assert isinstance(value, Mapping)
        value = value[name]
    return value


def _cell(one: CurrencyFigures, key: str, unit: Unit | None) -> Cell:
    value = _value(one, key)
    if isinstance(value, Decimal | int) and unit:
        return Figure(Decimal(value), unit)
    return value if isinstance(value, Money) else None


def _change(one: CurrencyFigures, key: str, now: Cell, then: Cell) -> Cell:
    if key == "health_score.score":
        trend = _value(one, "health_score.trend")
        return Figure(trend, Unit.POINTS) if isinstance(trend, Decimal) else None
    match now, then:
        case Money(), Money():
            return now - then
        case Figure(value, Unit.SHARE), Figure(before, Unit.SHARE):
            return Figure((value - before) * 100, Unit.POINTS)  # 80 % to 85 %: 5 points, not 5 %
        case Figure(), Figure():
            return Figure(now.value - then.value, now.unit)
    return None


def _health(asking: Asking, one: CurrencyFigures) -> Section:
    words = asking.words
    score, parts = _value(one, "health_score.score"), _value(one, "health_score.parts")
    dropped, trend = _value(one, "health_score.dropped"), _value(one, "health_score.trend")
    assert isinstance(parts, Mapping)
    assert isinstance(dropped, Mapping)
    known = score if isinstance(score, Decimal) else None
    whole: tuple[Cell, ...] = (
        words("rows.health_score_score"), figure(known, Unit.POINTS), None, None
    )  # fmt: skip
    rows = [whole, *(_part(asking, name, part) for name, part in parts.items())]
    if known is None:
        finding = words.reason(one.reasons.get("health_score.score", ""))
    elif isinstance(trend, Decimal):
        finding = words(
            "findings.health",
            score=Figure(known, Unit.POINTS),
            trend=Figure(abs(trend), Unit.POINTS),
            than=words("rows.more" if trend >= 0 else "rows.fewer"),
        )
    else:
        finding = words("findings.health_alone", score=Figure(known, Unit.POINTS))
    return Section(
        heading=words("headings.health"),
        finding=finding,
        table=Table(words.columns("part", "points", "measure", "weight"), tuple(rows)),
        currency=one.currency,
        plot=Plot(Kind.GAUGE, (1,)),
        notes=tuple(
            words("notes.dropped", part=words(f"rows.part_{name}"), reason=words.reason(str(why)))
            for name, why in dropped.items()
        ),
    )


def _part(asking: Asking, name: str, part: Value) -> tuple[Cell, ...]:
    assert isinstance(part, Mapping)
    points, measure, weight = (part[key] for key in ("points", "measure", "weight"))
    unit = Unit.POINTS if name == "cei" else Unit.SHARE
    return (
        asking.words(f"rows.part_{name}"),
        figure(points if isinstance(points, Decimal) else None, Unit.POINTS),
        figure(measure if isinstance(measure, Decimal) else None, unit),
        figure(weight if isinstance(weight, Decimal) else None, Unit.SHARE),
    )


def _status(asking: Asking, one: CurrencyFigures) -> Section:
    words = asking.words
    invoiced, collected, open_, overdue = (
        _value(one, f"revenue.{name}") for name in ("invoiced", "collected", "open", "overdue")
    )
    assert isinstance(invoiced, Money)
    assert isinstance(collected, Money)
    assert isinstance(open_, Money)
    assert isinstance(overdue, Money)
    rows = [
        (words(f"rows.{name}"), amount, figure(share(amount.minor, invoiced.minor, ""), Unit.SHARE))
        for name, amount in (
            ("collected", collected),
            ("open_not_overdue", open_ - overdue),
            ("open_overdue", overdue),
        )
    ]
    return Section(
        heading=words("headings.status"),
        finding=words(
            "findings.status", invoiced=invoiced, collected=collected, share=rows[0][2] or "–"
        ),
        table=Table(words.columns("status", "amount", "share"), tuple(rows)),
        currency=one.currency,
        plot=Plot(Kind.BARS, (1,)),
    )


def _calls(asking: Asking, currency: str, found: Worklist) -> Section:
    words = asking.words
    mine = [call for call in found.calls if call.open.currency == currency]
    columns = ("customer", "open", "at_stake", "days_past_due", "expected", "reason", "action")
    if mine:
        first = mine[0]
        finding = words(
            "findings.calls",
            count=len(mine),
            customer=first.customer,
            open=first.open,
            days=first.days_past_due,
        )
    else:
        finding = words("findings.no_calls")
    return Section(
        heading=words("headings.calls"),
        finding=finding,
        table=Table(words.columns(*columns), tuple(_call(asking, one) for one in mine[:CALLS])),
        currency=currency,
        notes=asking.once(
            (
                words("notes.call_order" if found.model else "notes.call_order_plain"),
                words.reason(found.note),
                words("notes.hidden", count=len(mine) - CALLS) if len(mine) > CALLS else "",
            )
        ),
    )


def _call(asking: Asking, one: CallToMake) -> tuple[Cell, ...]:
    return (
        one.customer,
        one.open,
        one.at_stake,
        figure(one.days_past_due, Unit.COUNT),
        one.expected,
        asking.words(f"codes.reason_{one.reason}"),
        asking.words(f"codes.action_{one.action}"),
    )


def _debtors(asking: Asking, currency: str, found: tuple[Standing, ...], known: Known) -> Section:
    words, whole = asking.words, position(known)[currency].outstanding
    late = {one.customer_id: one.amount
            for one in top_customers(known, By.LATE, limit=100).get(currency, ())}  # fmt: skip
    rows = tuple(
        (
            asking.customer(one.customer_id),
            one.amount,
            figure(share(one.amount.minor, whole.minor, ""), Unit.SHARE),
            late.get(one.customer_id, Money.zero(currency)),
        )
        for one in found
    )
    together = Money.total((one.amount for one in found), currency)
    part = figure(share(together.minor, whole.minor, ""), Unit.SHARE)
    return Section(
        heading=words("headings.debtors"),
        finding=words("findings.debtors", count=len(rows), share=part or "–"),
        table=Table(words.columns("customer", "open", "share", "overdue"), rows),
        currency=currency,
        plot=Plot(Kind.NAMES, (1,)),
    )


def _model(asking: Asking) -> Section:
    words, served = asking.words, served_model(asking.ctx, asking.day + timedelta(days=1))
    card = served.model.card
    rival = card.baselines.get("customer_median", {})
    rows: list[tuple[Cell, ...]] = [
        (words(f"rows.metric_{name}"), _score(card.metrics, name), _score(rival, name))
        for name in ("auc", "mae", "brier")
        if name in card.metrics or name in rival
    ]
    return Section(
        heading=words("headings.model"),
        finding=words("findings.model", model=served.name, day=card.as_of),
        table=Table(words.columns("metric", "model", "medians"), tuple(rows)),
        notes=(words("notes.cold_start"),) if served.cold_start else (),
    )


def _score(scores: Mapping[str, float], name: str) -> Cell:
    if name not in scores:
        return None
    if name == "mae":
        return Figure(Decimal(f"{scores[name]:.1f}"), Unit.DAYS)
    return Figure(Decimal(f"{scores[name]:.4f}"), Unit.INDEX)
