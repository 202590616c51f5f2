"""Passkeys: these pages alone run a script, since browsers hand out passkeys to nothing else."""

from __future__ import annotations

from starlette.responses import Response

from net30.kernel.errors import Net30Error
from net30.language.dates import write_date
from net30.portal.page import Pages
from net30.portal.recent import check_may_change_access
from net30.portal.routes.sign_in import let_in
from net30.portal.visit import Visit, local_path
from net30.services.identity.passkeys import (
    Reply,
    ask_any_passkey,
    ask_for_passkey,
    come_by_passkey,
    keep_passkey,
    passkeys_of,
    remove_passkey,
)
from net30.services.identity.sign_in_steps import Proven

pages = Pages()


@pages.get("/passkeys")
def passkeys(visit: Visit) -> Response:
    """List one's passkeys, and offer to add one."""
    return _passkeys(visit)


@pages.post("/passkeys")
def add(visit: Visit) -> Response:
    """Keep the passkey that a device has made."""
    check_may_change_access(visit)
    app = visit.app
    reply = Reply(step=visit.said("step"), text=visit.said("answer"), name=visit.said("name"))
    try:
        keep_passkey(app.world.accounts, app.passkeys, visit.principal.user, reply, app.clock())
    except Net30Error as error:
        return _passkeys(visit, error)
    return visit.go("/passkeys")


@pages.post("/passkeys/remove")
def remove(visit: Visit) -> Response:
    """Remove a passkey."""
    check_may_change_access(visit)
    app = visit.app
    remove_passkey(app.world.accounts, visit.principal.user, visit.said("passkey"), app.clock())
    return visit.go("/passkeys")


@pages.stranger_get("/passkeys/login")
def login(visit: Visit) -> Response:
    """Ask a device who it is."""
    return _login(visit, local_path(visit.asked("after")))


@pages.stranger_post("/passkeys/login")
def sign_in(visit: Visit) -> Response:
    """Take in whose device has answered."""
    after, app = local_path(visit.said("after")), visit.app
    reply = Reply(step=visit.said("step"), text=visit.said("answer"))
    try:
        signed = come_by_passkey(
            app.world.accounts, app.passkeys, reply, visit.attempt(), app.clock()
        )
    except Net30Error as error:
        return _login(visit, after, error)
    return let_in(visit, Proven(signed=signed), after)


def _login(visit: Visit, after: str, error: Net30Error | None = None) -> Response:
    app = visit.app
    asked = ask_any_passkey(app.world.accounts, app.passkeys, app.clock())
    return visit.show(
        "passkey_login", question=asked, after=after, elsewhere=_elsewhere(visit), error=error
    )


def _passkeys(visit: Visit, error: Net30Error | None = None) -> Response:
    check_may_change_access(visit)
    app, user, language = visit.app, visit.principal.user, visit.words.language
    rows = [
        (one.id, one.name, write_date(one.made_at.date(), language))
        for one in passkeys_of(app.world.accounts, user)
    ]
    asked = ask_for_passkey(app.world.accounts, app.passkeys, user, app.clock())
    return visit.show(
        "passkeys", passkeys=rows, question=asked, elsewhere=_elsewhere(visit), error=error
    )


def _elsewhere(visit: Visit) -> str:
    """Return our own address where the visitor came by another: a passkey is of one address."""
    address = visit.app.settings.address
    here = f"{visit.request.url.scheme}://{visit.request.headers.get('host', '')}"
    # A proxy in front speaks TLS for us: only the host is compared.
    return "" if here.partition("://")[2] == address.partition("://")[2] else address
