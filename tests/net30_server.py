"""`net30 serve` as a process of its own, to ask over HTTP and to kill."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from net30.domain.identity.roles import Role
from tests.api.front import member_key
from tests.architecture.project import ROOT
from tests.desk import open_desk

ANSWER_SECONDS_MAX = 60.0
NET30 = ("-m", "net30", "serve", "--port", "0", "--no-screens")
_PORT = re.compile(r"http://[^/]*:([0-9]+)")
DRAFT = {
    "customer_id": "Acme Corp",
    "lines": [{"name": "consulting", "quantity": "40", "unit_price": "90000", "unit": "HUR"}],
}


@dataclass(slots=True)
class Site:
    """A home with a company, its owner's key, and further settings for its servers."""

    home: Path
    key: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of a server."""
        own = {name: text for name, text in os.environ.items() if not name.startswith("NET30_")}
        return {
            **own,
            "NET30_HOME": str(self.home),
            "NET30_API_RATE_PER_MINUTE": "1000000",
            **self.settings,
        }


def found_site(home: Path, database_url: str = "") -> Site:
    """Found a company with the customer Acme Corp and an owner."""
    chosen = {"database_url": database_url} if database_url else {}
    desk = open_desk(home, **chosen)
    key = member_key(desk.app, Role.OWNER, "main")
    desk.app.close()
    return Site(home, key, {"NET30_DATABASE_URL": database_url} if database_url else {})


@dataclass(slots=True)
class Served:
    """A server that runs."""

    process: subprocess.Popen[str]
    port: int
    key: str

    def kill(self) -> None:
        """Kill it and its worker at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def served(site: Site, program: tuple[str, ...] = NET30) -> Iterator[Served]:
    """Run a server of a site; whatever is left of it at the end is killed."""
    process = subprocess.Popen(
        [sys.executable, *program],
        cwd=ROOT,
        env=site.environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        found = None
        while not found:
            line = process.stdout.readline()
            assert line, "the server ended before it served"
            found = _PORT.search(line)
        running = Served(process, int(found[1]), site.key)
        _wait(running)
        yield running
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdout.close()


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:  # Any: JSON
        """Return what it says."""
        return json.loads(self.content)


class Client:
    """One kept connection; it is opened again when it was lost."""

    def __init__(self, server: Served) -> None:
        self._server = server
        self._wire = http.client.HTTPConnection(
            "127.0.0.1", server.port, timeout=ANSWER_SECONDS_MAX
        )

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Answered:
        """Send a request; raise OSError or HTTPException when no whole answer comes."""
        sent = {"Authorization": f"Bearer {self._server.key}", **(headers or {})}
        content = None
        if body is not None:
            content = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        try:
            self._wire.request(method, path, content, sent)
            answer = self._wire.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Answered(answer.status, told, answer.read())
        except (OSError, http.client.HTTPException):
            self._wire.close()
            raise

    def issue(self, key: str, body: object = None) -> Answered:
        """Draft and issue an invoice under an idempotency key."""
        return self.ask("POST", "/api/v1/invoices/issued", body or DRAFT, {"Idempotency-Key": key})

    def close(self) -> None:
        """Close the connection."""
        self._wire.close()


def _wait(server: Served) -> None:
    until = time.monotonic() + ANSWER_SECONDS_MAX
    client = Client(server)
    while True:
        try:
            assert client.ask("GET", "/health").status == http.client.OK
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            client.close()
            return
