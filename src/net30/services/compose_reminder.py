"""Compose a reminder: the letter in the customer's language, with the invoices as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from net30.documents.view.paying import instructions
from net30.domain.customer import Customer
from net30.domain.dunning import Channel, Tone
from net30.domain.events import ReminderSent
from net30.domain.invoice import Invoice, PaymentInstructions
from net30.domain.open_item import OpenItem, days_past_due
from net30.domain.organisation import Organisation
from net30.domain.rendering import Rendering
from net30.kernel.errors import NotFound
from net30.language.dunning_letter import dunning_letter, speaks
from net30.language.letter import Overdue, ReminderFacts, reminder_letter
from net30.language.words import words
from net30.ports.blobs import Blobs
from net30.ports.mail import Attachment
from net30.ports.store import Reading
from net30.services.letter_page import extras_of, letter_page
from net30.services.render_document import file_name, format_of

ATTACHED_MAX = 5
"""With more invoices than this the letter goes alone: a mailbox is not an archive."""
PDF = "pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedReminder:
    """What is sent: subject, text, and files: a printed letter, the invoices' own if written."""

    subject: str
    text: str
    attachments: tuple[Attachment, ...]


def compose_reminder(books: Reading, blobs: Blobs, sent: ReminderSent) -> ComposedReminder | None:
    """Return the reminder of what is still open of the event's invoices, or None of nothing.

    Balances are today's, days past due and interest those of the day it was sent. What became
    disputed meanwhile is left out too.
    """
    found = [books.load(OpenItem, covered).value for covered in sent.covers]
    items = [
        item
        for item in found
        if item.balance.minor > 0 and not item.voided_by and not item.is_disputed
    ]
    if not items:
        return None
    company = books.load(Organisation, books.organisation).value
    customer = books.load(Customer, items[0].customer_id).value
    invoices = [books.load(Invoice, item.id).value for item in items if not item.imported]
    language = customer.language or company.language
    paying = _instructions(company, invoices)
    facts = ReminderFacts(
        seller=company.party.name,
        customer=customer.party.contact.name or customer.name,
        day=sent.day,
        overdue=tuple(_overdue(item, sent) for item in items),
        ways_to_pay=tuple(instructions(paying, words(language))) if paying else (),
    )
    attached = _attachments(books, blobs, invoices) if len(invoices) <= ATTACHED_MAX else ()
    if not (sent.tone and speaks(language)):
        letter = reminder_letter(facts, language)
        return ComposedReminder(subject=letter.subject, text=letter.text, attachments=attached)
    dunned = dunning_letter(facts, sent.tone, language, extras_of(company, items, sent))
    page: tuple[Attachment, ...] = ()
    if sent.tone != Tone.FRIENDLY or sent.channel == Channel.LETTER:
        page = (letter_page(company, customer, dunned, sent.day),)
    return ComposedReminder(
        subject=dunned.subject, text=dunned.text, attachments=(*page, *attached)
    )


def _instructions(company: Organisation, invoices: Sequence[Invoice]) -> PaymentInstructions | None:
    """Return how the invoices say to pay, where all say the same; else how the company does."""
    first = invoices[0].payment if invoices else None
    agreed = first and all(invoice.payment == first for invoice in invoices)
    return first if agreed else company.payment


def _overdue(item: OpenItem, sent: ReminderSent) -> Overdue:
    return Overdue(
        number=item.number,
        issued=item.issue_date,
        due=item.due_date or item.issue_date,
        balance=item.balance,
        days=days_past_due(item, sent.day),
    )


def _attachments(
    books: Reading, blobs: Blobs, invoices: Sequence[Invoice]
) -> tuple[Attachment, ...]:
    """Return the PDFs that were written at issue: the very files that the customer had before."""
    found = []
    for invoice in invoices:
        try:
            files = books.load(Rendering, invoice.id).value.files
            pages = [file.blob for file in files if file.format == PDF]
            contents = [blobs.get(books.organisation, blob) for blob in pages]
        except NotFound:  # not written yet, or lost, which the check tells: no letter waits for it
            continue
        found += [_attachment(invoice, content) for content in contents]
    return tuple(found)


def _attachment(invoice: Invoice, content: bytes) -> Attachment:
    return Attachment(
        filename=file_name(invoice, PDF),
        media_type=format_of(PDF).MEDIA_TYPE,
        content=content,
    )
