"""R13: a server under many requests keeps its memory, its open files and its write-ahead log.

After a first fifth that loads what is loaded once, memory and files are looked at ten times; what
is counted as a failure is growth that would not stop: more bytes for each request than an entry of
a bounded cache may need, any file that is not closed again, a log that is not cut.
"""

from __future__ import annotations

import http.client
import os
import random
import tempfile
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.databases import sqlite_url
from tests.net30_server import NET30, Client, Served, Site, found_site, served
from tests.proofs.proof import Outcome

ID = "R13"
TITLE = "requests whose memory, open files or write-ahead log a server does not give back"
SMALL = 500  # requests
FULL = 100_000

CLIENTS = 4
LOOKS = 10
BYTES_PER_REQUEST_MAX = 500
BYTES_NOISE = 12 * 2**20
"""What an allocator keeps for later, however long the server runs."""
FILES_NOISE = 30
WAL_BYTES_MAX = 64 * 2**20 + 2**20
MUTANT = ("-m", "tests.proofs.serving_process", "hoarding")
SHARE_OF_WRITES = 0.1


@dataclass(frozen=True, slots=True)
class Look:
    """What a server held after so many requests."""

    requests: int
    memory: int
    files: int
    wal: int


def run(size: int, seed: int) -> Outcome:
    """Send `size` requests: lists, single invoices, wrong ones, and a tenth of writes."""
    return run_with(size, seed, NET30)


def run_with(size: int, seed: int, program: tuple[str, ...]) -> Outcome:
    """Send requests to one kind of server."""
    with tempfile.TemporaryDirectory() as name:
        url = sqlite_url(Path(name))
        site = found_site(Path(name) / "home", url)
        with served(site, program) as server:
            _send(server, size // 5, seed)
            looks = [_look(server, site, 0)]
            for turn in range(1, LOOKS + 1):
                _send(server, size * 4 // 5 // LOOKS, seed + turn)
                looks.append(_look(server, site, turn * (size * 4 // 5 // LOOKS)))
    faults = _faults(looks)
    first, last = looks[0], looks[-1]
    grown = (last.memory - first.memory) / 2**20
    detail = (
        f"memory {first.memory / 2**20:.0f} MB {grown:+.1f} MB in {last.requests:,} requests, "
        f"files {first.files} to {last.files}, log {last.wal / 2**20:.1f} MB"
    )
    return Outcome(size, len(faults), "\n".join([detail, *faults]))


def _send(server: Served, requests: int, seed: int) -> None:
    threads = [
        threading.Thread(target=_send_on, args=(server, requests // CLIENTS, seed * CLIENTS + at))
        for at in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _send_on(server: Served, requests: int, seed: int) -> None:
    chance, client = random.Random(seed), Client(server)
    number = "INV-2026-000001"
    for _ in range(requests):
        if chance.random() < SHARE_OF_WRITES:
            answer = client.issue(str(uuid.uuid4()))
            number = answer.json()["number"]
        else:
            path = chance.choice(
                ("/invoices?limit=20", f"/invoices/{number}", "/me", "/invoices/nobody", "/nowhere")
            )
            answer = client.ask("GET", f"/api/v1{path}")
        assert answer.status < http.client.INTERNAL_SERVER_ERROR, answer.content
    client.close()


def _look(server: Served, site: Site, requests: int) -> Look:
    process = Path(f"/proc/{server.process.pid}")
    pages = int((process / "statm").read_text().split()[1])
    database = Path(site.settings["NET30_DATABASE_URL"].removeprefix("sqlite:///"))
    wal = database.with_name(f"{database.name}-wal")
    return Look(
        requests=requests,
        memory=pages * os.sysconf("SC_PAGE_SIZE"),
        files=len(list((process / "fd").iterdir())),
        wal=wal.stat().st_size if wal.exists() else 0,
    )


def _faults(looks: Sequence[Look]) -> list[str]:
    first, last = looks[0], looks[-1]
    faults = []
    if last.memory - first.memory > BYTES_NOISE + BYTES_PER_REQUEST_MAX * last.requests:
        grown = (last.memory - first.memory) / last.requests
        faults.append(f"each request left {grown:,.0f} bytes")
    if last.files - first.files > FILES_NOISE:
        faults.append(f"{last.files - first.files} files were not closed")
    if last.wal > WAL_BYTES_MAX:
        faults.append(f"the log has {last.wal:,} bytes")
    return faults


needs_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")


@needs_proc
@pytest.mark.slow
def test_a_server_gives_back_what_requests_took() -> None:
    outcome = run(SMALL, seed=1)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


@needs_proc
@pytest.mark.slow
def test_a_server_that_hoards_is_found_out() -> None:
    outcome = run_with(SMALL, 1, MUTANT)
    assert outcome.failures > 0
    assert "files were not closed" in outcome.detail
    assert "each request left" in outcome.detail
