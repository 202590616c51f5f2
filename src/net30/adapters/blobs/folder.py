"""Blobs in a folder: one file a blob, under the organisation's own folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from net30.adapters.blobs._names import bad_name, folder_of, parts_of
from net30.kernel.errors import ConfigurationError, NotFound
from net30.kernel.files import unavailable, write_whole
from net30.ports.blobs import Blobs


def build(url: str) -> Blobs:
    """Return the folder that a URL such as folder:var/blobs or folder:/srv/net30 names."""
    path = url.partition(":")[2]
    path = path.removeprefix("//")
    if not path:
        raise ConfigurationError(
            f"{url!r} names no folder", hint="write it as folder:var/blobs", code="blob_url"
        )
    return FolderBlobs(Path(path).absolute())


@dataclass(frozen=True, slots=True)
class FolderBlobs:
    """Blobs below one folder, which is made when the first blob is put."""

    root: Path

    def put(self, organisation: str, name: str, content: bytes) -> None:
        """Write bytes whole or not at all; raise Unavailable when the disk refuses."""
        write_whole(self._path(organisation, name), content)

    def get(self, organisation: str, name: str) -> bytes:
        """Return the bytes; raise NotFound."""
        path = self._path(organisation, name)
        try:
            return path.read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise NotFound(
                f"there is no file {name!r}", hint="check the name", code="blob_not_found"
            ) from None
        except OSError as error:
            raise unavailable(error, path) from error

    def names(self, organisation: str, prefix: str = "") -> Iterator[str]:
        """Yield the names that begin so, sorted; unfinished files are not names."""
        home = self._path(organisation, "any").parent
        start = self._path(organisation, f"{folder_of(prefix)}any").parent
        # Not with Path's relative_to: an organisation's ledger is hundreds of files.
        at = len(home.as_posix()) + 1
        found = (path[at:].replace(os.sep, "/") for path in _files(start))
        yield from sorted(name for name in found if name.startswith(prefix))

    def delete(self, organisation: str, name: str) -> None:
        """Remove a name; nothing happens when it is not there."""
        path = self._path(organisation, name)
        try:
            path.unlink(missing_ok=True)
        except (IsADirectoryError, NotADirectoryError):
            return
        except OSError as error:
            raise unavailable(error, path) from error

    def where(self, organisation: str, name: str) -> str:
        """Return the path of the file, whether it is there yet or not."""
        return str(self._path(organisation, name))

    def fault(self) -> str:
        """Return nothing: what a disk refuses is told to who asked it."""
        return ""

    def _path(self, organisation: str, name: str) -> Path:
        """Return the file of a name; raise InputError for one that could leave the folder."""
        parts = parts_of(organisation, name)
        path = self.root.joinpath(*parts)
        resolved = self.root.resolve()
        if path.resolve() != resolved.joinpath(*parts):  # a symbolic link on the way, or at the end
            raise bad_name(name)
        return path


def _files(folder: Path | str) -> Iterator[str]:
    """Yield the files below a folder; links and what begins with a point are left out."""
    try:
        with os.scandir(folder) as found:
            for one in found:
                if one.name.startswith(".") or one.is_symlink():
                    continue
                if one.is_dir():
                    yield from _files(one.path)
                else:
                    yield one.path
    except (FileNotFoundError, NotADirectoryError):  # never there, or gone meanwhile
        return
    except OSError as error:
        raise unavailable(error, Path(folder)) from error
