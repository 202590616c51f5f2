"""Check a backup: every file against its digest and every table against its own, nothing restored.

Everything that is wrong is a finding, so that one look tells what a damaged backup still has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import BinaryIO

from net30.kernel.errors import InputError
from net30.kernel.findings import Finding
from net30.services.backups.archive import SUMS, damaged, files_in
from net30.services.backups.make_backup import piece_name
from net30.services.backups.manifest import INSTALLATION, MANIFEST, Manifest, read_manifest

_TABLES = ("books/", f"{INSTALLATION}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a backup holds, and what is wrong with it.

    `sums` are the SHA-256 of its files by name; `digest` stands for all of them. A backup without
    a readable manifest has none.
    """

    manifest: Manifest | None
    files: int
    bytes: int
    digest: str
    findings: tuple[Finding, ...]
    sums: Mapping[str, str] = field(default_factory=dict, repr=False)


def check_backup(source: BinaryIO, expected: str = "") -> Checked:
    """Read a backup to its end and return all that is wrong; `expected` is the digest it had."""
    read = _Read()
    try:
        for name, content in files_in(source):
            read.take(name, content)
    except InputError as error:
        read.findings.append(Finding(error.code, "backup", error.message))
    listed = dict(_listed(read.sums_file))
    findings = [*read.findings, *_files(read, listed), *_tables(read)]
    digest = sha256(read.sums_file).hexdigest() if read.sums_file else ""
    if expected and digest != expected.lower():
        findings.append(Finding("backup_digest", SUMS, f"its digest is {digest or 'missing'}"))
    return Checked(
        manifest=read.manifest,
        files=len(read.sums),
        bytes=read.bytes,
        digest=digest,
        findings=tuple(findings),
        sums=listed,
    )


def whole_backup(source: BinaryIO) -> tuple[Manifest, Checked]:
    """Return a backup's manifest and the check; raise InputError when anything is wrong with it."""
    checked = check_backup(source)
    if checked.findings:
        more = f" (and {len(checked.findings) - 1} more)" if len(checked.findings) > 1 else ""
        first = checked.findings[0]
        # What could not be read on is told as a whole sentence already.
        reason = first.message.removeprefix(damaged("").message)
        raise damaged(f"{reason if reason != first.message else first}{more}")
    assert checked.manifest, "one without is a finding"
    return checked.manifest, checked


class _Read:
    """What was seen of a backup while it was read once."""

    def __init__(self) -> None:
        self.sums: dict[str, str] = {}
        self.sums_file = b""
        self.manifest: Manifest | None = None
        self.rows: dict[str, int] = {}
        self.pieces: dict[str, int] = {}
        self.findings: list[Finding] = []
        self.bytes = 0
        self._digests = {"": sha256()}

    def take(self, name: str, content: bytes) -> None:
        """Take in a file."""
        self.bytes += len(content)
        if self.sums_file:
            self.findings.append(Finding("backup_order", name, f"it comes after {SUMS}"))
        if name == SUMS:
            self.sums_file = content
            return
        if name in self.sums:
            self.findings.append(Finding("backup_twice", name, "it is there twice"))
        self.sums[name] = sha256(content).hexdigest()
        if name == MANIFEST:
            self._take_manifest(content)
        elif name.startswith(_TABLES):
            self._take_piece(name, content)

    def digest_of(self, folder: str) -> str:
        """Return the SHA-256 of a table's lines."""
        return self._digests.get(folder, self._digests[""]).hexdigest()

    def _take_manifest(self, content: bytes) -> None:
        try:
            self.manifest = read_manifest(content)
        except InputError as error:
            self.findings.append(Finding(error.code, MANIFEST, error.message))

    def _take_piece(self, name: str, content: bytes) -> None:
        folder = name.rpartition("/")[0]
        at = self.pieces[folder] = self.pieces.get(folder, 0) + 1
        if name != piece_name(folder, at):
            self.findings.append(Finding("backup_order", name, f"it is not piece {at}"))
        self.rows[folder] = self.rows.get(folder, 0) + content.count(b"\n")
        self._digests.setdefault(folder, sha256()).update(content)


def _listed(sums: bytes) -> Iterator[tuple[str, str]]:
    for line in sums.decode("utf-8", errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        yield name, digest


def _files(read: _Read, listed: Mapping[str, str]) -> Iterator[Finding]:
    if not read.sums_file:
        yield Finding("backup_cut", SUMS, "it is not there: the backup ends too early")
        return
    for name, digest in listed.items():
        found = read.sums.get(name)
        if found is None:
            yield Finding("backup_missing", name, "it is listed and not there")
        elif found != digest:
            yield Finding("backup_changed", name, "its content is not what was written")
    for name in read.sums.keys() - listed.keys():
        yield Finding("backup_unlisted", name, "it is there and not listed")


def _tables(read: _Read) -> Iterator[Finding]:
    if read.manifest is None:
        yield Finding("backup_manifest", MANIFEST, "it is not there, or cannot be read")
        return
    known = set()
    for _, table, folder in read.manifest.tables():
        known.add(folder)
        rows = read.rows.get(folder, 0)
        if rows != table.rows:
            yield Finding("backup_rows", folder, f"{rows:,} rows are there of {table.rows:,}")
        elif read.digest_of(folder) != table.digest:
            yield Finding("backup_table", folder, "its rows are not those that were written")
    for folder in read.rows.keys() - known:
        yield Finding("backup_table", folder, "the manifest does not name it")
