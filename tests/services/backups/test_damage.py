"""Whatever happened to a backup is found before anything is restored from it."""

from __future__ import annotations

import gzip
import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from net30.adapters.sql.schema import known_versions
from net30.kernel.errors import Conflict, InputError
from net30.language.error_words import finding_in
from net30.ports.blobs import Blobs
from net30.services.backups.archive import SUMS
from net30.services.backups.check_backup import check_backup
from net30.services.backups.manifest import MANIFEST
from net30.services.backups.restore_backup import restore_backup
from net30.wiring.backups import restoring
from tests.backed_up import Files, back_up, elsewhere, restore, spoiled, told
from tests.desk import open_desk

FLIPS = 40
HEADER_BYTES = 10
"""gzip's own: its time and system are part of no file."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of an invoice and its documents."""
    home = tmp_path_factory.mktemp("damage")
    desk = open_desk(home / "home")
    with closing(desk.app):
        desk.issue()
        desk.app.settle()
        return back_up(desk.app, home / "out")


def codes(file: Path, digest: str = "") -> set[str]:
    """Return the codes of what is wrong; each has words in French."""
    with file.open("rb") as source:
        found = check_backup(source, digest).findings
    assert all(finding_in(one, "fr").message != one.message for one in found)
    return {finding.code for finding in found}


def test_a_whole_backup_has_no_findings_and_the_same_digest_each_time(whole: Path) -> None:
    with whole.open("rb") as source:
        checked = check_backup(source)
    assert not checked.findings
    assert checked.manifest
    assert checked.manifest.rows == sum(table.rows for _, table, _ in checked.manifest.tables())
    assert codes(whole, checked.digest) == set()
    assert codes(whole, "0" * 64) == {"backup_digest"}
    assert codes(spoiled(whole, lambda files: files[:-1], sums=True), checked.digest) == set()


@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.9, 0.999])
def test_a_backup_that_was_cut_off_is_found(whole: Path, part: float, tmp_path: Path) -> None:
    content = whole.read_bytes()
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(content[: int(len(content) * part)])
    assert "backup_cut" in codes(cut) or "backup_damaged" in codes(cut)


def test_a_backup_with_one_other_byte_is_found(whole: Path, tmp_path: Path) -> None:
    chance, content = random.Random(5), whole.read_bytes()
    other = tmp_path / "other.tar.gz"
    for _ in range(FLIPS):
        at = chance.randrange(HEADER_BYTES, len(content))
        other.write_bytes(
            content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]
        )
        assert codes(other) or _says_the_same(other, content), f"byte {at}"


def _says_the_same(other: Path, content: bytes) -> bool:
    """A few bits of a deflated stream only fill its last byte up: they are of no file."""
    return gzip.decompress(other.read_bytes()) == gzip.decompress(content)


def test_what_was_added_behind_a_backup_is_found(whole: Path, tmp_path: Path) -> None:
    longer = tmp_path / "longer.tar.gz"
    longer.write_bytes(whole.read_bytes() + b"more")
    assert codes(longer) == {"backup_damaged"}
    longer.write_bytes(gzip.compress(b"no tar at all"))
    assert codes(longer)


def without(start: str) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        gone = next(name for name, _ in files if name.startswith(start))
        return [(name, content) for name, content in files if name != gone]

    return change


def with_other(start: str) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        at = next(at for at, (name, _) in enumerate(files) if name.startswith(start))
        name, content = files[at]
        return [*files[:at], (name, content.replace(b"0", b"1")), *files[at + 1 :]]

    return change


def test_a_document_that_is_missing_or_another_is_found(whole: Path) -> None:
    assert codes(kept_sums(whole, without("documents/"))) == {"backup_missing"}
    assert codes(kept_sums(whole, with_other("documents/main/invoices"))) == {"backup_changed"}
    more = kept_sums(whole, lambda files: [("documents/main/more", b"x"), *files])
    assert codes(more) == {"backup_unlisted"}
    twice = kept_sums(whole, lambda files: [files[0], *files])
    assert "backup_twice" in codes(twice)


