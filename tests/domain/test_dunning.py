"""Dunning: the right step on the right day, and everything that holds it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from net30.domain.customer import Customer
from net30.domain.dunning import (
    DEFAULT_POLICY,
    Channel,
    DunningPolicy,
    Hold,
    Kept,
    Step,
    Tone,
    broken_promises,
    kept,
    level_of,
    promised_until,
    step_due,
)
from net30.domain.open_item import (
    CallNote,
    Dispute,
    OpenItem,
    PromiseToPay,
    Reminder,
    Settlement,
    SettlementKind,
)
from net30.domain.organisation import Organisation
from net30.domain.party import Party
from net30.kernel.errors import InputError, NotFound
from net30.kernel.money import Money
from tests.domain.claims import DAY, claim, settled, xof

ACME = Customer(id="acme", party=Party(name="Acme"))
CALLING = DunningPolicy(
    steps=(
        Step(level=1, days=1),
        Step(level=2, days=8, channel=Channel.CALL),
        Step(level=3, days=20, tone=Tone.FINAL),
    )
)


def late(days: int) -> date:
    return DAY + timedelta(days=days)


def reminded(item: OpenItem, level: int, days: int) -> OpenItem:
    sent = Reminder(day=late(days), to="a@b.example", level=level)
    return replace(item, reminders=(*item.reminders, sent))


def promised(item: OpenItem, by: int, amount: int = 1000, made: int = 0) -> OpenItem:
    promise = PromiseToPay(made=late(made), day=late(by), amount=xof(amount))
    return replace(item, promises=(*item.promises, promise))


def paid(item: OpenItem, amount: int, days: int) -> OpenItem:
    kind, day = SettlementKind.PAYMENT, late(days)
    return item.settle(
        Settlement(kind=kind, amount=xof(amount), day=day, known_on=day, source_id="p9")
    )


def step(item: OpenItem, days: int, policy: DunningPolicy = DEFAULT_POLICY) -> int | Hold:
    found = step_due(item, policy, ACME, late(days))
    return found if isinstance(found, Hold) else found.level


@pytest.mark.parametrize(
    ("days", "expected"), [(2, Hold.NOT_YET), (3, 1), (14, 1), (15, 1), (300, 1)]
)
def test_the_first_reminder_comes_first_however_late_it_is(days: int, expected: int | Hold) -> None:
    assert step(claim(), days) == expected


@pytest.mark.parametrize(("days", "expected"), [(14, Hold.DONE), (15, 2), (29, 2), (40, 2)])
def test_the_next_step_follows_the_last_one(days: int, expected: int | Hold) -> None:
    assert step(reminded(claim(), 1, 3), days) == expected


def test_two_reminders_are_never_nearer_than_the_gap() -> None:
    item = reminded(claim(), 1, 12)
    assert step(item, 18) is Hold.TOO_SOON
    assert step(item, 19) == 2
    assert step(item, 10) is Hold.DONE
    assert step(reminded(claim(), 1, 30), 20) is Hold.TOO_SOON  # a clock that went back


def test_after_the_last_step_nothing_more_comes() -> None:
    assert step(reminded(claim(), 3, 30), 400) is Hold.DONE
    assert level_of(reminded(reminded(claim(), 3, 30), 1, 3)) == 3


def test_what_is_closed_void_disputed_parked_or_without_a_day_is_not_dunned() -> None:
    contested = replace(claim(), disputes=(Dispute(opened=DAY, reason="no"),))
    assert step(settled(claim(), 1000), 30) is Hold.CLOSED
    assert step(claim(-1000), 30) is Hold.CLOSED
    assert step(replace(claim(), voided_by="CN-1"), 30) is Hold.CLOSED
    assert step(contested, 30) is Hold.DISPUTED
    assert step(claim(due=None), 30) is Hold.NO_DUE_DATE
    parked = replace(ACME, parked=True)
    assert step_due(claim(), DEFAULT_POLICY, parked, late(30)) is Hold.PARKED


def test_a_settled_dispute_lets_dunning_go_on() -> None:
    over = Dispute(opened=DAY, reason="no", closed=late(5))
    assert step(replace(claim(), disputes=(over,)), 30) == 1


def test_a_promise_holds_until_its_day_and_the_grace_are_over() -> None:
    item = promised(claim(), by=10)
    assert step(item, 10) is Hold.PROMISED
    assert step(item, 13) is Hold.PROMISED
    assert step(item, 14) == 1
    assert promised_until(item, late(11)) is None
    assert promised_until(item, late(10)) == late(10)
    assert promised_until(claim(), late(10)) is None


def test_a_promise_of_a_part_that_came_leaves_the_rest_to_dunning() -> None:
    item = paid(promised(claim(), by=10, amount=400), 400, 5)
    assert kept(item, item.promises[0], late(6)) is Kept.KEPT
    assert step(item, 6) == 1


def test_a_promise_is_kept_by_money_that_came_in_time_and_broken_otherwise() -> None:
    item = promised(claim(), by=10)
    promise = item.promises[0]
    assert kept(item, promise, late(10)) is Kept.OPEN
    assert kept(item, promise, late(11)) is Kept.BROKEN
    assert kept(paid(item, 1000, 10), promise, late(11)) is Kept.KEPT
    assert kept(paid(item, 1000, 12), promise, late(12)) is Kept.BROKEN
    assert broken_promises(item, late(11)) == (promise,)
    assert broken_promises(item, late(10)) == ()


def test_what_is_credited_in_time_is_owed_no_more_and_breaks_no_promise() -> None:
    item = settled(promised(claim(), by=10), 1000, SettlementKind.CREDIT)
    assert kept(item, item.promises[0], late(20)) is Kept.KEPT


def test_a_call_is_due_until_it_was_noted_or_a_letter_overtakes_it() -> None:
    item = reminded(claim(), 1, 1)
    assert step(item, 8, CALLING) == 2
    called = replace(item, calls=(CallNote(day=late(9), text="they will see", user="awa"),))
    assert step(called, 10, CALLING) is Hold.DONE
    assert step(called, 20, CALLING) == 3
    assert step(item, 20, CALLING) == 3


def test_a_reminder_may_come_before_the_due_date() -> None:
    early = DunningPolicy(steps=(Step(level=1, days=-3),))
    assert step(claim(), -4, early) is Hold.NOT_YET
    assert step(claim(), -3, early) == 1


@pytest.mark.parametrize(
    "steps",
    [
        (Step(level=2, days=3),),
        (Step(level=1, days=3), Step(level=2, days=3)),
        (Step(level=1, days=9), Step(level=2, days=3)),
        (Step(level=1, days=3), Step(level=1, days=9)),
        (Step(level=1, days=-31),),
        (Step(level=1, days=731),),
        (Step(level=1, days=3, fees=(Money(0, "XOF"),)),),
        tuple(Step(level=at, days=at) for at in range(1, 14)),
    ],
)
def test_steps_that_do_not_rise_are_refused(steps: tuple[Step, ...]) -> None:
    with pytest.raises(InputError) as refused:
        DunningPolicy(steps=steps)
    assert refused.value.code == "dunning_policy"


@pytest.mark.parametrize(
    "wrong", [{"gap_days": 0}, {"gap_days": 91}, {"grace_days": -1}, {"name": " "}]
)
def test_waits_and_names_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        replace(DEFAULT_POLICY, **wrong)  # type: ignore[arg-type] # what is refused


def test_the_company_s_own_default_replaces_ours() -> None:
    company = Organisation(id="us", party=Party(name="Us"), currency="XOF")
    assert company.dunning_policy() == DEFAULT_POLICY
    own = replace(company, dunning=(CALLING, replace(CALLING, name="gentle")))
    assert own.dunning_policy() == CALLING
    assert own.dunning_policy("gentle").name == "gentle"
    with pytest.raises(NotFound, match="no dunning policy 'harsh'"):
        own.dunning_policy("harsh")
