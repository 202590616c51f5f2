"""What every store promises of personal texts in events: sealed, and shredded without a trace."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import fields, replace
from typing import get_args

import pytest

from net30.adapters.cosmos.questions import EVENTS as EVENTS_OF
from net30.adapters.cosmos.store import CosmosStore
from net30.adapters.sql import SqlStore
from net30.domain.events import CallNoted, DisputeOpened, Event, InvoiceSent, PromiseMade
from net30.domain.personal import ERASED, PERSONAL_TEXTS, personal_texts
from net30.kernel.errors import Unavailable
from net30.kernel.money import Money
from net30.ports.store import NEW, Store
from net30.stored.codec import encode
from net30.stored.personal import BLOCK_BYTES, keys_in, opened, seal
from tests.adapters.test_sql_codec import EVENTS
from tests.samples import NOW, TODAY, an_invoice

US, THEM = "lagune", "rival"
SENT = InvoiceSent(invoice_id="i1", number="INV-1", to="awa.kone@mail.example", day=TODAY)
CALL = CallNoted(invoice_id="i1", customer_id="acme", day=TODAY, text="she is ill 😷 'quoted\"")
PLAIN = PromiseMade(invoice_id="i1", day=TODAY, promised=TODAY, amount=Money(1, "XOF"))


def tell(store: Store, *events: Event, organisation: str = US) -> None:
    with store.transaction(organisation) as tx:
        for event in events:
            tx.append(event, at=NOW, known_on=TODAY, user="awa")


def heard(store: Store, organisation: str = US) -> list[Event]:
    with store.reading(organisation) as books:
        return [recorded.event for recorded in books.events()]


def stored(store: Store) -> str:
    """All that the database has in its events."""
    if isinstance(store, CosmosStore):
        return str(list(store.books.partition(US).ask(EVENTS_OF, {"after": 0, "last": 9999})))
    assert isinstance(store, SqlStore)
    with store.database.reading(US) as connection:
        return str(connection.rows("SELECT * FROM event"))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_comes_back_as_it_was_told(store: Store, event: Event) -> None:
    tell(store, event)
    assert heard(store) == [event]
    for text in personal_texts(event).values():
        assert f'"{text}"' not in stored(store)


def test_what_is_personal_in_an_event_stands_nowhere_in_it(store: Store) -> None:
    tell(store, SENT, CALL, PLAIN)
    assert heard(store) == [SENT, CALL, PLAIN]
    for text in ("awa.kone", "she is ill", "mail.example"):
        assert text not in stored(store)
    assert {InvoiceSent, CallNoted, DisputeOpened} <= set(PERSONAL_TEXTS)
    assert PromiseMade not in PERSONAL_TEXTS


def test_shredding_takes_the_texts_and_leaves_the_events_and_their_digests(store: Store) -> None:
    tell(store, SENT, CALL, PLAIN, replace(CALL, customer_id="other", text="another one"))
    with store.reading(US) as books:
        before = [recorded.digest for recorded in books.events()]
    with store.transaction(US) as tx:
        assert tx.shred("acme") == 1
        assert tx.shred("acme") == 0
        assert tx.shred("nobody") == 0
    assert heard(store) == [
        SENT,  # its invoice is not in these books, so it is nobody's
        replace(CALL, text=ERASED),
        PLAIN,
        replace(CALL, customer_id="other", text="another one"),
    ]
    with store.reading(US) as books:
        assert [recorded.digest for recorded in books.events()] == before


def test_an_event_of_a_document_is_about_its_customer(store: Store) -> None:
    invoice = an_invoice()
    with store.transaction(US) as tx:
        tx.save(invoice, expected=NEW)
        sent = replace(SENT, invoice_id=invoice.id)
        tx.append(sent, at=NOW, known_on=TODAY, user="awa")
        assert tx.shred(invoice.customer_id) == 1
        (recorded,) = tx.events()
    assert recorded.event == replace(sent, to=ERASED)


def test_shredding_that_is_undone_has_not_happened(store: Store) -> None:
    tell(store, CALL)
    with suppress(RuntimeError), store.transaction(US) as tx:
        tx.shred("acme")
        raise RuntimeError
    assert heard(store) == [CALL]


def test_nobody_shreds_the_texts_of_another_organisation(store: Store) -> None:
    tell(store, CALL)
    tell(store, CALL, organisation=THEM)
    with store.transaction(US) as tx:
        tx.shred("acme")
    assert heard(store, THEM) == [CALL]


def test_more_texts_than_one_question_can_ask_for(store: Store) -> None:
    calls = [replace(CALL, text=f"call {at}") for at in range(600)]
    tell(store, *calls)
    assert heard(store) == calls


def test_sealing_hides_the_length_and_the_sameness() -> None:
    short, long = seal("a", "k"), seal("a" * (BLOCK_BYTES - 1), "k")
    assert len(short.text) == len(long.text)
    assert seal("a", "k").text != short.text
    assert len(seal("a" * (BLOCK_BYTES + 1), "k").text) > len(short.text)


def test_a_pad_that_was_changed_is_noticed() -> None:
    sealed = seal("she paid", "k1")
    body = f'{{"text":"{sealed.text}"}}'
    assert keys_in([body]) == ["k1"]
    assert opened(body, {"k1": sealed.pad}) == '{"text":"she paid"}'
    assert opened(body, {}) == f'{{"text":"{ERASED}"}}'
    for pad in (seal("she paid", "k1").pad, "AAAA", sealed.pad[:-4]):
        with pytest.raises(Unavailable) as refusal:
            opened(body, {"k1": pad})
        assert refusal.value.code == "damaged"


def test_books_of_a_past_schema_keep_the_plain_texts_they_had(store: Store) -> None:
    if not isinstance(store, SqlStore):
        pytest.skip("Cosmos has sealed personal texts from its first layout on")
    tell(store, CALL)
    with store.database.writing(US) as connection:
        connection.execute("UPDATE event SET body = :body", {"body": encode(CALL)})
    with closing(store):
        assert heard(store) == [CALL]


# What an event may say in the clear: ids, numbers, codes, and what names no person.
PLAIN_FIELDS = frozenset(
    "alert_id by change channel code company connection_id credit_note_id customer_id detail "
    "invoice_id job_id kind law method name number payment_id product_id program schedule_id "
    "segment source source_id state tone type_code url webhook_id".split()
)


def test_whoever_adds_a_text_to_an_event_says_whether_it_is_personal() -> None:
    for kind in get_args(Event):
        for field in fields(kind):
            if field.type == "str" and field.name not in PERSONAL_TEXTS.get(kind, ()):
                assert field.name in PLAIN_FIELDS, f"{kind.__name__}.{field.name}"
