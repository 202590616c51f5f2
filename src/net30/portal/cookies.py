"""Cookies: the session's, and what remembers a language and a sign-on that is under way."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from net30.domain.identity.session import SESSION_HOURS
from net30.domain.identity.sign_in_step import STEP_TIME
from net30.portal.visit import Visit
from net30.portal.visitor import COOKIE, is_this_machine

LANGUAGE = "net30_language"
STEP = "net30_step"
_YEAR = int(timedelta(days=365).total_seconds())


def keep_session(visit: Visit, answer: Response, secret: str) -> Response:
    """Have the browser keep a new session's secret."""
    seconds = SESSION_HOURS * 3600
    return _keep(visit, answer, COOKIE, secret, seconds)


def keep_step(visit: Visit, answer: Response, secret: str) -> Response:
    """Have the browser remember a step that it will come back to from another site."""
    return _keep(visit, answer, STEP, secret, int(STEP_TIME.total_seconds()))


def keep_language(visit: Visit, answer: Response, language: str) -> Response:
    """Have the browser remember a language."""
    return _keep(visit, answer, LANGUAGE, language, _YEAR)


def forget(answer: Response, *names: str) -> Response:
    """Have the browser forget cookies."""
    for name in names:
        answer.delete_cookie(name, path="/", httponly=True, samesite="lax")
    return answer


def is_secure(visit: Visit) -> bool:
    """Tell whether cookies must travel encrypted: always, but on this machine itself."""
    return not is_this_machine(visit.request.headers.raw)


def _keep(visit: Visit, answer: Response, name: str, value: str, seconds: int) -> Response:
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=is_secure(visit),
        httponly=True,
        samesite="lax",
    )
    return answer
