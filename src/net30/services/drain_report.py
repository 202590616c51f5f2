"""Drain report: what one drain of an organisation did, projection by projection."""

from __future__ import annotations

from dataclasses import dataclass

from net30.ports.store import PAGE_ROWS_MAX

BACKLOG_COUNTED_MAX = 10 * PAGE_ROWS_MAX
"""Counting stops here: a backlog that long needs a person, not a finer figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionReport:
    """What one projection took in, and what stopped it, if anything did.

    `backlog` counts the events still waiting (at most BACKLOG_COUNTED_MAX); `stuck_at` is the
    sequence of the event that failed. With `elsewhere` another process drains it now, or another
    thread: what waits is its to do.
    """

    projection: str
    events: int
    backlog: int = 0
    error: str = ""
    hint: str = ""
    stuck_at: int = 0
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainReport:
    """What one drain of an organisation did, projection by projection."""

    organisation: str
    projections: tuple[ProjectionReport, ...]

    @property
    def ok(self) -> bool:
        """Tell whether every projection is up to date."""
        return not any(report.error or report.backlog for report in self.projections)

    @property
    def backlog(self) -> int:
        """Return the events that wait, over all projections."""
        return sum(report.backlog for report in self.projections)

    @property
    def errors(self) -> dict[str, str]:
        """Return what stopped each projection that failed."""
        return {report.projection: report.error for report in self.projections if report.error}

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether some of it is done by another process, or another thread."""
        return any(report.elsewhere for report in self.projections)
