"""Exit codes: what `net30` tells the shell."""

from __future__ import annotations

from net30.kernel.errors import (
    ConfigurationError,
    Conflict,
    Forbidden,
    LimitExceeded,
    Net30Error,
    NotFound,
    Unavailable,
)

DONE = 0
INPUT = 1
USAGE = 2
ASKED = 3
REFUSED = 4
CONFIRM = 5
FAULTS = 6
NOT_FOUND = 7
CONFLICT = 8
CONFIGURATION = 9
UNAVAILABLE = 10
INTERRUPTED = 130

_BY_ERROR: tuple[tuple[type[Net30Error], int], ...] = (
    (NotFound, NOT_FOUND),
    (Conflict, CONFLICT),
    (Forbidden, REFUSED),
    (LimitExceeded, INPUT),
    (ConfigurationError, CONFIGURATION),
    (Unavailable, UNAVAILABLE),
)


def exit_code_of(error: Net30Error) -> int:
    """Return the exit code of an error."""
    return next((code for kind, code in _BY_ERROR if isinstance(error, kind)), INPUT)
