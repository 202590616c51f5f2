"""Run folder: what a scoring run has done so far, beside its output, so that it can go on.

    OUT.parts/run.json       what was asked: hashes of both files and the model, the day, the styles
    OUT.parts/model/         the model, as it was when the run began
    OUT.parts/rows/          the facts, divided by customer
    OUT.parts/divided.json   written once the division is whole
    OUT.parts/scores/        a file for each part that is scored, whole or not there

The same question goes on where it was stopped; another question begins anew.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import file_digest
from pathlib import Path

import msgspec
import pyarrow as pa

from net30.kernel.files import unavailable, write_whole
from net30.ledger.streams import read_stream, write_stream
from net30.scoring.part import part_file
from net30.services.cold_start import ColdStart

FORMAT = 1


class Divided(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a run once its rows are divided; `asked` are the invoices of each part."""

    as_of: date
    horizon: int
    model: str
    rows: int
    asked: tuple[int, ...]
    counts: Mapping[str, int]
    history_counts: Mapping[str, int]
    errors: int
    cold_start: ColdStart | None

    @property
    def scored(self) -> int:
        """Return how many invoices are scored."""
        return sum(self.asked)


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of a run."""

    path: Path

    @property
    def model(self) -> Path:
        """Return where the model is kept."""
        return self.path / "model"

    @property
    def rows(self) -> Path:
        """Return where the facts of the parts are."""
        return self.path / "rows"

    @property
    def scores(self) -> Path:
        """Return where the scores of the parts are."""
        return self.path / "scores"

    @property
    def ids(self) -> Path:
        """Return the file of the ids, by place."""
        return self.path / "ids.arrow"

    def begin(self, question: Mapping[str, str]) -> Divided | None:
        """Return what the same question has brought so far; for any other begin anew.

        Raises Unavailable when the disk refuses.
        """
        asked = msgspec.json.encode({"format": str(FORMAT), **question}, order="sorted")
        try:
            if self._read("run.json") == asked:
                divided = self._read("divided.json")
                if divided is not None:
                    return msgspec.json.decode(divided, type=Divided)
            self.remove()
            self.rows.mkdir(parents=True)
            self.scores.mkdir()
            self.model.mkdir()
        except OSError as error:
            raise unavailable(error, self.path) from error
        write_whole(self.path / "run.json", asked)
        return None

    def keep(self, divided: Divided) -> None:
        """Note that the rows are divided."""
        write_whole(self.path / "divided.json", msgspec.json.encode(divided))

    def write_table(self, name: str, table: pa.Table) -> None:
        """Keep a table in one step."""
        write_stream(self.path / f"{name}.arrow", table)

    def read_table(self, name: str) -> pa.Table:
        """Return a table that was kept."""
        return read_stream(self.path / f"{name}.arrow")

    def waiting(self, divided: Divided) -> tuple[int, ...]:
        """Return the parts that are not scored yet."""
        every = range(len(divided.asked))
        return tuple(part for part in every if not part_file(self.scores, part).is_file())

    def remove(self) -> None:
        """Take the folder away."""
        if self.path.exists():
            shutil.rmtree(self.path)

    def _read(self, name: str) -> bytes | None:
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None


def digest_of(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
