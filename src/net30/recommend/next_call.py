"""Next call: what to do about a customer's overdue claims now, by next_call.json."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the collection of a customer's overdue claims stands.

    `reachable`: a phone number or an address of mail is known. `last_step`: dunning has no further
    letter. `broken`: promises that were not kept. `overdue`: how many claims. `days`: past due, of
    the oldest. `band`: the highest risk of a claim, empty without a model.
    """

    reachable: bool
    reminded: bool
    last_step: bool
    broken: int
    overdue: int
    days: int
    band: str = ""


class CallRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An action and when it applies; what is left out applies always."""

    action: str
    reachable: bool | None = None
    reminded: bool | None = None
    last_step: bool | None = None
    broken_min: int = 0
    overdue_min: int = 0
    days_min: int = 0
    bands: tuple[str, ...] = ()

    def applies(self, about: Standing) -> bool:
        """Tell whether the rule applies."""
        return (
            self.reachable in {None, about.reachable}
            and self.reminded in {None, about.reminded}
            and self.last_step in {None, about.last_step}
            and about.broken >= self.broken_min
            and about.overdue >= self.overdue_min
            and about.days >= self.days_min
            and (not self.bands or about.band in self.bands)
        )


def next_call(about: Standing) -> str:
    """Return the first action whose rule applies; the last rule always does."""
    return next(rule.action for rule in call_rules() if rule.applies(about))


@cache
def call_rules() -> tuple[CallRule, ...]:
    """Return the rules in their order."""
    content = (files("net30.recommend") / "next_call.json").read_bytes()
    return msgspec.json.decode(content, type=tuple[CallRule, ...])
