"""Mail: hands over the documents that were sent, after the commit, until the mail takes them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

from net30.documents.view.titles import title_of
from net30.domain.dunning import Channel
from net30.domain.events import (
    AlertsRaised,
    InvoiceSent,
    MailRefused,
    RecordedEvent,
    ReminderSent,
)
from net30.domain.invoice import Invoice
from net30.domain.organisation import Organisation
from net30.domain.personal import ERASED
from net30.kernel.errors import InputError
from net30.language.letter import invoice_letter
from net30.language.words import words
from net30.ports.mail import Attachment, Message
from net30.services.alerts.mail_alerts import compose_alerts
from net30.services.compose_reminder import compose_reminder
from net30.services.render_document import file_name, format_of, render, style_of
from net30.services.world import World

WANTS = frozenset({InvoiceSent, ReminderSent, AlertsRaised})
EVENTS_AT_ONCE_MAX = 1  # what the mail has taken cannot be taken back

ATTACHED = ("pdf", "ubl")
"""What goes with the letter: a page to read, and the invoice for the customer's computer."""

ATTACHED_TO_OFFERS = ("pdf",)

SENDER = "invoices@net30.invalid"
"""Who writes where the company has no address of its own."""


def apply(world: World, organisation: str, events: Sequence[RecordedEvent]) -> None:
    """Hand over each sent document, reminder and alert; the message id follows from the event.

    So a message handed over twice, after a crash between the two, can be recognised as one.
    """
    for recorded in events:
        sent = recorded.event
        if getattr(sent, "to", "") == ERASED:
            continue  # the person was erased before the mail went
        if isinstance(sent, InvoiceSent) or (isinstance(sent, ReminderSent) and _is_mail(sent)):
            _hand_over(world, organisation, recorded, sent)
        elif isinstance(sent, AlertsRaised):
            _tell_alerts(world, organisation, recorded, sent)


def _tell_alerts(
    world: World, organisation: str, recorded: RecordedEvent, raised: AlertsRaised
) -> None:
    """Tell the company itself; an address that is refused is its own fault, and seen in alerts."""
    with world.store.reading(organisation) as books:
        told = compose_alerts(books, raised)
    if told is None:
        return
    to, letter = told
    message = Message(
        message_id=_message_id(organisation, recorded),
        sender=SENDER,
        to=to,
        subject=letter.subject,
        text=letter.text,
    )
    with suppress(InputError):  # refused for good: nobody else is there to tell
        world.mail.send(organisation, message)


def _is_mail(sent: ReminderSent) -> bool:
    return bool(sent.covers) and sent.channel != Channel.LETTER


def _hand_over(
    world: World, organisation: str, recorded: RecordedEvent, sent: InvoiceSent | ReminderSent
) -> None:
    message = (
        _message(world, organisation, recorded, sent)
        if isinstance(sent, InvoiceSent)
        else _reminder(world, organisation, recorded, sent)
    )
    if message is None:
        return
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


def _reminder(
    world: World, organisation: str, recorded: RecordedEvent, sent: ReminderSent
) -> Message | None:
    """Return the letter, or None when all it would remind of was settled meanwhile."""
    with world.store.reading(organisation) as books:
        company = books.load(Organisation, organisation).value
        letter = compose_reminder(books, world.blobs, sent)
    if letter is None:
        return None
    return Message(
        message_id=_message_id(organisation, recorded),
        sender=company.party.contact.email or SENDER,
        to=sent.to,
        subject=letter.subject,
        text=letter.text,
        attachments=letter.attachments,
    )


def _message(
    world: World, organisation: str, recorded: RecordedEvent, sent: InvoiceSent
) -> Message:
    with world.store.reading(organisation) as books:
        company = books.load(Organisation, organisation).value
        invoice = books.load(Invoice, sent.invoice_id).value
    style = style_of(world.blobs, company, invoice)
    letter = invoice_letter(invoice, style.language, title_of(invoice, words(style.language)))
    return Message(
        message_id=_message_id(organisation, recorded),
        sender=company.party.contact.email or SENDER,
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


def _message_id(organisation: str, recorded: RecordedEvent) -> str:
    unique = sha256(f"{organisation}/{recorded.id}".encode()).hexdigest()[:32]
    return f"{unique}@net30.invalid"
