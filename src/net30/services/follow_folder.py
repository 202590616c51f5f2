"""Follow a folder: each file of invoices that comes into it is scored, once, in the order of time.

What has been done is told by the results alone: a file is done when its scores, or why it was
refused, are newer than it. So the process may be stopped or killed at any moment, and a file that
is written anew is scored anew.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from net30.kernel.errors import InputError, Unavailable
from net30.kernel.files import UNFINISHED, write_whole

FORMATS = (".csv", ".parquet", ".xlsx")
LOOK_SECONDS = 1.0
SCORED, REFUSED = ".scored.parquet", ".refused.json"
_UNFINISHED = (UNFINISHED, ".tmp", ".crdownload")

log = logging.getLogger("net30.predict")

Stamp = tuple[int, int]


@dataclass(slots=True, kw_only=True)
class Following:
    """A folder, where its results go, and what scores one file into another."""

    folder: Path
    results: Path
    score: Callable[[Path, Path], object]
    told: Callable[[Path], None] = lambda _result: None
    seen: dict[Path, Stamp] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no folder, and results among the files that are read."""
        if not self.folder.is_dir():
            raise InputError(
                f"{str(self.folder)!r} is no folder", hint="make it first", code="usage"
            )
        if self.results.resolve() == self.folder.resolve():
            raise InputError(
                f"{str(self.folder)!r} is to be read and written",
                hint="name another folder with -o",
                code="usage",
            )

    def run(self, ending: Event) -> None:
        """Score what comes until told to end."""
        while not ending.is_set():
            self.look(ending)
            ending.wait(LOOK_SECONDS)

    def look(self, ending: Event | None = None) -> int:
        """Score each file that has not changed since the last look; return how many there were.

        One that still grows is left for the next look; one that is none is told why beside the
        results, and the others go on.
        """
        done = 0
        for path, stamp in self._waiting():
            if ending is not None and ending.is_set():
                break
            if self.seen.get(path) != stamp:
                self.seen[path] = stamp
                continue
            done += self._take(path)
        return done

    def _waiting(self) -> list[tuple[Path, Stamp]]:
        found = []
        for path in self.folder.iterdir():
            named = path.suffix in FORMATS and not path.name.startswith(".")
            if not named or path.name.endswith(_UNFINISHED) or not path.is_file():
                continue
            told = path.stat()
            if not self._is_done(path, told.st_mtime_ns):
                found.append((path, (told.st_mtime_ns, told.st_size)))
        return sorted(found, key=lambda one: (one[1][0], one[0].name))

    def _is_done(self, path: Path, written: int) -> bool:
        results = (self.results / f"{path.name}{end}" for end in (SCORED, REFUSED))
        return any(one.is_file() and one.stat().st_mtime_ns >= written for one in results)

    def _take(self, path: Path) -> bool:
        result, refusal = (self.results / f"{path.name}{end}" for end in (SCORED, REFUSED))
        self.results.mkdir(parents=True, exist_ok=True)
        try:
            self.score(path, result)
        except InputError as error:
            told = {"message": error.message, "hint": error.hint, "code": error.code}
            write_whole(refusal, json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n")
            self.told(refusal)
            return True
        except Unavailable as error:
            log.warning("%s waits: %s", path.name, error.message)
            return False
        refusal.unlink(missing_ok=True)
        self.told(result)
        return True
