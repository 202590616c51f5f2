"""The errors people can meet, as one tree.

    Net30Error
    |-- InputError               what was asked for cannot be done as asked
    |   |-- NotFound             no such thing in this organisation
    |   |-- Conflict             the thing is in another state than the request needs
    |   |-- Forbidden            this user may not
    |   `-- LimitExceeded        more than net30 takes at once
    |-- ConfigurationError       a setting is wrong; raised while starting only
    `-- Unavailable              something outside does not answer; trying again may help

Each face has one table that turns them into exit codes, problem+json or a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping


class Net30Error(Exception):
    """Something a person can put right: what went wrong, and what to do about it."""

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str = "",
        values: Mapping[str, object] | None = None,
    ) -> None:
        """Say what happened (`message`) and the way out (`hint`); `code` is stable for programs.

        `values` are the amounts, days and names of the message, for saying it in another language.
        """
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.values: Mapping[str, object] = values or {}
        if code:
            self.code = code


class InputError(Net30Error):
    """The request cannot be carried out as it was made."""

    code = "input"


class NotFound(InputError):
    """The organisation has no such thing."""

    code = "not_found"


class Conflict(InputError):
    """The thing is not in the state that the request needs."""

    code = "conflict"


class Forbidden(InputError):
    """The user may not do this."""

    code = "forbidden"


class LimitExceeded(InputError):
    """The request is larger than the published limit."""

    code = "limit_exceeded"


class ConfigurationError(Net30Error):
    """A setting is missing or wrong."""

    code = "configuration"


class Unavailable(Net30Error):
    """A service outside does not answer; the same request may succeed later."""

    code = "unavailable"
