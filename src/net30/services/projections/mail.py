"""Mail: hands over the documents that were sent, after the commit, until the mail takes them."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from net30.documents.view.titles import title_of
from net30.domain.events import InvoiceSent, MailRefused, RecordedEvent
from net30.domain.invoice import Invoice
from net30.domain.organisation import Organisation
from net30.kernel.errors import InputError
from net30.language.letter import invoice_letter
from net30.language.words import words
from net30.ports.mail import Attachment, Message
from net30.services.render_document import file_name, format_of, render, style_of
from net30.services.world import World

WANTS = frozenset({InvoiceSent})
EVENTS_AT_ONCE_MAX = 1  # what the mail has taken cannot be taken back

ATTACHED = ("pdf", "ubl")
"""What goes with the letter: a page to read, and the invoice for the customer's computer."""

ATTACHED_TO_OFFERS = ("pdf",)


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Hand over each sent document; the message id follows from the event.

    So a message handed over twice, after a crash between the two, can be recognised as one.
    """
    for recorded in events:
        if isinstance(recorded.event, InvoiceSent):
            _hand_over(world, organisation, recorded, recorded.event)


def _hand_over(world: World, organisation: str, recorded: RecordedEvent, sent: InvoiceSent) -> None:
    message = _message(world, organisation, recorded, sent)
    try:
        world.mail.send(organisation, message)
    except InputError as error:
        # Refused for good: written down, so that it holds up no other mail and is not forgotten.
        refused = MailRefused(
            invoice_id=sent.invoice_id, number=sent.number, to=sent.to, reason=error.message
        )
        now = world.clock()
        with world.store.transaction(organisation) as tx:
            tx.append(refused, at=now, known_on=recorded.known_on, user="relay")


def _message(
    world: World, organisation: str, recorded: RecordedEvent, sent: InvoiceSent
) -> Message:
    with world.store.reading(organisation) as books:
        company = books.load(Organisation, organisation).value
        invoice = books.load(Invoice, sent.invoice_id).value
    style = style_of(world.blobs, company, invoice)
    letter = invoice_letter(invoice, style.language, title_of(invoice, words(style.language)))
    unique = sha256(f"{organisation}/{recorded.id}".encode()).hexdigest()[:32]
    return Message(
        message_id=f"{unique}@net30.invalid",
        sender=company.party.contact.email or "invoices@net30.invalid",
        to=sent.to,
        subject=letter.subject,
        text=letter.text,
        attachments=tuple(
            Attachment(
                filename=file_name(invoice, name),
                media_type=format_of(name).MEDIA_TYPE,
                content=render(invoice, name, style),
            )
            for name in (ATTACHED if invoice.is_claim else ATTACHED_TO_OFFERS)
        ),
    )
