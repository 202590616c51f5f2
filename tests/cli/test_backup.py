"""net30 backup and net30 restore as they are typed; whoever was erased stays erased."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from net30.app import App, open_app
from net30.cli import exits
from net30.domain.customer import Customer
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Role
from net30.domain.identity.user import User
from net30.domain.payment import Allocation
from net30.services.identity.change_role import remove_member
from net30.services.identity.noted import at_this_machine
from net30.services.jobs.order_backup import last_backup
from net30.services.record_payment import NewPayment, record_payment
from net30.settings import Settings
from tests.accounts_desk import Accounts, quick_passwords
from tests.cli.typed import Say
from tests.desk import Desk, open_desk

BOB = "bob@lagune.example"
KILLED_AFTER = (0.0, 0.02, 0.08)
"""Seconds after the first byte of a backup was written."""


@pytest.fixture
def home(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NET30_BACKUP_URL", f"folder:{home.with_name('kept')}")
    return home


@pytest.fixture(autouse=True)
def desk(home: Path) -> Desk:
    """Acme has an invoice that is paid; Bob works here as well."""
    desk = open_desk(home)
    invoice = desk.issue()
    amount = desk.item(invoice.number).balance
    with desk.app.change() as ctx:
        paid = NewPayment(
            amount=amount,
            customer_id=desk.acme.id,
            allocations=(Allocation(invoice_id=invoice.id, amount=amount),),
        )
        record_payment(ctx, paid)
    members = Accounts(desk.app.world.accounts, quick_passwords(), desk.clock())
    members.member("owner@b.example", of="main")
    members.member(BOB, Role.VIEWER, of="main")
    desk.app.settle()
    desk.app.close()
    return desk


@contextmanager
def reopened(home: Path) -> Iterator[App]:
    app = open_app(Settings(home=home))
    try:
        yield app
    finally:
        app.close()


def acme(home: Path, desk: Desk) -> str:
    """What Acme is called in a home's books."""
    with reopened(home) as app, app.look() as ctx:
        return ctx.tx.load(Customer, desk.acme.id).value.name


def test_a_backup_is_made_listed_checked_and_restored_elsewhere(
    say: Say, home: Path, tmp_path: Path, desk: Desk
) -> None:
    made = json.loads(say("backup", "--json"))
    assert made["made"]["rows"] > 10
    assert made["made"]["documents"] == 4
    name, digest = made["made"]["name"], made["made"]["digest"]
    assert (tmp_path / "kept" / name).stat().st_size == made["size"]
    assert name in say("backup", "list")
    assert "it is whole" in say("backup", "check", name, "--digest", digest)
    assert "it is whole" in say("backup", "check", "latest")
    assert digest in say("audit", "export"), "the audit knows what it was"
    say("report", "compliance", "-o", "evidence.csv", "--language", "en")
    assert name in (tmp_path / "evidence.csv").read_text(encoding="utf-8-sig")
    told = say("restore", "latest", "--into", "new")
    assert "all read again and the same" in told
    assert "Audit: " in told
    assert acme(tmp_path / "new", desk) == "Acme Corp"
    with reopened(home) as app, app.look() as ctx:
        last = last_backup(ctx)
        assert last
        assert json.loads(last.result)["made"]["name"] == name
    with reopened(tmp_path / "new") as app, app.look() as ctx:
        assert last_backup(ctx) is None, "the one under way was given up"
    assert '"restored"' in run_in(tmp_path / "new", say, "audit", "export")


def test_another_database_does_not_share_a_home_with_books(
    say: Say, home: Path, tmp_path: Path, desk: Desk
) -> None:
    say("backup")
    url = f"sqlite:///{tmp_path / 'other.db'}"
    ledger = sorted((home / "blobs" / "main" / "ledger").rglob("*"))
    assert ledger
    refused = say("restore", "latest", "--into", url, code=exits.CONFLICT)
    assert "keep their documents and ledger in this home" in " ".join(refused.split())
    assert sorted((home / "blobs" / "main" / "ledger").rglob("*")) == ledger
    run_in(tmp_path / "alone", say, "restore", "latest", "--into", url)
    assert (tmp_path / "other.db").exists()


