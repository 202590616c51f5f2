"""Work: what pulling and pushing need, and a web that waits when it is asked to."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from net30.domain.books import BooksConnection
from net30.kernel.web_address import WebAddress
from net30.ports.books import BooksApp, BooksProgram
from net30.ports.sealing import Sealing
from net30.ports.web import Web, WebAnswer, WebRequest
from net30.services.context import Context, ReadContext

WAIT_SECONDS_MAX = 61
"""A limit that ends later is not waited for: what is left is done the next time."""
WAITS_MAX = 5
_TOO_MANY = 429


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksWork:
    """An organisation's books, what opens secrets, and the programs by name."""

    organisation: str
    look: Callable[[], AbstractContextManager[ReadContext]]
    change: Callable[[], AbstractContextManager[Context]]
    clock: Callable[[], datetime]
    sealing: Sealing
    program: Callable[[str, BooksApp], BooksProgram]

    def program_of(self, connection: BooksConnection) -> BooksProgram:
        """Return the program of a connection; raise ConfigurationError for one that is gone."""
        secret = connection.client_secret
        app = BooksApp(
            client_id=connection.client_id,
            client_secret=self.unsealed(connection.id, secret) if secret else "",
            address=connection.address,
        )
        return self.program(connection.program, app)

    def sealed(self, connection_id: str, text: str) -> str:
        """Return a secret of a connection as the books keep it."""
        return self.sealing.seal(text, self._about(connection_id))

    def unsealed(self, connection_id: str, sealed: str) -> str:
        """Return a secret of a connection; raise Unavailable without its key."""
        return self.sealing.unseal(sealed, self._about(connection_id))

    def _about(self, connection_id: str) -> str:
        return f"books:{self.organisation}:{connection_id}"


@dataclass(slots=True)
class PatientWeb:
    """A way to the web that waits, a few times and not for long, when a server asks for it."""

    web: Web
    wait: Callable[[float], None] = time.sleep
    waits: int = 0

    def check(self, url: str) -> WebAddress:
        """Return a URL in its parts; raise InputError for one that can never be fetched."""
        return self.web.check(url)

    def send(self, request: WebRequest) -> WebAnswer:
        """Return the answer, after the pauses that were asked for."""
        answer = self.web.send(request)
        while answer.status == _TOO_MANY and self.waits < WAITS_MAX:
            said = answer.headers.get("retry-after", "")
            if not (said.isascii() and said.isdigit()) or int(said) > WAIT_SECONDS_MAX:
                break
            self.waits += 1
            self.wait(max(1, int(said)))
            answer = self.web.send(request)
        return answer
