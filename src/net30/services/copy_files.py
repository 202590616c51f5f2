"""Copy files: documents and all else that is kept as files, into another place, and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

from net30.kernel.errors import NotFound
from net30.ports.blobs import Blobs

FILES_AT_ONCE = 16
"""Files that are in memory together, and asked for beside each other."""
TOLD_MAX = 20

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesCopied:
    """Files of an organisation: how many, of how many bytes, and what came of it.

    `copied` were not there or were other ones; `differing` names files that are not the same in
    both places at the end (at most TOLD_MAX), `more` counts files that only the copy has.
    """

    organisation: str
    files: int
    bytes: int
    copied: int
    differing: tuple[str, ...]
    more: int

    @property
    def same(self) -> bool:
        """Tell whether both places have the same files."""
        return not self.differing and not self.more


def copy_files(
    places: tuple[Blobs, Blobs], organisations: Sequence[str], tell: Progress, *, write: bool = True
) -> Iterator[FilesCopied]:
    """Copy the files of each organisation from the first place to the second, and read them back.

    What is there and the same is left alone, so a copy that was broken off goes on. Without
    `write` they are compared only. Raises Unavailable when a place does not answer.
    """
    here, there = places
    for organisation in organisations:
        names = list(here.names(organisation))
        one = _One(here, there, organisation, write)
        results: list[_Result] = []
        with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
            for first in range(0, len(names), FILES_AT_ONCE):
                results += pool.map(one.bring, names[first : first + FILES_AT_ONCE])
                tell(organisation, len(results), len(names))
        differing = [result.name for result in results if not result.same]
        yield FilesCopied(
            organisation=organisation,
            files=len(results),
            bytes=sum(result.bytes for result in results),
            copied=sum(result.copied for result in results),
            differing=tuple(differing[:TOLD_MAX]),
            more=len(set(there.names(organisation)) - set(names)),
        )


@dataclass(frozen=True, slots=True)
class _Result:
    name: str
    bytes: int
    copied: bool
    same: bool


@dataclass(frozen=True, slots=True)
class _One:
    """One organisation's way from here to there."""

    here: Blobs
    there: Blobs
    organisation: str
    write: bool

    def bring(self, name: str) -> _Result:
        """Bring one file over, if it must be, and look at it there."""
        try:
            content = self.here.get(self.organisation, name)
        except NotFound:  # a draft's file that went meanwhile: it is to be gone there too
            return _Result(name, 0, copied=False, same=self._kept(name) is None)
        wanted = sha256(content).digest()
        if (kept := self._kept(name)) == wanted or not self.write:
            return _Result(name, len(content), copied=False, same=kept == wanted)
        self.there.put(self.organisation, name, content)
        return _Result(name, len(content), copied=True, same=self._kept(name) == wanted)

    def _kept(self, name: str) -> bytes | None:
        try:
            return sha256(self.there.get(self.organisation, name)).digest()
        except NotFound:
            return None
