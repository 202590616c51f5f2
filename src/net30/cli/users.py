"""net30 user, org: who may sign in, to which organisation, as what."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Annotated

import typer

from net30.app import App
from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, opened
from net30.domain.identity.membership import Membership
from net30.domain.identity.principal import Principal
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Role
from net30.domain.identity.user import User
from net30.kernel.errors import InputError
from net30.services.identity.noted import at_this_machine

user = typer.Typer(help="Who may sign in, and as what.", no_args_is_help=True)
org = typer.Typer(help="The organisations whose books are kept here.", no_args_is_help=True)

Org = Annotated[str, typer.Option("--org", help="Organisation; the usual one when left out.")]
Email = Annotated[str, typer.Argument(help="The user's mail address.")]


def register(program: typer.Typer) -> None:
    """Add these groups to `net30`."""
    import_module("net30.cli.user_access")  # more commands of `net30 user`
    program.add_typer(user, name="user")
    program.add_typer(org, name="org")


def worker(net30: App, organisation: str) -> Principal:
    """Return who works at this machine, for an organisation that there is; raise NotFound."""
    return at_this_machine((net30.of(organisation) if organisation else net30).organisation)


def role_named(text: str) -> Role:
    """Return the role of a name; raise InputError."""
    try:
        return Role(text.strip().lower())
    except ValueError as error:
        raise InputError(
            f"there is no role {text!r}", hint=f"there are: {', '.join(Role)}", code="role"
        ) from error


def say_link(address: str, secret: str, email: str, what: str) -> None:
    """Show a one-time link, once."""
    say(f"One-time link for {email}, {what}:")
    say(f"  {address}/link/{secret}")
    say("It is shown only now; whoever has it sets the password, in a browser: net30 serve")


@user.command("add")
def add(
    email: Email,
    *,
    role: Annotated[str, typer.Option(help="owner, admin, accountant, collector, ...")] = "viewer",
    name: Annotated[str, typer.Option(help="What to call the user.")] = "",
    mail: Annotated[bool, typer.Option("--mail", help="Mail the link instead.")] = False,
    organisation: Org = "",
    json: Json = False,
) -> None:
    """Add a user to an organisation; a new one gets a one-time link to set a password."""
    from net30.services.identity.add_user import NewUser, add_user

    with opened() as net30:
        new = NewUser(email=email, role=role_named(role), name=name)
        by = worker(net30, organisation)
        added = add_user(net30.world.accounts, new, by, net30.clock())
        if mail and added.link and _mailed(net30, added.user, by, added.link):
            added = replace(added, link="")
    if json:
        membership = added.membership
        told = {"user": _shown(added.user), "role": membership.role, "link": added.link}
        print_json(told | {"organisation": membership.organisation})
        return
    say(f"{added.user.email} is {role_named(role).value} of {by.organisation}.")
    if added.link:
        say_link(net30.settings.address, added.link, added.user.email, "good for seven days")


@user.command("list")
def listed(*, organisation: Org = "", json: Json = False) -> None:
    """List the members of an organisation."""
    from net30.services.identity.list_members import list_members

    with opened() as net30:
        by = worker(net30, organisation)
        members = list_members(net30.world.accounts, by)
    if json:
        print_json([{"user": _shown(m.user), "membership": m.membership} for m in members])
        return
    rows = [
        (m.user.email, m.user.name, m.membership.role.value, m.user.status.value, m.user.id)
        for m in members
    ]
    columns = ("mail address", "name", "role", "state", "id")
    print_table(counted(len(rows), f"members of {by.organisation}"), columns, rows)


@user.command("role")
def role(
    email: Email,
    new: Annotated[str, typer.Argument(metavar="ROLE", help="The new role.")],
    *,
    organisation: Org = "",
    json: Json = False,
) -> None:
    """Give a member another role."""
    from net30.services.identity.change_role import change_role
    from net30.services.identity.list_members import member_by_email

    with opened() as net30:
        by, accounts = worker(net30, organisation), net30.world.accounts
        member = member_by_email(accounts, email, by)
        changed = change_role(accounts, member.user.id, role_named(new), by, net30.clock())
    if json:
        print_json(changed)
        return
    say(f"{member.user.email} is now {changed.role.value} of {by.organisation}.")


@user.command("remove")
def remove(email: Email, *, organisation: Org = "", json: Json = False) -> None:
    """End a membership, with the user's keys and sessions of the organisation."""
    from net30.services.identity.change_role import remove_member
    from net30.services.identity.list_members import member_by_email

    with opened() as net30:
        by, accounts = worker(net30, organisation), net30.world.accounts
        member = member_by_email(accounts, email, by)
        remove_member(accounts, member.user.id, by, net30.clock())
    if json:
        print_json({"removed": member.user.email, "organisation": by.organisation})
        return
    say(f"{member.user.email} is no member of {by.organisation} any more.")


