"""Alerts: rules about the receivables that fire, and who has seen them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.asked import ID_CHARACTERS_MAX, AsOf
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.aggregates import Key
from net30.domain.alert import Alert
from net30.domain.identity.roles import Permission
from net30.kernel.decimals import plain
from net30.services.alerts.check_alerts import (
    OPEN,
    AlertCheck,
    acknowledge_alert,
    check_alerts,
    firing,
)
from net30.services.alerts.readings import readings
from net30.services.alerts.rules import OFF, Rule, rules_of, set_rule
from net30.services.context import Context

routes = Resource("alerts", "Rules about the receivables that fire.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What is done about an alert."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLimit:
    """A rule's own limit; null switches it off."""

    limit: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A rule and the limit that it has now; null when it is off."""

    rule: str
    limit: Decimal | None


@routes.get("/alerts", Permission.COLLECTIONS_READ, gives=tuple[Alert, ...])
def list_alerts(visit: Looking, as_of: AsOf = None) -> Response:
    """List the alerts that are open since the last check, or would have been on a past day."""
    with visit.look() as ctx:
        if as_of:
            return visit.reply(firing(ctx, as_of))
        return visit.reply([stored.value for stored in ctx.tx.find(Alert, Key.PARENT, OPEN)])


@routes.get("/alerts/rules", Permission.COLLECTIONS_READ, gives=dict[str, Rule])
def list_alert_rules(visit: Looking) -> Response:
    """List the rules that are on, with their limits."""
    with visit.look() as ctx:
        return visit.reply(rules_of(ctx.company))


@routes.post("/alerts/check", Permission.COLLECTIONS_WRITE, gives=AlertCheck)
def check_all_alerts(visit: Changing) -> Response:
    """Look at the figures now: raise what begins to fire, close what fires no more."""

    def checked() -> AlertCheck:
        with visit.look() as look:
            seen = readings(look, look.today)
        with visit.change() as ctx:
            return check_alerts(ctx, seen)

    return visit.once_apart(checked)


@routes.post("/alerts/{alert}/acknowledge", Permission.COLLECTIONS_WRITE, takes=Noted, gives=Alert)
def acknowledge_open_alert(
    visit: Changing,
    alert: Annotated[str, Path(description="The alert's id.", max_length=ID_CHARACTERS_MAX)],
) -> Response:
    """Note that you have seen an alert; it stays open while the rule fires."""
    note = visit.body(Noted).note
    return visit.once(lambda ctx: acknowledge_alert(ctx, alert, note))


@routes.post(
    "/alerts/rules/{rule}",
    Permission.SETTINGS_WRITE,
    takes=RuleLimit,
    gives=RuleSet,
    example={"limit": "0.25"},
)
def set_alert_rule(
    visit: Changing,
    rule: Annotated[str, Path(description="The rule's name.", max_length=ID_CHARACTERS_MAX)],
) -> Response:
    """Give a rule your own limit, or switch it off."""
    limit = visit.body(RuleLimit).limit

    def ruled(ctx: Context) -> RuleSet:
        now = set_rule(ctx, rule, OFF if limit is None else plain(limit))
        return RuleSet(rule=rule, limit=now.limit if now else None)

    return visit.once(ruled)
