"""Door: what happens to every request before a page sees it: limits, who it is, its form.

A page for members sends strangers to /login. A form is only believed from our own pages, and a
member's only with the token that we gave that session.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from net30.app import App
from net30.domain.identity.principal import Principal
from net30.kernel.errors import Forbidden, InputError, LimitExceeded, Net30Error
from net30.language.locales import OWN_NAMES
from net30.portal.cookies import LANGUAGE, keep_language
from net30.portal.page import Page
from net30.portal.visit import SEE_OTHER, Visit
from net30.portal.visitor import Recognise, is_own_page, principal_of, secret_in
from net30.portal.words import Words, words_for
from net30.services.rate_limit import RateLimit, too_many

FORM_BYTES_MAX = 64_000
FIELDS_MAX = 50
PAGES_PER_MINUTE = 240
"""Pages one address may see in a minute."""
FORMS_PER_MINUTE = 30
"""Forms one address may send in a minute; each sign-in is counted by itself too."""
_UNUSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

log = logging.getLogger("net30.portal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Lets visitors in; counts them by their address."""

    app: App
    recognise: Recognise
    pages: RateLimit
    forms: RateLimit

    def endpoint(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers requests for a page."""

        async def answer(request: Request) -> Response:
            try:
                form = await self._form(request, page)
                return await run_in_threadpool(self._answered, page, request, form)
            except Net30Error as error:
                return self.refuse(request, error)
            except Exception as crash:  # a face is where a fault of ours ends
                log.exception("a page of the portal failed")
                return self.refuse(request, _fault(crash))

        return answer

    def refuse(self, request: Request, error: Net30Error) -> Response:
        """Answer with a page that says what went wrong."""
        stranger = Visit(request=request, app=self.app, words=language_of(request))
        return stranger.show("fault", error=error)

    def _answered(self, page: Page, request: Request, form: dict[str, str]) -> Response:
        cookie = request.headers.get("cookie", "")
        who = principal_of(self.recognise, cookie)
        if who is None and not page.is_open:
            after = request.url.path if page.method == "GET" else ""
            there = f"/login?after={quote(after)}" if after else "/login"
            return RedirectResponse(there, SEE_OTHER)
        if who is not None:
            request.state.principal = who  # the log says who it was
        visit = Visit(
            request=request,
            app=self._app_of(who),
            words=language_of(request),
            secret=secret_in(cookie) if who else "",
            who=who,
            form=form,
        )
        if not page.is_open:
            visit.principal.need_all(page.needs)
            if page.method == "POST":
                visit.check_token()
        answer = page.endpoint(visit)
        chosen = visit.asked("lang")
        return keep_language(visit, answer, chosen) if chosen in OWN_NAMES else answer

    def _app_of(self, who: Principal | None) -> App:
        return self.app.of(who.organisation) if who else self.app

    async def _form(self, request: Request, page: Page) -> dict[str, str]:
        """Count a request, and read its form where it has one."""
        sender = request.client.host if request.client else ""
        limit = self.forms if page.method == "POST" else self.pages
        left = await run_in_threadpool(limit.count, sender)  # it may ask a server
        if left.remaining < 0:
            raise _too_many(left.reset, too_many(left))
        if page.method != "POST":
            return {}
        if not is_own_page(request.headers.raw, self.app.settings.public_url):
            raise Forbidden(
                "this form was sent from another site", hint="open the page here", code="form"
            )
        return read_form(await _body(request))


def door_of(app: App, recognise: Recognise) -> Door:
    """Return the door of an installation; with others who share its cache it counts together."""
    shared = app.world.cache
    return Door(
        app=app,
        recognise=recognise,
        pages=RateLimit(PAGES_PER_MINUTE, name="pages", shared=shared),
        forms=RateLimit(FORMS_PER_MINUTE, name="forms", shared=shared),
    )


def read_form(body: bytes) -> dict[str, str]:
    """Return the fields of a form as browsers send them; raise InputError for what is none."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX, errors="strict"
        )
    except ValueError as error:
        raise _no_form() from error
    form = dict(pairs)
    if len(form) != len(pairs) or any(_UNUSABLE.search(text) for text in form.values()):
        raise _no_form()
    return form


def language_of(request: Request) -> Words:
    """Return the words for a visitor: by ?lang=, the choice kept, or what the browser asks for."""
    chosen = request.query_params.get("lang", "")
    if chosen not in OWN_NAMES:
        chosen = request.cookies.get(LANGUAGE, "")
    return words_for(chosen, request.headers.get("accept-language", ""))


async def _body(request: Request) -> bytes:
    read = b""
    async for piece in request.stream():
        read += piece
        if len(read) > FORM_BYTES_MAX:
            raise LimitExceeded(
                f"the form has more than {FORM_BYTES_MAX:,} bytes",
                hint="write less",
                code="body_too_large",
            )
    return read


def _no_form() -> InputError:
    return InputError("this is no form of ours", hint="open the page again", code="no_form")


def _too_many(seconds: int, error: LimitExceeded) -> LimitExceeded:
    return LimitExceeded(
        error.message, hint=error.hint, code=error.code, values={"seconds": seconds}
    )


def _fault(_: Exception) -> Net30Error:
    return Net30Error("net30 could not do that", hint="its log says why", code="internal")
