"""MIME: a message as the bytes that mail servers exchange; the same message, the same bytes."""

from __future__ import annotations

import re
import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses
from hashlib import sha256

from net30.kernel.errors import InputError
from net30.ports.mail import Attachment, Message

HEADER_CHARACTERS_MAX = 500
RECIPIENTS_MAX = 50

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322 section 3.2.3
_DOT_ATOM = rf"{_ATEXT}(?:\.{_ATEXT})*"
_DOMAIN = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
_ADDRESS = re.compile(rf"({_DOT_ATOM})@({_DOMAIN})", re.ASCII)
_MESSAGE_ID = re.compile(rf"{_DOT_ATOM}@{_DOMAIN}", re.ASCII)


def mime(message: Message) -> EmailMessage:
    """Return the message with its headers and attachments.

    Raises InputError when a header holds a line break or another control character, so that no
    text from a user can add headers or recipients, and for what is not an address.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = f"<{_checked_id(message.message_id)}>"
    mail["From"] = _one_sender(message.sender)
    mail["To"] = _addresses(message.to, "recipient")
    mail["Subject"] = _header(message.subject, "subject")
    if message.at is not None:
        mail["Date"] = message.at
    mail.set_content(_body(message.text), cte="quoted-printable")
    if message.html:
        mail.add_alternative(_body(message.html), subtype="html", cte="quoted-printable")
    for attachment in message.attachments:
        _attach(mail, attachment)
    _name_boundaries(mail, message)
    return mail


def _one_sender(text: str) -> Address:
    found = _addresses(text, "sender")
    if len(found) > 1:
        raise _not_an_address(text, "sender")
    return found[0]


def _addresses(text: str, what: str) -> tuple[Address, ...]:
    pairs = getaddresses([_header(text, what)])
    if not 0 < len(pairs) <= RECIPIENTS_MAX or not all(address for _, address in pairs):
        raise _not_an_address(text, what)
    return tuple(_address(name, address, what) for name, address in pairs)


def _address(name: str, address: str, what: str) -> Address:
    """Return an address with its domain in the ASCII form that every server takes (IDNA)."""
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise _not_an_address(address, what) from None
    if not _ADDRESS.fullmatch(f"{local}@{ascii_domain}"):
        raise _not_an_address(address, what)
    return Address(display_name=name, username=local, domain=ascii_domain)


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    kind, _, subtype = _header(attachment.media_type, "media type").partition("/")
    if not re.fullmatch(_ATEXT, kind) or not re.fullmatch(_DOT_ATOM, subtype):
        raise InputError(
            f"{attachment.media_type!r} is not a media type",
            hint="write it as application/pdf",
            code="media_type",
        )
    name = _header(attachment.filename, "file name")
    mail.add_attachment(attachment.content, maintype=kind, subtype=subtype, filename=name)


def _header(text: str, what: str) -> str:
    if len(text) > HEADER_CHARACTERS_MAX or any(map(_is_control, text)):
        raise InputError(
            f"the {what} {text[:60]!r} cannot stand in a mail's header",
            hint=f"write it on one line of at most {HEADER_CHARACTERS_MAX} characters",
            code="mail_header",
        )
    return text


def _is_control(letter: str) -> bool:
    """Tell line and paragraph separators, controls and broken characters from text."""
    return unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}


def _body(text: str) -> str:
    """Return a text that UTF-8 can carry; raise InputError for half characters."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"the text has a broken character at {error.start}",
            hint="type the text again",
            code="mail_text",
        ) from None
    return text


def _checked_id(message_id: str) -> str:
    if len(message_id) > HEADER_CHARACTERS_MAX or not _MESSAGE_ID.fullmatch(message_id):
        raise InputError(
            f"{message_id[:80]!r} is not a message id",
            hint="write it as UNIQUE@DOMAIN, without angle brackets",
            code="message_id",
        )
    return message_id


def _not_an_address(text: str, what: str) -> InputError:
    return InputError(
        f"the {what} {text[:80]!r} is not an e-mail address",
        hint="write NAME@COMPANY in Latin letters before the @; commas between several",
        code="mail_address",
    )


def _name_boundaries(mail: EmailMessage, message: Message) -> None:
    """Give the parts fixed separators, so that a second hand-over makes the same bytes.

    They follow from the texts themselves: no text can contain the separator made from it.
    """
    made_of = repr((message.message_id, message.text, message.html, message.attachments)).encode()
    for place, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"net30-{place}-{sha256(made_of).hexdigest()}")
