"""Rules: which readings raise an alert; ours are rules.json, an organisation has its own limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from net30.domain.alert import AlertSeverity
from net30.domain.organisation import Organisation
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError, NotFound
from net30.services.context import Context
from net30.services.create_organisation import save_organisation

OFF = "off"


class Unit(StrEnum):
    """How a reading is written."""

    SHARE = "share"
    POINTS = "points"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Fires when a reading is below or above a limit; one of the two is given, the other None."""

    name: str = ""
    severity: AlertSeverity
    unit: Unit
    below: Decimal | None = None
    above: Decimal | None = None

    @property
    def limit(self) -> Decimal:
        """Return the limit, whichever side it is of."""
        return self.below if self.below is not None else self.above or Decimal(0)

    def fires(self, value: Decimal) -> bool:
        """Tell whether a reading is past the limit; at the limit it is not."""
        return value < self.limit if self.below is not None else value > self.limit

    def at(self, limit: Decimal) -> Rule:
        """Return the rule with another limit."""
        if self.below is not None:
            return replace(self, below=limit)
        return replace(self, above=limit)


@cache
def our_rules() -> dict[str, Rule]:
    """Return the rules that come with net30, by name."""
    content = (files("net30.services.alerts") / "rules.json").read_bytes()
    rules = msgspec.json.decode(content, type=dict[str, Rule])
    return {name: replace(rule, name=name) for name, rule in rules.items()}


def rules_of(company: Organisation) -> dict[str, Rule]:
    """Return the rules that are on for an organisation, at its own limits."""
    rules = dict(our_rules())
    for name, limit in company.alert_limits:
        if limit is None:
            rules.pop(name, None)
        elif name in rules:
            rules[name] = rules[name].at(limit)
    return rules


def set_rule(ctx: Context, name: str, limit: str) -> Rule | None:
    """Give a rule another limit, or switch it off; return it as it is now, None when off.

    Raises NotFound for an unknown rule, InputError for what is neither a number nor 'off'.
    """
    if name not in our_rules():
        raise NotFound(
            f"there is no alert rule {name!r}",
            hint=f"there are: {', '.join(our_rules())}",
            code="alert_rule",
        )
    wanted = None if limit.strip().casefold() == OFF else parse_decimal(limit)
    if wanted is not None and wanted < 0:
        raise InputError(
            f"{limit} is below every reading", hint="give 0 or more, or off", code="alert_limit"
        )
    others = tuple(one for one in ctx.company.alert_limits if one[0] != name)
    kept = replace(ctx.company, alert_limits=(*others, (name, wanted)))
    save_organisation(ctx, kept)
    return rules_of(kept).get(name)
