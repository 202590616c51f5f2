"""Make a backup: the books as they stood at one moment, then documents and models, in one file.

The database comes first: what its rows name is among the files that are read after it. What
follows from the events anew (the ledger's segments, the search index) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from net30.kernel.errors import NotFound
from net30.ports.backups import Moment, TableForm
from net30.ports.blobs import Blobs
from net30.ports.copying import Progress
from net30.services.backups.archive import Archive, writing
from net30.services.backups.manifest import (
    KEYS,
    MANIFEST,
    BooksKept,
    Manifest,
    TableKept,
    written,
)

PIECE_BYTES = 4 * 2**20
"""A table is written in pieces of about so many bytes."""
LEFT_OUT = ("ledger/",)
"""What begins so is made anew from the events."""
DOCUMENTS, MODELS = "documents", "models"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What an installation keeps, and where.

    `sealed_keys` returns the keys that open sealed secrets, sealed themselves; "" for none.
    """

    moment: Callable[[], AbstractContextManager[Moment]]
    blobs: Blobs
    models: Path
    net30: str
    settings: Mapping[str, str]
    secret_settings: tuple[str, ...]
    sealed_keys: Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMade:
    """What a backup holds: rows of tables, documents and models; `digest` stands for all of it.

    `bytes` are those of the content, before it was compressed.
    """

    name: str
    made_at: str
    organisations: int
    rows: int
    documents: int
    models: int
    bytes: int
    digest: str
    has_keys: bool


def backup_name(made_at: datetime) -> str:
    """Return what a backup of a moment is called."""
    return f"net30-{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar.gz"


def made_at_of(name: str) -> datetime:
    """Return the moment that a backup's name says."""
    return datetime.strptime(name, "net30-%Y%m%dT%H%M%SZ.tar.gz").replace(tzinfo=UTC)


def make_backup(kept: Kept, sink: BinaryIO, made_at: datetime, tell: Progress) -> BackupMade:
    """Write a backup into a file and return what it holds; others may work meanwhile."""
    with writing(sink, made_at) as archive:
        with kept.moment() as moment:
            books = tuple(_books(moment, archive, tell))
            heads, schema, database = moment.heads(), moment.schema, moment.database
        organisations = [one.organisation for one in books if one.organisation]
        documents = sum(_documents(kept.blobs, one, archive, tell) for one in organisations)
        models = _models(kept.models, archive)
        sealed = kept.sealed_keys()
        if sealed:
            archive.add(KEYS, sealed.encode())
        manifest = Manifest(
            made_at=made_at.isoformat(),
            net30=kept.net30,
            schema=schema,
            database=database,
            books=books,
            heads=heads,
            settings=kept.settings,
            secret_settings=kept.secret_settings,
            has_keys=bool(sealed),
        )
        archive.add(MANIFEST, written(manifest))
        digest = archive.finish()
        content = archive.bytes
    return BackupMade(
        name=backup_name(made_at),
        made_at=manifest.made_at,
        organisations=len(organisations),
        rows=manifest.rows,
        documents=documents,
        models=models,
        bytes=content,
        digest=digest,
        has_keys=manifest.has_keys,
    )


def _books(moment: Moment, archive: Archive, tell: Progress) -> Iterator[BooksKept]:
    wholes = (*moment.organisations(), "")
    for at, organisation in enumerate(wholes):
        tell(organisation or "accounts", at, len(wholes))
        books = BooksKept(
            organisation=organisation,
            last_event=moment.last_event(organisation),
            tables=(),
        )
        table = _Table(moment, organisation, archive, tell)
        tables = tuple(
            table.kept(form, f"{books.folder}/{form.name}") for form in moment.forms(organisation)
        )
        yield BooksKept(organisation=organisation, last_event=books.last_event, tables=tables)


@dataclass(frozen=True, slots=True)
class _Table:
    """Writes tables of one organisation."""

    moment: Moment
    organisation: str
    archive: Archive
    tell: Progress

    def kept(self, form: TableForm, folder: str) -> TableKept:
        """Write a table in pieces."""
        rows, pieces, digest = 0, 0, sha256()
        piece = bytearray()
        for count, lines in self.moment.lines(self.organisation, form):
            rows += count
            digest.update(lines)
            piece += lines
            if len(piece) >= PIECE_BYTES:
                pieces += 1
                self.archive.add(piece_name(folder, pieces), bytes(piece))
                piece.clear()
                self.tell(f"rows of {form.name}", rows, 0)
        if piece:
            self.archive.add(piece_name(folder, pieces + 1), bytes(piece))
        return TableKept(form=form, rows=rows, digest=digest.hexdigest())


def piece_name(folder: str, number: int) -> str:
    """Return the name of a piece of a table, from 1."""
    return f"{folder}/{number:06d}.jsonl"


def _documents(blobs: Blobs, organisation: str, archive: Archive, tell: Progress) -> int:
    names = [name for name in blobs.names(organisation) if not name.startswith(LEFT_OUT)]
    count = 0
    for at, name in enumerate(names):
        tell(f"documents of {organisation}", at, len(names))
        with suppress(NotFound):  # removed meanwhile: a draft's, or an erased person's
            archive.add(f"{DOCUMENTS}/{organisation}/{name}", blobs.get(organisation, name))
            count += 1
    return count


def _models(folder: Path, archive: Archive) -> int:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    own = [path for path in paths if not path.name.startswith(".")]
    for path in own:
        archive.add(f"{MODELS}/{path.relative_to(folder).as_posix()}", path.read_bytes())
    return len(own)