def run_in(home: Path, say: Say, *words: str, code: int = exits.DONE) -> str:
    """Run a command in another home."""
    before = os.environ["NET30_HOME"]
    os.environ["NET30_HOME"] = str(home)
    try:
        return say(*words, code=code)
    finally:
        os.environ["NET30_HOME"] = before


def test_books_are_replaced_only_when_told_and_come_back_when_that_fails(
    say: Say, home: Path, tmp_path: Path, desk: Desk
) -> None:
    say("backup", "mine.tar.gz")
    say("customer", "add", "Later Corp")
    assert "holds books already" in say("restore", "mine.tar.gz", code=exits.CONFLICT)
    broken = (tmp_path / "mine.tar.gz").read_bytes()[:-1000]
    (tmp_path / "broken.tar.gz").write_bytes(broken)
    assert "damaged" in say("restore", "broken.tar.gz", "--replace", code=exits.INPUT)
    assert "Later Corp" in say("customer", "list")
    assert not list(home.glob("replaced-*"))
    assert "What was there before is in" in say("restore", "mine.tar.gz", "--replace")
    assert "Later Corp" not in say("customer", "list")
    (aside,) = home.glob("replaced-*")
    assert {"net30.db", "blobs"} <= {path.name for path in aside.iterdir()}
    assert acme(home, desk) == "Acme Corp"


def test_damage_is_told_and_exits_with_faults(say: Say, tmp_path: Path) -> None:
    say("backup", "out")
    (file,) = (tmp_path / "out").glob("net30-*")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert "faults" in say("backup", "check", str(file), code=exits.FAULTS)
    assert "there is no file" in say("backup", "check", "./none", code=exits.NOT_FOUND)
    assert "there is no backup" in say("restore", "none", code=exits.NOT_FOUND)
    assert "there is no backup" in say("restore", "latest", code=exits.NOT_FOUND)


def test_only_so_many_backups_stay(say: Say, tmp_path: Path) -> None:
    place = tmp_path / "out"
    place.mkdir()
    old = [f"net30-2026110{day}T020000Z.tar.gz" for day in range(1, 6)]
    for name in (*old, "mine.txt"):
        (place / name).write_bytes(b"an older one")
    assert "was let go" in say("backup", "out", "--keep", "3")
    left = sorted(path.name for path in place.glob("net30-*"))
    assert left[:2] == old[-2:]
    assert len(left) == 3
    assert (place / "mine.txt").exists()


def test_who_was_erased_after_a_backup_does_not_come_back(
    say: Say, home: Path, tmp_path: Path, desk: Desk
) -> None:
    say("backup", "out")
    (file,) = (tmp_path / "out").glob("net30-*")
    say("gdpr", "erase", "Acme Corp", "--yes")
    with reopened(home) as app:
        with app.world.accounts.reading() as tx:
            (bob,) = tx.find(User, AccountKey.NAME, BOB)
        remove_member(app.world.accounts, bob.id, at_this_machine("main"), app.clock())
    say("gdpr", "erase-member", BOB, "--yes")
    # The marks of this home are known, wherever the backup goes.
    told = say("restore", str(file), "--into", "new")
    assert told.count("Erased again") == 2
    assert acme(tmp_path / "new", desk).startswith("Erased ")
    assert nobody_is_called_bob(tmp_path / "new")
    # The home itself is lost: what lies beside the backups tells, once a later backup was made.
    say("backup", "out")
    shutil.rmtree(home)
    told = say("restore", str(file))
    assert told.count("Erased again") == 2
    assert acme(home, desk).startswith("Erased ")
    assert nobody_is_called_bob(home)
    # A copy of that list alone does as well.
    shutil.copy(file, tmp_path / "alone.tar.gz")
    shutil.rmtree(home)
    assert "Erased again" not in say("restore", "alone.tar.gz", "--into", "unknown")
    erased = str(tmp_path / "out" / "erased.json")
    assert "Acme" not in Path(erased).read_text(encoding="utf-8")
    told = say("restore", "alone.tar.gz", "--into", "known", "--erased", erased)
    assert told.count("Erased again") == 2
    # What replaces the books knows whom the books before had erased.
    shutil.copytree(tmp_path / "known", home, dirs_exist_ok=True)
    told = say("restore", "alone.tar.gz", "--replace")
    assert told.count("Erased again") == 2
    assert acme(home, desk).startswith("Erased ")


