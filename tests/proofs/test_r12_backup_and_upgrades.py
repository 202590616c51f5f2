"""R12: copies of books in use open whole, and upgrades keep every row.

Upgrades: from every past schema, on both databases, every table's hash is the same afterwards.
Backups: books are copied while someone issues, by SQLite's own means and by net30 backup and
net30 restore; every copy opens as the books were after one of the commits. At rest, every table and
every file of a document equals its copy.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from decimal import Decimal
from itertools import count
from pathlib import Path

from net30.adapters.sql import Database, SqlStore, build
from net30.adapters.sql.moment import moment
from net30.adapters.sql.opening import connect
from net30.adapters.sql.rows import forms_of, insert, pages
from net30.adapters.sql.schema import known_versions, migrate, version_of
from net30.adapters.sql.tables import metadata
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.events import InvoiceIssued
from net30.domain.invoice import Invoice
from net30.domain.open_item import OpenItem
from net30.domain.rendering import Rendering
from net30.services.backups.make_backup import Kept, make_backup
from net30.services.create_draft import create_draft
from net30.services.issue_invoice import issue_invoice
from net30.services.relay import drain
from net30.services.world import World
from tests.backed_up import elsewhere, restore, told
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
PAUSE_SECONDS = 0.05
"""Between two invoices: their documents are made in the end."""
_REQUEST = NewInvoice(
    customer_id="acme", lines=(NewLine(name="consulting", unit_price=Decimal(90_000)),)
)

BackUp = Callable[[World, SqlStore, Path], None]
"""Copies the books of a store and their files into a new home."""
MADE_ANEW = "search_"
"""Tables that follow from the events: net30 restore makes them anew."""


def run(size: int, seed: int) -> Outcome:
    """Upgrade from every schema, and copy books in use `size` times in each of two ways."""
    ways = (_copy_by_sqlite, _back_up_and_restore)
    outcomes = [_upgrades(), *(_copies(size, random.Random(seed), way) for way in ways)]
    return Outcome(
        sum(one.tries for one in outcomes),
        sum(one.failures for one in outcomes),
        "\n".join(one.detail for one in outcomes),
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
        homes = (Path(name) / f"home-{number}" for number in count(1))

        def copied() -> Path:
            home = next(homes)
            back_up(world, store, home)
            return home

        faults = _copies_in_use(size, chance, world, store, copied)
        for _ in range(RENDERED):
            _issue(world)
        drain(world, COMPANY.id, ["documents"])
        compared, wrong = _compare_at_rest(store, copied())
    faults += wrong
    how = back_up.__name__.strip("_").replace("_", " ")
    detail = f"{how}: {size} copies in use, {compared} tables and files at rest"
    return Outcome(size + compared, len(faults), "\n".join([detail, *faults[:5]]))


def _copies_in_use(
    size: int, chance: random.Random, world: World, store: SqlStore, copied: Callable[[], Path]
) -> list[str]:
    ends = threading.Event()
    faults = []

    def issue_on() -> None:
        for _ in range(IN_USE_MAX):
            if not ends.wait(PAUSE_SECONDS):
                _issue(world)

    issuing = threading.Thread(target=issue_on)
    issuing.start()
    try:
        for _ in range(size):
            time.sleep(chance.uniform(0, 0.05))
            acknowledged = len(_issued(store))
            with closing(build(f"sqlite:///{copied()}/net30.db")) as copy:
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


def _compare_at_rest(store: SqlStore, home: Path) -> tuple[int, list[str]]:
    before = {
        table: found
        for table, found in hashes(store.database).items()
        if not table.startswith(MADE_ANEW)
    }
    with closing(connect(f"sqlite:///{home}/net30.db")) as copy:
        after = hashes(copy)
    faults = [f"{table} is another" for table in before if after.get(table) != before[table]]
    files = 0
    with store.reading(COMPANY.id) as books:
        renderings = [one.value for one in books.page(Rendering)]
    copied = world_of(store, home).blobs
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


def _copy_by_sqlite(world: World, store: SqlStore, home: Path) -> None:
    del world
    _copy_files(store, home)
    Path(store.database.back_up("now")).rename(home / "net30.db")


def _back_up_and_restore(world: World, store: SqlStore, home: Path) -> None:
    kept = Kept(
        moment=lambda: moment(store.database),
        blobs=world.blobs,
        models=home / "none",
        net30="proof",
        settings={},
        secret_settings=(),
        sealed_keys=str,
    )
    file = home.with_suffix(".tar.gz")
    with file.open("wb") as sink:
        make_backup(kept, sink, world.clock(), told)
    restore(file, elsewhere(home))


def _copy_the_file_only(world: World, store: SqlStore, home: Path) -> None:
    """Copy as people do who do not know of the log: the guard removed."""
    del world
    _copy_files(store, home)
    shutil.copyfile(store.database.place, home / "net30.db")


def _copy_table_by_table(world: World, store: SqlStore, home: Path) -> None:
    """Copy each table as it stands when its turn comes: the one moment removed."""
    del world
    _copy_files(store, home)
    with ExitStack() as stack:
        into = stack.enter_context(closing(connect(f"sqlite:///{home}/net30.db")))
        migrate(into)
        for form in forms_of(COMPANY.id):
            with store.database.reading(COMPANY.id) as books:
                for rows in pages(books, form, COMPANY.id):
                    with into.writing(COMPANY.id) as connection:
                        insert(connection, form, rows)
            time.sleep(0.02)


def _copy_files(store: SqlStore, home: Path) -> None:
    home.mkdir()
    blobs = Path(store.database.place).parent / "blobs"
    if blobs.is_dir():
        shutil.copytree(blobs, home / "blobs")


def test_upgrades_keep_every_row_and_copies_in_use_are_whole() -> None:
    outcome = run(SMALL, seed=1)
    print(outcome, outcome.detail)
    assert outcome.holds, outcome.detail


def test_a_copy_of_the_file_without_its_log_is_found_out() -> None:
    outcome = _copies(SMALL, random.Random(1), _copy_the_file_only)
    assert outcome.failures > 0


def test_copies_of_several_moments_are_found_out() -> None:
    outcome = _copies(SMALL, random.Random(1), _copy_table_by_table)
    assert outcome.failures > 0


def test_a_row_that_an_upgrade_changed_is_found_out(tmp_path: Path) -> None:
    with database_of("0001", "sqlite", tmp_path) as url, closing(connect(url)) as database:
        before = hashes(database)
        with database.writing() as connection:
            connection.execute("UPDATE counter SET last = last + 1")
        changed = {table for table, found in hashes(database).items() if found != before[table]}
    assert changed == {"counter"}
