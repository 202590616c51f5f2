"""Password: a new one by mail, and the page of a one-time link: invitation, password, owner."""

from __future__ import annotations

from starlette.background import BackgroundTask
from starlette.responses import Response

from net30.domain.identity.one_time_link import LinkPurpose, OneTimeLink
from net30.domain.identity.user import User
from net30.kernel.errors import Net30Error
from net30.portal.page import Pages
from net30.portal.visit import Visit
from net30.services.identity.accept_link import Accepted, accept_link, look_at_link
from net30.services.identity.mail_link import Post, mail_link
from net30.services.identity.reset_password import ask_for_link

pages = Pages()


@pages.stranger_get("/password")
def forgotten(visit: Visit) -> Response:
    """Ask whose password was forgotten."""
    return visit.show("password", asked=False)


@pages.stranger_post("/password")
def ask(visit: Visit) -> Response:
    """Send a link to a member's own address; the answer is the same for everybody."""
    app = visit.app
    try:
        found = ask_for_link(app.world.accounts, visit.said("email"), visit.source, app.clock())
    except Net30Error as error:
        return visit.show("password", asked=False, error=error)
    # After the answer: how long the mail takes would tell who is a member.
    task = None
    if found:
        post = Post(
            to=found.user,
            organisation=found.organisation,
            purpose=found.purpose,
            secret=found.secret,
            address=app.settings.address,
        )
        task = BackgroundTask(mail_link, app.world, post, visit.words.language)
    return visit.show("password", asked=True, task=task)


@pages.stranger_get("/link/{secret}")
def look(visit: Visit) -> Response:
    """Show what a link is for; opening it uses nothing up, as programs that scan mail open it."""
    link = look_at_link(visit.app.world.accounts, visit.part("secret"), visit.app.clock())
    return _form(visit, link)


@pages.stranger_post("/link/{secret}")
def accept(visit: Visit) -> Response:
    """Set the password."""
    app, secret = visit.app, visit.part("secret")
    link = look_at_link(app.world.accounts, secret, app.clock())
    accepted = Accepted(
        secret=secret,
        password=visit.said("password"),
        email=visit.said("email"),
        name=visit.said("name"),
    )
    try:
        accept_link(app.world.accounts, app.passwords, accepted, app.clock())
    except Net30Error as error:
        return _form(visit, link, error)
    return visit.go("/login?done=password")


def _form(visit: Visit, link: OneTimeLink, error: Net30Error | None = None) -> Response:
    with visit.app.world.accounts.reading() as tx:
        user = tx.get(User, link.user_id)
    return visit.show(
        "link",
        whose=user.email if user else "",
        purpose=link.purpose.value,
        first=link.purpose is LinkPurpose.FIRST_OWNER,
        named=link.purpose is not LinkPurpose.PASSWORD,
        email=visit.said("email"),
        name=visit.said("name"),
        error=error,
    )
