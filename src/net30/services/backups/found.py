"""Found: a backup by what people call it: a file, a name in the place of backups, or the latest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from net30.kernel.errors import NotFound
from net30.ports.backups import BackupPlace

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Found:
    """A backup in its place."""

    place: BackupPlace
    name: str


def found_backup(text: str, place_of: Callable[[str], BackupPlace]) -> Found:
    """Return the backup of a path, a name in the settings' place, or the latest one there.

    `place_of` returns the place of a URL, that of the settings for "". Raises NotFound.
    """
    path = Path(text).expanduser()
    if path.is_file():
        return Found(place_of(f"folder:{path.absolute().parent}"), path.name)
    if "/" in text:
        raise NotFound(
            f"there is no file {text!r}",
            hint="name a backup's file, or one of net30 backup list",
            code="backup_not_found",
        )
    place = place_of("")
    if text != LATEST:
        return Found(place, text)
    kept = place.kept()
    if not kept:
        raise NotFound(
            f"there is no backup in {place.place}",
            hint="make one: net30 backup",
            code="backup_not_found",
        )
    return Found(place, kept[-1].name)
