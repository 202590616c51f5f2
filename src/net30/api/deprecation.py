"""Deprecation: a route or a field that goes away says so in answers, at least a year before.

Deprecation is RFC 9745, Sunset RFC 8594; the Link leads to what to use instead.

    customer: str = going_field(OLDER)      a field of a body that is still read
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any

from net30.documents.codec import IN_SCHEMA

GOES = "x-sunset"
"""How the schema of a field says until which day it is read."""

NOTICE = timedelta(days=365)
"""So long a route works on after it was first called deprecated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecated:
    """Since which day a route or field is deprecated, from which day it is none, what to use."""

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


def going_field(told: Deprecated) -> Any:  # Any: as dataclasses.field, the type that is annotated
    """Return a text field of a body that goes away: it is read until then, and may be left out."""
    said = {"deprecated": True, GOES: told.sunset.isoformat()}
    return field(default="", metadata={IN_SCHEMA: said})
