"""S13: an audit that somebody edits, cuts, reorders or makes anew is found out.

Each try takes fresh copies of books with two organisations, changes them with SQL as somebody who
owns the file would, and asks `verify_audit` with heads that were exported before. One in ten is
not touched and must hold. Who makes the rest of a chain anew, with every hash right, is found by
the exported head alone.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import pytest

from net30.adapters.sql import SqlStore, open_database
from net30.adapters.sql.accounts import SqlAccounts
from net30.app import open_app
from net30.domain.audit import AuditEntry, AuditHead, broken_links
from net30.domain.audit import _digest as digest  # an intruder reads our source
from net30.domain.identity.roles import Role
from net30.kernel.findings import Finding
from net30.services.audit import verify_audit as verifying
from net30.services.audit.export_audit import audit_heads
from net30.services.audit.verify_audit import verify_audit
from net30.services.identity.add_organisation import NewOrganisation, add_organisation
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.create_owner import create_owner
from net30.services.identity.noted import at_this_machine
from net30.services.projections.audit import PROJECTION
from net30.services.world import World
from net30.settings import Settings
from tests.desk import open_desk
from tests.proofs.proof import Outcome
from tests.surroundings import world_of

ID = "S13"
TITLE = "changes of the audit or of the books that verifying does not find"
SMALL = 40
FULL = 1_000
MUTANT = 40  # every attack four times

INVOICES = 6
UNTOUCHED_EVERY = 10
_COLUMNS = "chain, sequence, noted_at, actor, action, target, source, detail, before_hash, hash"
_EVENT = "organisation, sequence, id, name, body, recorded_at, known_on, recorded_by"
Raw = sqlite3.Connection


def books(folder: Path) -> tuple[Path, tuple[AuditHead, ...]]:
    """Two organisations' books with their audit, and its heads."""
    desk = open_desk(folder)
    app = desk.app
    create_owner(app.world.accounts, "main", app.clock())
    here = at_this_machine("main")
    add_organisation(app.world, NewOrganisation(id="rival", name="Rival SA"), here, app.clock())
    for at in range(INVOICES):
        desk.issue()
        new = NewUser(email=f"u{at}@lagune.example", role=Role.VIEWER)
        add_user(app.world.accounts, new, here, app.clock())
        add_user(app.world.accounts, new, at_this_machine("rival"), app.clock())
    app.settle()
    heads = audit_heads(app.world.accounts)
    app.close()
    # What is in the write-ahead log goes into the file.
    open_app(Settings(home=folder)).close()
    with closing(sqlite3.connect(folder / "net30.db")) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "net30.db", heads


# --- what an intruder does ---------------------------------------------------------------------


def chain_of(raw: Raw, chance: random.Random) -> str:
    """One of the chains."""
    found = raw.execute("SELECT DISTINCT chain FROM audit ORDER BY chain").fetchall()
    return str(chance.choice(found)[0])


def entries_of(raw: Raw, chain: str) -> list[AuditEntry]:
    """All entries of a chain."""
    names = [field.name for field in fields(AuditEntry)]
    rows = raw.execute(
        f"SELECT {_COLUMNS} FROM audit WHERE chain = ? ORDER BY sequence", (chain,)
    ).fetchall()
    return [AuditEntry(**dict(zip(names, row, strict=True))) for row in rows]


def write(raw: Raw, chain: str, entries: Sequence[AuditEntry]) -> None:
    """Put these entries in the place of a chain."""
    raw.execute("DELETE FROM audit WHERE chain = ?", (chain,))
    for entry in entries:
        raw.execute(f"INSERT INTO audit ({_COLUMNS}) VALUES ({', '.join('?' * 10)})", [
            *asdict(entry).values()
        ])  # fmt: skip


