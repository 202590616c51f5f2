"""Books: to an accounting program's question and back, in the browser of who asked."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from net30.domain.identity.roles import Permission
from net30.portal.page import Pages
from net30.portal.visit import SEE_OTHER, Visit
from net30.services.books.consent import CALLBACK, Asker, ask_again, take_answer

pages = Pages()

AFTER = "/settings"
"""Where the connections are shown."""


@pages.get(CALLBACK, Permission.SETTINGS_WRITE)
def back(visit: Visit) -> Response:
    """Take in what the program answered."""
    told = dict(visit.request.query_params)
    take_answer(visit.app.books_work(visit.principal.user), told, _asker(visit))
    return visit.go(AFTER)


@pages.get("/books/connect/{name}", Permission.SETTINGS_WRITE)
def begin(visit: Visit) -> Response:
    """Send a browser to the program's question; the answer counts in this session only."""
    work = visit.app.books_work(visit.principal.user)
    asked = ask_again(work, visit.part("name"), _asker(visit))
    return RedirectResponse(asked.address, SEE_OTHER)


def _asker(visit: Visit) -> Asker:
    back_to = f"{visit.app.settings.address}{CALLBACK}"
    return Asker(principal=visit.principal, back_to=back_to, session=visit.session_id)
