"""What search knows of the books, through the use cases, and when things come twice or late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from net30.adapters.sql import SqlStore
from net30.adapters.sql.search import SqlSearch
from net30.domain.events import LedgerImported, RecordedEvent
from net30.domain.invoice import QUOTE, Note, PrecedingInvoice, References
from net30.domain.line import Line
from net30.domain.open_item import OpenItem, Status
from net30.domain.party import Identifier
from net30.domain.payment import Allocation
from net30.kernel.money import Money
from net30.ports.search import Entry, Hit, Page, Query
from net30.ports.store import NEW
from net30.services.create_draft import delete_draft
from net30.services.credit_invoice import credit_invoice, void_invoice, write_off_invoice
from net30.services.find_invoices import find_invoices
from net30.services.projections.search import apply, rebuild
from net30.services.record_payment import (
    NewPayment,
    allocate_payment,
    record_payment,
    refund_payment,
)
from net30.services.relay import drain
from net30.services.save_customer import save_customer
from net30.services.search_entries import LINES_CHARACTERS_MAX, LOADED_SINGLY_MAX, search_entries
from net30.services.send_invoice import send_invoice
from tests.desk import TODAY, Desk
from tests.samples import a_draft


def settle(desk: Desk) -> None:
    (report,) = drain(desk.app.world, desk.app.organisation, ["search"]).projections
    assert not report.error


def find(desk: Desk, text: str = "") -> Page:
    settle(desk)
    with desk.app.look() as ctx:
        return find_invoices(ctx, Query(as_of=desk.clock.day, text=text))


def only(desk: Desk, text: str) -> Hit:
    (hit,) = find(desk, text).hits
    return hit


def pay(desk: Desk, amount: int, *invoices: tuple[str, int]) -> str:
    allocations = tuple(Allocation(each, Money(part, "XOF")) for each, part in invoices)
    with desk.app.change() as ctx:
        new = NewPayment(
            customer_id=desk.acme.id, amount=Money(amount, "XOF"), allocations=allocations
        )
        return record_payment(ctx, new).id


def events(desk: Desk) -> Sequence[RecordedEvent]:
    with desk.app.look() as ctx:
        return ctx.tx.events()


def test_a_draft_is_found_by_customer_and_line_and_vanishes_when_deleted(desk: Desk) -> None:
    draft = desk.draft()
    hit = only(desk, "acme consult")
    assert (hit.entry.id, hit.entry.number, hit.status) == (draft.id, "", Status.DRAFT)
    assert (hit.entry.amount, hit.entry.balance) == (4_248_000, 0)
    with desk.app.change() as ctx:
        delete_draft(ctx, draft.id)
    assert find(desk, "acme").total == 0


def test_an_issued_invoice_is_found_by_its_number_with_what_is_open(desk: Desk) -> None:
    invoice = desk.issue()
    hit = only(desk, invoice.number)
    assert (hit.status, hit.entry.balance) == (Status.ISSUED, 4_248_000)
    assert hit.entry.due_date == invoice.due_date
    assert find(desk).total == 1  # the draft became the invoice


def test_an_invoice_goes_through_its_statuses(desk: Desk) -> None:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        send_invoice(ctx, invoice.number)
    assert only(desk, "acme").status is Status.SENT
    payment = pay(desk, 5_000_000, (invoice.id, 1_000_000))
    assert only(desk, "acme").status is Status.PARTIALLY_PAID
    desk.clock.day = TODAY + timedelta(days=60)
    hit = only(desk, "acme")
    assert (hit.status, hit.entry.balance) == (Status.OVERDUE, 3_248_000)
    with desk.app.change() as ctx:
        allocate_payment(ctx, payment, [Allocation(invoice.id, Money(3_248_000, "XOF"))])
    assert only(desk, "acme").status is Status.PAID
    with desk.app.change() as ctx:
        refund_payment(ctx, payment, Money(752_000, "XOF"))
    assert only(desk, "acme").entry.balance == 0


def test_credit_notes_and_what_they_settle_are_found(desk: Desk) -> None:
    invoice, other, third = desk.issue(), desk.issue(), desk.issue()
    with desk.app.change() as ctx:
        note = credit_invoice(ctx, invoice.number)
        void_invoice(ctx, other.number)
        write_off_invoice(ctx, third.number)
    assert only(desk, note.number).entry.amount == -4_248_000
    by_number = {hit.entry.number: hit.status for hit in find(desk).hits}
    assert by_number[invoice.number] is Status.CREDITED
    assert by_number[other.number] is Status.VOID
    assert by_number[third.number] is Status.WRITTEN_OFF


def test_a_quote_is_found_but_never_overdue(desk: Desk) -> None:
    quote = desk.issue(type_code=QUOTE)
    desk.clock.day = TODAY + timedelta(days=400)
    hit = only(desk, quote.number)
    assert (hit.status, hit.entry.balance) == (Status.ISSUED, 0)


def test_a_renamed_customer_is_found_by_both_names(desk: Desk) -> None:
    first = desk.issue()
    settle(desk)
    with desk.app.change() as ctx:
        save_customer(ctx, replace(desk.acme, party=replace(desk.acme.party, name="Zenith SA")))
    hit = only(desk, "zenith")
    assert (hit.entry.id, hit.entry.customer) == (first.id, "Zenith SA")
    assert rebuild(desk.app.world, desk.app.organisation) == 1
    assert only(desk, "zenith").entry.id == first.id
    assert only(desk, "acme").entry.id == first.id  # the name that is printed on it


def test_a_customer_is_near_before_the_first_invoice(desk: Desk) -> None:
    settle(desk)
    with desk.app.look() as ctx:
        assert ctx.search.names_like(ctx.organisation, "amce") == ((desk.acme.id, "Acme Corp"),)


def test_imported_open_items_are_found_in_any_number(desk: Desk) -> None:
    count = LOADED_SINGLY_MAX + 50
    items = [
        OpenItem(
            id=f"imp{at:04}",
            number=f"OLD/{at}",
            type_code="380",
            customer_id=desk.acme.id,
            amount=Money(100 + at, "XOF"),
            issue_date=TODAY,
            imported=True,
        )
        for at in range(count + 20)
    ]
    ids = tuple(item.id for item in items[10 : count + 10])
    with desk.app.change() as ctx:
        ctx.tx.save_new(items)
        ctx.record(LedgerImported(segment="s", source="f.csv", rows=count, open_items=ids))
    assert find(desk).total == count
    hit = only(desk, "OLD/77")
    assert (hit.entry.imported, hit.entry.customer, hit.entry.due_date) == (True, "Acme Corp", None)
    assert rebuild(desk.app.world, desk.app.organisation) == count + 20
    assert find(desk).total == count + 20


def test_the_same_events_twice_change_nothing(desk: Desk) -> None:
    invoice = desk.issue()
    pay(desk, 1_000_000, (invoice.id, 1_000_000))
    before = find(desk)
    apply(desk.app.world, desk.app.organisation, events(desk))
    for recorded in events(desk):
        apply(desk.app.world, desk.app.organisation, [recorded])
    assert find(desk) == before


def test_a_rebuild_is_what_the_relay_made(desk: Desk) -> None:
    invoice = desk.issue()
    desk.draft()
    pay(desk, 1_000_000, (invoice.id, 1_000_000))
    before = [(hit.entry.id, hit.status, hit.entry.balance) for hit in find(desk).hits]
    ghost = Entry(
        id="ghost", number="", type_code="380", customer_id="", customer="", currency="XOF",
        amount=1, balance=1, issue_date=TODAY, due_date=None, state=Status.DRAFT, version=10**9,
    )  # fmt: skip
    desk.app.world.search.put(desk.app.organisation, [ghost])
    assert rebuild(desk.app.world, desk.app.organisation) == 2
    after = [(hit.entry.id, hit.status, hit.entry.balance) for hit in find(desk).hits]
    assert after == before


def test_a_draft_deleted_before_its_event_is_handled_is_not_found(desk: Desk) -> None:
    draft = desk.draft()
    late = events(desk)
    with desk.app.change() as ctx:
        delete_draft(ctx, draft.id)
    settle(desk)
    apply(desk.app.world, desk.app.organisation, late)
    assert find(desk).total == 0


class Interrupted(SqlSearch):
    """An index whose writing lasts so long that somebody deletes the draft meanwhile."""

    def __init__(self, desk: Desk, draft_id: str) -> None:
        assert isinstance(desk.app.world.store, SqlStore)
        super().__init__(desk.app.world.store.database)
        self._desk = desk
        self._draft_id = draft_id

    def put(self, organisation: str, entries: Sequence[Entry]) -> None:
        with self._desk.app.change() as ctx:
            delete_draft(ctx, self._draft_id)
        super().put(organisation, entries)


def test_a_draft_deleted_while_its_entry_is_written_leaves_no_ghost(desk: Desk) -> None:
    draft = desk.draft()
    world = replace(desk.app.world, search=Interrupted(desk, draft.id))
    apply(world, desk.app.organisation, events(desk))
    query = Query(as_of=TODAY)
    assert desk.app.world.search.find(desk.app.organisation, query).total == 0


def test_everything_that_a_person_may_remember_is_searched(desk: Desk) -> None:
    base = a_draft("i9")
    line = base.lines[0]
    invoice = replace(
        base,
        customer_id="",
        lines=(
            replace(line, description="mémoire technique", note="bon 77", seller_item_id="SKU1"),
            replace(line, standard_item_id=Identifier("4006381333931", "0160"), buyer_item_id="B2"),
        ),
        notes=(Note("Merci pour votre confiance"),),
        references=References(order="PO-8812", contract="CTR-5", project="Pont", buyer="Serv 12"),
        preceding=(PrecedingInvoice("INV-OLD-3"),),
        customer=replace(base.customer, trading_name="Chez Acme"),
    )
    with desk.app.change() as ctx:
        ctx.tx.save(invoice, expected=NEW)
        (entry,) = search_entries(ctx.tx, ["i9", "unknown"], 3)
    assert entry.customer == "Acme Corp"
    for word in ("mémoire technique", "bon 77", "SKU1", "B2", "4006381333931"):
        assert word in entry.lines
    for word in ("Merci", "PO-8812", "CTR-5", "Pont", "Serv 12", "INV-OLD-3", "Chez Acme"):
        assert word in entry.notes


def test_endless_lines_are_searched_up_to_a_limit(desk: Desk) -> None:
    def long(line: Line) -> Line:
        return replace(line, description="x" * 9_000)

    base = a_draft("i9")
    invoice = replace(base, lines=tuple(long(base.lines[0]) for _ in range(20)))
    with desk.app.change() as ctx:
        ctx.tx.save(invoice, expected=NEW)
        (entry,) = search_entries(ctx.tx, ["i9"], 1)
    assert 0 < len(entry.lines) <= LINES_CHARACTERS_MAX


def test_a_customer_that_is_gone_from_the_books_is_named_as_printed(desk: Desk) -> None:
    with desk.app.change() as ctx:
        ctx.tx.save(replace(a_draft("i9"), customer_id="nobody"), expected=NEW)
        (entry,) = search_entries(ctx.tx, ["i9"], 1)
    assert entry.customer == "Acme Corp"
