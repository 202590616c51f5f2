"""A backup comes back whole, into either database, and only where nothing is."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from net30.adapters.sql.moment import moment
from net30.adapters.sql.opening import connect
from net30.adapters.sql.schema import known_versions, version_of
from net30.kernel.errors import ConfigurationError, Conflict, InputError, Unavailable
from net30.ports.search import Query
from net30.services.backups.archive import files_in
from net30.services.backups.make_backup import Kept, make_backup
from net30.services.backups.manifest import MANIFEST, read_manifest
from net30.services.copy_books import compare_books
from net30.services.find_invoices import find_invoices
from net30.services.identity.add_organisation import NewOrganisation, add_organisation
from net30.services.identity.noted import at_this_machine
from net30.services.save_customer import save_customer
from net30.services.send_invoice import send_invoice
from net30.wiring.backups import backing_up, restoring
from net30.wiring.books import copying
from net30.wiring.secrets import unsealed_keys
from tests.backed_up import back_up, elsewhere, reopened, restore, run_backup, settled, told
from tests.databases import DIALECTS, fresh
from tests.desk import Desk, open_desk
from tests.past_schemas import ORGANISATION, database_of


def busy_desk(home: Path, url: str = "") -> Desk:
    """Two organisations, two invoices of which one was mailed, and a model's file."""
    desk = open_desk(home, **({"database_url": url} if url else {}))
    for _ in range(2):
        number = desk.issue().number
    with desk.app.change() as ctx:
        send_invoice(ctx, number)
    by = at_this_machine("main")
    add_organisation(desk.app.world, NewOrganisation(id="other", name="Other"), by, desk.clock())
    desk.app.settle()
    model = home / "models" / "main" / "late" / "1" / "model.onnx"
    model.parent.mkdir(parents=True)
    model.write_bytes(b"\0onnx")
    return desk