def anew(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """Give entries numbers and hashes that are right again."""
    made: list[AuditEntry] = []
    before = "0" * 64
    for at, entry in enumerate(entries, 1):
        values = asdict(replace(entry, sequence=at, before=before))
        values.pop("hash")
        made.append(AuditEntry(**values, hash=digest(values)))
        before = made[-1].hash
    return made


def renumbered(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """Give entries numbers without a gap, and leave their hashes."""
    return [replace(entry, sequence=at) for at, entry in enumerate(entries, 1)]


def edited(entry: AuditEntry, chance: random.Random) -> AuditEntry:
    """Change one thing of an entry."""
    name = chance.choice(("at", "actor", "action", "target", "detail", "source"))
    value: Any = getattr(entry, name) + chance.choice(("x", "0", " "))  # Any: a text field
    return replace(entry, **{name: value})


def edit(raw: Raw, chance: random.Random) -> None:
    """Change an entry."""
    chain = chain_of(raw, chance)
    entries = entries_of(raw, chain)
    at = chance.randrange(len(entries))
    entries[at] = edited(entries[at], chance)
    write(raw, chain, entries)


def edit_with_its_hash(raw: Raw, chance: random.Random) -> None:
    """Change an entry and make its own hash right."""
    chain = chain_of(raw, chance)
    entries = entries_of(raw, chain)
    at = chance.randrange(len(entries))
    values = asdict(edited(entries[at], chance))
    values.pop("hash")
    entries[at] = AuditEntry(**values, hash=digest(values))
    write(raw, chain, entries)


def delete(raw: Raw, chance: random.Random) -> None:
    """Take an entry out, with or without closing the gap in the numbers."""
    chain = chain_of(raw, chance)
    entries = entries_of(raw, chain)
    del entries[chance.randrange(len(entries))]
    write(raw, chain, renumbered(entries) if chance.random() < 0.5 else entries)


def reorder(raw: Raw, chance: random.Random) -> None:
    """Change the places of two entries."""
    chain = chain_of(raw, chance)
    entries = entries_of(raw, chain)
    if len(entries) == 1:
        return edit(raw, chance)
    one, other = chance.sample(range(len(entries)), 2)
    entries[one], entries[other] = entries[other], entries[one]
    return write(raw, chain, renumbered(entries))


def truncate(raw: Raw, chance: random.Random) -> None:
    """Cut off the end of a chain, and of the books with it."""
    chain = chain_of(raw, chance)
    entries = entries_of(raw, chain)
    kept = entries[: chance.randrange(len(entries))]
    write(raw, chain, kept)
    ids = [entry.source.removeprefix("event:") for entry in entries[len(kept) :]]
    raw.executemany("DELETE FROM event WHERE id = ?", [(one,) for one in ids])


def insert(raw: Raw, chance: random.Random) -> None:
    """Put an entry before the exported head that was never written, now and then made to fit."""
    chain = chain_of(raw, chance)
    entries = entries_of(raw, chain)
    at = chance.randrange(len(entries))
    new = replace(chance.choice(entries), source=f"made:{at}", actor="eve")
    mixed = [*entries[:at], new, *entries[at:]]
    write(raw, chain, anew(mixed) if chance.random() < 0.5 else renumbered(mixed))


def recompute(raw: Raw, chance: random.Random) -> None:
    """Change an entry and make the rest of the chain anew, every hash right."""
    chain = chain_of(raw, chance)
    entries = entries_of(raw, chain)
    at = chance.randrange(len(entries))
    if chance.random() < 0.5:
        entries[at] = edited(entries[at], chance)
    else:
        del entries[at]
    write(raw, chain, anew(entries))


def edit_event(raw: Raw, chance: random.Random) -> None:
    """Change what happened, in the books."""
    (sequence,) = chance.choice(raw.execute("SELECT sequence FROM event").fetchall())
    column = chance.choice(("recorded_by", "recorded_at", "known_on", "id", "body"))
    changed = {
        "recorded_by": "recorded_by || 'x'",
        "recorded_at": "'2026-01-01T00:00:00.000000+00:00'",
        "known_on": "'2026-01-01'",
        "id": "id || 'x'",
        "body": "body || ' '",
    }[column]
    raw.execute(f"UPDATE event SET {column} = {changed} WHERE sequence = ?", (sequence,))


def delete_event(raw: Raw, chance: random.Random) -> None:
    """Take an event out of the books."""
    (sequence,) = chance.choice(raw.execute("SELECT sequence FROM event").fetchall())
    raw.execute("DELETE FROM event WHERE sequence = ?", (sequence,))
    if chance.random() < 0.5:
        raw.execute("UPDATE event SET sequence = -sequence WHERE sequence > ?", (sequence,))
        raw.execute("UPDATE event SET sequence = -sequence - 1 WHERE sequence < 0")


def insert_event(raw: Raw, chance: random.Random) -> None:
    """Put an event into the books that never happened, between two that did."""
    (sequence,) = chance.choice(raw.execute("SELECT sequence FROM event").fetchall())
    raw.execute("UPDATE event SET sequence = -sequence WHERE sequence >= ?", (sequence,))
    raw.execute("UPDATE event SET sequence = -sequence + 1 WHERE sequence < 0")
    raw.execute(
        f"INSERT INTO event ({_EVENT}) SELECT organisation, ?, 'made-up', name, body,"
        " recorded_at, known_on, 'eve' FROM event WHERE sequence = ?",
        (sequence, sequence + 1),
    )


Attack = Callable[[Raw, random.Random], None]
ATTACKS: tuple[Attack, ...] = (
    edit,
    edit_with_its_hash,
    delete,
    reorder,
    truncate,
    insert,
    recompute,
    edit_event,
    delete_event,
    insert_event,
)


def found(file: Path, folder: Path, heads: Sequence[AuditHead]) -> bool:
    """Tell whether verifying finds something in a database."""
    database = open_database(f"sqlite:///{file}")
    with closing(SqlStore(database)) as store:
        world: World = replace(world_of(store, folder), accounts=SqlAccounts(database))
        return bool(verifying.verify_audit(world, heads).findings)


def run(size: int, seed: int) -> Outcome:
    """Change copies of the books in `size` ways, and leave some as they are."""
    chance = random.Random(seed)
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        original, heads = books(folder / "home")
        for at in range(size):
            copy = folder / f"copy{at}.db"
            shutil.copyfile(original, copy)
            attack = ATTACKS[at % len(ATTACKS)]
            touched = at // len(ATTACKS) % UNTOUCHED_EVERY != UNTOUCHED_EVERY - 1
            if touched:
                with closing(sqlite3.connect(copy)) as raw, raw:
                    attack(raw, chance)
            if found(copy, folder, heads) is not touched:
                failures.append(attack.__name__ if touched else "untouched")
            for left in folder.glob(f"{copy.name}*"):
                left.unlink()
    return Outcome(size, len(failures), ", ".join(sorted(set(failures))))


def test_the_small_proof_holds() -> None:
    outcome = run(SMALL, seed=13)
    assert outcome.holds, outcome


def test_a_chain_made_anew_is_found_by_the_exported_head_only(tmp_path: Path) -> None:
    file, heads = books(tmp_path / "home")
    with closing(sqlite3.connect(file)) as raw, raw:
        entries = entries_of(raw, "rival")
        write(
            raw, "rival", anew([*entries[:2], edited(entries[2], random.Random(1)), *entries[3:]])
        )
    assert not found(file, tmp_path, ())
    assert found(file, tmp_path, heads)


def test_what_waits_for_the_audit_is_no_fault(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.issue()
    app = desk.app
    assert app.world.store.checkpoint(app.organisation, PROJECTION) == 0
    verified = verify_audit(app.world)
    assert verified.findings == ()
    assert verified.events > verified.entries == 0
    app.settle()
    app.settle()
    verified = verify_audit(app.world)
    assert verified.findings == ()
    assert verified.entries == verified.events
    app.close()


def nothing(*_: object) -> int:
    return 0


def without_heads(
    chain: str, entries: Sequence[AuditEntry], _: Sequence[AuditHead]
) -> list[Finding]:
    return list(broken_links(chain, entries))


def without_links(
    chain: str, entries: Sequence[AuditEntry], known: Sequence[AuditHead]
) -> list[Finding]:
    faults = broken_links(chain, entries, known)
    return [fault for fault in faults if fault.code not in {"audit_link", "audit_head"}]


def without_hashes(
    chain: str, entries: Sequence[AuditEntry], known: Sequence[AuditHead]
) -> list[Finding]:
    faults = broken_links(chain, entries, known)
    return [fault for fault in faults if fault.code != "audit_entry"]


@pytest.mark.parametrize(
    ("guard", "broken"),
    [
        ("_compare", nothing),
        ("broken_links", without_heads),
        ("broken_links", without_links),
        ("broken_links", without_hashes),
    ],
)
def test_without_one_of_its_guards_the_proof_fails(
    guard: str, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, guard, broken)
    assert run(MUTANT, seed=13).failures > 0
