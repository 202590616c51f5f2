"""What every place for backups promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from net30.adapters.backups import folder
from net30.adapters.blobs import azure_blob
from net30.adapters.blobs import folder as blob_folder
from net30.kernel.errors import NotFound, Unavailable
from net30.ports.backups import BackupPlace
from net30.ports.blobs import Blobs
from net30.services.backups.volumes import ORGANISATION, VOLUME_BYTES, Volumes
from tests.azurite import azurite

FIRST, SECOND = "net30-20261121T020000Z.tar.gz", "net30-20261122T020000Z.tar.gz"

LATER = datetime(2026, 11, 22, 2, tzinfo=UTC)


@pytest.fixture(params=["folder", "volumes", "azure-blob"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> BackupPlace:
    """Lend an empty place of every kind in turn."""
    if request.param == "folder":
        return folder.build(f"folder:{tmp_path}/kept")
    if request.param == "volumes":
        return Volumes(blob_folder.build(f"folder:{tmp_path}/blobs"))
    return Volumes(azure_blob.build(azurite().blob_url()))


def keep(place: BackupPlace, name: str, *pieces: bytes) -> None:
    with place.keeping(name) as file:
        for piece in pieces:
            file.write(piece)
        assert file.tell() == sum(map(len, pieces))


def break_off(place: BackupPlace) -> None:
    with place.keeping(FIRST) as file:
        file.write(b"x" * (VOLUME_BYTES + 1))
        raise Unavailable("the disk is full")


def read(place: BackupPlace, name: str) -> bytes:
    with place.lending(name) as file:
        return file.read()


def test_what_is_kept_comes_back_and_is_listed_by_name(place: BackupPlace) -> None:
    assert place.kept() == ()
    large = bytes(range(256)) * (VOLUME_BYTES // 256) + b"the rest"
    keep(place, SECOND, b"small")
    keep(place, FIRST, large[:1000], large[1000:])
    assert [(one.name, one.size) for one in place.kept()] == [(FIRST, len(large)), (SECOND, 5)]
    assert read(place, FIRST) == large
    assert read(place, SECOND) == b"small"
    assert place.place


def test_a_backup_that_broke_off_is_not_there(place: BackupPlace) -> None:
    with pytest.raises(Unavailable):
        break_off(place)
    assert place.kept() == ()
    with pytest.raises(NotFound), place.lending(FIRST):
        pass


def test_a_backup_is_removed_and_a_second_time_too(place: BackupPlace) -> None:
    keep(place, FIRST, b"one")
    keep(place, SECOND, b"two")
    place.remove(FIRST)
    place.remove(FIRST)
    assert [one.name for one in place.kept()] == [SECOND]
    with pytest.raises(NotFound), place.lending(FIRST):
        pass


def test_small_files_lie_beside_the_backups_and_are_none(place: BackupPlace) -> None:
    assert place.noted("erased.json") == b""
    place.note("erased.json", b"{}")
    place.note("erased.json", b'{"a": 1}')
    assert place.noted("erased.json") == b'{"a": 1}'
    keep(place, FIRST, b"one")
    place.tidy(LATER)
    assert [one.name for one in place.kept()] == [FIRST]
    assert place.noted("erased.json")


@dataclass
class Dying:
    """A place for blobs whose process is killed after so many puts."""

    blobs: Blobs
    left: int

    def put(self, organisation: str, name: str, content: bytes) -> None:
        """Write, while alive."""
        if not self.left:
            raise SystemExit("killed")
        self.left -= 1
        self.blobs.put(organisation, name, content)

    def __getattr__(self, name: str) -> object:
        if not self.left and name == "delete":
            return lambda *_: None  # the dead tidy nothing up
        return getattr(self.blobs, name)


def test_pieces_of_a_killed_backup_are_none_and_go_with_the_next(tmp_path: Path) -> None:
    blobs = blob_folder.build(f"folder:{tmp_path}/blobs")
    for alive in (1, 2):
        dying = Volumes(Dying(blobs, alive))  # type: ignore[arg-type] # the rest is looked up
        with pytest.raises(SystemExit):
            keep(dying, FIRST, b"x" * (VOLUME_BYTES * 2 + 1))
        place = Volumes(blobs)
        assert place.kept() == ()
        assert list(blobs.names(ORGANISATION)), "pieces are left"
        place.tidy(LATER)
        assert list(blobs.names(ORGANISATION)) == []