@pytest.mark.parametrize(("of", "into"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_every_row_and_file_comes_back_into_the_other_database(
    of: str, into: str, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        source = stack.enter_context(fresh(of, tmp_path))
        target = stack.enter_context(fresh(into, tmp_path))
        desk = busy_desk(tmp_path / "home", source)
        file = back_up(desk.app, tmp_path / "out")
        settings = elsewhere(tmp_path / "new", target)
        restored = restore(file, settings)
        assert (restored.documents, restored.models) == (8, 1)
        assert (tmp_path / "new/models/main/late/1/model.onnx").read_bytes() == b"\0onnx"
        mails = sorted((tmp_path / "home").rglob("*.eml"))
        with copying(desk.app.settings, target) as books:
            differing = compare_books(books, told).differing
        # The backup's own note in the audit came after it.
        assert {one.table for one in differing} <= {"audit"}
        after = settled(settings, desk, restored, {})
        assert after.is_good, after
        assert after.audit_entries > 0
        assert {name: check.files for name, check in after.checks.items()} == {
            "main": 8,
            "other": 0,
        }
        with reopened(settings, desk) as app:
            with app.look() as ctx:
                found = find_invoices(ctx, Query(as_of=ctx.today)).hits
                assert len(found) == 2
            app.settle()
            again = Desk(app, desk.clock, desk.acme)
            assert again.issue().number == "INV-2026-000003"
        assert not list((tmp_path / "new").rglob("*.eml")), "no mail goes twice"
        assert len(mails) == 1
        desk.app.close()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_backup_of_each_past_schema_comes_back_and_is_brought_up(
    dialect: str, tmp_path: Path
) -> None:
    desk = open_desk(tmp_path / "home")
    for version in known_versions() if dialect == "sqlite" else known_versions()[:1]:
        with (
            database_of(version, dialect, tmp_path) as url,
            closing(connect(url)) as old,
            (tmp_path / f"{version}.tar.gz").open("wb") as sink,
        ):
            kept = Kept(
                moment=lambda old=old: moment(old),  # type: ignore[misc] # this round's
                blobs=desk.app.world.blobs,
                models=tmp_path / "none",
                net30="0",
                settings={},
                secret_settings=(),
                sealed_keys=str,
            )
            made = make_backup(kept, sink, desk.clock(), told)
        assert made.rows > 5
        home = tmp_path / f"new-{version}"
        restored = restore(tmp_path / f"{version}.tar.gz", elsewhere(home))
        assert (restored.schema, restored.migrated_to) == (version, known_versions()[-1])
        with closing(connect(f"sqlite:///{home}/net30.db")) as database:
            assert version_of(database) == known_versions()[-1]
            with database.reading(ORGANISATION) as books:
                assert books.row("SELECT count(*) FROM event") == (2,)
    desk.app.close()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_all_organisations_are_of_one_moment_whatever_happens_meanwhile(
    dialect: str, tmp_path: Path
) -> None:
    with fresh(dialect, tmp_path) as url:
        desk = busy_desk(tmp_path / "home", url)
        with closing(connect(url)) as database, moment(database) as seen:
            assert seen.organisations() == ("main", "other")
            before = seen.last_event("main")
            desk.issue()
            with desk.app.of("other").change() as ctx:
                save_customer(ctx, replace(desk.acme, id=""))
            assert seen.last_event("main") == before
            rows = {
                organisation: sum(
                    count
                    for form in seen.forms(organisation)
                    if form.name == "event"
                    for count, _ in seen.lines(organisation, form)
                )
                for organisation in ("main", "other")
            }
        assert rows == {"main": before, "other": 0}
        desk.app.close()


def test_nothing_is_restored_over_books_or_files_that_are_there(tmp_path: Path) -> None:
    desk = busy_desk(tmp_path / "home")
    file = back_up(desk.app, tmp_path / "out")
    known = everything(tmp_path / "home")
    desk.issue()
    desk.app.settle()
    before = everything(tmp_path / "home")
    desk.app.close()
    with pytest.raises(Conflict) as refused:
        restore(file, desk.app.settings)
    assert refused.value.code == "restore_target"
    new = elsewhere(tmp_path / "new")
    shutil.copytree(tmp_path / "home/blobs", tmp_path / "new/blobs")
    with pytest.raises(Conflict) as refused:
        restore(file, new)
    assert refused.value.code == "restore_files"
    assert everything(tmp_path / "home") == before
    assert not (tmp_path / "new/models").exists()
    for path in (tmp_path / "new/blobs/main").rglob("*"):
        if path.is_file() and path.relative_to(tmp_path / "new").as_posix() not in known:
            path.unlink()
    assert restore(file, new).documents == 8, "files of this very backup may be there"


def everything(home: Path) -> dict[str, bytes]:
    """All files of a home that hold something of the books."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and "net30.db" not in path.name
    }


def test_nobody_restores_where_somebody_works(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home")
    with pytest.raises(Conflict, match="at work"), restoring(desk.app.settings):
        pass
    desk.app.close()


def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    desk = busy_desk(tmp_path / "home")

    def full(step: str, _done: int, _total: int) -> None:
        if step.startswith("documents"):
            raise Unavailable("the disk is full")

    with (
        backing_up(desk.app.settings, desk.app.world, f"folder:{tmp_path}/out") as one,
        pytest.raises(Unavailable, match="full"),
    ):
        one.run(full)
    assert list((tmp_path / "out").iterdir()) == []
    desk.app.close()


def test_two_backups_of_one_second_are_two(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home")
    first, second = (back_up(desk.app, tmp_path / "out") for _ in range(2))
    assert first != second
    assert len(list((tmp_path / "out").glob("net30-*"))) == 2
    desk.app.close()


def test_a_backup_is_its_owners_and_any_tar_opens_it(tmp_path: Path) -> None:
    desk = busy_desk(tmp_path / "home")
    file = back_up(desk.app, tmp_path / "out")
    assert file.stat().st_mode & 0o077 == 0
    subprocess.run(["tar", "xzf", file.name, "-C", str(tmp_path)], cwd=file.parent, check=True)
    checked = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=False, capture_output=True
    )
    assert checked.returncode == 0, checked.stderr
    desk.app.close()


def test_no_secret_goes_with_a_backup_but_keys_under_a_passphrase(tmp_path: Path) -> None:
    desk = busy_desk(tmp_path / "home")
    app = replace(
        desk.app, settings=replace(desk.app.settings, chat_key="sk-private", backup_hour=5)
    )
    app.sealing.seal("a", "b")
    key = (tmp_path / "home/secret.key").read_text().strip()
    file = back_up(app, tmp_path / "out")
    plain = gzip.decompress(file.read_bytes())
    assert b"sk-private" not in plain
    assert key.encode() not in plain
    with file.open("rb") as source:
        manifest = read_manifest(dict(files_in(source))[MANIFEST])
    assert manifest.settings == {"NET30_BACKUP_HOUR": "5"}
    assert manifest.secret_settings == ("NET30_CHAT_KEY",)
    short = replace(app, settings=replace(app.settings, backup_passphrase="short"))
    with pytest.raises(InputError, match="12 characters"):
        run_backup(short, tmp_path / "short")
    phrase = "a horse and a battery"
    sealed = replace(app, settings=replace(app.settings, backup_passphrase=phrase))
    file = back_up(sealed, tmp_path / "sealed")
    assert key.encode() not in gzip.decompress(file.read_bytes())
    restored = restore(file, elsewhere(tmp_path / "new"))
    assert unsealed_keys(sealed.settings, restored.sealed_keys) == key
    with pytest.raises(InputError, match="do not open"):
        unsealed_keys(replace(app.settings, backup_passphrase="another one"), restored.sealed_keys)
    desk.app.close()


def test_a_backup_of_a_newer_net30_is_refused(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home")
    sink = io.BytesIO()
    with backing_up(desk.app.settings, desk.app.world, f"folder:{tmp_path}/out") as one:
        make_backup(one.kept, sink, desk.clock(), told)
    told_of = json.loads(dict(files_in(io.BytesIO(sink.getvalue())))[MANIFEST])
    with restoring(elsewhere(tmp_path / "new")) as empty:
        with pytest.raises(ConfigurationError) as refused, empty.books.filling("9999"):
            pass
        assert refused.value.code == "newer_backup"
        assert empty.books.is_empty()
    with pytest.raises(InputError, match="net30-backup/1"):
        read_manifest(json.dumps(told_of | {"form": "net30-backup/9"}).encode())
    desk.app.close()
