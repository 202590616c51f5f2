"""Check alerts: raise what begins to fire, close what fires no more, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from net30.domain.aggregates import Key
from net30.domain.alert import Alert, acknowledged, closed
from net30.domain.events import AlertAcknowledged, AlertClosed, AlertsRaised
from net30.kernel.errors import NotFound
from net30.ports.store import NEW, Stored
from net30.services.alerts.readings import Reading, readings
from net30.services.alerts.rules import Rule, rules_of
from net30.services.context import Context, ReadContext

OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCheck:
    """What one look found: all alerts open now, those new among them, and those it closed."""

    day: date
    open: tuple[Alert, ...]
    raised: tuple[str, ...]
    closed: tuple[Alert, ...]


def firing(ctx: ReadContext, day: date) -> tuple[Alert, ...]:
    """Return what would be open by the rules of today on any past day; keeps nothing."""
    rules = rules_of(ctx.company)
    return tuple(
        _alert(rules[one.rule], one, one.rule, day)
        for one in _past_limits(readings(ctx, day), rules)
    )


def check_alerts(ctx: Context, seen: Sequence[Reading]) -> AlertCheck:
    """Bring the open alerts up to date with what was read today.

    The readings are made before, in a view of their own: they take longer than a change may. A
    rule has one open alert for each currency and subject, however often it is looked at; its value
    is that of the last look. All that are new are one event, so that one mail tells them.
    """
    rules = rules_of(ctx.company)
    before = {stored.value.about: stored for stored in _open(ctx)}
    found: dict[str, Alert] = {}
    raised: list[str] = []
    for reading in _past_limits(seen, rules):
        alert = _alert(rules[reading.rule], reading, ctx.new_id(), ctx.today)
        known = before.get(alert.about)
        if known is None:
            ctx.tx.save(alert, expected=NEW)
            raised.append(alert.id)
        else:
            alert = _moved(ctx, known, alert)
        found[alert.about] = alert
    if raised:
        ctx.record(AlertsRaised(alerts=tuple(raised), day=ctx.today))
    gone = [_closed(ctx, stored) for about, stored in before.items() if about not in found]
    return AlertCheck(
        day=ctx.today,
        open=tuple(sorted(found.values(), key=_order)),
        raised=tuple(raised),
        closed=tuple(gone),
    )


def open_alerts(ctx: ReadContext) -> tuple[Alert, ...]:
    """Return the alerts that are open, the critical first, as of the last look."""
    return tuple(sorted((stored.value for stored in _open(ctx)), key=_order))


def acknowledge_alert(ctx: Context, alert_id: str, note: str = "") -> Alert:
    """Note that the user has seen an alert; raise NotFound, or Conflict when it is too late."""
    try:
        stored = ctx.tx.load(Alert, alert_id)
    except NotFound:
        raise NotFound(
            f"there is no alert {alert_id!r}", hint="net30 alerts shows them", code="alert"
        ) from None
    seen = acknowledged(stored.value, by=ctx.user, day=ctx.today, note=note)
    ctx.tx.save(seen, expected=stored.version)
    ctx.record(AlertAcknowledged(alert_id=seen.id, by=ctx.user, day=ctx.today))
    return seen


def _open(ctx: ReadContext) -> tuple[Stored[Alert], ...]:
    return ctx.tx.find(Alert, Key.PARENT, OPEN)


def _past_limits(seen: Sequence[Reading], rules: Mapping[str, Rule]) -> list[Reading]:
    return [one for one in seen if one.rule in rules and rules[one.rule].fires(one.value)]


def _alert(rule: Rule, reading: Reading, alert_id: str, day: date) -> Alert:
    return Alert(
        id=alert_id,
        rule=rule.name,
        severity=rule.severity,
        value=reading.value,
        limit=rule.limit,
        raised_on=day,
        subject=reading.subject,
        subject_name=reading.subject_name,
        currency=reading.currency,
    )


def _moved(ctx: Context, known: Stored[Alert], seen: Alert) -> Alert:
    """Keep the new value of an alert that is open already; no event: nothing has happened."""
    moved = replace(known.value, value=seen.value, limit=seen.limit, subject_name=seen.subject_name)
    if moved != known.value:
        ctx.tx.save(moved, expected=known.version)
    return moved


def _closed(ctx: Context, stored: Stored[Alert]) -> Alert:
    gone = closed(stored.value, ctx.today)
    ctx.tx.save(gone, expected=stored.version)
    ctx.record(AlertClosed(alert_id=gone.id, day=ctx.today))
    return gone


def _order(alert: Alert) -> tuple[object, ...]:
    return (alert.severity, alert.rule, alert.currency, alert.subject_name, alert.subject)
