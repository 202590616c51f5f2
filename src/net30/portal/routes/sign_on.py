"""Sign-on: come in by an organisation's own OpenID Connect server."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from net30.kernel.errors import Forbidden
from net30.portal.cookies import STEP, forget, keep_step
from net30.portal.page import Pages
from net30.portal.routes.sign_in import let_in
from net30.portal.visit import SEE_OTHER, Visit, local_path
from net30.services.identity.come_by_sign_on import (
    Returned,
    Servers,
    begin_sign_on,
    finish_sign_on,
)

pages = Pages()

CALLBACK = "/sso/callback"


@pages.stranger_get(CALLBACK)
def back(visit: Visit) -> Response:
    """Take in who came back from the server."""
    if visit.asked("error"):
        raise Forbidden("the sign-on was not carried out", hint="begin again", code="sign_on_no")
    returned = Returned(
        secret=visit.request.cookies.get(STEP, ""),
        state=visit.asked("state"),
        code=visit.asked("code"),
    )
    proven, after = finish_sign_on(_servers(visit), returned, visit.attempt(), visit.app.clock())
    return forget(let_in(visit, proven, local_path(after)), STEP)


@pages.stranger_get("/sso/{provider}")
def begin(visit: Visit) -> Response:
    """Send a browser to the server."""
    after = local_path(visit.asked("after"))
    begun = begin_sign_on(_servers(visit), visit.part("provider"), visit.app.clock(), after)
    return keep_step(visit, RedirectResponse(begun.address, SEE_OTHER), begun.secret)


def _servers(visit: Visit) -> Servers:
    app = visit.app
    return Servers(
        accounts=app.world.accounts,
        sealing=app.sealing,
        servers=app.sign_on_servers,
        back_to=f"{app.settings.address}{CALLBACK}",
    )
