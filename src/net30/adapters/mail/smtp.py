"""Mail by SMTP: smtp://user:password@host:587 (STARTTLS) or smtps://host:465 (TLS throughout).

Only a server on this machine may be spoken to in plain text. In the URL, `?ca=FILE` names the
certificate authority of a private server and `?seconds=20` how long to wait for an answer.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from net30.adapters.mail._mime import mime
from net30.kernel.errors import ConfigurationError, InputError, Net30Error, Unavailable
from net30.kernel.this_machine import is_this_machine
from net30.ports.mail import Mail, Message

ANSWER_SECONDS = 10
ANSWER_SECONDS_MAX = 300
PORTS = {"smtp": 587, "smtps": 465}
REPLY_CHARACTERS_MAX = 200

_FOR_EVER = 500
"""SMTP replies from here on will be the same next time (RFC 5321 section 4.2.1)."""


def build(url: str) -> Mail:
    """Return the server that a URL names; raise ConfigurationError for a URL that names none."""
    try:
        parts = urlsplit(url)
        port, options = parts.port, dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        seconds = float(options.pop("seconds", ANSWER_SECONDS))
    except ValueError:
        raise _bad_url("it cannot be read") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise _bad_url("it names no server")
    if not 0 < seconds <= ANSWER_SECONDS_MAX:
        raise _bad_url(f"seconds must be above 0 and at most {ANSWER_SECONDS_MAX}")
    ca_file = options.pop("ca", "")
    if options or parts.path.strip("/"):
        raise _bad_url("only ?ca= and ?seconds= may follow the server")
    return SmtpMail(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        tls_throughout=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca_file=ca_file,
        seconds=seconds,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMail:
    """One mail server and how it is spoken to."""

    host: str
    port: int
    tls_throughout: bool
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    seconds: float = ANSWER_SECONDS

    def send(self, organisation: str, message: Message) -> str:
        """Hand the message to the server and return where it went.

        Raises Unavailable when the server does not take it now, InputError when it refuses the
        address or the message for good.
        """
        del organisation  # the server is one for all; the folder is the adapter that sorts by it
        mail = mime(message)
        try:
            with self._session(mail["From"].addresses[0].domain) as server:
                refused = server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            raise self._refusal(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPDataError as error:
            raise self._refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPAuthenticationError as error:
            raise self._unavailable("refuses the user or the password") from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._unavailable(f"does not take mail: {_words(str(error))}") from error
        taken = [one.addr_spec for one in mail["To"].addresses if one.addr_spec not in refused]
        went = f"{', '.join(taken)} by {self.host}"
        return f"{went}; refused: {', '.join(refused)}" if refused else went

    @contextmanager
    def _session(self, own_name: str) -> Iterator[smtplib.SMTP]:
        """Open a session, encrypted unless the server is this machine."""
        with self._connected(own_name) as server:
            server.ehlo()
            if not self.tls_throughout and not self._encrypt(server):
                raise self._unavailable("offers no encryption (STARTTLS)")
            if self.user:
                server.login(self.user, self.password)
            yield server

    def _connected(self, own_name: str) -> smtplib.SMTP:
        if self.tls_throughout:
            return smtplib.SMTP_SSL(
                self.host, self.port, own_name, timeout=self.seconds, context=self._trusted()
            )
        return smtplib.SMTP(self.host, self.port, own_name, timeout=self.seconds)

    def _encrypt(self, server: smtplib.SMTP) -> bool:
        """Turn encryption on where it is offered; tell whether the session may go on."""
        if not server.has_extn("starttls"):
            return is_this_machine(self.host)
        server.starttls(context=self._trusted())
        server.ehlo()
        return True

    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file or None)

    def _unavailable(self, reason: str) -> Unavailable:
        return Unavailable(
            f"the mail server {self.host}:{self.port} {reason}",
            hint="check the mail URL and the server, then try again",
            code="mail_unavailable",
        )

    def _refusal(self, code: int, reply: bytes | str) -> Net30Error:
        said = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
        if code < _FOR_EVER:
            return self._unavailable(f"says: {code} {_words(said)}")
        return InputError(
            f"the mail server {self.host} refuses the message: {code} {_words(said)}",
            hint="check the address and the size of the attachments",
            code="mail_refused",
        )


def _words(reply: str) -> str:
    """Return a server's words on one line, so that it cannot fill a log or a screen."""
    return " ".join(reply.split())[:REPLY_CHARACTERS_MAX]


def _bad_url(why: str) -> ConfigurationError:
    """Return the error without the URL: it holds a password."""
    return ConfigurationError(
        f"the mail URL is wrong: {why}",
        hint="write it as smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465",
        code="mail_url",
    )
