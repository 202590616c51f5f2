"""Expected cash by week: the calendar, the parts, and what is not known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from net30.insights.expected_cash import (
    Band,
    Calendar,
    Sources,
    band,
    cash_of,
    day_of,
    expected_cash,
    stretch_of,
)
from net30.insights.forecast_accuracy import Judged, accuracy
from net30.insights.naive_cash import naive_cash, naive_open
from net30.insights.received import received
from net30.insights.revenue_projection import ScheduledInvoice, revenue_projection
from net30.insights.scheduled_cash import scheduled_cash
from net30.kernel.money import Money
from net30.ledger.schema import FACTS
from tests.insights.test_new_business import HORIZON, invoices

FRIDAY = date(2026, 11, 20)
EPOCH = date(1970, 1, 1)


def nothing(as_of: date = FRIDAY, **more: object) -> Sources:
    known: dict[str, object] = {"scores": None, "scheduled": None, "new": None, "left_out": {}}
    return Sources(currency="EUR", as_of=as_of, **(known | more))  # type: ignore[arg-type] # its fields


def test_weeks_are_whole_iso_weeks_that_follow_each_other() -> None:
    found = expected_cash(nothing())
    assert found.rest is not None
    assert (found.rest.name, found.rest.first, found.rest.last) == (
        "rest of 2026-W47",
        date(2026, 11, 21),
        date(2026, 11, 22),
    )
    assert [one.name for one in found.weeks[:7:3]] == ["2026-W48", "2026-W51", "2027-W01"]
    assert len(found.weeks) == 13
    for one, after in zip(found.weeks, found.weeks[1:], strict=False):
        assert one.first.isoweekday() == 1
        assert one.last == one.first + timedelta(days=6)
        assert after.first == one.last + timedelta(days=1)
    assert [one.last - FRIDAY for one in found.spans] == [
        timedelta(days=days) for days in (28, 30, 90)
    ]


def test_after_a_sunday_no_week_is_left_over() -> None:
    assert expected_cash(nothing(date(2026, 11, 22))).rest is None


def scheduled(*days: int, customer: str = "c1") -> list[ScheduledInvoice]:
    return [
        ScheduledInvoice(
            day=FRIDAY + timedelta(days=day),
            due=FRIDAY + timedelta(days=day + 10),
            customer_id=customer,
            amount=Money(1_000, "EUR"),
        )
        for day in days
    ]


def test_means_of_weeks_and_parts_add_up() -> None:
    calendar = Calendar(FRIDAY, 13, (90,))
    coming = scheduled_cash(
        scheduled(1, 8, 15, 40), invoices(0 + 8), ["c1", "c2", "c3", "c4", "c5"], calendar.ends
    )
    found = expected_cash(nothing(scheduled=coming), spans=(90,))
    assert found.rest is not None
    total = sum(one.total.mean.minor for one in (found.rest, *found.weeks))
    assert total == pytest.approx(4_000, rel=0.02)
    for one in (*found.weeks, *found.spans):
        parts = sum(part.mean.minor for part in one.parts.values())
        assert one.total.mean.minor == pytest.approx(parts, abs=2)
        assert one.total.p10.minor <= one.total.p50.minor <= one.total.p90.minor


def test_a_scheduled_invoice_of_a_customer_without_a_past_is_paid_when_due() -> None:
    ends = np.array([day_of(FRIDAY) + one for one in (10, 11, 12, 30)])
    none = invoices(8).take(slice(0, 0))
    coming = scheduled_cash(scheduled(1), none, [], ends)
    assert coming.paid_by.tolist() == [[0.0, 1.0, 1.0, 1.0]]


def test_nothing_comes_of_a_scheduled_invoice_before_it_is_issued() -> None:
    ends = np.array([day_of(FRIDAY) + one for one in (1, 3, 4, 20)])
    early = invoices(8, paid_after=0, spread=2)
    coming = scheduled_cash(scheduled(4), early, ["c0"], ends)
    assert coming.paid_by[0, :2].tolist() == [0.0, 0.0]
    assert coming.paid_by[0, 3] > 0.9


def test_what_is_not_known_is_said_and_brings_nothing() -> None:
    paths = cash_of(nothing(), np.array([day_of(FRIDAY) + 30]))
    assert not any(one.any() for one in paths.values())
    assert expected_cash(nothing(left_out={"new": "why"})).left_out == {"new": "why"}


def test_the_band_is_wider_than_drawn_within_five_weeks_and_never_beyond_the_draws() -> None:
    draws = np.arange(1_001, dtype=np.float64)
    plain, wider = band(draws, "XOF"), band(draws, "XOF", stretch_of(30))
    assert (plain.p10.minor, plain.p50.minor, plain.p90.minor) == (100, 500, 900)
    assert (wider.p10.minor, wider.p50.minor, wider.p90.minor) == (20, 500, 980)
    assert (stretch_of(35), stretch_of(36), stretch_of(90)) == (1.2, 1.0, 1.0)
    assert band(draws, "XOF", 3.0).p10.minor == 0
    assert band(draws, "XOF", 3.0).p90.minor == 1_000


def test_revenue_is_what_schedules_will_issue_where_nothing_else_is_known() -> None:
    near, far = revenue_projection(None, scheduled(1, 20, 60), "EUR", FRIDAY, (30, 90))
    assert (near.total.p10, near.total.p90) == (Money(2_000, "EUR"), Money(2_000, "EUR"))
    assert far.scheduled == Money(3_000, "EUR")
    assert near.new is None


def test_rivals_say_what_anybody_could() -> None:
    known = invoices(20, seed=8)
    found = naive_cash(known, HORIZON, 30, 777)
    unpaid = known.take(known.paid >= 2**30)
    recent = known.take(known.issued >= HORIZON - 30)
    due = sum(
        int(amount)
        for amount, day in zip(unpaid.amount, unpaid.due, strict=True)
        if day < HORIZON + 30
    ) + sum(
        int(amount)
        for amount, day in zip(recent.amount, recent.due, strict=True)
        if day + 30 < HORIZON + 30
    )
    assert found["last_period"] == 777
    assert found["due_date"] == due
    assert naive_open(known, HORIZON, 30)["due_date"] == int(
        unpaid.amount[unpaid.due < HORIZON + 30].sum()
    )
    assert found["customer_median"] > found["due_date"]  # they pay ten days early here
    none = naive_cash(known.take(slice(0, 0)), HORIZON, 30, 0)
    assert set(none.values()) == {0}


def test_accuracy_is_coverage_and_the_share_of_what_was_wrong() -> None:
    rows = [
        Judged(
            as_of=FRIDAY,
            first=FRIDAY,
            last=FRIDAY,
            told=Band(
                p10=Money(80, "EUR"),
                p50=Money(100, "EUR"),
                p90=Money(120, "EUR"),
                mean=Money(100, "EUR"),
            ),
            actual=Money(came, "EUR"),
            naive={"last_period": Money(50, "EUR")},
        )
        for came in (80, 120, 200)
    ]
    found = accuracy("EUR", rows)
    assert found.coverage == pytest.approx(2 / 3, abs=1e-4)
    assert found.wape
    assert dict(found.wape) == pytest.approx(
        {"net30": 140 / 400, "last_period": 250 / 400}, abs=1e-4
    )
    assert accuracy("EUR", []).wape is None
    assert accuracy("EUR", []).reason


def forecasts(came: list[int], step: int) -> list[Judged]:
    """Forecasts of 30 days, each told as 80 to 120, made every so many days."""
    low, middle, high = (Money(minor, "EUR") for minor in (80, 100, 120))
    told = Band(p10=low, p50=middle, p90=high, mean=middle)
    days = [FRIDAY + timedelta(days=step * at) for at in range(len(came))]
    return [
        Judged(
            as_of=day,
            first=day,
            last=day + timedelta(days=29),
            told=told,
            actual=Money(minor, "EUR"),
            naive={"last_period": Money(50, "EUR")},
        )
        for day, minor in zip(days, came, strict=True)
    ]


def test_how_far_accuracy_may_vary_is_told_by_stretches_of_time_that_share_no_day() -> None:
    came = [100] * 20 + [200] * 20
    apart, together = (accuracy("EUR", forecasts(came, step)) for step in (30, 7))
    for found in (apart, together):
        assert found.wape is not None
        assert found.coverage is not None
        told = {"coverage": found.coverage, **found.wape}
        assert set(found.intervals) == set(told)
        for name, (low, high) in found.intervals.items():
            assert low <= told[name] <= high
    low, high = apart.intervals["coverage"]
    assert (low, high) == pytest.approx((0.35, 0.65), abs=0.03)  # of 40 independent ones
    wider = together.intervals["coverage"]
    assert wider[1] - wider[0] > 1.3 * (high - low)  # five in a row share days
    assert accuracy("EUR", forecasts(came[:10], 7)).intervals == {}
    assert "last_period" not in accuracy("EUR", forecasts([0] * 30 + [1], 30)).intervals


def test_received_is_payments_less_refunds_by_day() -> None:
    rows = [
        ("payment", -100, 1, 1),
        ("payment", -50, 5, 5),
        ("refund", 20, 5, 5),
        ("payment", -999, 5, 40),
        ("invoice", 700, 1, 1),
        ("credit", -30, 2, 2),
    ]
    facts = pa.Table.from_pylist(
        [
            {
                "fact": fact,
                "fact_id": str(at),
                "amount": amount,
                "currency": "EUR",
                "day": EPOCH + timedelta(days=day),
                "known_on": EPOCH + timedelta(days=known),
                "source": "test",
                "sequence": at,
            }
            for at, (fact, amount, day, known) in enumerate(rows)
        ],
        schema=FACTS,
    )
    came = received(facts, "EUR", EPOCH + timedelta(days=30))
    assert came.between(EPOCH, EPOCH + timedelta(days=9)) == Money(130, "EUR")
    assert came.between(EPOCH + timedelta(days=2), EPOCH + timedelta(days=4)) == Money(0, "EUR")
    assert received(facts, "XOF", EPOCH).between(EPOCH, EPOCH) == Money(0, "XOF")
