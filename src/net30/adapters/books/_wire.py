"""Wire: requests to an accounting program, with its token, its limits and its refusals.

A token that is refused is renewed once. Too many requests are told with the seconds to wait; the
one who asked decides whether to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from msgspec.json import Encoder

from net30.adapters.books._told import Json, parsed, strange
from net30.kernel.errors import Forbidden, InputError, NotFound, Unavailable
from net30.kernel.money import Money
from net30.ports.books import BOOKS_BYTES_MAX, Access, OurDocument
from net30.ports.web import Web, WebAnswer, WebRequest

WAIT_SECONDS_USUAL = 60
WAIT_SECONDS_MAX = 86_400
WHY_CHARACTERS_MAX = 500

_JSON = Encoder(decimal_format="number")
_UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY, _FAULT = 401, 403, 404, 429, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A way to one program: `why` reads a refusal's reasons out of its JSON."""

    web: Web
    access: Access
    why: Callable[[Json], str]
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Json:
        """Return what a question is answered with."""
        return self._asked(WebRequest(url=url, headers=headers or {}))

    def post(self, url: str, body: object, headers: Mapping[str, str] | None = None) -> Json:
        """Return what a change is answered with; raise InputError (books_refused)."""
        content = _JSON.encode(_told_only(body))
        sent = {"Content-Type": "application/json", **(headers or {})}
        return self._asked(WebRequest(url=url, method="POST", headers=sent, content=content))

    def _asked(self, request: WebRequest) -> Json:
        answer = self._sent(request, self.access.current())
        if answer.status == _UNAUTHORISED:
            answer = self._sent(request, self.access.renewed())
        if answer.status < 300:  # noqa: PLR2004 - what HTTP calls success
            return parsed(answer.content) if answer.content.strip() else {}
        raise self._refusal(answer)

    def _sent(self, request: WebRequest, token: str) -> WebAnswer:
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            **self.headers,
            **request.headers,
        }
        return self.web.send(
            WebRequest(
                url=request.url,
                method=request.method,
                headers=headers,
                content=request.content,
                answer_bytes_max=BOOKS_BYTES_MAX,
            )
        )

    def _refusal(self, answer: WebAnswer) -> Exception:
        if answer.status in (_UNAUTHORISED, _FORBIDDEN):
            return no_access(self._reason(answer))
        if answer.status == _TOO_MANY:
            return limited(answer)
        if answer.status >= _FAULT or answer.status < 400:  # noqa: PLR2004 - as HTTP counts
            return strange(f"it answers {answer.status}")
        if answer.status == _NOT_FOUND:
            return NotFound("it is not there", hint="look at it there", code="books_absent")
        return refused(self._reason(answer) or f"it answers {answer.status}")

    def _reason(self, answer: WebAnswer) -> str:
        try:
            return self.why(parsed(answer.content))
        except Unavailable:
            return ""


def address(url: str, query: Mapping[str, str]) -> str:
    """Return a URL with a query in which every reader sees the same."""
    return f"{url}?{urlencode(query, quote_via=quote)}"


def refused(why: str, code: str = "books_refused") -> InputError:
    """Return what is raised when the program does not take something, or will not."""
    told = " ".join(why.split())[:WHY_CHARACTERS_MAX]
    return InputError(
        f"the accounting program does not take it: {told}",
        hint="put it right there or here, and push again",
        code=code,
        values={"why": told},
    )


def there_already(document: OurDocument, there: Money) -> InputError:
    """Return what is raised when a number is taken there by another amount."""
    why = f"{document.number!r} is there already, of {there}"
    return refused(why, "books_there_already")


def other_totals(document: OurDocument, there: Money) -> InputError:
    """Return what is raised when the program would come to another amount than ours."""
    why = f"{document.number!r} would be {there} there, not {document.amount}"
    return refused(why, "books_totals")


def no_access(why: str) -> Forbidden:
    """Return what is raised when we are let in no more."""
    told = " ".join(why.split())[:WHY_CHARACTERS_MAX]
    return Forbidden(
        "the accounting program does not let us in" + (f": {told}" if told else ""),
        hint="connect again: net30 books connect",
        code="books_access",
        values={"why": told},
    )


def limited(answer: WebAnswer) -> Unavailable:
    """Return what is raised when there were too many requests."""
    said = answer.headers.get("retry-after", "")
    seconds = int(said) if said.isascii() and said.isdigit() else WAIT_SECONDS_USUAL
    seconds = min(seconds, WAIT_SECONDS_MAX)
    which = answer.headers.get("x-rate-limit-problem", "")[:30]
    return Unavailable(
        f"the accounting program wants to be left alone for {seconds} seconds"
        + (f" ({which})" if which else ""),
        hint="what is not done goes on the next time",
        code="books_limit",
        values={"seconds": seconds},
    )


def _told_only(value: Any) -> Any:  # Any: JSON
    """Return a body without what it does not say."""
    if isinstance(value, dict):
        return {name: _told_only(one) for name, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_told_only(one) for one in value]
    return value
