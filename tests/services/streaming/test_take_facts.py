from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.open_item import OpenItem, Status, status_of
from net30.domain.payment import Payment
from net30.domain.stream_position import StreamPosition
from net30.kernel.errors import Conflict
from net30.kernel.findings import Finding
from net30.kernel.money import Money
from net30.language.error_words import finding_in
from net30.ledger.segments import read_ledger
from net30.ports.stream import Received
from net30.services.check_books import check_books
from net30.services.streaming.facts_in import MESSAGE_BYTES_MAX, FactIn, FactKind, read_fact
from net30.services.streaming.take_facts import Taken, take_facts
from tests.desk import TODAY, Desk
from tests.streams import invoice, payment, received


def take(desk: Desk, messages: Sequence[Received]) -> Taken:
    facts = [fact for message in messages if isinstance(fact := read_fact(message), FactIn)]
    assert len(facts) == len(messages)
    with desk.app.change("stream") as ctx:
        taken = take_facts(ctx, facts)
    desk.app.settle()
    return taken


def item(desk: Desk, number: str) -> OpenItem:
    with desk.app.look() as ctx:
        (stored,) = ctx.tx.find(OpenItem, Key.EXTERNAL, f"stream:{number}")
    return stored.value


def codes(taken: Taken) -> list[tuple[int, str]]:
    return [(one.message.offset, finding.code) for one in taken.refused for finding in one.findings]


def faults(fact: object, **more: Any) -> list[Finding]:  # Any: a message's fields
    found = read_fact(replace(received(fact)[0], **more))
    assert not isinstance(found, FactIn)
    return list(found)


def test_an_invoice_becomes_an_open_item_and_a_fact_of_the_ledger(desk: Desk) -> None:
    assert take(desk, received(invoice("F1"))) == Taken(taken=1)
    assert item(desk, "F1").balance == Money(125_050, "EUR")
    (fact,) = read_ledger(desk.app.world.blobs, desk.app.organisation).to_pylist()
    assert (fact["fact"], fact["amount"], fact["source"]) == ("invoice", 125_050, "stream")
    with desk.app.look() as ctx:
        assert not check_books(ctx).findings


def test_a_payment_is_recorded_and_what_is_over_is_unapplied_cash(desk: Desk) -> None:
    take(desk, received(invoice("F1"), payment("F1", "250.50"), payment("F1", "1100")))
    paid = item(desk, "F1")
    assert status_of(paid, TODAY) is Status.PAID
    with desk.app.look() as ctx:
        payments = [one.value for one in ctx.tx.page(Payment, limit=10)]
        assert not check_books(ctx).findings
    assert sorted(one.unapplied.minor for one in payments) == [0, 10_000]


def test_a_payment_of_an_invoice_that_was_issued_here_finds_it_by_its_number(desk: Desk) -> None:
    issued = desk.issue()
    fact = payment(issued.number, "1000000", currency="XOF")
    assert take(desk, received(fact)).taken == 1
    assert desk.item(issued.number).settled == Money(1_000_000, "XOF")


def test_a_credit_note_is_a_credit_however_its_sign_is_said(desk: Desk) -> None:
    plain = invoice("K1", fact="credit_note", amount="10")
    negative = invoice("K2", fact="credit_note", amount="-10")
    take(desk, received(plain, negative))
    assert [item(desk, name).balance.minor for name in ("K1", "K2")] == [-1000, -1000]


def test_a_later_state_of_an_invoice_in_the_same_batch_settles_it(desk: Desk) -> None:
    part = invoice("F1", balance="250.50", paid_date="2026-10-20")
    assert take(desk, received(invoice("F1"), part)).taken == 2
    assert item(desk, "F1").balance == Money(25_050, "EUR")


def test_messages_that_come_again_change_nothing(desk: Desk) -> None:
    messages = received(invoice("F1"), payment("F1", "250.50"))
    take(desk, messages)
    with desk.app.look() as ctx:
        before = ctx.tx.last_event()
    assert take(desk, messages) == Taken(known=2)
    assert take(desk, [*messages, *received(invoice("F2"), first=2)]) == Taken(taken=1, known=2)
    assert item(desk, "F1").balance == Money(100_000, "EUR")
    assert before[0] > 0


