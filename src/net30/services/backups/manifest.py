"""Manifest: what a backup holds, as it says so itself: books, tables, digests, where chains end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from net30.domain.audit import AuditHead
from net30.kernel.errors import InputError
from net30.ports.backups import TableForm

FORM = "net30-backup/1"
MANIFEST = "manifest.json"
KEYS = "keys.sealed"
INSTALLATION = "installation"
"""The folder of what is of no organisation: accounts and audit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableKept:
    """A table of one organisation in a backup: its rows, and the SHA-256 of their lines."""

    form: TableForm
    rows: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksKept:
    """An organisation's books, or for "" accounts and audit; up to which event."""

    organisation: str
    last_event: int
    tables: tuple[TableKept, ...]

    @property
    def folder(self) -> str:
        """Return the folder of the tables within the backup."""
        return f"books/{self.organisation}" if self.organisation else INSTALLATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All that a backup says of itself.

    `settings` are those that differ from their defaults; of secret ones only the names are kept.
    `has_keys` says whether the keys that open sealed secrets are in it, sealed by a passphrase.
    """

    made_at: str
    net30: str
    schema: str
    database: str
    books: tuple[BooksKept, ...]
    heads: tuple[AuditHead, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    secret_settings: tuple[str, ...] = ()
    has_keys: bool = False
    form: str = FORM

    @property
    def rows(self) -> int:
        """Return how many rows there are in all tables."""
        return sum(table.rows for books in self.books for table in books.tables)

    @property
    def organisations(self) -> tuple[str, ...]:
        """Return the ids of the organisations."""
        return tuple(one.organisation for one in self.books if one.organisation)

    def tables(self) -> Iterator[tuple[BooksKept, TableKept, str]]:
        """Yield each table with its books and its folder within the backup."""
        for books in self.books:
            for table in books.tables:
                yield books, table, f"{books.folder}/{table.form.name}"


def written(manifest: Manifest) -> bytes:
    """Return the manifest as its file."""
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode() + b"\n"


def read_manifest(content: bytes) -> Manifest:
    """Return what a file says; raise InputError for one that this net30 cannot read."""
    try:
        told = json.loads(content)
        form = told["form"]
        if form == FORM:
            return _manifest(told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unread("it is not as net30 writes one") from error
    raise _unread(f"its form is {form!r}, this net30 reads {FORM}")


def _manifest(told: dict[str, Any]) -> Manifest:  # Any: as JSON has it
    return Manifest(
        made_at=str(told["made_at"]),
        net30=str(told["net30"]),
        schema=str(told["schema"]),
        database=str(told["database"]),
        books=tuple(map(_books, told["books"])),
        heads=tuple(AuditHead(**one) for one in told["heads"]),
        settings={str(name): str(text) for name, text in told["settings"].items()},
        secret_settings=tuple(map(str, told["secret_settings"])),
        has_keys=bool(told["has_keys"]),
    )


def _books(told: dict[str, Any]) -> BooksKept:  # Any: as JSON has it
    return BooksKept(
        organisation=str(told["organisation"]),
        last_event=int(told["last_event"]),
        tables=tuple(map(_table, told["tables"])),
    )


def _table(told: dict[str, Any]) -> TableKept:  # Any: as JSON has it
    form = told["form"]
    names = (form["name"], *form["columns"], *form["keys"])
    # They become part of a statement.
    if not all(name.isidentifier() and name.isascii() for name in names):
        raise ValueError("a table's names")
    return TableKept(
        form=TableForm(name=form["name"], columns=tuple(form["columns"]), keys=tuple(form["keys"])),
        rows=int(told["rows"]),
        digest=str(told["digest"]),
    )


def _unread(reason: str) -> InputError:
    return InputError(
        f"the backup's {MANIFEST} cannot be read: {reason}",
        hint="take another backup, or the net30 that wrote this one",
        code="backup_manifest",
    )
