"""Volumes: backups in a place for blobs, where a file is written whole: cut into pieces.

The list of a backup's pieces is written last and removed first, so a name is there only while the
backup is whole.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, cast

from net30.kernel.errors import NotFound
from net30.ports.backups import Kept
from net30.ports.blobs import Blobs
from net30.services.backups.make_backup import backup_name

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ORGANISATION = "net30-backups"
"""In whose name the blobs are kept: it is no organisation's."""
VOLUME_BYTES = 8 * 2**20
_LIST = "/volumes.json"


@dataclass(frozen=True, slots=True)
class Volumes:
    """Backups in a place for blobs, such as a container of Azure Blob Storage."""

    blobs: Blobs

    @property
    def place(self) -> str:
        """Return where that is."""
        return self.blobs.where(ORGANISATION, "backups").removesuffix("/backups")

    @contextmanager
    def keeping(self, name: str) -> Iterator[BinaryIO]:
        """Lend a file to write; when the block raises, nothing is kept."""
        writer = _Writer(self.blobs, name)
        try:
            yield cast("BinaryIO", writer)  # all of one that is used
            writer.flush_rest()
            told = json.dumps({"volumes": writer.volumes, "bytes": writer.bytes})
            self.blobs.put(ORGANISATION, f"{name}{_LIST}", told.encode())
        except BaseException:
            self.remove(name)
            raise

    @contextmanager
    def lending(self, name: str) -> Iterator[BinaryIO]:
        """Lend a backup to read; raise NotFound."""
        if all(one.name != name for one in self.kept()):
            raise NotFound(
                f"there is no backup {name!r} in {self.place}",
                hint="net30 backup list says which there are",
                code="backup_not_found",
            )
        told = json.loads(self.blobs.get(ORGANISATION, f"{name}{_LIST}"))
        reader = _Reader(self.blobs, name, int(told["volumes"]))
        with io.BufferedReader(reader, VOLUME_BYTES) as file:
            yield cast("BinaryIO", file)  # a buffered file is one but for its type

    def kept(self) -> tuple[Kept, ...]:
        """Return the backups that are here, by name."""
        return tuple(
            Kept(
                name=name.removesuffix(_LIST),
                size=int(json.loads(self.blobs.get(ORGANISATION, name))["bytes"]),
            )
            for name in self.blobs.names(ORGANISATION)
            if name.endswith(_LIST)
        )

    def remove(self, name: str) -> None:
        """Remove a backup; nothing happens when it is not here."""
        self.blobs.delete(ORGANISATION, f"{name}{_LIST}")
        for volume in list(self.blobs.names(ORGANISATION, f"{name}/")):
            self.blobs.delete(ORGANISATION, volume)

    def tidy(self, before: datetime) -> None:
        """Remove the pieces of older backups that were never finished."""
        latest = backup_name(before)
        names = list(self.blobs.names(ORGANISATION))
        whole = {name.removesuffix(_LIST) for name in names if name.endswith(_LIST)}
        for name in names:
            backup, stroke, _ = name.partition("/")
            if stroke and backup not in whole and backup < latest:
                self.blobs.delete(ORGANISATION, name)

    def note(self, name: str, content: bytes) -> None:
        """Write a small file beside the backups."""
        self.blobs.put(ORGANISATION, name, content)

    def noted(self, name: str) -> bytes:
        """Return a small file from beside the backups; nothing when there is none."""
        try:
            return self.blobs.get(ORGANISATION, name)
        except NotFound:
            return b""


def _volume(name: str, number: int) -> str:
    return f"{name}/{number:06d}"


class _Writer:
    """Writes a backup piece by piece."""

    def __init__(self, blobs: Blobs, name: str) -> None:
        self._blobs, self._name = blobs, name
        self._rest = bytearray()
        self.volumes = 0
        self.bytes = 0

    def write(self, content: bytes) -> int:
        self._rest += content
        while len(self._rest) >= VOLUME_BYTES:
            self._put(bytes(self._rest[:VOLUME_BYTES]))
            del self._rest[:VOLUME_BYTES]
        return len(content)

    def flush(self) -> None:
        """Do nothing: a piece is written when it is full, or the last."""

    def tell(self) -> int:
        return self.bytes + len(self._rest)

    def flush_rest(self) -> None:
        if self._rest:
            self._put(bytes(self._rest))

    def _put(self, content: bytes) -> None:
        self.volumes += 1
        self._blobs.put(ORGANISATION, _volume(self._name, self.volumes), content)
        self.bytes += len(content)


class _Reader(io.RawIOBase):
    """Reads a backup piece by piece."""

    def __init__(self, blobs: Blobs, name: str, volumes: int) -> None:
        self._pieces = (
            blobs.get(ORGANISATION, _volume(name, number)) for number in range(1, volumes + 1)
        )
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, room: WriteableBuffer, /) -> int:
        if not self._rest:
            self._rest = next(self._pieces, b"")
        view = memoryview(room)
        piece, self._rest = self._rest[: view.nbytes], self._rest[view.nbytes :]
        view[: len(piece)] = piece
        return len(piece)
