"""Which records an event names."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args, get_type_hints

from net30.domain.events import Event, PaymentReturned, ReminderSent
from net30.domain.naming import NAMING_FIELDS, ids_in
from net30.domain.open_item import SettlementKind
from net30.domain.payment import Allocation, TakenBack
from net30.kernel.money import Money
from tests.samples import TODAY

NO_IDS = {
    *("name", "number", "type_code", "to", "reason", "tone", "channel", "law", "method", "text"),
    *("segment", "source", "by", "kind", "state", "url", "code", "changed", "change"),
    *("company", "detail", "program"),
}
"""Fields that hold texts, but no id of a record."""


def test_every_id_of_a_letter_and_of_a_returned_payment_is_found_once() -> None:
    letter = ReminderSent(
        invoice_id="i1",
        number="INV-1",
        to="a@mail.example",
        day=TODAY,
        level=1,
        covers=("i1", "i2"),
        interest_of=("i2",),
    )
    assert ids_in(letter) == ("i1", "i2")
    due = Money(5, "XOF")
    returned = PaymentReturned(
        payment_id="p",
        customer_id="c",
        amount=due,
        day=TODAY,
        taken_back=(TakenBack("i3", SettlementKind.PAYMENT, due, TODAY),),
    )
    assert ids_in(returned) == ("p", "c", "i3")


def test_it_is_said_of_every_text_of_an_event_whether_it_is_an_id() -> None:
    """A new field must be said to be one or not; its name decides."""
    unknown = set()
    for kind in get_args(Event):
        hints = get_type_hints(kind)
        for field in fields(kind):
            told = str(hints[field.name])
            texts = hints[field.name] is str or "tuple[str" in told or "Literal" in told
            known = field.name.endswith("_id") or field.name in NAMING_FIELDS | NO_IDS
            named = any(one.__name__ in told for one in (Allocation, TakenBack))
            if (texts or named) and not known:
                unknown.add((kind.__name__, field.name))
    assert not unknown
