"""Sign-in: a mail address and a password, the app's code, and out again."""

from __future__ import annotations

from starlette.responses import Response

from net30.kernel.errors import Net30Error
from net30.portal.cookies import forget, keep_session
from net30.portal.page import Pages
from net30.portal.visit import Visit, local_path
from net30.portal.visitor import COOKIE
from net30.services.identity.log_out import log_out
from net30.services.identity.sign_in_steps import Proven, prove_code, prove_password
from net30.services.identity.sign_ons import all_providers

pages = Pages()


@pages.stranger_get("/login")
def login(visit: Visit) -> Response:
    """Ask who it is."""
    return _form(visit, after=local_path(visit.asked("after")), done=visit.asked("done"))


@pages.stranger_post("/login")
def sign_in(visit: Visit) -> Response:
    """Take a mail address and a password."""
    after, email = local_path(visit.said("after")), visit.said("email")
    attempt = visit.attempt(email=email, password=visit.said("password"))
    app = visit.app
    try:
        proven = prove_password(app.world.accounts, app.passwords, attempt, app.clock())
    except Net30Error as error:
        return _form(visit, after=after, email=email, error=error)
    return let_in(visit, proven, after)


@pages.stranger_post("/2fa")
def second_factor(visit: Visit) -> Response:
    """Take the app's code, or a recovery code."""
    after, step, app = local_path(visit.said("after")), visit.said("step"), visit.app
    attempt = visit.attempt(code=visit.said("code"))
    try:
        signed = prove_code(app.world.accounts, app.second_factors, step, attempt, app.clock())
    except Net30Error as error:
        if error.code == "step":
            return _form(visit, after=after, error=error)
        return visit.show("second_factor", step=step, after=after, error=error)
    return let_in(visit, Proven(signed=signed), after)


@pages.stranger_get("/2fa")
def second_factor_again(visit: Visit) -> Response:
    """Send who comes here without a password back to it."""
    return visit.go("/login")


@pages.post("/logout")
def sign_out(visit: Visit) -> Response:
    """End the session."""
    log_out(visit.app.world.accounts, visit.secret, visit.app.clock())
    return forget(visit.go("/login?done=logout"), COOKIE)


def let_in(visit: Visit, proven: Proven, after: str) -> Response:
    """Open the session of who has proved enough, or ask for the second factor."""
    if proven.signed is None:
        return visit.show("second_factor", step=proven.waiting, after=after)
    # A session of before, of whoever sat here, must not stay open unseen.
    if visit.secret:
        log_out(visit.app.world.accounts, visit.secret, visit.app.clock())
    return keep_session(visit, visit.go(after), proven.signed.secret)


def _form(
    visit: Visit,
    *,
    after: str,
    email: str = "",
    done: str = "",
    error: Net30Error | None = None,
) -> Response:
    known = done if done in {"logout", "password", "asked"} else ""
    return visit.show(
        "login",
        after=after,
        email=email,
        done=known,
        providers=all_providers(visit.app.world.accounts),
        error=error,
    )
