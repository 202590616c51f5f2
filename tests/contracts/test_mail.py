"""What every way of handing over mail promises, seen by whoever opens the message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.adapters.mail import folder, smtp
from net30.adapters.mail._mime import mime
from net30.kernel.errors import InputError
from net30.ports.mail import Attachment, Mail, Message
from tests.mail_server import MailServer, running

LETTER = Message(
    message_id="a1b2c3@net30.invalid",
    sender="Société Générale <factures@lagune.example>",
    to="Awa Ndiaye <awa@acme.example>",
    subject="Facture INV-2026-000042 — échéance",
    text="Bonjour,\nveuillez trouver la facture n° 42.\n.\nÀ bientôt\n",
    attachments=(
        Attachment(
            filename="Facture é 42.pdf", media_type="application/pdf", content=bytes(range(256))
        ),
        Attachment(filename="42.xml", media_type="application/xml", content=b"<a/>"),
    ),
)


@dataclass(frozen=True)
class Post:
    """A way to hand over mail, and what has arrived."""

    mail: Mail
    arrived: Callable[[], list[bytes]]


@pytest.fixture(params=["folder", "smtp"])
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Post]:
    """Lend every way in turn."""
    if request.param == "folder":
        mail = folder.build(f"folder:{tmp_path}/mail")
        yield Post(mail, lambda: [f.read_bytes() for f in sorted(tmp_path.rglob("*.eml"))])
    else:
        with running(MailServer()) as server:
            mail = smtp.build(f"smtp://127.0.0.1:{server.port}")
            yield Post(mail, lambda: server.messages)


def opened(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=SMTP)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def text_of(part: MIMEPart | None) -> str:
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_reader_gets_what_was_written(post: Post) -> None:
    post.mail.send("lagune", replace(LETTER, at=datetime(2026, 11, 21, 9, tzinfo=UTC)))
    (raw,) = post.arrived()
    message = opened(raw)
    assert message["Subject"] == LETTER.subject
    assert message["Message-ID"] == "<a1b2c3@net30.invalid>"
    assert message["Date"] == "Sat, 21 Nov 2026 09:00:00 +0000"
    assert message["From"].addresses[0].display_name == "Société Générale"
    assert message["To"].addresses[0].addr_spec == "awa@acme.example"
    assert text_of(message.get_body(("plain",))) == LETTER.text
    pdf, xml = message.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content_type()) == ("Facture é 42.pdf", "application/pdf")
    assert pdf.get_content() == bytes(range(256))
    assert xml.get_payload(decode=True) == b"<a/>"
    assert all(byte < 128 for byte in raw)  # every server on the way can carry it


def test_a_letter_with_html_shows_either(post: Post) -> None:
    post.mail.send("lagune", replace(LETTER, html="<p>Bonjour é</p>\n"))
    message = opened(post.arrived()[0])
    assert text_of(message.get_body(("html",))) == "<p>Bonjour é</p>\n"
    assert text_of(message.get_body(("plain",))) == LETTER.text


def test_several_recipients_are_all_named(post: Post) -> None:
    went = post.mail.send("lagune", replace(LETTER, to="a@acme.example, B <b@acme.example>"))
    message = opened(post.arrived()[0])
    named = [one.addr_spec for one in message["To"].addresses]
    assert named == ["a@acme.example", "b@acme.example"]
    assert went


def test_a_domain_in_letters_of_its_country_is_spelled_for_the_servers(post: Post) -> None:
    post.mail.send("lagune", replace(LETTER, to="awa@société.example"))
    assert opened(post.arrived()[0])["To"].addresses[0].domain == "xn--socit-esab.example"


def test_handing_over_twice_gives_the_same_bytes(post: Post) -> None:
    letter = replace(LETTER, html="<p>x</p>")
    post.mail.send("lagune", letter)
    first = post.arrived()[0]
    post.mail.send("lagune", letter)
    assert set(post.arrived()) == {first}


BREAKS = ["\r\nBcc: spy@evil.example", "\nX: y", "\r", "\x00", "\u2028", "\u0085", "\ud800", "\x1b"]


@pytest.mark.parametrize("field", ["subject", "sender", "to", "message_id"])
@pytest.mark.parametrize("breaking", BREAKS)
def test_no_text_can_add_a_header(post: Post, field: str, breaking: str) -> None:
    normal = getattr(LETTER, field)
    for bad in (normal + breaking, breaking + normal, normal[:3] + breaking + normal[3:]):
        with pytest.raises(InputError):
            post.mail.send("lagune", replace(LETTER, **{field: bad}))
    assert post.arrived() == []


@pytest.mark.parametrize("breaking", BREAKS)
def test_no_attachment_s_name_or_type_can_add_a_header(post: Post, breaking: str) -> None:
    for name, kind in ((f"a{breaking}.pdf", "application/pdf"), ("a.pdf", f"text/plain{breaking}")):
        bad = Attachment(filename=name, media_type=kind, content=b"")
        with pytest.raises(InputError):
            post.mail.send("lagune", replace(LETTER, attachments=(bad,)))
    assert post.arrived() == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "awa",
        "awa@",
        "@acme.example",
        "a b@acme.example",
        "<>",
        "awa@acme.example, not an address",
        "awà@acme.example",
        "awa@-.." + "x" * 70 + ".example",
        "alice@one.example)bob@two.example",
        ", ".join(f"a{at}@acme.example" for at in range(60)),
        "a" * 600 + "@acme.example",
    ],
)
def test_what_is_no_address_is_refused(post: Post, address: str) -> None:
    with pytest.raises(InputError) as refused:
        post.mail.send("lagune", replace(LETTER, to=address))
    assert refused.value.hint
    with pytest.raises(InputError):
        post.mail.send("lagune", replace(LETTER, sender=address))
    assert post.arrived() == []


def test_a_letter_has_one_sender(post: Post) -> None:
    with pytest.raises(InputError):
        post.mail.send("lagune", replace(LETTER, sender="a@a.example, b@b.example"))


@pytest.mark.parametrize("kind", ["pdf", "/pdf", "application/", "a b/c"])
def test_what_is_no_media_type_is_refused(post: Post, kind: str) -> None:
    bad = Attachment(filename="a.pdf", media_type=kind, content=b"")
    with pytest.raises(InputError):
        post.mail.send("lagune", replace(LETTER, attachments=(bad,)))


@pytest.mark.parametrize("message_id", ["", "no-at", "<a@b>", "a@b c", "a" * 600 + "@b"])
def test_what_is_no_message_id_is_refused(post: Post, message_id: str) -> None:
    with pytest.raises(InputError):
        post.mail.send("lagune", replace(LETTER, message_id=message_id))


def test_a_text_with_half_a_character_is_refused(post: Post) -> None:
    with pytest.raises(InputError):
        post.mail.send("lagune", replace(LETTER, text="\ud800"))


@given(text=st.text(st.characters(exclude_categories=["Cs"])), subject=st.text(max_size=100))
def test_any_text_comes_back_or_is_refused(text: str, subject: str) -> None:
    letter = replace(LETTER, text=text, subject=subject, attachments=())
    try:
        raw = mime(letter).as_bytes()
    except InputError:
        return
    message = opened(raw)
    assert set(message.keys()) == {
        "Message-ID",
        "From",
        "To",
        "Subject",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    }
    assert " ".join(message["Subject"].split()) == " ".join(subject.split())
    written = text.replace("\r\n", "\n").replace("\r", "\n")
    assert text_of(message).replace("\r", "\n").rstrip("\n") == written.rstrip("\n")