def nobody_is_called_bob(home: Path) -> bool:
    with reopened(home) as app, app.world.accounts.reading() as tx:
        return not tx.find(User, AccountKey.NAME, BOB)


def test_a_contact_that_was_erased_after_a_backup_does_not_come_back(
    say: Say, tmp_path: Path, desk: Desk
) -> None:
    say("backup", "before")
    say("gdpr", "erase", "Acme Corp", "--contact-only", "--yes")
    time.sleep(1.1)  # names say seconds
    say("backup", "after")
    (before,) = (tmp_path / "before").glob("net30-*")
    (after,) = (tmp_path / "after").glob("net30-*")
    assert "Erased again: main: contact" in say("restore", str(before), "--into", "one")
    assert "Erased again" not in say("restore", str(after), "--into", "two")
    with reopened(tmp_path / "one") as app, app.look() as ctx:
        party = ctx.tx.load(Customer, desk.acme.id).value.party
        assert (party.name, party.contact.email) == ("Acme Corp", "")


def test_who_owes_again_after_a_restore_is_told_and_not_forgotten(
    say: Say, home: Path, tmp_path: Path, desk: Desk
) -> None:
    with reopened(home) as app:
        again = Desk(app, desk.clock, desk.acme)
        invoice = again.issue()
        amount = again.item(invoice.number).balance
        app.settle()
    say("backup", "out")
    with reopened(home) as app, app.change() as ctx:
        allocations = (Allocation(invoice_id=invoice.id, amount=amount),)
        paid = NewPayment(amount=amount, customer_id=desk.acme.id, allocations=allocations)
        record_payment(ctx, paid)
    say("gdpr", "erase", "Acme Corp", "--yes")
    (file,) = (tmp_path / "out").glob("net30-*")
    told = say("restore", str(file), "--into", "new", code=exits.FAULTS)
    assert "NOT DONE" in told
    assert "open_claims" in told
    assert "Acme" not in told
    words = ("gdpr", "erase", "--again", "--yes")
    assert "not settled" in run_in(tmp_path / "new", say, *words, code=exits.CONFLICT)


def test_keys_go_and_come_by_a_passphrase_only(
    say: Say, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reopened(home) as app:
        sealed = app.sealing.seal("second factor", "bob")
    say("backup", "plain")
    (plain,) = (tmp_path / "plain").glob("net30-*")
    monkeypatch.setenv("NET30_BACKUP_PASSPHRASE", "a horse and a battery")
    assert "has no keys" in say(
        "restore", str(plain), "--into", "a", "--with-key", code=exits.INPUT
    )
    say("backup", "sealed", "--with-key")
    (file,) = (tmp_path / "sealed").glob("net30-*")
    say("restore", str(file), "--into", "b", "--with-key")
    assert (tmp_path / "b/secret.key").stat().st_mode & 0o077 == 0
    with reopened(tmp_path / "b") as app:
        assert app.sealing.unseal(sealed, "bob") == "second factor"
    monkeypatch.setenv("NET30_BACKUP_PASSPHRASE", "something else entirely")
    assert "do not open" in say("restore", str(file), "--into", "c", "--with-key", code=exits.INPUT)


def test_a_backup_whose_process_is_killed_is_none(say: Say, home: Path, tmp_path: Path) -> None:
    """Killed as it is being written, at several moments."""
    place = tmp_path / "out"
    ballast = home / "models" / "main" / "big.onnx"
    ballast.parent.mkdir(parents=True)
    ballast.write_bytes(os.urandom(40 * 2**20))  # so that it takes a second
    words = [sys.executable, "-m", "net30", "backup", str(place)]
    for times, seconds in enumerate(KILLED_AFTER):
        with subprocess.Popen(words) as process:
            while len(list(place.glob(".*.part"))) == times:
                assert process.poll() is None, "it ended before it was killed"
                time.sleep(0.002)
            time.sleep(seconds)
            process.kill()
        assert list(place.glob("net30-*")) == []
    assert "net30-" not in say("backup", "list", "out")
    ballast.unlink()
    day_before = time.time() - 2 * 86_400
    for part in place.glob(".*.part"):
        os.utime(part, (day_before, day_before))
    say("backup", "out")
    assert len(list(place.glob("net30-*"))) == 1
    assert list(place.glob(".*.part")) == [], "what was left is tidied up a day later"