def test_rows_that_are_missing_or_others_are_found_even_with_new_sums(whole: Path) -> None:
    assert codes(spoiled(whole, without("books/main/event/"), sums=True)) == {"backup_rows"}
    assert codes(spoiled(whole, with_other("books/main/record/"), sums=True)) == {"backup_table"}
    assert codes(spoiled(whole, with_table, sums=True)) == {"backup_table"}


def with_table(files: Files) -> Files:
    return [("books/main/bonus/000001.jsonl", b"[1]\n"), *files]


def test_a_table_whose_digest_is_another_is_found(whole: Path) -> None:
    def change(files: Files) -> Files:
        manifest = json.loads(dict(files)[MANIFEST])
        manifest["books"][0]["tables"][0]["digest"] = "0" * 64
        content = json.dumps(manifest).encode()
        return [(name, content if name == MANIFEST else one) for name, one in files]

    assert codes(spoiled(whole, change, sums=True)) == {"backup_table"}


def test_a_backup_without_manifest_or_sums_is_found(whole: Path) -> None:
    assert codes(spoiled(whole, without(MANIFEST), sums=True)) == {"backup_manifest"}
    assert "backup_cut" in codes(spoiled(whole, without(SUMS)))


@pytest.mark.parametrize("name", ["../escape", "x'; DROP TABLE record; --", "record, account"])
def test_a_table_with_a_name_that_is_none_is_never_asked_for(whole: Path, name: str) -> None:
    def change(files: Files) -> Files:
        manifest = json.loads(dict(files)[MANIFEST])
        manifest["books"][0]["tables"][0]["form"]["name"] = name
        content = json.dumps(manifest).encode()
        return [(one, content if one == MANIFEST else kept) for one, kept in files]

    assert "backup_manifest" in codes(spoiled(whole, change, sums=True))


def test_nothing_of_a_damaged_backup_is_restored(whole: Path, tmp_path: Path) -> None:
    broken = kept_sums(whole, with_other("documents/main/invoices"))
    with pytest.raises(InputError) as refused:
        restore(broken, elsewhere(tmp_path / "new"))
    assert refused.value.code == "backup_damaged"
    assert "documents/main/invoices" in refused.value.message
    assert not (tmp_path / "new/blobs").exists()
    for name in ("documents/main/../../escape", "models/../escape", "models//etc/escape"):
        forged = spoiled(whole, lambda files, name=name: [(name, b"x"), *files], sums=True)  # type: ignore[misc] # this round's
        with pytest.raises(InputError):
            restore(forged, elsewhere(tmp_path / "forged"))
        assert not list(tmp_path.rglob("escape"))


def kept_sums(file: Path, change: Callable[[Files], Files]) -> Path:
    """Spoil a backup and leave the list of digests that it had."""

    def changed(files: Files) -> Files:
        return [*change(files[:-1]), files[-1]]

    return spoiled(file, changed)


def test_rows_that_the_database_changed_on_the_way_are_found_and_nothing_is_kept(
    whole: Path, tmp_path: Path
) -> None:
    settings = elsewhere(tmp_path / "new")
    with restoring(settings) as empty, empty.books.filling(known_versions()[-1]):
        pass
    with closing(sqlite3.connect(tmp_path / "new/net30.db")) as raw:
        raw.execute(
            "CREATE TRIGGER meddles AFTER INSERT ON counter BEGIN "
            "UPDATE counter SET last = last + 1; END"
        )
    with pytest.raises(Conflict) as refused:
        restore(whole, settings)
    assert refused.value.code == "restore_differs"
    with restoring(settings) as empty:
        assert empty.books.is_empty()


class Careless:
    """A place for blobs that loses the last byte."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def put(self, organisation: str, name: str, content: bytes) -> None:
        """Write all but one byte."""
        self._blobs.put(organisation, name, content[:-1])

    def __getattr__(self, name: str) -> object:
        return getattr(self._blobs, name)


def test_files_that_their_place_did_not_keep_whole_are_found(whole: Path, tmp_path: Path) -> None:
    with restoring(elsewhere(tmp_path / "new")) as empty:
        careless = replace(empty, blobs=Careless(empty.blobs))  # type: ignore[arg-type] # looked up
        with pytest.raises(InputError, match="not as it was written"):
            restore_backup(lambda: whole.open("rb"), careless, told)
        assert empty.books.is_empty()
