"""R12: copies of books in use open whole, and upgrades keep every row.

Upgrades: from every past schema, on both databases, every table's hash is the same afterwards.
Backups: SQLite is copied while someone issues; every copy opens as the books were after one of
the commits. At rest, every table and every file of a document equals its copy.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from net30.adapters.sql import Database, SqlStore, build
from net30.adapters.sql.opening import connect
from net30.adapters.sql.schema import known_versions, migrate, version_of
from net30.adapters.sql.tables import metadata
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.events import InvoiceIssued
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.domain.rendering import Rendering
from net30.services.create_draft import create_draft
from net30.services.issue_invoice import issue_invoice
from net30.services.relay import drain
from net30.services.world import World
from tests.databases import DIALECTS, sqlite_url
from tests.past_schemas import database_of
from tests.proofs.proof import Outcome
from tests.samples import COMPANY
from tests.surroundings import change, found_company, world_of

ID = "R12"
TITLE = "tables, copies and files that an upgrade or a backup changed"
SMALL = 3  # copies made while someone issues
FULL = 50

RENDERED = 2
IN_USE_MAX = 300  # so that one page of the store holds them all
_REQUEST = NewInvoice(
    customer_id="acme", lines=(NewLine(name="consulting", unit_price=Decimal(90_000)),)
)

BackUp = Callable[[SqlStore], Path]


def run(size: int, seed: int) -> Outcome:
    """Upgrade from every schema, and copy books in use `size` times."""
    upgrades = _upgrades()
    copies = _copies(size, random.Random(seed), _back_up)
    return Outcome(
        upgrades.tries + copies.tries,
        upgrades.failures + copies.failures,
        f"{upgrades.detail}\n{copies.detail}",
    )


def _upgrades() -> Outcome:
    tries = 0
    faults: list[str] = []
    for dialect in DIALECTS:
        for version in known_versions():
            with tempfile.TemporaryDirectory() as name:
                before, after = _hashes_around_upgrade(version, dialect, Path(name))
            tries += len(before)
            faults += [
                f"{dialect}, schema {version}: {table} is another"
                for table, found in before.items()
                if after.get(table) != found
            ]
    detail = f"upgrades: {tries} tables from {len(known_versions())} schemas on both databases"
    return Outcome(tries, len(faults), "\n".join([detail, *faults[:5]]))


def _hashes_around_upgrade(
    version: str, dialect: str, folder: Path
) -> tuple[dict[str, str], dict[str, str]]:
    with database_of(version, dialect, folder) as url, closing(connect(url)) as database:
        before = hashes(database)
        migrate(database)
        assert version_of(database) == known_versions()[-1]
        return before, hashes(database)


def hashes(database: Database) -> dict[str, str]:
    """Return the SHA-256 of every table's rows, in the order of all their columns."""
    found = {}
    with database.reading() as connection:
        there = {name for (name,) in connection.rows(database.table_names)}
        for name in sorted(there & metadata.tables.keys()):
            rows = sorted(map(repr, connection.rows(f"SELECT * FROM {name}")))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def _copies(size: int, chance: random.Random, back_up: BackUp) -> Outcome:
    with tempfile.TemporaryDirectory() as name, closing(build(sqlite_url(Path(name)))) as store:
        world = world_of(store, Path(name))
        found_company(world)
        faults = _copies_in_use(size, chance, world, store, back_up)
        for _ in range(RENDERED):
            _issue(world)
        drain(world, COMPANY.id, ["documents"])
        compared, wrong = _compare_at_rest(store, Path(name), back_up)
    faults += wrong
    detail = f"backups: {size} copies in use, {compared} tables and files at rest"
    return Outcome(size + compared, len(faults), "\n".join([detail, *faults[:5]]))


def _copies_in_use(
    size: int, chance: random.Random, world: World, store: SqlStore, back_up: BackUp
) -> list[str]:
    ends = threading.Event()
    faults = []

    def issue_on() -> None:
        for _ in range(IN_USE_MAX):
            if not ends.is_set():
                _issue(world)

    issuing = threading.Thread(target=issue_on)
    issuing.start()
    try:
        for _ in range(size):
            time.sleep(chance.uniform(0, 0.05))
            acknowledged = len(_issued(store))
            with closing(build(f"sqlite:///{back_up(store)}")) as copy:
                fault = _unwhole(copy, acknowledged)
            faults += [fault] if fault else []
    finally:
        ends.set()
        issuing.join()
    return faults


def _unwhole(copy: SqlStore, acknowledged: int) -> str:
    """Return what a copy lacks; it may hold more than was acknowledged before it was begun."""
    issued = _issued(copy)
    if len(issued) < acknowledged:
        return f"a copy has {len(issued)} invoices of {acknowledged}"
    with copy.reading(COMPANY.id) as books:
        claims = sum(1 for _ in books.page(OpenItem, limit=1000))
        told = [one for one in books.events() if isinstance(one.event, InvoiceIssued)]
        last = books.last_numbers().get(("invoice", 2026), 0)
    if not len(issued) == claims == len(told) == last:
        return f"a copy has {len(issued)} invoices, {claims} claims, {len(told)} events, {last}"
    return ""


def _compare_at_rest(store: SqlStore, home: Path, back_up: BackUp) -> tuple[int, list[str]]:
    before = hashes(store.database)
    with closing(connect(f"sqlite:///{back_up(store)}")) as copy:
        after = hashes(copy)
    faults = [f"{table} is another" for table in before if after.get(table) != before[table]]
    restored = home / "restored"
    shutil.copytree(home / "blobs", restored / "blobs")
    files = 0
    with store.reading(COMPANY.id) as books:
        renderings = [one.value for one in books.page(Rendering)]
    copied = world_of(store, restored).blobs
    for rendering in renderings:
        for file in rendering.files:
            files += 1
            content = copied.get(COMPANY.id, file.blob)
            if hashlib.sha256(content).hexdigest() != file.sha256:
                faults.append(f"{file.blob} is another")
    if len(renderings) < RENDERED:
        faults.append(f"{len(renderings)} documents were rendered")
    return len(before) + files, faults


def _issued(store: SqlStore) -> list[str]:
    with store.reading(COMPANY.id) as books:
        return [one.value.id for one in books.page(Invoice, limit=1000) if one.value.is_issued]


def _issue(world: World) -> None:
    with change(world) as ctx:
        issue_invoice(ctx, create_draft(ctx, _REQUEST).id)


def _back_up(store: SqlStore) -> Path:
    return Path(store.database.back_up("now"))


def _copy_the_file_only(store: SqlStore) -> Path:
    """Copy as people do who do not know of the log: the guard removed."""
    place = Path(store.database.place)
    return Path(shutil.copyfile(place, place.with_suffix(".copied")))


def test_upgrades_keep_every_row_and_copies_in_use_are_whole() -> None:
    outcome = run(SMALL, seed=1)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


def test_a_copy_of_the_file_without_its_log_is_found_out() -> None:
    outcome = _copies(SMALL, random.Random(1), _copy_the_file_only)
    assert outcome.failures > 0


def test_a_row_that_an_upgrade_changed_is_found_out(tmp_path: Path) -> None:
    with database_of("0001", "sqlite", tmp_path) as url, closing(connect(url)) as database:
        before = hashes(database)
        with database.writing() as connection:
            connection.execute("UPDATE counter SET last = last + 1")
        changed = {table for table, found in hashes(database).items() if found != before[table]}
    assert changed == {"counter"}
