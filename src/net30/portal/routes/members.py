"""Members: who belongs to the organisation; invite somebody by mail, or write again."""

from __future__ import annotations

from starlette.responses import Response

from net30.domain.identity.one_time_link import LinkPurpose
from net30.domain.identity.roles import Permission, Role
from net30.domain.identity.user import User
from net30.kernel.errors import InputError, Net30Error
from net30.portal.page import Pages
from net30.portal.visit import Visit
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.list_members import list_members
from net30.services.identity.mail_link import Post, mail_link
from net30.services.identity.reset_password import reset_password

pages = Pages()

PEOPLE = tuple(role for role in Role if role is not Role.API)
"""What a person can be; programs are added by net30 user add."""


@pages.get("/members", Permission.MEMBERS_READ)
def members(visit: Visit) -> Response:
    """List the organisation's members."""
    return _members(visit)


@pages.post("/members", Permission.MEMBERS_WRITE)
def invite(visit: Visit) -> Response:
    """Add somebody, and mail a new one the link to come in by."""
    app = visit.app
    try:
        new = NewUser(
            email=visit.said("email"), role=_role(visit.said("role")), name=visit.said("name")
        )
        added = add_user(app.world.accounts, new, visit.principal, app.clock())
    except Net30Error as error:
        return _members(visit, error=error)
    if not added.link:
        return _members(visit, done="added")
    return _members(visit, done=_mailed(visit, added.user, LinkPurpose.INVITATION, added.link))


@pages.post("/members/link", Permission.MEMBERS_WRITE)
def write_again(visit: Visit) -> Response:
    """Mail a member a new link: to come in for the first time, or to set a new password."""
    app = visit.app
    secret = reset_password(app.world.accounts, visit.said("user"), visit.principal, app.clock())
    with app.world.accounts.reading() as tx:
        user = tx.load(User, visit.said("user"))
    purpose = LinkPurpose.PASSWORD if user.is_active else LinkPurpose.INVITATION
    return _members(visit, done=_mailed(visit, user, purpose, secret))


def _mailed(visit: Visit, user: User, purpose: LinkPurpose, secret: str) -> str:
    """Mail a link and return what is said of it."""
    app = visit.app
    with app.look(visit.principal.user) as ctx:
        language = ctx.company.language
    post = Post(
        to=user,
        organisation=visit.principal.organisation,
        purpose=purpose,
        secret=secret,
        address=app.settings.address,
    )
    return "mailed" if mail_link(app.world, post, language) else "not_mailed"


def _role(text: str) -> Role:
    if text not in PEOPLE:
        raise InputError("choose what the member is", hint="one of the list", code="role")
    return Role(text)


def _members(visit: Visit, *, done: str = "", error: Net30Error | None = None) -> Response:
    return visit.show(
        "members",
        members=list_members(visit.app.world.accounts, visit.principal),
        roles=[role.value for role in PEOPLE],
        may_write=Permission.MEMBERS_WRITE in visit.principal.permissions,
        done=done,
        email=visit.said("email") if error else "",
        error=error,
    )
