"""Mail by SMTP: servers that encrypt, refuse, fall silent or are not there."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from net30.adapters.mail.smtp import SmtpMail, build
from net30.kernel.errors import ConfigurationError, InputError, Unavailable
from net30.ports.mail import Message
from tests.mail_server import MailServer, running

LETTER = Message(
    message_id="a1@net30.invalid",
    sender="factures@lagune.example",
    to="awa@acme.example",
    subject="Facture",
    text="Bonjour\n",
)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lend a key and its certificate for the name localhost, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command += ["-keyout", f"{path}.key", "-out", f"{path}.crt"]
    subprocess.run(command, check=True, capture_output=True)
    path.write_text(Path(f"{path}.crt").read_text() + Path(f"{path}.key").read_text())
    return path


def plain(server: MailServer) -> SmtpMail:
    return SmtpMail(host="127.0.0.1", port=server.port, tls_throughout=False)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", SmtpMail(host="mail.example", port=587, tls_throughout=False)),
        ("smtps://mail.example", SmtpMail(host="mail.example", port=465, tls_throughout=True)),
        (
            "smtps://a%40b:p%3Aw%2F@mail.example:2465/?ca=/etc/ca.pem&seconds=2.5",
            SmtpMail(
                host="mail.example",
                port=2465,
                tls_throughout=True,
                user="a@b",
                password="p:w/",
                ca_file="/etc/ca.pem",
                seconds=2.5,
            ),
        ),
        ("smtp://[::1]:25", SmtpMail(host="::1", port=25, tls_throughout=False)),
    ],
)
def test_a_url_names_server_user_and_waiting_time(url: str, expected: SmtpMail) -> None:
    assert build(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "smtp:",
        "smtp://",
        "smtp://:secret@",
        "imap://secret@mail.example",
        "smtp://u:secret@mail.example:port",
        "smtp://u:secret@mail.example:99999",
        "smtp://u:secret@mail.example/inbox",
        "smtp://u:secret@mail.example?seconds=0",
        "smtp://u:secret@mail.example?seconds=301",
        "smtp://u:secret@mail.example?seconds=nan",
        "smtp://u:secret@mail.example?seconds=soon",
        "smtp://u:secret@mail.example?verify=no",
        "smtp://u:secret@mail.example?verify",
        "smtp://[u:secret",
    ],
)
def test_a_wrong_url_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        build(url)
    assert "secret" not in refused.value.message + refused.value.hint


def test_the_password_is_never_shown() -> None:
    assert "hush" not in repr(build("smtp://user:hush@mail.example"))


def test_a_server_on_this_machine_may_be_spoken_to_plainly() -> None:
    with running(MailServer()) as server:
        went = plain(server).send("us", LETTER)
    assert went == "awa@acme.example by 127.0.0.1"
    assert server.recipients == ["awa@acme.example"]
    assert b"\r\nBonjour\r\n" in server.messages[0]


def test_a_lone_point_in_a_letter_does_not_end_it() -> None:
    with running(MailServer()) as server:
        plain(server).send("us", replace(LETTER, text="one\n.\nRCPT TO:<spy@evil.example>\ntwo\n"))
    assert server.recipients == ["awa@acme.example"]
    assert server.messages[0].endswith(b"one\r\n.\r\nRCPT TO:<spy@evil.example>\r\ntwo\r\n")


def test_a_server_elsewhere_must_encrypt() -> None:
    with running(MailServer()) as server:
        # A spelling of 127.0.0.1 that only the system resolves: to net30 a name like any other.
        mail = SmtpMail(host="127.1", port=server.port, tls_throughout=False, user="awa")
        with pytest.raises(Unavailable, match="STARTTLS"):
            mail.send("us", LETTER)
    assert server.messages == []
    assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


def test_starttls_hides_the_password_and_the_letter(certificate: Path) -> None:
    with running(MailServer(tls="starttls", certificate=certificate)) as server:
        mail = build(f"smtp://awa:hush@localhost:{server.port}?ca={certificate}")
        mail.send("us", LETTER)
    assert len(server.messages) == 1
    (auth,) = (command for command in server.commands if command.startswith("AUTH"))
    assert base64.b64decode(auth.split()[-1]) == b"\0awa\0hush"
    assert server.commands.index("STARTTLS") < server.commands.index(auth)


def test_tls_throughout_works_too(certificate: Path) -> None:
    with running(MailServer(tls="throughout", certificate=certificate)) as server:
        build(f"smtps://localhost:{server.port}?ca={certificate}").send("us", LETTER)
    assert len(server.messages) == 1


@pytest.mark.parametrize("tls", ["starttls", "throughout"])
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tls: str, certificate: Path) -> None:
    scheme = "smtp" if tls == "starttls" else "smtps"
    with running(MailServer(tls=tls, certificate=certificate)) as server:
        with pytest.raises(Unavailable, match="certificate"):
            build(f"{scheme}://localhost:{server.port}").send("us", LETTER)
        with pytest.raises(Unavailable):  # the certificate is for another name
            build(f"{scheme}://127.0.0.1:{server.port}?ca={certificate}").send("us", LETTER)
    assert server.messages == []


def test_a_missing_file_of_authorities_is_told(tmp_path: Path) -> None:
    with running(MailServer()) as server:
        mail = build(f"smtps://localhost:{server.port}?ca={tmp_path}/none.pem")
        with pytest.raises(Unavailable):
            mail.send("us", LETTER)


def test_nobody_there_is_unavailable_with_a_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(Unavailable) as refused:
        SmtpMail(host="127.0.0.1", port=port, tls_throughout=False).send("us", LETTER)
    assert f"127.0.0.1:{port}" in refused.value.message
    assert "try again" in refused.value.hint


@pytest.mark.parametrize("tls_throughout", [False, True])
def test_a_silent_server_is_not_waited_for_longer_than_told(*, tls_throughout: bool) -> None:
    with running(MailServer(silent=True)) as server:
        mail = SmtpMail(
            host="127.0.0.1", port=server.port, tls_throughout=tls_throughout, seconds=0.3
        )
        start = time.monotonic()
        with pytest.raises(Unavailable):
            mail.send("us", LETTER)
        assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "replies",
    [
        {"banner": "554 no service"},
        {"banner": "hello, what?"},
        {"EHLO": "500 what?", "HELO": "500 what?"},
        {"MAIL": "451 later"},
        {"MAIL": "530 log in first"},
        {"RCPT": "450 mailbox busy"},
        {"DATA": "451 later"},
        {"data": "452 no space"},
        {"AUTH": "535 wrong password"},
    ],
)
def test_a_server_that_says_later_is_unavailable(replies: dict[str, str]) -> None:
    with running(MailServer(replies=replies)) as server:
        mail = replace(plain(server), user="awa", password="hush")
        with pytest.raises(Unavailable) as refused:
            mail.send("us", LETTER)
    assert "hush" not in refused.value.message


@pytest.mark.parametrize(
    "replies",
    [
        {"awa@acme.example": "550 no such mailbox"},
        {"data": "552 message too large"},
        {"DATA": "554 looks like spam"},
    ],
)
def test_a_refusal_for_good_is_an_error_of_the_request(replies: dict[str, str]) -> None:
    with running(MailServer(replies=replies)) as server, pytest.raises(InputError) as refused:
        plain(server).send("us", LETTER)
    assert next(iter(replies.values()))[:3] in refused.value.message


def test_one_refused_recipient_of_two_is_told_in_the_answer() -> None:
    both = replace(LETTER, to="awa@acme.example, gone@acme.example")
    with running(MailServer(replies={"gone@acme.example": "550 gone"})) as server:
        went = plain(server).send("us", both)
    assert went == "awa@acme.example by 127.0.0.1; refused: gone@acme.example"
    assert len(server.messages) == 1


def test_a_long_answer_is_cut_before_it_is_shown() -> None:
    reply = "550 " + "no " * 150
    with (
        running(MailServer(replies={"awa@acme.example": reply})) as server,
        pytest.raises(InputError) as refused,
    ):
        plain(server).send("us", LETTER)
    assert len(refused.value.message) < 300
