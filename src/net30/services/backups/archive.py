"""Archive: a backup as one .tar.gz, written and read from its beginning to its end.

Its last file, SHA256SUMS, lists all others, so one that was cut off is none; `tar xzf` and
`sha256sum -c SHA256SUMS` check it without net30.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO

from net30.kernel.errors import InputError

SUMS = "SHA256SUMS"
GZIP_LEVEL = 3
"""gzip's level: above it the time grows and the file hardly shrinks."""
FILE_BYTES_MAX = 2**31
READ_BYTES = 2**20


class Archive:
    """A backup that is being written."""

    def __init__(self, tar: tarfile.TarFile, made_at: datetime) -> None:
        """Write into a tar; each file bears the moment of the backup."""
        self._tar = tar
        self._made_at = int(made_at.timestamp())
        self._sums: list[str] = []
        self.bytes = 0
        """How many bytes the files have, not compressed."""

    @property
    def files(self) -> int:
        """Return how many files there are."""
        return len(self._sums)

    def add(self, name: str, content: bytes) -> None:
        """Write a file."""
        self._sums.append(f"{sha256(content).hexdigest()}  {name}\n")
        self._write(name, content)

    def finish(self) -> str:
        """Write the list of all files; return its SHA-256, which stands for the whole backup."""
        content = "".join(self._sums).encode()
        self._write(SUMS, content)
        return sha256(content).hexdigest()

    def _write(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = len(content), self._made_at, 0o600
        self._tar.addfile(entry, io.BytesIO(content))
        _forget(self._tar)
        self.bytes += len(content)


@contextmanager
def writing(sink: BinaryIO, made_at: datetime) -> Iterator[Archive]:
    """Lend an archive that goes into a file; nothing may follow `finish`."""
    with (
        gzip.GzipFile(
            filename="",  # else it would keep the temporary name
            fileobj=sink,
            mode="wb",
            compresslevel=GZIP_LEVEL,
            mtime=made_at.timestamp(),
        ) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        yield Archive(tar, made_at)


def files_in(source: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file of a backup, in their order.

    Raises InputError (code backup_damaged) where it cannot be read on.
    """
    try:
        with (
            gzip.GzipFile(fileobj=source, mode="rb") as plain,
            tarfile.open(fileobj=plain, mode="r|") as tar,
        ):
            while entry := tar.next():
                yield entry.name, _content(tar, entry)
                _forget(tar)
            while plain.read(READ_BYTES):  # the checksum of all stands at the very end
                pass
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged(f"it cannot be read to its end: {error}") from error


def _forget(tar: tarfile.TarFile) -> None:
    """Let a tar forget what it has passed: it would keep the name of each of its files."""
    tar.members.clear()  # type: ignore[attr-defined] # the stubs leave it out


def damaged(reason: str) -> InputError:
    """Return the refusal of a backup that is not whole."""
    return InputError(
        f"the backup is damaged: {reason}",
        hint="take another one: net30 backup list; net30 backup check says all that is wrong",
        code="backup_damaged",
    )


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    if not entry.isreg() or entry.size > FILE_BYTES_MAX:
        raise damaged(f"{entry.name!r} is no file that net30 writes")
    file = tar.extractfile(entry)
    assert file, "it is a file"
    return file.read()
