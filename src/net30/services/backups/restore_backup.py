"""Restore a backup: into empty books only, and every row and file compared when it is there.

Files first, then all rows in one change that ends it: whatever fails, there are no half books.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from net30.kernel.errors import Conflict
from net30.kernel.files import write_whole
from net30.ports.backups import EmptyBooks, Filling
from net30.ports.blobs import Blobs
from net30.ports.copying import Progress
from net30.services.backups.archive import damaged, files_in
from net30.services.backups.check_backup import Checked, whole_backup
from net30.services.backups.make_backup import DOCUMENTS, LEFT_OUT, MODELS
from net30.services.backups.manifest import KEYS, Manifest
from net30.services.privacy.marks import FOLDERS

Lend = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens the backup; it is read three times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """Where a backup is restored into: a database, a place for documents, a folder for models."""

    books: EmptyBooks
    blobs: Blobs
    models: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored, and that all of it was read again and found the same.

    `schema` is that of the backup, `migrated_to` the one that the books have now.
    """

    manifest: Manifest
    digest: str
    place: str
    tables: int
    rows: int
    documents: int
    models: int
    schema: str
    migrated_to: str
    sealed_keys: str = ""


def restore_backup(lend: Lend, into: Empty, tell: Progress) -> Restored:
    """Check a backup, restore it into empty books, compare all digests, bring the schema up.

    Raises InputError (backup_damaged) for one that is not whole, Conflict where there are books or
    files of others already. Nothing is changed then.
    """
    tell("checking the backup", 0, 0)
    with lend() as source:
        manifest, checked = whole_backup(source)
    _check_empty(into, manifest, checked)
    with lend() as source:
        sealed = _restore_files(source, into, checked, tell)
    with lend() as source, into.books.filling(manifest.schema) as filling:
        _restore_rows(source, filling, manifest, tell)
        _compare_rows(filling, manifest, tell)
    migrated_to = into.books.migrate()
    return Restored(
        manifest=manifest,
        digest=checked.digest,
        place=into.books.place,
        tables=sum(1 for _ in manifest.tables()),
        rows=manifest.rows,
        documents=len(_named(checked, DOCUMENTS)),
        models=len(_named(checked, MODELS)),
        schema=manifest.schema,
        migrated_to=migrated_to,
        sealed_keys=sealed,
    )


# --- what is there already ----------------------------------------------------------------------


def _check_empty(into: Empty, manifest: Manifest, checked: Checked) -> None:
    if not into.books.is_empty():
        raise Conflict(
            f"{into.books.place} holds books already",
            hint="restore --into another home or an empty database, or --replace what is there",
            code="restore_target",
        )
    foreign = next(_foreign(into, manifest, checked.sums), "")
    if foreign:
        raise Conflict(
            f"there are other files already: {foreign}",
            hint="restore --into another home or empty the place of documents, or --replace them",
            code="restore_files",
        )


def _foreign(into: Empty, manifest: Manifest, sums: Mapping[str, str]) -> Iterator[str]:
    """Yield the files that are there and not as the backup has them."""
    for organisation in manifest.organisations:
        for name in into.blobs.names(organisation):
            # The ledger is made anew in any case; marks of erased people hold for any books.
            if name.startswith((*LEFT_OUT, *FOLDERS)):
                continue
            expected = sums.get(f"{DOCUMENTS}/{organisation}/{name}", "")
            if expected != sha256(into.blobs.get(organisation, name)).hexdigest():
                yield into.blobs.where(organisation, name)
    for path in sorted(into.models.rglob("*")):
        if path.is_file():
            name = path.relative_to(into.models).as_posix()
            if sums.get(f"{MODELS}/{name}") != sha256(path.read_bytes()).hexdigest():
                yield str(path)


# --- files ---------------------------------------------------------------------------------------


def _restore_files(source: BinaryIO, into: Empty, checked: Checked, tell: Progress) -> str:
    """Write documents and models, each read again; return the sealed keys, if there are any."""
    sealed = ""
    for at, (name, content) in enumerate(files_in(source)):
        tell("files", at, checked.files)
        room, _, rest = name.partition("/")
        if room == DOCUMENTS:
            _restore_document(into.blobs, rest, content)
        elif room == MODELS:
            _restore_model(into.models, rest, content)
        elif name == KEYS:
            sealed = content.decode()
    return sealed


def _restore_document(blobs: Blobs, name: str, content: bytes) -> None:
    organisation, _, rest = name.partition("/")
    if rest.startswith(FOLDERS):  # older than the marks that are here, which are put back later
        return
    blobs.put(organisation, rest, content)
    if blobs.get(organisation, rest) != content:
        raise damaged(f"{name} is not as it was written, once restored")


def _restore_model(folder: Path, name: str, content: bytes) -> None:
    parts = PurePosixPath(name).parts
    if any(part in {"..", "/"} or "\\" in part for part in parts):
        raise damaged(f"{name!r} is no file of a model")
    path = folder.joinpath(*parts)
    write_whole(path, content)
    if path.read_bytes() != content:
        raise damaged(f"{name} is not as it was written, once restored")


def _named(checked: Checked, room: str) -> list[str]:
    return [name for name in checked.sums if name.startswith(f"{room}/")]


# --- rows ----------------------------------------------------------------------------------------


def _restore_rows(source: BinaryIO, filling: Filling, manifest: Manifest, tell: Progress) -> None:
    tables = {folder: (books, table) for books, table, folder in manifest.tables()}
    for at, (name, content) in enumerate(files_in(source)):
        tell("rows", at, 0)
        found = tables.get(name.rpartition("/")[0])
        if found:
            books, table = found
            filling.write(books.organisation, table.form, content)


def _compare_rows(filling: Filling, manifest: Manifest, tell: Progress) -> None:
    """Read every table anew; raise Conflict, which undoes all, for one that is another."""
    tables = list(manifest.tables())
    for at, (books, table, folder) in enumerate(tables):
        tell("comparing", at, len(tables))
        if filling.digest(books.organisation, table.form) != (table.rows, table.digest):
            raise Conflict(
                f"{folder} is not as it was, once restored; nothing was kept",
                hint="try another database, and tell us: this should not happen",
                code="restore_differs",
            )
