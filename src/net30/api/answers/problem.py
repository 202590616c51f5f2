"""Problem: every error as problem+json (RFC 9457), by one table from our errors to HTTP's."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from net30.api.answers.faulty import Faulty
from net30.api.asked import allowed_methods
from net30.api.middleware.request_id import request_id_of
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

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
MESSAGE_CHARACTERS_MAX = 500

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
    error: Net30Error, request_id: str, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an error as it is answered: what, where and what to do about it."""
    status = status_of(error)
    told = {
        "type": f"urn:net30:problem:{error.code}",
        "title": status.phrase,
        "status": int(status),
        "detail": error.message[:MESSAGE_CHARACTERS_MAX],
        "code": error.code,
        "hint": error.hint,
        "findings": jsonable(getattr(error, "findings", ())),
        "request_id": request_id,
    }
    also = dict(headers or {})
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
    return problem(error, request_id_of(request.scope))


def on_misread_request(request: Request, error: Exception) -> Response:
    """Answer a request whose path, query or headers do not fit, with every finding."""
    assert isinstance(error, RequestValidationError)
    findings = [
        Finding(str(one["type"]), ".".join(map(str, one["loc"])), str(one["msg"]))
        for one in error.errors()
    ]
    return problem(Faulty(findings), request_id_of(request.scope))


def on_http_error(request: Request, error: Exception) -> Response:
    """Answer what no route is for."""
    assert isinstance(error, HTTPException)
    request_id = request_id_of(request.scope)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        methods = ", ".join(allowed_methods(request))
        told = InputError(
            f"{request.method} is not possible here", hint=f"possible: {methods}", code="method"
        )
        answer = problem(told, request_id, headers={"Allow": methods})
        return _with_status(answer, HTTPStatus.METHOD_NOT_ALLOWED)
    told = NotFound(
        "there is nothing at this address", hint="see /api/docs for what there is", code="no_route"
    )
    return _with_status(problem(told, request_id), HTTPStatus(error.status_code))


def on_crash(request: Request, error: Exception) -> Response:
    """Answer a fault of ours; what it was stands in the log, under the request's id."""
    request_id = request_id_of(request.scope)
    log.error("request %s failed", request_id, exc_info=error)
    told = Net30Error(
        "net30 could not do that", hint="its log says why, under this request_id", code="internal"
    )
    return problem(told, request_id)


def _with_status(answer: Response, status: HTTPStatus) -> Response:
    told = msgspec.json.decode(answer.body) | {"title": status.phrase, "status": int(status)}
    headers = {
        name: value for name, value in answer.headers.items() if not name.startswith("content-")
    }
    return Response(msgspec.json.encode(told), status, headers, MEDIA_TYPE)
