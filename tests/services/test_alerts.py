"""Alerts: rules fire once, are seen by somebody, and close by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from net30.domain.alert import Alert
from net30.domain.customer import Customer
from net30.domain.events import AlertAcknowledged, AlertClosed, AlertsRaised
from net30.domain.open_item import OpenItem
from net30.domain.party import Party
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.kernel.money import Money
from net30.services.alerts.check_alerts import (
    AlertCheck,
    acknowledge_alert,
    check_alerts,
    firing,
    open_alerts,
)
from net30.services.alerts.mail_alerts import mail_alerts_to
from net30.services.alerts.readings import OWING_MIN, readings
from net30.services.alerts.rules import our_rules, rules_of, set_rule
from net30.services.create_organisation import save_organisation
from net30.services.mark_invoice import note_promise
from net30.services.record_payment import NewPayment, record_payment
from net30.services.save_customer import save_customer
from tests.desk import TODAY, Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.app.close()


def check(desk: Desk) -> AlertCheck:
    """Look at the figures of the day, and settle what follows."""
    desk.app.settle()
    with desk.app.look() as look:
        seen = readings(look, look.today)
    with desk.app.change("awa") as ctx:
        checked = check_alerts(ctx, seen)
    desk.app.settle()
    return checked


def pay(desk: Desk, amount: Money) -> None:
    with desk.app.change() as ctx:
        record_payment(ctx, NewPayment(customer_id=desk.acme.id, amount=amount, spread=True))


def overdue(desk: Desk) -> None:
    """Issue an invoice whose due day passes without a payment."""
    desk.issue()
    desk.clock.day = TODAY + timedelta(days=31)


def test_nothing_fires_where_nothing_is_known(desk: Desk) -> None:
    checked = check(desk)
    assert (checked.open, checked.raised, checked.closed) == ((), (), ())


def test_a_rule_fires_once_however_often_it_is_looked_at(desk: Desk) -> None:
    overdue(desk)
    first, again = check(desk), check(desk)
    assert {one.rule for one in first.open} == {
        "cei",
        "collection_rate",
        "health_score",
        "pct_overdue",
    }
    assert len(first.raised) == 4
    assert again.open == first.open
    assert (again.raised, again.closed) == ((), ())
    with desk.app.look() as ctx:
        raised = [one.event for one in ctx.tx.events() if isinstance(one.event, AlertsRaised)]
    assert [one.alerts for one in raised] == [first.raised]


def test_an_alert_closes_by_itself_and_may_come_back(desk: Desk) -> None:
    overdue(desk)
    before = {one.rule: one for one in check(desk).open}
    assert before["collection_rate"].value == 0
    assert before["collection_rate"].currency == "XOF"
    pay(desk, desk.item("INV-2026-000001").balance)
    after = check(desk)
    assert after.open == ()
    assert {one.rule for one in after.closed} == set(before)
    assert {one.closed_on for one in after.closed} == {desk.clock.day}
    desk.issue()
    desk.clock.day += timedelta(days=31)
    back = {one.rule: one for one in check(desk).open}
    assert back["pct_overdue"].id != before["pct_overdue"].id


def test_an_open_alert_shows_the_value_of_the_last_look(desk: Desk) -> None:
    overdue(desk)
    first = {one.rule: one for one in check(desk).open}["collection_rate"]
    pay(desk, Money(424_800, "XOF"))
    later = {one.rule: one for one in check(desk).open}["collection_rate"]
    assert (first.value, later.value) == (Decimal(0), Decimal("0.1"))
    assert (later.id, later.raised_on) == (first.id, first.raised_on)


def test_who_has_seen_an_alert_is_noted_and_it_stays_open(desk: Desk) -> None:
    overdue(desk)
    alert = check(desk).open[0]
    with desk.app.change("binta") as ctx:
        acknowledge_alert(ctx, alert.id, " I call them tomorrow. ")
    with desk.app.look() as ctx:
        seen = {one.id: one for one in open_alerts(ctx)}[alert.id]
        events = [one.event for one in ctx.tx.events()]
    assert (seen.acknowledged_by, seen.note) == ("binta", "I call them tomorrow.")
    assert AlertAcknowledged(alert_id=alert.id, by="binta", day=desk.clock.day) in events
    with desk.app.change("awa") as ctx, pytest.raises(Conflict, match="binta acknowledged"):
        acknowledge_alert(ctx, alert.id)
    pay(desk, desk.item("INV-2026-000001").balance)
    check(desk)
    with desk.app.change() as ctx:
        assert AlertClosed(alert_id=alert.id, day=desk.clock.day) in [
            one.event for one in ctx.tx.events()
        ]
        with pytest.raises(Conflict, match="was closed"):
            acknowledge_alert(ctx, alert.id)
        with pytest.raises(NotFound, match="no alert 'x'"):
            acknowledge_alert(ctx, "x")


def test_a_company_has_its_own_limits_and_switches_rules_off(desk: Desk) -> None:
    overdue(desk)
    with desk.app.change() as ctx:
        set_rule(ctx, "cei", "off")
        set_rule(ctx, "health_score", "0")
        assert set_rule(ctx, "pct_overdue", "1") is not None
        set_rule(ctx, "collection_rate", "0")
    assert check(desk).open == ()
    with desk.app.change() as ctx:
        set_rule(ctx, "collection_rate", "0.5")
    (alert,) = check(desk).open
    assert (alert.rule, alert.limit) == ("collection_rate", Decimal("0.5"))


def test_an_unknown_rule_and_a_limit_that_is_none_are_refused(desk: Desk) -> None:
    with desk.app.change() as ctx:
        with pytest.raises(NotFound, match="no alert rule 'cie'") as refused:
            set_rule(ctx, "cie", "75")
        assert "cei" in refused.value.hint
        for limit in ("many", "-1", ""):
            with pytest.raises(InputError):
                set_rule(ctx, "cei", limit)
    with desk.app.look() as ctx:
        assert rules_of(ctx.company) == our_rules()


def test_a_limit_is_not_past_itself() -> None:
    rules = our_rules()
    assert not rules["cei"].fires(Decimal(80))
    assert rules["cei"].fires(Decimal("79.99"))
    assert not rules["hhi"].fires(Decimal("0.25"))
    assert rules["hhi"].fires(Decimal("0.2501"))


def test_one_large_debtor_among_enough_others_is_named(desk: Desk) -> None:
    desk.issue(price="900000")
    for at in range(OWING_MIN - 1):
        with desk.app.change() as ctx:
            other = save_customer(ctx, Customer(id="", party=Party(name=f"Client {at}")))
        few = check(desk)
        assert not {"hhi", "largest_customer"} & {one.rule for one in few.open}
        desk.issue(customer_id=other.id)
    alerts = {one.rule: one for one in check(desk).open}
    assert alerts["largest_customer"].subject_name == "Acme Corp"
    assert alerts["largest_customer"].value == Decimal("0.7143")
    assert alerts["hhi"].value == Decimal("0.5306")


def test_a_promise_that_was_not_kept_is_told_until_the_money_is_there(desk: Desk) -> None:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        note_promise(ctx, invoice.number, TODAY + timedelta(days=3))
    desk.clock.day = TODAY + timedelta(days=3)
    assert check(desk).open == ()
    desk.clock.day = TODAY + timedelta(days=4)
    (alert,) = check(desk).open
    assert (alert.rule, alert.subject_name, alert.value) == (
        "broken_promise",
        invoice.number,
        Decimal(1),
    )
    pay(desk, desk.item(invoice.number).balance)
    assert [one.rule for one in check(desk).closed] == ["broken_promise"]


def test_two_invoices_that_may_be_one_are_told(desk: Desk) -> None:
    desk.issue()
    desk.issue()
    (alert,) = check(desk).open
    assert alert.rule == "duplicate_invoice"
    assert alert.subject_name == "INV-2026-000001 / INV-2026-000002"


def test_a_past_day_is_looked_at_and_nothing_is_kept(desk: Desk) -> None:
    overdue(desk)
    desk.app.settle()
    with desk.app.look() as ctx:
        assert {one.rule for one in firing(ctx, desk.clock.day)} >= {"pct_overdue"}
        assert firing(ctx, TODAY) == ()
        assert open_alerts(ctx) == ()


def letters(desk: Desk) -> list[str]:
    found = sorted(desk.app.settings.home.rglob("*.eml"))
    return [
        str(message_from_bytes(path.read_bytes(), policy=policy.default).get_content())
        for path in found
    ]


def test_new_alerts_are_mailed_in_one_letter_to_whom_the_company_names(desk: Desk) -> None:
    overdue(desk)
    check(desk)
    assert letters(desk) == []  # nobody was named
    with desk.app.change() as ctx:
        mail_alerts_to(ctx, "boss@lagune.example")
        save_organisation(ctx, replace(ctx.company, language="en"))
    pay(desk, Money(4_000_000, "XOF"))
    desk.issue()
    desk.issue()
    check(desk)
    (text,) = letters(desk)
    assert "INV-2026-000002 / INV-2026-000003 may be one invoice written twice (XOF)." in text
    check(desk)
    assert len(letters(desk)) == 1


def test_the_letter_is_in_the_company_s_language(desk: Desk) -> None:
    with desk.app.change() as ctx:
        mail_alerts_to(ctx, "boss@lagune.example")
        save_organisation(ctx, replace(ctx.company, language="fr"))
    overdue(desk)
    check(desk)
    (text,) = letters(desk)
    assert (
        "De ce qui est venu à échéance ces 90 derniers jours, 0 % a été encaissé"
        in text.replace("\xa0", " ").replace("\u202f", " ")
    )


@pytest.mark.parametrize("address", ["boss", "a@b@c", "two words@x.example"])
def test_what_is_no_address_is_refused(desk: Desk, address: str) -> None:
    with desk.app.change() as ctx, pytest.raises(InputError, match="no mail address"):
        mail_alerts_to(ctx, address)


def test_two_looks_at_once_raise_an_alert_once(desk: Desk) -> None:
    overdue(desk)
    desk.app.settle()
    with desk.app.look() as look:
        seen = readings(look, look.today)
    with desk.app.change() as ctx:
        check_alerts(ctx, seen)
    with desk.app.change() as ctx:
        assert check_alerts(ctx, seen).raised == ()
    with desk.app.look() as ctx:
        abouts = [one.value.about for one in ctx.tx.page(Alert)]
        assert len(abouts) == len(set(abouts)) == 4
        assert len(ctx.tx.page(OpenItem)) == 1
