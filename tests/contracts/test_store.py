"""What every store promises."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from net30.domain.aggregates import KINDS, Key, kind_of
from net30.domain.customer import Customer
from net30.domain.events import CustomerSaved, DraftDeleted, DraftSaved, Event
from net30.domain.invoice import Invoice
from net30.domain.naming import ids_in
from net30.domain.open_item import OpenItem
from net30.domain.organisation import Organisation
from net30.domain.party import Party
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.ports.store import (
    KEYS_KEPT_DAYS,
    NEW,
    PAGE_ROWS_MAX,
    ClaimLost,
    Lease,
    Remembered,
    Store,
    Transaction,
)
from net30.stored.codec import encode
from tests.adapters.test_sql_codec import EVENTS
from tests.samples import (
    ACME,
    COMPANY,
    NOW,
    TODAY,
    a_claim,
    a_credit_note,
    a_draft,
    an_invoice,
    one_of_each,
)

US, THEM = "lagune", "rival"


class Refused(Exception):
    """What a use case raises half-way through its transaction."""


def keep(store: Store, *aggregates: Customer | Invoice | OpenItem | Organisation) -> None:
    with store.transaction(US) as tx:
        for aggregate in aggregates:
            tx.save(aggregate, expected=NEW)


def customers(count: int) -> list[Customer]:
    return [Customer(id=f"c{at:04}", party=Party(name=f"Customer {at}")) for at in range(count)]


def tell(tx: Transaction, customer_id: str = "acme") -> None:
    tx.append(CustomerSaved(customer_id=customer_id), at=NOW, known_on=TODAY, user="awa")


# --- aggregates --------------------------------------------------------------------------------


def test_every_kind_comes_back_as_it_was_saved(store: Store) -> None:
    everything = one_of_each()
    assert {kind_of(aggregate) for aggregate in everything} == set(KINDS)
    with store.transaction(US) as tx:
        for aggregate in everything:
            tx.save(aggregate, expected=NEW)
    with store.reading(US) as books:
        for aggregate in everything:
            stored = books.load(type(aggregate), aggregate.id)
            assert stored.value == aggregate
            assert stored.version == 1


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with store.reading(US) as books, pytest.raises(NotFound, match="no customer 'acme'"):
        books.load(Customer, "acme")


def test_a_change_over_the_version_that_was_read_counts_it_up(store: Store) -> None:
    keep(store, ACME)
    with store.transaction(US) as tx:
        tx.save(replace(ACME, notes="prefers mail"), expected=1)
        assert tx.load(Customer, "acme").version == 2
    with store.reading(US) as books:
        assert books.load(Customer, "acme").value.notes == "prefers mail"


def test_a_view_says_the_same_however_often_it_is_asked(store: Store) -> None:
    every = customers(600)  # more than any store's view keeps in memory
    with store.transaction(US) as tx:
        tx.save_new(every)
    with store.transaction(US) as tx:
        assert [stored.value for stored in tx.page(Customer, limit=len(every))] == every
        for _ in range(2):
            for customer in every[-300:]:
                assert tx.load(Customer, customer.id).value == customer
        tx.delete(Customer, "c0599", expected=1)
        with pytest.raises(NotFound):
            tx.load(Customer, "c0599")


def test_a_change_over_an_older_version_is_refused(store: Store) -> None:
    keep(store, ACME)
    with store.transaction(US) as tx:
        tx.save(replace(ACME, notes="first"), expected=1)
    with store.transaction(US) as tx, pytest.raises(Conflict, match="changed") as refused:
        tx.save(replace(ACME, notes="second"), expected=1)
    assert refused.value.code == "changed"
    with store.reading(US) as books:
        assert books.load(Customer, "acme").value.notes == "first"


def test_a_change_of_something_that_is_gone_is_refused(store: Store) -> None:
    with store.transaction(US) as tx, pytest.raises(Conflict):
        tx.save(ACME, expected=1)


def test_the_same_id_cannot_be_new_twice(store: Store) -> None:
    keep(store, ACME)
    with store.transaction(US) as tx, pytest.raises(Conflict) as refused:
        tx.save(ACME, expected=NEW)
    assert refused.value.code == "exists"


def test_two_invoices_cannot_have_one_number(store: Store) -> None:
    keep(store, an_invoice("INV-1", "i1"), a_draft("i2"))
    with store.transaction(US) as tx:
        with pytest.raises(Conflict, match="INV-1") as refused:
            tx.save(an_invoice("INV-1", "i2"), expected=1)
        assert refused.value.code == "taken"
        with pytest.raises(Conflict, match="INV-1"):
            tx.save(an_invoice("INV-1", "i3"), expected=NEW)


def test_a_number_stays_with_its_invoice_when_that_is_saved_again(store: Store) -> None:
    keep(store, an_invoice("INV-1"))
    with store.transaction(US) as tx:
        tx.save(replace(an_invoice("INV-1"), place="Abidjan"), expected=1)


def test_two_customers_cannot_have_one_external_id_but_many_may_have_none(store: Store) -> None:
    plain = replace(ACME, external_id="")
    keep(store, ACME, replace(plain, id="c2"), replace(plain, id="c3"))
    with store.transaction(US) as tx, pytest.raises(Conflict, match="external 'crm-7'"):
        tx.save(replace(ACME, id="c4"), expected=NEW)
    with store.transaction(US) as tx, pytest.raises(Conflict, match="external 'crm-7'"):
        tx.save(replace(ACME, id="c2"), expected=1)


def test_a_transaction_can_go_on_after_a_refusal(store: Store) -> None:
    keep(store, ACME)
    with store.transaction(US) as tx:
        with pytest.raises(Conflict):
            tx.save(ACME, expected=NEW)
        tx.save(replace(ACME, id="c2", external_id=""), expected=NEW)
    with store.reading(US) as books:
        assert books.load(Customer, "c2").version == 1


def test_an_invoice_and_its_claim_may_share_id_and_number(store: Store) -> None:
    keep(store, an_invoice(), a_claim())
    with store.reading(US) as books:
        assert books.load(OpenItem, "i1").value == a_claim()


def test_a_draft_can_be_removed_and_its_id_used_again(store: Store) -> None:
    keep(store, a_draft())
    with store.transaction(US) as tx:
        tx.delete(Invoice, "i1", expected=1)
    keep(store, a_draft())


def test_a_draft_that_was_changed_meanwhile_is_not_removed(store: Store) -> None:
    keep(store, a_draft())
    with store.transaction(US) as tx:
        tx.save(a_draft(), expected=1)
    with store.transaction(US) as tx, pytest.raises(Conflict):
        tx.delete(Invoice, "i1", expected=1)
    with store.transaction(US) as tx, pytest.raises(Conflict):
        tx.delete(Invoice, "never", expected=1)


def test_many_new_ones_are_written_at_once(store: Store) -> None:
    with store.transaction(US) as tx:
        tx.save_new(customers(1500))
        tx.save_new([])
    with store.reading(US) as books:
        assert len(books.page(Customer, limit=5000)) == PAGE_ROWS_MAX


@pytest.mark.parametrize(
    ("taken", "why"),
    [
        (Customer(id="c0001", party=Party(name="Same id")), "'c0001' is there already"),
        (
            Customer(id="other", party=Party(name="Same external id"), external_id="crm-7"),
            "external 'crm-7'",
        ),
    ],
)
def test_many_new_ones_are_all_refused_when_one_is_taken(
    store: Store, taken: Customer, why: str
) -> None:
    keep(store, ACME, Customer(id="c0001", party=Party(name="First")))
    with store.transaction(US) as tx:
        with pytest.raises(Conflict, match=why):
            tx.save_new([Customer(id="fresh", party=Party(name="Fresh")), taken])
        tx.save(Customer(id="later", party=Party(name="Later")), expected=NEW)
    with store.reading(US) as books:
        assert [one.value.id for one in books.page(Customer)] == ["acme", "c0001", "later"]


def test_many_new_ones_are_refused_when_two_of_them_are_the_same(store: Store) -> None:
    with store.transaction(US) as tx, pytest.raises(Conflict):
        tx.save_new([ACME, ACME])


# --- finding -----------------------------------------------------------------------------------


def test_aggregates_are_found_by_each_of_their_keys(store: Store) -> None:
    credit = a_credit_note("INV-1", "CN-1")
    keep(store, ACME, an_invoice("INV-1"), credit)
    with store.reading(US) as books:
        assert [one.value for one in books.find(Customer, Key.NAME, "acme corp")] == [ACME]
        assert [one.value for one in books.find(Customer, Key.EXTERNAL, "crm-7")] == [ACME]
        assert [one.value for one in books.find(Invoice, Key.NUMBER, "CN-1")] == [credit]
        assert [one.value for one in books.find(Invoice, Key.PARENT, "INV-1")] == [credit]
        assert [one.value.number for one in books.find(Invoice, Key.CUSTOMER, "acme")] == [
            "CN-1",
            "INV-1",
        ]
        assert books.find(Customer, Key.NAME, "nobody") == ()
        assert books.find(OpenItem, Key.NUMBER, "INV-1") == ()


def test_a_changed_key_is_found_by_its_new_value_only(store: Store) -> None:
    keep(store, ACME)
    with store.transaction(US) as tx:
        tx.save(replace(ACME, party=Party(name="Acme Holding")), expected=1)
        assert tx.find(Customer, Key.NAME, "acme corp") == ()
        assert len(tx.find(Customer, Key.NAME, "acme holding")) == 1


def test_many_are_loaded_by_their_ids_in_few_questions(store: Store) -> None:
    rivals = Customer(id="c0001x", party=Party(name="Not ours"))
    with store.transaction(US) as tx:
        tx.save_new(customers(700))
    with store.transaction(THEM) as tx:
        tx.save(rivals, expected=NEW)
    ids = [f"c{at:04}" for at in range(0, 1400, 2)]
    with store.reading(US) as books:
        found = books.load_many(Customer, [*ids, *ids, rivals.id])
        assert sorted(found) == [one for one in ids if one < "c0700"]
        assert found["c0002"] == books.load(Customer, "c0002")
        assert books.load_many(Customer, []) == {}
        assert books.load_many(OpenItem, ids) == {}


def test_many_are_found_by_a_key_so_many_of_each_value(store: Store) -> None:
    keep(store, *(replace(a_draft(f"d{at}"), customer_id=f"c{at % 2}") for at in range(7)))
    with store.transaction(THEM) as tx:
        tx.save(replace(a_draft("theirs"), customer_id="c0"), expected=NEW)
    with store.reading(US) as books:
        found = books.find_many(Invoice, Key.CUSTOMER, ["c0", "c1", "nobody"], limit=3)
        later = books.find_many(Invoice, Key.CUSTOMER, ["c0"], after="d4", limit=3)
        assert books.find_many(Invoice, Key.PARENT, ["c0"]) == {}
    ids = {value: [one.value.id for one in rows] for value, rows in found.items()}
    assert ids == {"c0": ["d0", "d2", "d4"], "c1": ["d1", "d3", "d5"]}
    assert [one.value.id for one in later["c0"]] == ["d6"]


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "'; DROP TABLE record; --", "%", "a" * 10_000])
def test_odd_words_find_nothing_or_are_refused_plainly(store: Store, odd: str) -> None:
    with store.reading(US) as books:
        try:
            found = books.find(Customer, Key.NAME, odd)
        except InputError:
            return
    assert found == ()


def test_pages_follow_one_another_without_loss_while_rows_are_added(store: Store) -> None:
    with store.transaction(US) as tx:
        tx.save_new(customers(25))
    seen: list[str] = []
    with store.reading(US) as books:
        seen += [one.value.id for one in books.page(Customer, limit=10)]
    keep(store, Customer(id="c0003-b", party=Party(name="Before")), replace(ACME, id="z"))
    while True:
        with store.reading(US) as books:
            page = books.page(Customer, after=seen[-1], limit=10)
        if not page:
            break
        seen += [one.value.id for one in page]
    assert seen == [f"c{at:04}" for at in range(25)] + ["z"]


def test_the_latest_come_first_and_pages_go_back_from_them(store: Store) -> None:
    keep(store, *customers(5))
    with store.reading(US) as tx:
        assert [one.value.id for one in tx.latest(Customer, limit=2)] == ["c0004", "c0003"]
        earlier = tx.latest(Customer, before="c0003", limit=9)
        assert [one.value.id for one in earlier] == ["c0002", "c0001", "c0000"]
        assert tx.latest(Customer, before="c0000") == ()
    with store.reading(THEM) as tx:
        assert tx.latest(Customer) == ()


def test_ids_are_ordered_by_their_bytes(store: Store) -> None:
    ids = ["B", "a", "ab", "b", "é"]
    with store.transaction(US) as tx:
        tx.save_new([replace(ACME, id=one, external_id="") for one in reversed(ids)])
        assert [one.value.id for one in tx.page(Customer)] == ids


# --- organisations apart -----------------------------------------------------------------------


def test_an_organisation_sees_nothing_of_another(store: Store) -> None:
    with store.transaction(US) as tx:
        tx.save(ACME, expected=NEW)
        tx.next_number("invoice", 2026)
        tx.remember("key", "request", "answer", at=NOW)
        tell(tx)
    store.advance(US, "search", 1)
    with store.transaction(THEM) as tx:
        assert tx.organisation == THEM
        with pytest.raises(NotFound):
            tx.load(Customer, "acme")
        assert tx.find(Customer, Key.NAME, "acme corp") == ()
        assert tx.page(Customer) == ()
        assert tx.events() == ()
        assert tx.last_event() == (0, "")
        assert tx.names(Customer) == ()
        assert tx.last_numbers() == {}
        assert tx.recall("key") is None
        with pytest.raises(Conflict):
            tx.delete(Customer, "acme", expected=1)
        with pytest.raises(Conflict):
            tx.save(ACME, expected=1)
    assert store.checkpoint(THEM, "search") == 0


def test_two_organisations_may_use_the_same_ids_numbers_and_keys(store: Store) -> None:
    for organisation in (US, THEM):
        with store.transaction(organisation) as tx:
            tx.save(an_invoice("INV-1"), expected=NEW)
            assert tx.next_number("invoice", 2026) == 1
            tx.remember("key", "request", "answer", at=NOW)
            tell(tx)
            assert [event.sequence for event in tx.events()] == [1]


def test_the_organisations_are_listed(store: Store) -> None:
    assert store.organisations() == ()
    for organisation in (US, THEM):
        with store.transaction(organisation) as tx:
            tx.save(replace(COMPANY, id=organisation), expected=NEW)
    keep(store, ACME)
    assert store.organisations() == (US, THEM)


# --- all or nothing ----------------------------------------------------------------------------


def _everything(tx: Transaction) -> None:
    tx.save(ACME, expected=NEW)
    tx.save_new([a_draft()])
    tx.next_number("invoice", 2026)
    tell(tx)
    tx.remember("key", "request", "answer", at=NOW)


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    def change_everything() -> None:
        with store.transaction(US) as tx:
            _everything(tx)
            raise Refused

    with pytest.raises(Refused):
        change_everything()
    with store.transaction(US) as tx:
        assert tx.page(Customer) == ()
        assert tx.page(Invoice) == ()
        assert tx.events() == ()
        assert tx.last_numbers() == {}
        assert tx.recall("key") is None
        assert tx.next_number("invoice", 2026) == 1


def test_a_transaction_sees_its_own_changes_and_others_only_after_it_ends(store: Store) -> None:
    with store.transaction(US) as tx:
        tx.save(ACME, expected=NEW)
        assert tx.load(Customer, "acme").value == ACME
        with store.reading(US) as books:
            assert books.page(Customer) == ()
    with store.reading(US) as books:
        assert len(books.page(Customer)) == 1


def test_a_view_stays_as_it_was_when_it_was_opened(store: Store) -> None:
    keep(store, ACME)
    with store.reading(US) as books:
        assert len(books.page(Customer)) == 1
        keep(store, replace(ACME, id="c2", external_id=""))
        assert len(books.page(Customer)) == 1


def test_a_view_that_has_ended_answers_no_more(store: Store) -> None:
    with store.reading(US) as books:
        pass
    with pytest.raises(Exception, match=r"[Cc]losed"):
        books.page(Customer)


# --- numbers -----------------------------------------------------------------------------------


def test_each_series_and_year_counts_from_one(store: Store) -> None:
    with store.transaction(US) as tx:
        assert [tx.next_number("invoice", 2026) for _ in range(3)] == [1, 2, 3]
        assert tx.next_number("credit_note", 2026) == 1
        assert tx.next_number("invoice", 2027) == 1
    with store.reading(US) as books:
        assert books.last_numbers() == {
            ("invoice", 2026): 3,
            ("credit_note", 2026): 1,
            ("invoice", 2027): 1,
        }


def test_a_number_whose_transaction_failed_is_given_again(store: Store) -> None:
    with store.transaction(US) as tx:
        tx.next_number("invoice", 2026)

    def fail() -> None:
        with store.transaction(US) as tx:
            assert tx.next_number("invoice", 2026) == 2
            raise Refused

    with pytest.raises(Refused):
        fail()
    with store.transaction(US) as tx:
        assert tx.next_number("invoice", 2026) == 2


def _at_once(workers: int, act: Callable[[int], object]) -> None:
    start = threading.Barrier(workers)

    def wait_and_act(at: int) -> None:
        start.wait()
        act(at)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(wait_and_act, range(workers)))


def test_eight_people_issuing_at_once_leave_no_gap_and_no_duplicate(store: Store) -> None:
    given: list[int] = []

    def issue(at: int, turn: int) -> None:
        with store.transaction(US) as tx:
            number = tx.next_number("invoice", 2026)
            tx.save(an_invoice(f"INV-{number}", f"i{at}-{turn}"), expected=NEW)
            tell(tx)
            if (at + turn) % 4 == 0:
                raise Refused
        given.append(number)

    def issue_five(at: int) -> None:
        for turn in range(5):
            with suppress(Refused):
                issue(at, turn)

    _at_once(8, issue_five)
    assert sorted(given) == list(range(1, 31))
    with store.reading(US) as books:
        assert [event.sequence for event in books.events()] == list(range(1, 31))


def test_of_two_changes_of_one_version_at_once_one_wins(store: Store) -> None:
    keep(store, ACME)
    refusals: list[Conflict] = []

    def change(at: int) -> None:
        try:
            with store.transaction(US) as tx:
                tx.save(replace(ACME, notes=str(at)), expected=1)
        except Conflict as refused:
            refusals.append(refused)

    _at_once(2, change)
    assert len(refusals) == 1
    with store.reading(US) as books:
        assert books.load(Customer, "acme").version == 2


# --- events ------------------------------------------------------------------------------------


def test_events_come_back_whole_and_in_their_order(store: Store) -> None:
    told: list[Event] = [
        DraftSaved(invoice_id="i1"),
        CustomerSaved(customer_id="acme"),
        DraftDeleted(invoice_id="i1"),
    ]
    for event in told:
        with store.transaction(US) as tx:
            tx.append(event, at=NOW, known_on=TODAY, user="awa")
    with store.reading(US) as books:
        events = books.events()
    assert [recorded.event for recorded in events] == told
    assert [recorded.sequence for recorded in events] == [1, 2, 3]
    assert {recorded.organisation for recorded in events} == {US}
    assert len({recorded.id for recorded in events}) == 3
    assert (events[0].at, events[0].known_on, events[0].user) == (NOW, TODAY, "awa")


def test_the_latest_event_is_the_last_one_told(store: Store) -> None:
    with store.transaction(US) as tx:
        assert tx.last_event() == (0, "")
        tell(tx, "acme")
        tell(tx, "globex")
        latest = tx.events()[-1]
        assert tx.last_event() == (latest.sequence, latest.id)


def test_names_are_those_that_aggregates_are_found_by_in_the_order_of_ids(store: Store) -> None:
    keep(store, *customers(3), a_draft())
    with store.transaction(US) as tx:
        renamed = Customer(id="c0001", party=Party(name="Société Générale"))
        tx.save(renamed, expected=1)
        assert tx.names(Customer) == (
            ("c0000", "customer 0"),
            ("c0001", "societe generale"),
            ("c0002", "customer 2"),
        )
        assert tx.names(Invoice) == ()


def test_events_are_read_on_after_the_last_one_seen(store: Store) -> None:
    with store.transaction(US) as tx:
        for _ in range(5):
            tell(tx)
    with store.reading(US) as books:
        assert [event.sequence for event in books.events(after=2, limit=2)] == [3, 4]
        assert books.events(after=5) == ()


def test_the_events_that_name_an_id_are_found_the_last_first(store: Store) -> None:
    with store.transaction(US) as tx:
        for name in ("i_1", "ix1", "i_12", "i_1"):
            tx.append(DraftSaved(invoice_id=name), at=NOW, known_on=TODAY, user="awa")
    with store.transaction(THEM) as tx:
        tx.append(DraftSaved(invoice_id="i_1"), at=NOW, known_on=TODAY, user="ben")
    with store.reading(US) as books:
        assert [event.sequence for event in books.events_naming("i_1")] == [4, 1]
        assert [event.sequence for event in books.events_naming("i_1", limit=1)] == [4]
        assert books.events_naming("%") == ()
    with suppress(Refused), store.transaction(US) as tx:
        tx.append(DraftSaved(invoice_id="i_1"), at=NOW, known_on=TODAY, user="awa")
        raise Refused
    with store.reading(US) as books:
        assert [event.sequence for event in books.events_naming("i_1")] == [4, 1]


def test_what_is_found_by_an_id_is_what_reading_every_event_finds(store: Store) -> None:
    with store.transaction(US) as tx:
        for event in EVENTS * 2:
            tx.append(event, at=NOW, known_on=TODAY, user="awa")
    with store.reading(US) as books:
        every = books.events()[::-1]
        for name in {name for event in EVENTS for name in ids_in(event)}:
            slow = [one for one in every if json.dumps(name) in encode(one.event)]
            assert slow
            assert list(books.events_naming(name)) == slow


def test_a_projection_s_place_moves_forward_only(store: Store) -> None:
    assert store.checkpoint(US, "search") == 0
    store.advance(US, "search", 7)
    store.advance(US, "search", 3)
    assert store.checkpoint(US, "search") == 7
    assert store.checkpoint(US, "ledger") == 0
    with store.reading(US) as books:
        assert (books.taken_in("search"), books.taken_in("ledger")) == (7, 0)


# --- claims ------------------------------------------------------------------------------------


def lease(holder: str, at: int = 0) -> Lease:
    """A lease of ten seconds that begins so many seconds after noon."""
    now = NOW + timedelta(seconds=at)
    return Lease(holder, now, now + timedelta(seconds=10))


def test_what_one_has_claimed_nobody_else_gets_until_it_is_let_go(store: Store) -> None:
    assert store.claim(US, ["mail", "search"], lease("one")) == {"mail", "search"}
    assert store.claim(US, ["mail", "ledger"], lease("two", at=9)) == {"ledger"}
    assert store.claim(US, ["mail"], lease("one", at=9)) == {"mail"}
    assert store.claim(THEM, ["mail"], lease("two")) == {"mail"}
    store.let_go(US, {"mail": 0, "ledger": 0}, "one")
    assert store.claim(US, ["mail", "ledger"], lease("three", at=9)) == {"mail"}


def test_a_claim_ends_by_itself_unless_it_is_renewed(store: Store) -> None:
    store.claim(US, ["mail", "search"], lease("one"))
    assert store.renew(US, ["mail"], lease("one", at=5)) == {"mail"}
    assert store.claim(US, ["mail", "search"], lease("two", at=10)) == {"search"}
    assert store.renew(US, ["mail", "search"], lease("one", at=10)) == {"mail"}
    assert store.claim(US, ["mail"], lease("two", at=20)) == {"mail"}


def test_who_was_too_slow_cannot_save_its_place_over_the_new_one_s(store: Store) -> None:
    store.claim(US, ["mail"], lease("slow"))
    store.advance(US, "mail", 3, "slow")
    store.claim(US, ["mail"], lease("new", at=10))
    with pytest.raises(ClaimLost):
        store.advance(US, "mail", 9, "slow")
    assert store.checkpoint(US, "mail") == 3
    store.advance(US, "mail", 4, "new")
    store.let_go(US, {"mail": 8}, "slow")
    store.advance(US, "mail", 5, "new")
    store.let_go(US, {"mail": 0}, "new")
    with pytest.raises(ClaimLost):
        store.advance(US, "mail", 6, "new")
    assert store.checkpoint(US, "mail") == 5
    with store.reading(US) as books:
        assert books.taken_in("mail") == 5


def test_a_place_moves_forward_with_the_end_of_its_claim(store: Store) -> None:
    store.claim(US, ["mail", "search"], lease("one"))
    store.advance(US, "search", 9, "one")
    store.let_go(US, {"mail": 4, "search": 7, "audit": 5}, "one")
    assert [store.checkpoint(US, name) for name in ("mail", "search", "audit")] == [4, 9, 0]
    assert store.claim(US, ["mail", "search"], lease("two")) == {"mail", "search"}


def test_of_many_who_claim_at_once_one_gets_it(store: Store) -> None:
    holders = [f"holder-{at}" for at in range(6)]
    names = ["mail", "search", "audit"]
    with ThreadPoolExecutor(len(holders)) as pool:
        won = list(pool.map(lambda one: store.claim(US, names, lease(one)), holders))
    assert sorted(name for found in won for name in found) == sorted(names)


# --- idempotency keys --------------------------------------------------------------------------


def test_an_answer_is_remembered_under_its_key(store: Store) -> None:
    with store.transaction(US) as tx:
        assert tx.recall("key") is None
        tx.remember("key", "the request", "the answer", at=NOW)
    with store.transaction(US) as tx:
        assert tx.recall("key") == Remembered("the request", "the answer")
        with pytest.raises(Conflict):
            tx.remember("key", "another", "answer", at=NOW)


def test_kept_answers_can_be_worded_anew_and_keep_their_keys(store: Store) -> None:
    for whose in (US, THEM):
        with store.transaction(whose) as tx:
            for at in range(3):
                tx.remember(f"key {at}", "request", f"Awa {at}", at=NOW)
    with store.transaction(US) as tx:
        assert tx.reword_answers(lambda answer: answer.replace("Awa 1", "somebody")) == 1
        assert tx.recall("key 1") == Remembered("request", "somebody")
        assert tx.recall("key 2") == Remembered("request", "Awa 2")
    with store.transaction(THEM) as tx:
        assert tx.recall("key 1") == Remembered("request", "Awa 1")


def test_an_old_key_is_forgotten_when_a_new_one_comes(store: Store) -> None:
    with store.transaction(US) as tx:
        tx.remember("old", "request", "answer", at=NOW)
        tx.remember("new", "request", "answer", at=NOW + timedelta(days=KEYS_KEPT_DAYS, seconds=1))
        assert tx.recall("old") is None
        assert tx.recall("new") is not None
