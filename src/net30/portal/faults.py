"""Faults: our errors as people read them, in their language, and HTTP's number for each."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from net30.kernel.errors import (
    ConfigurationError,
    Conflict,
    Forbidden,
    InputError,
    Net30Error,
    NotFound,
    Unavailable,
)
from net30.portal.words import Words

BY_CODE = {
    "sign_in": HTTPStatus.UNAUTHORIZED,
    "second_factor": HTTPStatus.UNAUTHORIZED,
    "unauthenticated": HTTPStatus.UNAUTHORIZED,
    "too_many_guesses": HTTPStatus.TOO_MANY_REQUESTS,
    "rate_limit": HTTPStatus.TOO_MANY_REQUESTS,
    "body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "method": HTTPStatus.METHOD_NOT_ALLOWED,
}

BY_KIND: tuple[tuple[type[Net30Error], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ConfigurationError, HTTPStatus.NOT_IMPLEMENTED),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of an error: what happened, and what to do."""

    message: str
    hint: str


def status_of(error: Net30Error) -> int:
    """Return the HTTP status of an error."""
    kinds = (status for kind, status in BY_KIND if isinstance(error, kind))
    usual = next(kinds, HTTPStatus.INTERNAL_SERVER_ERROR)
    return int(BY_CODE.get(error.code, usual))


def told(error: Net30Error, words: Words) -> Told:
    """Return an error in the visitor's words; one without a translation keeps its own."""
    known = words.known(f"error.{error.code}")
    if known is None:
        return Told(error.message, error.hint)
    message, _, hint = known.partition(" | ")
    minutes = int(str(error.values.get("seconds", 0))) // 60 + 1
    return Told(message.replace("{minutes}", str(minutes)), hint)
