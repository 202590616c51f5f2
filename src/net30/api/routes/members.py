"""Members: who belongs to the organisation, and as what."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from net30.api.answers.etag import tag_of
from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.visit import Change, Changing, Looking
from net30.domain.identity.membership import Membership, membership_id
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission, Role
from net30.domain.identity.user import User, UserStatus
from net30.kernel.errors import NotFound
from net30.ports.accounts import Accounts
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.change_role import change_role, remove_member
from net30.services.identity.list_members import list_members
from net30.services.identity.reset_password import reset_password

routes = Resource("members", "Who belongs to the organisation, and as what.")

READ, WRITE = Permission.MEMBERS_READ, Permission.MEMBERS_WRITE
Id = Annotated[str, Path(description="The user's id.", max_length=ID_CHARACTERS_MAX)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberShown:
    """A member: the user's id, mail address and name, the role, and since when."""

    user: str
    email: str
    name: str
    status: UserStatus
    role: Role
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Whom to add, and as what."""

    email: str
    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The member, and the secret of the one-time link with which a new user sets a password.

    It is told this once. Who has a password already, and a program, get none.
    """

    member: MemberShown
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """What the member is from now on."""

    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordLink:
    """The secret of a one-time link with which a member sets a new password; told this once."""

    link: str = field(repr=False)


@routes.get("/members", READ, gives=tuple[MemberShown, ...])
def list_organisation_members(visit: Looking) -> Response:
    """List the members, by mail address."""
    found = list_members(visit.app.world.accounts, visit.principal)
    return visit.reply([_shown(one.user, one.membership) for one in found])


@routes.get("/members/{user}", READ, gives=MemberShown)
def get_member(visit: Looking, user: Id) -> Response:
    """Show a member."""
    shown = _member(visit.app.world.accounts, user, visit.principal)
    return visit.reply(shown, tag=_tag(shown))


@routes.post(
    "/members",
    WRITE,
    takes=Invitation,
    gives=Invited,
    status=201,
    example={"email": "awa@lagune.example", "role": "accountant"},
)
def invite_member(visit: Changing) -> Response:
    """Make somebody a member; nobody gives a role that may more than they."""
    asked = visit.body(Invitation)
    new = NewUser(email=asked.email, role=asked.role, name=asked.name)

    def invited() -> Invited:
        added = add_user(visit.app.world.accounts, new, visit.principal, visit.app.clock())
        return Invited(member=_shown(added.user, added.membership), link=added.link)

    return visit.once_apart(invited, hidden=_without_link)


@routes.put(
    "/members/{user}", WRITE, takes=RoleChange, gives=MemberShown, example={"role": "viewer"}
)
def change_member_role(visit: Changing, user: Id) -> Response:
    """Give a member another role; the last owner stays (409)."""
    role = visit.body(RoleChange).role
    accounts = visit.app.world.accounts
    visit.check_match(_tag(_member(accounts, user, visit.principal)))
    change_role(accounts, user, role, visit.principal, visit.app.clock())
    after = _member(accounts, user, visit.principal)
    return visit.changed(after, _tag(after))


@routes.delete("/members/{user}", WRITE)
def remove_organisation_member(visit: Changing, user: Id) -> Response:
    """End a membership; the user's keys and sessions of the organisation end with it."""
    _check(visit, user)
    remove_member(visit.app.world.accounts, user, visit.principal, visit.app.clock())
    return Response(status_code=204)


@routes.post("/members/{user}/password-link", WRITE, gives=PasswordLink, status=201)
def make_password_link(visit: Changing, user: Id) -> Response:
    """Make a one-time link with which a member sets a new password."""

    def made() -> PasswordLink:
        accounts = visit.app.world.accounts
        _member(accounts, user, visit.principal)
        secret = reset_password(accounts, user, visit.principal, visit.app.clock())
        return PasswordLink(link=secret)

    return visit.once_apart(made, hidden=lambda _: PasswordLink(link=""))


def _check(visit: Change, user: str) -> None:
    visit.check_match(_tag(_member(visit.app.world.accounts, user, visit.principal)))


def _member(accounts: Accounts, user: str, by: Principal) -> MemberShown:
    with accounts.reading() as tx:
        membership = tx.get(Membership, membership_id(user, by.organisation))
        found = tx.get(User, user)
    if membership is None or found is None:
        raise NotFound(
            f"there is no member {user!r}", hint="GET /api/v1/members lists them", code="member"
        )
    return _shown(found, membership)


def _shown(user: User, membership: Membership) -> MemberShown:
    return MemberShown(
        user=user.id,
        email=user.email,
        name=user.name,
        status=user.status,
        role=membership.role,
        since=membership.since,
    )


def _tag(member: MemberShown) -> str:
    return tag_of(int(member.since.timestamp()), member.role.value, member.status.value)


def _without_link(made: object) -> object:
    assert isinstance(made, Invited)
    return replace(made, link="")
