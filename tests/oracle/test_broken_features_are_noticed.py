"""Each guard of the features, taken away: the slow loop notices every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from net30.features import alike, itself, open_items, point_in_time, settled, timeline
from net30.features.invoices import OPEN, Ints, Invoices
from net30.features.itself import Batches
from net30.features.point_in_time import PointInTime, feature_names, seen_from
from net30.features.timeline import Past, Timeline, Window
from tests.features.ledgers import DAY_0, One, random_ledger, table
from tests.features.slow_loop import features

NAMES = feature_names(["branch"])
HORIZON = DAY_0 + 100
before, sort, due = Timeline.before, Timeline.__init__, Batches.due


def odd_ledger() -> list[One]:
    """Prepaid, due before issue, known later, several settled on one day, paid years late."""
    rows = random_ledger(160, 4, seed=5, span=120)
    for place in range(0, len(rows), 3):
        one = rows[place]
        odd = (
            replace(one, paid=one.issued - 5, known=None),
            replace(one, due=one.issued - 30),
            replace(one, known=None if one.paid is None else one.paid + 9),
            replace(one, paid=DAY_0 + 60, known=None),
            replace(one, paid=DAY_0 + 60, known=None, due=one.issued - 1_500),
            replace(one, issued=rows[place - 1].issued, customer=rows[place - 1].customer),
        )
        rows[place] = odd[place // 3 % len(odd)]
    return rows


ROWS = odd_ledger()
HISTORY = table(ROWS)
DAY = seen_from(HISTORY, HORIZON)
EXPECTED = np.array(
    [
        [features(ROWS, ROWS, one, int(day))[name] for name in NAMES]
        for one, day in zip(ROWS, DAY, strict=True)
    ],
    np.float32,
)


def wrong() -> set[str]:
    """The features that are not what the loop finds."""
    with np.errstate(divide="ignore"):  # something over nothing: only a broken one comes to that
        found = PointInTime(HISTORY, HISTORY).matrix(DAY, NAMES)
    same = (found == EXPECTED) | (np.isnan(found) & np.isnan(EXPECTED))
    return {name for name, right in zip(NAMES, same.all(axis=0), strict=True) if not right}


def sees_the_day(self: Timeline, group: Ints, day: Ints) -> Past:
    return before(self, group, day + 1)


def sees_other_customers(self: Timeline, group: Ints, day: Ints) -> Window:
    window = self.window(group, day)
    return Window(self, np.zeros_like(window.start), window.end)


def forgets_the_order(
    self: Timeline, group: Ints, day: Ints, values: dict[str, Ints], rank: Ints | None = None
) -> None:
    sort(self, group, day, values, None if rank is None else rank * 0)


def knows_at_payment(self: Invoices) -> Ints:
    return np.where(self.paid < OPEN, np.maximum(self.paid, self.issued), OPEN)


def knows_before_issue(self: Invoices) -> Ints:
    return np.where(self.paid < OPEN, np.maximum(self.paid, self.known), OPEN)


def forgets_the_open(invoices: Invoices) -> dict[str, Ints | np.ndarray]:
    found = settled_was_overdue(invoices)
    return {name: value * (invoices.paid < OPEN) for name, value in found.items()}


def counts_those_to_come(self: Batches, asked: Invoices) -> Ints:
    return due(self, replace(asked, issued=asked.issued + DAY_0))


settled_was_overdue = settled.was_overdue
MUTANTS: dict[str, tuple[object, str, object, str]] = {
    "events of the day itself": (Timeline, "before", sees_the_day, "late_share"),
    "events of other customers": (Timeline, "before", sees_other_customers, "delay_mean"),
    "payments not known yet": (Invoices, "settled_on", property(knows_at_payment), "paid_count"),
    "prepayments": (Invoices, "settled_on", property(knows_before_issue), "paid_count"),
    "open invoices": (open_items, "was_overdue", forgets_the_open, "overdue0_count"),
    "the newest of a day": (Timeline, "__init__", forgets_the_order, "delay_1"),
    "delays of many years": (timeline, "RANKS", 1, "delay_1"),
    "the kind": (alike, "KINDS", 0, "same_weekday_count"),
    "the older weigh less": (settled, "WEIGHTS", np.arange(1, 21), "late_share_recent"),
    "the quantile": (settled, "PERCENTS", settled.PERCENTS + 5, "delay_q90"),
    "absent delays": (settled, "BEYOND", -1_000_000, "delay_q10"),
    "half doublings": (alike, "HALF_DOUBLING", 0.9, "same_size_count"),
    "early": (settled, "EARLY_DAYS", -5, "early_share"),
    "a due day before issue": (
        Invoices,
        "fell_due",
        property(lambda self: self.due),
        "overdue0_count",
    ),
    "who came together": (itself, "key_of", lambda group, day: day + 0 * group, "batch_issued"),
    "those yet to be issued": (Batches, "due", counts_those_to_come, "batch_due"),
}


def test_the_features_are_what_the_loop_finds() -> None:
    assert wrong() == set()


@pytest.mark.parametrize("guard", MUTANTS)
def test_without_its_guard_a_feature_is_wrong(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, broken, noticed = MUTANTS[guard]
    monkeypatch.setattr(where, name, broken)
    assert noticed in wrong()


def test_rows_left_in_the_order_of_customers_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = PointInTime.in_parts

    def mixed(self: PointInTime, day: Ints, names: tuple[str, ...]) -> object:
        return ((np.sort(rows), part) for rows, part in whole(self, day, names))

    monkeypatch.setattr(PointInTime, "in_parts", mixed)
    assert wrong()


@pytest.mark.parametrize(
    ("rows", "few", "glance"), [(1, 0, 0), (7, 10**9, 0), (10_000, 0, 0), (7, 0, 10**9)]
)
def test_parts_of_any_size_and_any_way_to_find_a_group_give_the_same(
    rows: int, few: int, glance: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(point_in_time, "ROWS", rows)
    monkeypatch.setattr(timeline, "FEW", few)
    monkeypatch.setattr(timeline, "AT_A_GLANCE", glance)
    assert wrong() == set()


@pytest.mark.parametrize("guard", ["the group", "the day"])
def test_a_glance_at_the_wrong_events_is_noticed(
    guard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def there(self: timeline.Glance) -> Ints:
        keys, group = self.line.keys, self.group[..., None]
        first = group * (timeline.DAYS if guard == "the day" else 0)
        late = self.day[..., None] + (1 if guard == "the day" else 0)
        return ((keys >= first) & (keys < timeline.key_of(group, late))).astype(np.int64)

    monkeypatch.setattr(timeline, "AT_A_GLANCE", 10**9)
    monkeypatch.setattr(timeline.Glance, "_there", property(there))
    assert "delay_mean" in wrong()


def test_a_group_looked_up_wrongly_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def shifted(self: Timeline) -> tuple[Ints, Ints]:
        return np.zeros(len(self.keys) + 1, np.int64), np.append(-1, self._sorted // timeline.DAYS)

    monkeypatch.setattr(timeline, "FEW", 0)
    monkeypatch.setattr(Timeline, "_groups", property(shifted))
    assert wrong()