def test_each_partition_has_a_place_of_its_own(desk: Desk) -> None:
    take(desk, received(invoice("F1"), invoice("F2")))
    assert take(desk, received(invoice("F3"), partition=1)).taken == 1
    with desk.app.look() as ctx:
        found = [one.value for one in ctx.tx.page(StreamPosition, limit=10)]
    assert [(one.id, one.after, one.taken) for one in found] == [
        ("facts.0", 2, 2),
        ("facts.1", 1, 1),
    ]


def test_two_who_take_the_same_partition_at_once_cannot_both_keep_it(desk: Desk) -> None:
    facts = [read_fact(one) for one in received(invoice("F1"))]
    assert isinstance(facts[0], FactIn)
    with desk.app.change() as ctx:
        take_facts(ctx, [facts[0]])
        stored = ctx.tx.load(StreamPosition, "facts.0")
        with pytest.raises(Conflict):
            ctx.tx.save(stored.value, expected=stored.version - 1)


def test_a_bad_fact_is_told_and_the_others_are_taken(desk: Desk) -> None:
    taken = take(
        desk,
        received(
            invoice("F1"),
            invoice("F2", currency="XXL"),
            payment("F9", "5"),
            payment("F1", "5", currency="USD"),
            payment("F1", "0"),
            payment("F1", "5", paid_date="2027-01-01"),
            invoice("F1", amount="7"),
            invoice("F3", due_date="2026-09-01"),
            invoice("F4", odd="n"),
        ),
    )
    assert codes(taken)[:3] == [(1, "currency"), (2, "invoice_not_found"), (3, "fact_currency")]
    assert {offset for offset, _ in codes(taken)} >= {1, 2, 3, 4, 5, 6}
    assert taken.taken == 9 - len(taken.refused)
    assert item(desk, "F1").balance == Money(125_050, "EUR")
    assert item(desk, "F4").amount == Money(125_050, "EUR")


def test_one_odd_date_does_not_change_how_others_are_read(desk: Desk) -> None:
    assert [one.code for one in faults(invoice("F1", issue_date="13/04/2026"))] == ["date"]
    take(desk, received(invoice("F2", issue_date="2026-03-04")))
    assert item(desk, "F2").issue_date.isoformat() == "2026-03-04"


def test_further_fields_are_kept_as_what_was_known_at_issue(desk: Desk) -> None:
    take(desk, received(invoice("F1", region="north"), invoice("F2", channel="web")))
    facts = read_ledger(desk.app.world.blobs, desk.app.organisation).to_pylist()
    assert [fact["extras"] for fact in facts] == [[("region", "north")], [("channel", "web")]]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"nope", "message_json"),
        (b"[1]", "message_json"),
        (b"\xff", "message_json"),
        (b"[" * 60_000, "message_json"),
        (b'{"amount": NaN}', "message_json"),
        (b'{"amount": 1, "amount": 2}', "message_json"),
        (b" " * (MESSAGE_BYTES_MAX + 1), "message_too_long"),
        (b'{"amount": {"minor": 5}}', "message_value"),
        (b'{"fact": "write_off"}', "fact"),
        (b'{"source": "net30"}', "source"),
        (b"{}", "fact_missing"),
    ],
)
def test_what_is_no_fact_is_told_by_its_code(value: bytes, code: str) -> None:
    found = faults(value)
    assert code in {one.code for one in found}
    assert all(finding_in(one, "fr").message != one.message for one in found)


def test_numbers_of_json_keep_every_digit() -> None:
    (message,) = received(b'{"invoice_id": 17, "customer": "A", "issue_date": "2026-01-02", '
                          b'"amount": 12345678901234567.05}')  # fmt: skip
    fact = read_fact(message)
    assert isinstance(fact, FactIn)
    assert (fact.kind, fact.about) == (FactKind.INVOICE, "17")
    assert fact.cells["amount"] == "12345678901234567.05"


def test_customers_are_found_again_by_their_id(desk: Desk) -> None:
    take(desk, received(invoice("F1"), invoice("F2")))
    take(desk, received(invoice("F3"), first=2))
    with desk.app.look() as ctx:
        names = [one.value.name for one in ctx.tx.page(Customer, limit=10)]
    assert sorted(names) == ["Acme Corp", "Baobab"]
