"""The worklist: who is called first, who is left alone, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem, PromiseToPay, Reminder
from net30.domain.party import Contact, Party
from net30.kernel.errors import InputError, NotFound
from net30.kernel.money import Money
from net30.services.collect_today import CALL_AGAIN_DAYS, FORMULA, Worklist, collect_today
from net30.services.mark_invoice import note_call, note_promise, open_dispute
from net30.services.record_payment import NewPayment, record_payment
from net30.services.save_customer import save_customer
from net30.services.unapplied_cash import payment_by_id, unapplied_cash
from tests.desk import TODAY, Desk


def late(desk: Desk, days: int = 10, price: str = "90000", **more: str) -> Invoice:
    due = TODAY - timedelta(days=days)
    dated: dict[str, object] = {"issue_date": due - timedelta(days=30), "due_date": due}
    return desk.issue(price, "40", **dated, **more)


def today(desk: Desk, as_of: date | None = None, limit: int = 20) -> Worklist:
    with desk.app.look() as ctx:
        return collect_today(ctx, as_of, limit)


def customer(desk: Desk, name: str, phone: str = "+221 77") -> Customer:
    with desk.app.change() as ctx:
        party = Party(name=name, contact=Contact(phone=phone))
        return save_customer(ctx, Customer(id="", party=party))


def change(desk: Desk, number: str, **more: object) -> None:
    with desk.app.change() as ctx:
        (stored,) = ctx.tx.find(OpenItem, Key.NUMBER, number)
        changed = replace(stored.value, **more)  # type: ignore[arg-type] # its fields
        ctx.tx.save(changed, expected=stored.version)


def test_the_most_money_at_stake_comes_first(desk: Desk) -> None:
    bora = customer(desk, "Bora")
    late(desk, 10, "1000")
    late(desk, 10, "90000", customer_id=bora.id)
    found = today(desk)
    assert [call.customer for call in found.calls] == ["Bora", "Acme Corp"]
    first = found.calls[0]
    assert first.phone == "+221 77"
    assert first.days_past_due == 10
    assert found.order == FORMULA
    assert "default" in found.model
    assert first.at_stake is not None
    assert 0 < first.at_stake.minor <= first.open.minor
    assert first.expected is None or first.expected > TODAY


def test_what_is_at_stake_is_the_sum_of_what_the_claims_stake(desk: Desk) -> None:
    late(desk, 10)
    late(desk, 80)
    (call,) = today(desk).calls
    staked = [claim.at_stake.minor for claim in call.claims if claim.at_stake]
    assert call.at_stake is not None
    assert sum(staked) == call.at_stake.minor
    assert staked == sorted(staked, reverse=True)
    assert call.open.minor == sum(claim.open.minor for claim in call.claims)


def test_currencies_are_never_added_and_ours_comes_first(desk: Desk) -> None:
    late(desk, 10, "9000000", currency="EUR")
    late(desk, 10, "10")
    assert [call.open.currency for call in today(desk).calls] == ["XOF", "EUR"]


def test_left_alone_are_disputed_parked_promised_paid_due_and_called(desk: Desk) -> None:
    number = late(desk).number
    desk.issue()
    assert [claim.number for claim in today(desk).calls[0].claims] == [number]
    with desk.app.change() as ctx:
        note_promise(ctx, number, TODAY + timedelta(days=2))
    assert today(desk).calls == ()
    change(desk, number, promises=())
    with desk.app.change() as ctx:
        note_call(ctx, number, "call back")
    assert today(desk).calls == ()
    assert today(desk, TODAY + timedelta(days=CALL_AGAIN_DAYS)).calls
    desk.clock.day += timedelta(days=CALL_AGAIN_DAYS)
    assert today(desk).calls[0].last_contact == "call back"
    with desk.app.change() as ctx:
        open_dispute(ctx, number, "broken")
    assert today(desk).calls == ()


def test_a_parked_customer_is_not_called(desk: Desk) -> None:
    late(desk)
    with desk.app.change() as ctx:
        save_customer(ctx, replace(desk.acme, parked=True))
    assert today(desk).calls == ()


def test_a_broken_promise_is_the_reason_and_asks_for_a_new_date(desk: Desk) -> None:
    number = late(desk).number
    item = desk.item(number)
    broken = PromiseToPay(
        made=TODAY - timedelta(days=9), day=TODAY - timedelta(days=1), amount=item.balance
    )
    change(desk, number, promises=(broken,))
    (call,) = today(desk).calls
    assert (call.reason, call.action) == ("broken_promise", "agree_new_date")
    assert call.claims[0].broken_promises == 1


def test_what_is_more_than_30_days_late_is_not_called_likely_to_be(desk: Desk) -> None:
    late(desk, 123)
    (call,) = today(desk).calls
    assert (call.days_past_due, call.claims[0].at_stake is not None) == (123, True)
    assert call.reason == "never_reminded"


def test_after_the_last_reminder_someone_must_decide(desk: Desk) -> None:
    number = late(desk, 60).number
    sent = Reminder(day=TODAY - timedelta(days=9), to="a@b.example", level=3)
    change(desk, number, reminders=(sent,))
    (call,) = today(desk).calls
    assert (call.reason, call.action) == ("last_reminder_unanswered", "escalate")
    assert call.last_contact == "reminder 3 to a@b.example"
    assert call.last_contact_on == sent.day


def test_without_phone_and_address_one_must_be_found(desk: Desk) -> None:
    nobody = customer(desk, "Nobody", phone="")
    late(desk, customer_id=nobody.id)
    assert today(desk).calls[0].action == "find_contact"


def test_the_list_is_as_long_as_asked_and_says_how_many_more(desk: Desk) -> None:
    late(desk)
    late(desk, customer_id=customer(desk, "Bora").id)
    found = today(desk, limit=1)
    assert (len(found.calls), found.more) == (1, 1)
    for wrong in (0, 1001):
        with pytest.raises(InputError):
            today(desk, limit=wrong)


def test_an_empty_book_has_nobody_to_call(desk: Desk) -> None:
    assert today(desk).calls == ()


def test_cash_that_settles_nothing_is_listed_oldest_first(desk: Desk) -> None:
    with desk.app.change() as ctx:
        for days, amount in ((1, 100), (5, 200)):
            day = TODAY - timedelta(days=days)
            new = NewPayment(customer_id=desk.acme.id, amount=Money(amount, "XOF"), day=day)
            record_payment(ctx, new)
    with desk.app.look() as ctx:
        assert [one.payment.amount.minor for one in unapplied_cash(ctx)] == [200, 100]
        of_acme = unapplied_cash(ctx, "acme corp")
        assert [one.customer for one in of_acme] == ["Acme Corp"] * 2
        assert payment_by_id(ctx, of_acme[0].payment.id) == of_acme[0].payment
        with pytest.raises(NotFound):
            payment_by_id(ctx, "none")
