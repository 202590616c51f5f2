"""Rules: which action suits which band, by rules.json; the first that applies comes first."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An action for some bands, and from when on it applies.

    `percent`: of the amount (deposit), of the present terms, or of what an early payment saves
    (discount). `days`: within how many days the discount is given; `offer_min`: per cent below
    which none is worth the trouble. `days_from_due`: when to remind, negative before due.
    """

    action: str
    bands: tuple[str, ...]
    p_late30_min: float = 0.0
    overdue_min: int = 0
    terms_min: int = 0
    percent: float = 0.0
    days: int = 0
    offer_min: float = 0.0
    days_from_due: int = 0


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in their order."""
    content = (files("net30.recommend") / "rules.json").read_bytes()
    return msgspec.json.decode(content, type=tuple[Rule, ...])