@user.command("password")
def password(
    email: Email,
    *,
    here: Annotated[bool, typer.Option("--here", help="Type it here, unseen.")] = False,
    organisation: Org = "",
    json: Json = False,
) -> None:
    """Make a one-time link for a new password, or type one here; until then the old one works."""
    from net30.services.identity.accept_link import Accepted, accept_link
    from net30.services.identity.list_members import member_by_email
    from net30.services.identity.reset_password import reset_password

    with opened() as net30:
        by, accounts = worker(net30, organisation), net30.world.accounts
        member = member_by_email(accounts, email, by)
        typed = _typed_password() if here else ""
        secret = reset_password(accounts, member.user.id, by, net30.clock())
        if typed:
            accepted = Accepted(secret=secret, password=typed)
            accept_link(accounts, net30.passwords, accepted, net30.clock())
            secret = ""
    if json:
        print_json({"user": member.user.email, "link": secret})
        return
    if here:
        say(f"{member.user.email} has a new password; its keys and sessions have ended.")
    else:
        say_link(net30.settings.address, secret, member.user.email, "good for an hour")


@org.command("add")
def org_add(
    organisation: Annotated[str, typer.Argument(metavar="ID", help="Such as lagune-conseil.")],
    *,
    name: Annotated[str, typer.Option(help="The company's name on invoices.")] = "",
    json: Json = False,
) -> None:
    """Add an organisation with books of its own."""
    from net30.services.identity.add_organisation import NewOrganisation, add_organisation

    with opened() as net30:
        new = NewOrganisation(id=organisation, name=name)
        made = add_organisation(net30.world, new, worker(net30, ""), net30.clock())
    if json:
        print_json(made)
        return
    say(f"{made.party.name} is there as {made.id}.")
    say(f"Work in it with NET30_ORGANISATION={made.id}; net30 user add EMAIL --org {made.id}")


@org.command("list")
def org_list(*, json: Json = False) -> None:
    """List the organisations."""
    from net30.domain.organisation import Organisation

    rows = []
    with opened() as net30:
        for found in net30.world.store.organisations():
            with net30.world.store.reading(found) as books:
                name = books.load(Organisation, found).value.party.name
            with net30.world.accounts.reading() as tx:
                members = len(tx.find(Membership, AccountKey.ORGANISATION, found))
            rows.append((found, name, members))
    if json:
        print_json([{"id": found, "name": name, "members": n} for found, name, n in rows])
        return
    shown = [(found, name, str(members)) for found, name, members in rows]
    print_table(counted(len(rows), "organisations"), ("id", "name", "members>"), shown)


def _mailed(net30: App, user: User, by: Principal, secret: str) -> bool:
    """Mail an invitation; tell whether the mail took it, else the link is shown."""
    from net30.domain.identity.one_time_link import LinkPurpose
    from net30.services.identity.mail_link import Post, mail_link

    of = net30.of(by.organisation)
    with of.look() as ctx:
        language = ctx.company.language
    post = Post(
        to=user,
        organisation=by.organisation,
        purpose=LinkPurpose.INVITATION,
        secret=secret,
        address=net30.settings.address,
    )
    return mail_link(net30.world, post, language)


def _typed_password() -> str:
    typed: str = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def _shown(one: object) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("id", "email", "name", "status")}
