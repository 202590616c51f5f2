"""Office: what the screens need of the house: the application, and who a browser belongs to.

Streamlit runs the script anew for every click, so what lasts is opened once beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from net30.app import App
from net30.domain.identity.principal import Principal
from net30.kernel.errors import ConfigurationError

Visitor = Callable[[str, str], Principal | None]
"""From a Cookie header and the organisation asked for (or "") to who that is, or None."""


@dataclass(frozen=True, slots=True)
class RouteLoad:
    """How requests of one route went since the start: how many, faults of ours, and seconds.

    `middle` and `slow` are bounds that a half and 95 of 100 requests stayed within.
    """

    route: str
    requests: int
    faults: int
    middle: float
    slow: float


Loads = Callable[[], Sequence[RouteLoad]]


def _nothing() -> Sequence[RouteLoad]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The application behind the screens.

    `poke` says that something happened in an organisation, so that projections follow; `loads`
    tells how requests to the API went.
    """

    app: App
    visitor: Visitor
    poke: Callable[[str], None]
    loads: Loads = _nothing


_open: list[Office] = []


def open_office(office: Office) -> None:
    """Let the screens work for an application, instead of the one before."""
    _open[:] = [office]


def the_office() -> Office:
    """Return the office that is open; raise ConfigurationError when the screens run alone."""
    if not _open:
        raise ConfigurationError(
            "the screens do not run by themselves",
            hint="start them with net30 serve, which signs people in",
            code="screens_alone",
        )
    return _open[0]
