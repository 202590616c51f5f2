"""net30 key: how programs come in."""

from __future__ import annotations

from typing import Annotated

import typer

from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, opened
from net30.cli.users import Org, worker
from net30.domain.identity.api_key import DAYS_MAX, ApiKey
from net30.domain.identity.roles import Permission
from net30.kernel.errors import InputError

key = typer.Typer(help="API keys: how programs come in.", no_args_is_help=True)


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(key, name="key")


@key.command("new")
def new(
    email: Annotated[str, typer.Argument(help="The member whose key it is.")],
    *,
    name: Annotated[str, typer.Option(help="What it is for.")],
    may: Annotated[
        list[str] | None, typer.Option(help="A permission, such as invoices.read; again for more.")
    ] = None,
    days: Annotated[int, typer.Option(help="How long it lives.", min=1, max=DAYS_MAX)] = 365,
    organisation: Org = "",
    json: Json = False,
) -> None:
    """Make an API key for a member; without --may it may all that the member may."""
    from net30.services.identity.list_members import member_by_email
    from net30.services.identity.make_key import NewKey, make_key

    with opened() as net30:
        by, accounts = worker(net30, organisation), net30.world.accounts
        member = member_by_email(accounts, email, by)
        scopes = frozenset(_permission(text) for text in may or ())
        asked = NewKey(name=name, scopes=scopes, days=days, user_id=member.user.id)
        made = make_key(accounts, asked, by, net30.clock())
    if json:
        print_json({"key": _shown(made.key), "secret": made.secret})
        return
    say(f"API key {made.key.name} for {member.user.email}, until {made.key.expires_at:%Y-%m-%d}:")
    say(f"  {made.secret}")
    say("It is shown only now. Send it as: Authorization: Bearer KEY")


@key.command("list")
def listed(*, organisation: Org = "", json: Json = False) -> None:
    """List the API keys of an organisation; never their secrets."""
    from net30.services.identity.revoke_key import list_keys

    with opened() as net30:
        now = net30.clock()
        keys = list_keys(net30.world.accounts, worker(net30, organisation))
    if json:
        print_json([_shown(one) | {"valid": one.is_valid(now)} for one in keys])
        return
    rows = [
        (
            one.prefix,
            one.name,
            "revoked" if one.revoked_at else "valid" if one.is_valid(now) else "expired",
            f"{one.expires_at:%Y-%m-%d}" if one.expires_at else "",
            ", ".join(sorted(one.scopes)),
        )
        for one in keys
    ]
    print_table(counted(len(rows), "keys"), ("key", "name", "state", "until", "may"), rows)


@key.command("revoke")
def revoke(
    prefix: Annotated[str, typer.Argument(metavar="KEY", help="The key's first letters or id.")],
    *,
    organisation: Org = "",
    json: Json = False,
) -> None:
    """Revoke an API key: it opens nothing any more."""
    from net30.services.identity.revoke_key import revoke_key

    with opened() as net30:
        by = worker(net30, organisation)
        revoked = revoke_key(net30.world.accounts, prefix, by, net30.clock())
    if json:
        print_json(_shown(revoked))
        return
    say(f"The key {revoked.name} ({revoked.prefix}) is revoked.")


def _permission(text: str) -> Permission:
    try:
        return Permission(text.strip().lower())
    except ValueError as error:
        raise InputError(
            f"there is no permission {text!r}",
            hint=f"there are: {', '.join(Permission)}",
            code="permission_name",
        ) from error


def _shown(one: ApiKey) -> dict[str, object]:
    names = ("id", "prefix", "name", "organisation", "user_id", "made_at", "expires_at")
    told: dict[str, object] = {name: getattr(one, name) for name in (*names, "revoked_at")}
    return told | {"scopes": sorted(one.scopes)}
