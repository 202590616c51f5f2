"""Reasons: what a group of features says in facts a person can check, the weightiest first.

A fact is read from the features themselves, so a reason can never tell something else than what
the model was shown. `code` names the sentence; faces have it in each language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count, takewhile
from math import isnan

from net30.features.alike import BASIC
from net30.features.open_items import COUNT_MAX as OPEN_MAX
from net30.features.settled import COUNT_MAX
from net30.scoring.explain.contributions import Contributions

Row = Mapping[str, float]
"""Every feature of one invoice by name; NaN where nothing is known."""
Fact = int | float | str
LATELY = 3
"""So many invoices are 'the last ones' beside the customer's whole record."""
SMALLEST = 0.01
"""Log-odds; less than a hundredth is no reason."""
PULL = 5.0


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: the sentence's code, its facts, and the log-odds of being late that it adds."""

    code: str
    group: str
    contribution: float
    facts: Mapping[str, Fact]


def reasons(found: Contributions, row: Row, words: Mapping[str, str]) -> tuple[Reason, ...]:
    """Return the reasons of an invoice, the weightiest first; groups that add nothing are left out.

    `words` are the values of the invoice's coded columns, by column.
    """
    told = []
    for group, value in found.by_group.items():
        if abs(value) >= SMALLEST:
            code, facts = _told(group, row, words, later=value > 0)
            told.append(Reason(code, group, value, facts))
    return tuple(sorted(told, key=lambda reason: -abs(reason.contribution)))


def _told(
    group: str, row: Row, words: Mapping[str, str], *, later: bool
) -> tuple[str, dict[str, Fact]]:
    if group == "words":
        return "words", dict(words)
    return _alike(row, later=later) if group == "alike" else _TELL[group](row)


def _record(row: Row) -> tuple[str, dict[str, Fact]]:
    """Tell of the last invoices that were paid, 20 at most."""
    delays = list(takewhile(lambda one: not isnan(one), _last_delays(row)))
    late = [delay for delay in delays if delay > 0]
    facts: dict[str, Fact] = {"paid": len(delays), "late": len(late)}
    if not delays:
        return "record_none", {}
    if not late:
        return "record_on_time", facts
    return "record_late", {**facts, "days": sum(late) / len(late)}


def _lately(row: Row) -> tuple[str, dict[str, Fact]]:
    delays = list(takewhile(lambda one: not isnan(one), _last_delays(row)))[:LATELY]
    if not delays:
        return "lately_none", {}
    facts: dict[str, Fact] = {"paid": len(delays), "days": sum(delays) / len(delays)}
    return "lately", {**facts, "usual": row["delay_mean"]}


def _open(row: Row) -> tuple[str, dict[str, Fact]]:
    overdue, still = row["overdue0_count"], row["open_count"]
    if overdue > 0:
        facts = {"overdue": _at_least(overdue, OPEN_MAX), "days": row["overdue_days_mean"]}
        return "open_overdue", facts
    return ("open_due", {"open": _at_least(still, OPEN_MAX)}) if still else ("open_none", {})


def _alike(row: Row, *, later: bool) -> tuple[str, dict[str, Fact]]:
    """Tell of the way of being alike that speaks most for being late, or for being on time.

    A few invoices say less than many: each share is pulled toward the customer's own.
    """
    usual = 0.0 if isnan(row["late_share"]) else row["late_share"]
    if max(row[f"{way}_count"] for way in BASIC) == 1:
        return "alike_one", {}
    shares = {
        way: (row[f"{way}_late_share"] * n + PULL * usual) / (n + PULL)
        for way in BASIC
        if (n := row[f"{way}_count"]) > 1
    }
    if not shares:
        return "alike_none", {}
    way = (max if later else min)(shares, key=shares.__getitem__)
    facts: dict[str, Fact] = {"paid": _at_least(row[f"{way}_count"], COUNT_MAX)}
    return f"alike_{way}", {**facts, "share": row[f"{way}_late_share"]}


def _terms(row: Row) -> tuple[str, dict[str, Fact]]:
    days, beyond = int(row["terms_days"]), row["terms_to_usual"]
    if isnan(beyond):
        return "terms_only", {"terms": days}
    return "terms", {"terms": days, "usual": days - beyond}


def _amount(row: Row) -> tuple[str, dict[str, Fact]]:
    beyond = row["amount_to_usual"]
    return ("amount_only", {}) if isnan(beyond) else ("amount", {"times": 2.0**beyond})


def _calendar(row: Row) -> tuple[str, dict[str, Fact]]:
    facts: dict[str, Fact] = {"weekday": int(row["due_weekday"])}
    return "calendar", {**facts, "day": int(row["due_day_of_month"])}


def _at_least(count: float, most: int) -> int | str:
    """Return a count, or '20+' where it was capped."""
    return int(count) if count < most else f"{most}+"


_TELL: Mapping[str, Callable[[Row], tuple[str, dict[str, Fact]]]] = {
    "record": _record,
    "lately": _lately,
    "open": _open,
    "terms": _terms,
    "amount": _amount,
    "calendar": _calendar,
}


def _last_delays(row: Row) -> list[float]:
    names = takewhile(lambda name: name in row, (f"delay_{place}" for place in count(1)))
    return [row[name] for name in names]
