"""Deprecation: a route that goes away says so in every answer, at least a year before.

Deprecation is RFC 9745, Sunset RFC 8594; the Link leads to what to use instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime

NOTICE = timedelta(days=365)
"""So long a route works on after it was first called deprecated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecated:
    """Since which day a route is deprecated, from which day it answers no more, what to use."""

    since: date
    sunset: date
    instead: str

    def __post_init__(self) -> None:
        """Refuse to take a route away sooner than was promised."""
        assert self.sunset - self.since >= NOTICE, "clients have a year to follow"

    def headers(self) -> dict[str, str]:
        """Return what every answer of the route says about it."""
        began = datetime.combine(self.since, time(), tzinfo=UTC)
        ends = datetime.combine(self.sunset, time(), tzinfo=UTC)
        return {
            "deprecation": f"@{int(began.timestamp())}",
            "sunset": format_datetime(ends, usegmt=True),
            "link": f'<{self.instead}>; rel="successor-version"',
        }
