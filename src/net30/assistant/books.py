"""Books: the directory of clients and invoices that sentences speak of, read from the store."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from net30.assistant.roll.kept import Rolls, known_client
from net30.assistant.roll.people import KnownClient
from net30.assistant.understanding.clients import ClientIndex
from net30.assistant.understanding.directory import Customs, KnownInvoice
from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.invoice import CREDIT_NOTE_CODES, OFFER_CODES, Invoice
from net30.domain.numbering import format_number
from net30.domain.open_item import OPEN_STATUSES, OpenItem, Status, status_of
from net30.kernel.errors import Conflict, NotFound
from net30.kernel.money import Money
from net30.ports.search import Entry, Hit, Query
from net30.services.context import ReadContext
from net30.services.found import customer_by_name

INVOICES_OF_CLIENT_MAX = 200
INVOICES_ABOUT_MAX = 50
_SEEN_AS = {
    Status.SENT: "issued",
    Status.CREDITED: "paid",
    Status.WRITTEN_OFF: "paid",
}
"""States of the books that the assistant's statuses call otherwise."""
_ROLLS = Rolls()


class Books:
    """One organisation's clients and invoices, as one request sees them."""

    def __init__(self, ctx: ReadContext) -> None:
        self._ctx = ctx
        self._of_clients: dict[str, tuple[KnownInvoice, ...]] = {}

    @cached_property
    def clients(self) -> ClientIndex:
        """Return every client by the words of its name."""
        names = _ROLLS.roll(self._ctx.tx).names
        return ClientIndex(names, self._client, lambda: _ROLLS.people(self._ctx.tx))

    def customs(self) -> Customs:
        """Return what the organisation takes for granted."""
        company = self._ctx.company
        return Customs(
            currency=company.currency,
            fcfa=company.fcfa,
            dollar=company.dollar,
            tax_rate=company.tax.percent,
            date_order=company.date_order,
            language=company.language,
        )

    def invoice(self, reference: str) -> KnownInvoice | None:
        """Return the invoice with a number, in any case, or the draft with an id."""
        for number in dict.fromkeys((reference, reference.upper())):
            for stored in self._ctx.tx.find(OpenItem, Key.NUMBER, number):
                return self._of_item(stored.value)
        try:
            return self._of_draft(self._ctx.tx.load(Invoice, reference).value)
        except NotFound:
            return None

    def ending(self, digits: str) -> tuple[KnownInvoice, ...]:
        """Return the invoices that have this sequence number, of every year."""
        sequence = digits.rpartition("-")[2]
        if not sequence.isdigit():
            return ()
        found = []
        for (series, year), last in self._ctx.tx.last_numbers().items():
            if series == "invoice" and 1 <= int(sequence) <= last:
                pattern = self._ctx.company.pattern(series)
                number = format_number(pattern, year, int(sequence))
                known = self.invoice(number)
                if known and (sequence == digits or number.endswith(digits)):
                    found.append(known)
        return tuple(found)

    def of_client(self, client: str) -> tuple[KnownInvoice, ...]:
        """Return a client's latest invoices and drafts, and all open ones, oldest first.

        None for a name that means nobody: it may come from a call that a model made up.
        """
        if client not in self._of_clients:
            self._of_clients[client] = self._read_of(client)
        return self._of_clients[client]

    def _read_of(self, client: str) -> tuple[KnownInvoice, ...]:
        try:
            customer = customer_by_name(self._ctx, client).value
        except (NotFound, Conflict):
            return ()
        query = Query(as_of=self._ctx.today, customer_id=customer.id, limit=INVOICES_OF_CLIENT_MAX)
        latest = self._found(query)
        still_open = self._found(replace(query, statuses=OPEN_STATUSES))
        both = {hit.entry.id: hit for hit in (*latest, *still_open)}
        oldest_first = sorted(both.values(), key=lambda hit: hit.entry.issue_date)
        return tuple(map(_of_hit, oldest_first))

    def about(self, words: tuple[str, ...]) -> tuple[KnownInvoice, ...]:
        """Return the invoices whose lines or notes hold the words."""
        if not words:
            return ()
        text, today = " ".join(words), self._ctx.today
        query = Query(as_of=today, text=text, exact=True, limit=INVOICES_ABOUT_MAX)
        return tuple(map(_of_hit, self._found(query)))

    def _found(self, query: Query) -> list[Hit]:
        page = self._ctx.search.find(self._ctx.organisation, query)
        skipped = CREDIT_NOTE_CODES | OFFER_CODES
        return [hit for hit in page.hits if hit.entry.type_code not in skipped]

    def _client(self, client_id: str) -> KnownClient:
        return known_client(self._ctx.tx.load(Customer, client_id).value)

    def _of_item(self, item: OpenItem) -> KnownInvoice:
        customer = self._ctx.tx.load(Customer, item.customer_id).value
        status = status_of(item, self._ctx.today)
        return KnownInvoice(
            reference=item.number,
            client=customer.name,
            currency=item.amount.currency,
            total=item.amount.amount,
            balance=item.balance.amount,
            issue_date=item.issue_date,
            status=_SEEN_AS.get(status, status.value),
        )

    def _of_draft(self, invoice: Invoice) -> KnownInvoice:
        return KnownInvoice(
            reference=invoice.number or invoice.id,
            client=invoice.customer.name,
            currency=invoice.currency,
            total=invoice.totals.due.amount,
            balance=invoice.totals.due.amount,
            issue_date=invoice.issue_date,
            status=Status.DRAFT.value,
            subject=" ".join(line.name for line in invoice.lines),
        )


def _of_hit(hit: Hit) -> KnownInvoice:
    entry = hit.entry
    return KnownInvoice(
        reference=entry.number or entry.id,
        client=entry.customer,
        currency=entry.currency,
        total=_major(entry, entry.amount),
        balance=_major(entry, entry.balance),
        issue_date=entry.issue_date,
        status=_SEEN_AS.get(hit.status, hit.status.value),
        subject=entry.lines,
    )


def _major(entry: Entry, minor: int) -> Decimal:
    return Money(minor, entry.currency).amount
