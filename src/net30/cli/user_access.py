"""net30 user second-factor, sessions: how a member comes in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, opened
from net30.cli.users import Email, Org, user, worker


@user.command("second-factor")
def second_factor(
    email: Email,
    *,
    set_up: Annotated[
        bool, typer.Option("--set-up", help="Show a QR code, ask for a first code.")
    ] = False,
    remove: Annotated[
        bool, typer.Option("--remove", help="For who lost the app and the recovery codes.")
    ] = False,
    organisation: Org = "",
    json: Json = False,
) -> None:
    """Tell whether signing in asks a member for an app's code; set it up, or stop asking."""
    from net30.domain.identity.second_factor import SecondFactor
    from net30.services.identity.list_members import member_by_email
    from net30.services.identity.second_factor import (
        confirm_second_factor,
        remove_second_factor,
        set_up_second_factor,
    )

    codes: tuple[str, ...] = ()
    with opened() as net30:
        by, accounts = worker(net30, organisation), net30.world.accounts
        found = member_by_email(accounts, email, by).user
        if remove:
            remove_second_factor(accounts, found.id, by.user, net30.clock())
        if set_up:
            factors = net30.second_factors
            made = set_up_second_factor(accounts, factors, found.id, net30.clock())
            typed = _first_code(made.link, made.secret)
            codes = confirm_second_factor(accounts, factors, found.id, typed, net30.clock())
        with accounts.reading() as tx:
            factor = tx.get(SecondFactor, found.id)
    asked, left = bool(factor and factor.is_asked_for), len(factor.recovery) if factor else 0
    if json:
        told = {"user": found.email, "second_factor": asked, "recovery_codes_left": left}
        print_json(told | ({"recovery_codes": codes} if codes else {}))
        return
    state = f"a second factor, {left} recovery codes left" if asked else "no second factor"
    say(f"{found.email} has {state}.")
    if codes:
        say("Each of these signs in once when the app is lost; they are shown only now:")
        say("\n".join(f"  {code}" for code in codes))


@user.command("sessions")
def sessions(
    email: Email,
    *,
    end: Annotated[bool, typer.Option("--end", help="End them all, on every machine.")] = False,
    organisation: Org = "",
    json: Json = False,
) -> None:
    """List where a member is signed in, or sign the member out everywhere."""
    from net30.services.identity.list_members import member_by_email
    from net30.services.identity.log_out import end_sessions, open_sessions

    with opened() as net30:
        by, accounts = worker(net30, organisation), net30.world.accounts
        found = member_by_email(accounts, email, by).user
        if end:
            end_sessions(accounts, found.id, by.user, net30.clock())
        there = open_sessions(accounts, found.id, net30.clock())
    if json:
        print_json([{"since": s.made_at, "until": s.expires_at, "agent": s.agent} for s in there])
        return
    rows = [(f"{s.made_at:%Y-%m-%d %H:%M}", f"{s.expires_at:%H:%M}", s.agent) for s in there]
    print_table(
        counted(len(rows), f"sessions of {found.email}"), ("since", "until", "program"), rows
    )


def _first_code(link: str, secret: str) -> str:
    """Show what an app reads, on standard error, and return the first code that is typed."""
    import segno

    segno.make(link, micro=False).terminal(sys.stderr, compact=True)
    sys.stderr.write(f"or type into the app: {secret}\n")
    typed: str = typer.prompt("The app's code", err=True)
    return typed
