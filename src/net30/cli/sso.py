"""net30 sso: an organisation's own sign-on, by OpenID Connect."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from net30.cli.output import print_json, print_table, say
from net30.cli.session import Json, opened
from net30.cli.users import Org, worker

sso = typer.Typer(help="Sign-on by OpenID Connect.", no_args_is_help=True)


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(sso, name="sso")


@sso.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What its button says.")],
    *,
    issuer: Annotated[str, typer.Option(help="Its address: https://login.company.example")],
    client_id: Annotated[str, typer.Option(help="What it calls us.")],
    organisation: Org = "",
    json: Json = False,
) -> None:
    """Let members come in by the organisation's own server; its client secret is asked for."""
    from net30.services.identity.sign_ons import NewProvider, add_provider

    secret = _typed_secret()
    with opened() as net30:
        new = NewProvider(name=name, issuer=issuer, client_id=client_id, client_secret=secret)
        net30.sign_on_servers.check(issuer)
        by = worker(net30, organisation)
        made = add_provider(net30.world.accounts, net30.sealing, new, by, net30.clock())
        back_to = f"{net30.settings.address}/sso/callback"
    if json:
        shown = {"id": made.id, "name": made.name, "issuer": made.issuer}
        print_json(shown | {"organisation": made.organisation, "redirect_uri": back_to})
        return
    say(f"Members of {made.organisation} can sign in with {made.name} ({made.id}).")
    say(f"There, allow this address to come back to: {back_to}")


@sso.command("list")
def listed(*, organisation: Org = "", json: Json = False) -> None:
    """List the organisation's sign-on servers."""
    from net30.services.identity.sign_ons import providers_of

    with opened() as net30:
        found = providers_of(net30.world.accounts, worker(net30, organisation))
    if json:
        print_json([{"id": one.id, "name": one.name, "issuer": one.issuer} for one in found])
        return
    rows = [(one.id, one.name, one.issuer, one.client_id) for one in found]
    print_table(f"{len(rows)} sign-on servers", ("id", "name", "issuer", "client id"), rows)


@sso.command("remove")
def remove(
    provider: Annotated[str, typer.Argument(help="The server's id, as net30 sso list shows it.")],
    *,
    organisation: Org = "",
    json: Json = False,
) -> None:
    """Let nobody come in by a server any more; sessions that are open stay until they end."""
    from net30.services.identity.sign_ons import remove_provider

    with opened() as net30:
        by = worker(net30, organisation)
        remove_provider(net30.world.accounts, provider, by, net30.clock())
    print_json({"removed": provider}) if json else say(f"Removed {provider}.")


def _typed_secret() -> str:
    """Return the client secret, from a prompt or a pipe: a command line is seen by others."""
    if sys.stdin.isatty():
        typed: str = typer.prompt("Client secret", hide_input=True, err=True)
        return typed
    return sys.stdin.readline().rstrip("\n")
