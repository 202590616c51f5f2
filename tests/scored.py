"""Files scored for tests: two files in, the report and the scores out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa
import pyarrow.parquet as pq

from net30.ledger.history_pieces import HistoryPath
from net30.ledger.imports.claims import Defaults
from net30.services.score_file import Scoring, ScoringReport, score_file
from net30.settings import Settings
from net30.wiring.parts import engine_for

TODAY = date(2026, 11, 21)
EVER = date(2200, 12, 31)


@dataclass(frozen=True)
class Files:
    """A history and invoices to score, as files of a folder."""

    history: bytes
    asked: bytes
    folder: Path = field(default_factory=lambda: Path(mkdtemp()))
    output: str = "scores.parquet"

    def scoring(self, models: Path | None, as_of: date | None = None) -> Scoring:
        """What is to be done with them."""
        paths = self.folder / "history", self.folder / "asked"
        for path, content in zip(paths, (self.history, self.asked), strict=True):
            path.write_bytes(content)
        return Scoring(
            history=HistoryPath(path=paths[0], defaults=Defaults(currency="EUR", today=TODAY)),
            asked=HistoryPath(path=paths[1], defaults=Defaults(currency="EUR", today=EVER)),
            output=self.folder / self.output,
            model=models,
            as_of=as_of,
        )


@dataclass(frozen=True)
class Scored:
    """A report, and the table that was written."""

    report: ScoringReport
    scores: pa.Table

    @property
    def findings_csv(self) -> bytes | None:
        """What was wrong, as it was written."""
        path = self.report.findings_file
        return path.read_bytes() if path else None


def scored(models: Path | None, files: Files, as_of: date | None = None) -> Scored:
    """Score by the local engine."""
    report = score_file(files.scoring(models, as_of), engine_for(Settings(), "local"))
    return Scored(report, pq.read_table(report.output))
