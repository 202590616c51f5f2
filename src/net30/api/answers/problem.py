"""Problem: every error as problem+json (RFC 9457), by one table from our errors to HTTP's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from net30.api.answers.faulty import Faulty
from net30.api.answers.languages import ENGLISH
from net30.api.answers.ways_out import told_over_http
from net30.api.asked import allowed_methods
from net30.api.middleware.request_id import language_of, request_id_of
from net30.kernel.errors import (
    ConfigurationError,
    Conflict,
    Forbidden,
    InputError,
    LimitExceeded,
    Net30Error,
    NotFound,
    Unavailable,
)
from net30.kernel.findings import Finding
from net30.kernel.jsonable import jsonable
from net30.language.error_words import finding_in

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
MESSAGE_CHARACTERS_MAX = 500

Answer = Callable[[Request, Exception], Response]

log = logging.getLogger("net30.api")

BY_CODE = {
    "unauthenticated": HTTPStatus.UNAUTHORIZED,
    "precondition_failed": HTTPStatus.PRECONDITION_FAILED,
    "precondition_required": HTTPStatus.PRECONDITION_REQUIRED,
    "body_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "rate_limit": HTTPStatus.TOO_MANY_REQUESTS,
    "json": HTTPStatus.BAD_REQUEST,
    "sign_in": HTTPStatus.UNAUTHORIZED,
    "second_factor": HTTPStatus.UNAUTHORIZED,
    "too_many_guesses": HTTPStatus.TOO_MANY_REQUESTS,
}
"""Errors whose code says more than their kind."""

BY_KIND: tuple[tuple[type[Net30Error], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (LimitExceeded, HTTPStatus.UNPROCESSABLE_ENTITY),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ConfigurationError, HTTPStatus.NOT_IMPLEMENTED),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""The status of each kind of error; the first that fits counts."""


def status_of(error: Net30Error) -> HTTPStatus:
    """Return the HTTP status of an error."""
    if error.code in BY_CODE:
        return BY_CODE[error.code]
    kinds = (status for kind, status in BY_KIND if isinstance(error, kind))
    return next(kinds, HTTPStatus.INTERNAL_SERVER_ERROR)


def problem(
    error: Net30Error,
    request_id: str,
    *,
    headers: Mapping[str, str] | None = None,
    language: str = ENGLISH,
    status: HTTPStatus | None = None,
) -> Response:
    """Return an error as it is answered: what, where and what to do about it."""
    status = status or status_of(error)
    words = told_over_http(error, status, language)
    findings = [finding_in(one, language) for one in getattr(error, "findings", ())]
    told = {
        "type": f"urn:net30:problem:{error.code}",
        "title": words.title,
        "status": int(status),
        "detail": words.detail[:MESSAGE_CHARACTERS_MAX],
        "code": error.code,
        "hint": words.hint,
        "findings": jsonable(findings),
        "request_id": request_id,
    }
    also = {"Vary": "Accept-Language", **(headers or {})}
    also["Content-Language"] = language if words.whole else f"{language}, {ENGLISH}"
    if status is HTTPStatus.UNAUTHORIZED:
        also["WWW-Authenticate"] = 'Bearer realm="net30"'
    if "seconds" in error.values and status is HTTPStatus.TOO_MANY_REQUESTS:
        also["Retry-After"] = str(error.values["seconds"])
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        also.setdefault("Retry-After", str(RETRY_SECONDS))
    return Response(msgspec.json.encode(told), status, also, MEDIA_TYPE)


def on_net30_error(request: Request, error: Exception) -> Response:
    """Answer one of our errors."""
    assert isinstance(error, Net30Error)
    return told_to(request, error)


def on_misread_request(request: Request, error: Exception) -> Response:
    """Answer a request whose path, query or headers do not fit, with every finding."""
    assert isinstance(error, RequestValidationError)
    findings = [
        Finding(str(one["type"]), ".".join(map(str, one["loc"])), str(one["msg"]))
        for one in error.errors()
    ]
    return told_to(request, Faulty(findings))


def on_http_error(request: Request, error: Exception) -> Response:
    """Answer what no route is for."""
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        methods = ", ".join(allowed_methods(request))
        told = InputError(
            f"{request.method} is not possible here", hint=f"possible: {methods}", code="method"
        )
        return told_to(
            request, told, headers={"Allow": methods}, status=HTTPStatus.METHOD_NOT_ALLOWED
        )
    told = NotFound(
        "there is nothing at this address", hint="see /api/docs for what there is", code="no_route"
    )
    return told_to(request, told, status=HTTPStatus(error.status_code))


def on_crash(request: Request, error: Exception) -> Response:
    """Answer a fault of ours; what it was stands in the log, under the request's id."""
    request_id = request_id_of(request.scope)
    log.error("request %s failed", request_id, exc_info=error)
    told = Net30Error(
        "net30 could not do that", hint="its log says why, under this request_id", code="internal"
    )
    return told_to(request, told)


ANSWERS: tuple[tuple[type[Exception], Answer], ...] = (
    (Net30Error, on_net30_error),
    (RequestValidationError, on_misread_request),
    (HTTPException, on_http_error),
)
"""How the errors are answered that people can mend, each by its kind."""


def told(request: Request, error: Exception) -> Response | None:
    """Answer an error that people can mend; None for a fault of ours."""
    answers = (answer for kind, answer in ANSWERS if isinstance(error, kind))
    answer = next(answers, None)
    return answer(request, error) if answer else None


def told_to(
    request: Request,
    error: Net30Error,
    *,
    headers: Mapping[str, str] | None = None,
    status: HTTPStatus | None = None,
) -> Response:
    """Return an error as whoever made a request is told it."""
    scope = request.scope
    return problem(
        error, request_id_of(scope), headers=headers, language=language_of(scope), status=status
    )
