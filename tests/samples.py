"""One of everything that the store keeps, as small as it goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from net30.domain.aggregates import Aggregate
from net30.domain.alert import Alert, AlertSeverity
from net30.domain.books import BooksConnection, BooksLink, Exchange, LinkKind, PendingConsent
from net30.domain.bounds import AssistantDay, Tally
from net30.domain.conversation import CallMade, Conversation, Said, Speaker
from net30.domain.customer import Customer
from net30.domain.delivery import Delivery, Try
from net30.domain.drafting import NewInvoice, NewLine, draft
from net30.domain.invoice import CREDIT_NOTE, Invoice, PrecedingInvoice
from net30.domain.job import Job
from net30.domain.open_item import OpenItem, open_item_of
from net30.domain.organisation import Organisation
from net30.domain.party import Address, Contact, Identifier, Party
from net30.domain.payment import Allocation, Payment
from net30.domain.product import Price, Product
from net30.domain.received import ReceivedInvoice
from net30.domain.rendering import RenderedFile, Rendering
from net30.domain.schedule import Occurrence, Schedule
from net30.domain.signing_key import CONFIRMATIONS, SigningKey
from net30.domain.stream_position import StreamPosition
from net30.domain.webhook import Webhook
from net30.domain.workplace import SavedView, Workplace
from net30.kernel.findings import Finding, Severity
from net30.kernel.money import Money

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

_ABIDJAN = Address(city="Abidjan", country="CI")
COMPANY = Organisation(
    id="lagune",
    party=Party(
        name="Lagune Conseil SARL",
        legal_id=Identifier("CI-ABJ-2019-B-12345"),
        tax_id="CI-0123456A",
        address=_ABIDJAN,
        contact=Contact(email="factures@lagune.example"),
    ),
    currency="XOF",
)
ACME = Customer(
    id="acme",
    party=Party(
        name="Acme Corp", address=_ABIDJAN, contact=Contact(email="billing@acmecorp.example")
    ),
    external_id="crm-7",
)
_HOURS = NewLine(name="consulting", unit_price=Decimal(90000), quantity=Decimal(40))
_REQUEST = NewInvoice(customer_id="acme", lines=(_HOURS,))


def a_draft(invoice_id: str = "i1") -> Invoice:
    """Forty hours of consulting for Acme, not issued."""
    return draft(_REQUEST, invoice_id=invoice_id, seller=COMPANY, customer=ACME, today=TODAY)


def an_invoice(number: str = "INV-2026-000001", invoice_id: str = "i1") -> Invoice:
    """The same, issued."""
    return replace(a_draft(invoice_id), number=number)


def a_credit_note(of: str, number: str) -> Invoice:
    """A credit note on an invoice."""
    preceding = (PrecedingInvoice(of, TODAY),)
    return replace(
        a_draft(number.lower()), number=number, type_code=CREDIT_NOTE, preceding=preceding
    )


def a_claim(number: str = "INV-2026-000001", invoice_id: str = "i1") -> OpenItem:
    """What is open of an issued invoice."""
    return open_item_of(an_invoice(number, invoice_id))


def a_conversation(user: str = "awa") -> Conversation:
    """Awa asked for something and was answered."""
    return Conversation(
        id="t1",
        user=user,
        title="Show me overdue invoices",
        started_at=NOW,
        turns=(
            Said(speaker=Speaker.USER, text="Show me overdue invoices", at=NOW),
            Said(
                speaker=Speaker.ASSISTANT,
                text="Nothing found.",
                at=NOW,
                calls=(CallMade(tool="search_invoices", args='{"status": ["overdue"]}'),),
                language="en",
                answered_by="offline",
            ),
        ),
    )


def one_of_each() -> tuple[Aggregate, ...]:
    """One aggregate of every kind."""
    paid = Money(1_000_000, "XOF")
    a_finding = Finding("books_row", "INV-9", "it has no date", Severity.WARNING)
    a_file = RenderedFile(format="pdf", blob="a.pdf", sha256="00")
    return (
        COMPANY,
        ACME,
        an_invoice(),
        a_claim(),
        Payment(
            id="p1",
            customer_id="acme",
            amount=paid,
            day=TODAY,
            known_on=TODAY,
            allocations=(Allocation("i1", paid),),
        ),
        Schedule(id="s1", invoice=_REQUEST, start=TODAY),
        Occurrence(id="s1.2026-11-21", schedule_id="s1", day=TODAY, invoice_id="i1"),
        Rendering(id="i1", number="INV-2026-000001", files=(a_file,)),
        ReceivedInvoice(
            id="r1",
            invoice=an_invoice("X-9"),
            format="ubl",
            blob="r.xml",
            sha256="ff",
            received_at=NOW,
        ),
        SigningKey(id=CONFIRMATIONS, secret=bytes(range(32))),
        AssistantDay(id="2026-11-21", tallies=(Tally("payments", 1, (paid,)),)),
        a_conversation(),
        an_alert(),
        Product(
            id="pr1",
            code="CONS",
            name="consulting",
            prices=(Price(amount=Decimal("90000.5"), currency="XOF"),),
            unit="HUR",
        ),
        Job(id="j1", kind="train", title="t", user="awa", began=NOW, began_step=NOW, heard=NOW),
        Webhook(
            id="w1", url="https://hooks.example/in", made_at=NOW, secret="sealed", topics=("a",)
        ),
        a_delivery(),
        StreamPosition(id="facts.0", after=7, at=NOW, taken=6, refused=1),
        Workplace(id="awa", views=(SavedView(name="late", text="Baobab"),), seen_at=NOW),
        BooksConnection(
            id="xero",
            program="xero",
            made_at=NOW,
            client_id="c",
            client_secret="sealed",
            consent=PendingConsent(state="f", verifier="sealed", user="awa", expires_at=NOW),
            options=(("sales_account", "200"),),
            pulled_to=NOW,
            last_pull=Exchange(at=NOW, counts=(("documents", 3),), findings=(a_finding,)),
        ),
        BooksLink(
            id="xero/document/i1",
            connection="xero",
            kind=LinkKind.DOCUMENT,
            ours="i1",
            theirs="d1",
            at=NOW,
        ),
    )


def a_delivery() -> Delivery:
    """A message that was not taken at its first try."""
    return Delivery(
        id="d1",
        webhook_id="w1",
        message_id="e1",
        sequence=1,
        topic="invoice.issued",
        made_at=NOW,
        next_at=NOW,
        failures=1,
        tries=(Try(at=NOW, status=503, milliseconds=12, why="answered 503"),),
    )


def an_alert() -> Alert:
    """A rule that fires: too little of what was due has come in."""
    return Alert(
        id="a1",
        rule="collection_rate",
        severity=AlertSeverity.WARNING,
        value=Decimal("0.7125"),
        limit=Decimal("0.80"),
        raised_on=TODAY,
        currency="XOF",
    )
