"""Of a customer: every record of the books that is about one, whatever its kind.

It walks the books whole: a person asks once, and nothing may be missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from net30.domain.alert import Alert
from net30.domain.conversation import Conversation
from net30.domain.customer import Customer
from net30.domain.events import CustomerSaved, RecordedEvent
from net30.domain.invoice import Invoice
from net30.domain.job import Job
from net30.domain.open_item import OpenItem
from net30.domain.payment import Payment
from net30.domain.privacy.erased import Traces
from net30.domain.schedule import Schedule
from net30.domain.workplace import Workplace
from net30.ports.store import PAGE_ROWS_MAX, A, Reading, Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCustomer:
    """A customer and all papers; `talks` and `workplaces` are those that name the person."""

    customer: Stored[Customer]
    invoices: tuple[Stored[Invoice], ...]
    items: tuple[Stored[OpenItem], ...]
    payments: tuple[Stored[Payment], ...]
    schedules: tuple[Stored[Schedule], ...]
    alerts: tuple[Stored[Alert], ...]
    talks: tuple[Stored[Conversation], ...] = field(repr=False)
    jobs: tuple[Stored[Job], ...] = field(repr=False)
    workplaces: tuple[Stored[Workplace], ...] = field(repr=False)

    @property
    def documents(self) -> frozenset[str]:
        """Return the ids of all documents, imported ones too."""
        made = frozenset(one.value.id for one in self.invoices)
        return made | {one.value.id for one in self.items}

    @property
    def issued(self) -> tuple[Invoice, ...]:
        """Return the documents that have a number."""
        return tuple(one.value for one in self.invoices if one.value.is_issued)


def find_all_of(books: Reading, customer: Stored[Customer], traces: Traces) -> OfCustomer:
    """Return all that the books have of a customer, and the texts that tell of the person."""
    wanted = customer.value.id

    def told(alert: Alert) -> bool:
        return alert.subject == wanted or traces.are_in(alert.subject_name + alert.note)

    return OfCustomer(
        customer=customer,
        invoices=tuple(one for one in _all(books, Invoice) if one.value.customer_id == wanted),
        items=tuple(one for one in _all(books, OpenItem) if one.value.customer_id == wanted),
        payments=tuple(one for one in _all(books, Payment) if one.value.customer_id == wanted),
        schedules=tuple(
            one for one in _all(books, Schedule) if one.value.invoice.customer_id == wanted
        ),
        alerts=tuple(one for one in _all(books, Alert) if told(one.value)),
        talks=tuple(one for one in _all(books, Conversation) if _names(one.value, traces)),
        jobs=tuple(
            one
            for one in _all(books, Job)
            if traces.are_in(one.value.title + one.value.result + one.value.error)
        ),
        workplaces=tuple(
            one
            for one in _all(books, Workplace)
            if any(traces.are_in(f"{view.name} {view.text}") for view in one.value.views)
        ),
    )


def events_about(books: Reading, found: OfCustomer) -> Iterator[RecordedEvent]:
    """Yield the events about a customer, in their order."""
    customer, documents = found.customer.value.id, found.documents
    payments = {one.value.id for one in found.payments}
    after = 0
    while page := books.events(after=after):
        for recorded in page:
            event = recorded.event
            if isinstance(event, CustomerSaved):
                continue  # it says no more than that there is one
            about = {
                getattr(event, name, "")
                for name in ("customer_id", "invoice_id", "source_id", "payment_id")
            }
            if about & ({customer} | documents | payments):
                yield recorded
        after = page[-1].sequence


def _names(talk: Conversation, traces: Traces) -> bool:
    return traces.are_in(talk.title) or any(
        traces.are_in(turn.text) or any(traces.are_in(call.args) for call in turn.calls)
        for turn in talk.turns
    )


def _all(books: Reading, kind: type[A]) -> Iterator[Stored[A]]:
    after = ""
    while page := books.page(kind, after=after, limit=PAGE_ROWS_MAX):
        yield from page
        after = page[-1].value.id
