"""net30 books: accounting programs elsewhere, such as QuickBooks Online and Xero."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli import exits
from net30.cli.output import counted, print_findings, print_json, print_table, say
from net30.cli.session import Json, changing, opened
from net30.kernel.dates import parse_date
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding, has_errors

if TYPE_CHECKING:
    from net30.app import App
    from net30.domain.books import Exchange
    from net30.services.books.consent import Asker
    from net30.services.books.overview import ConnectionShown

books = typer.Typer(
    help="Accounting programs: pull what is there, push what is ours.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The connection: net30 books list.")]


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(books, name="books")


@books.command("list")
def listed(*, json: Json = False) -> None:
    """List the connections, and the programs that can be connected."""
    from net30.services.books.overview import show_connections

    with opened() as net30:
        with net30.look() as ctx:
            found = show_connections(ctx)
        programs = net30.books_programs
    if json:
        print_json({"connections": found, "programs": programs})
        return
    rows = [
        (
            one.name,
            one.program,
            one.company,
            _state(one),
            _when(one.last_pull),
            _when(one.last_push),
        )
        for one in found
    ]
    columns = ("name", "program", "company", "state", "pulled (UTC)", "pushed (UTC)")
    print_table(counted(len(rows), "connections"), columns, rows)
    say(f"Programs that can be connected: {', '.join(programs)}")


@books.command("connect")
def connect(
    program: Annotated[str, typer.Argument(help="Such as xero or quickbooks: net30 books list.")],
    *,
    client_id: Annotated[
        str, typer.Option(help="What the program calls our app; the last one where it is known.")
    ] = "",
    name: Annotated[str, typer.Option(help="What the connection is called; the program.")] = "",
    address: Annotated[
        str, typer.Option(help="'sandbox', or the URL of a stand-in; empty: the program itself.")
    ] = "",
    json: Json = False,
) -> None:
    """Ask to be let into a program; its client secret is asked for (empty: none, with PKCE)."""
    from net30.services.books.connections import NewConnection
    from net30.services.books.consent import ask, ask_again

    with opened() as net30:
        work, asker = net30.books_work(), _asker(net30)
        if client_id:
            new = NewConnection(
                program=program,
                client_id=client_id,
                client_secret=_typed_secret(),
                name=name,
                address=address,
            )
            asked = ask(work, new, asker)
        else:
            asked = ask_again(work, name or program, asker)
    connection = asked.connection.id
    if json:
        print_json(
            {"connection": connection, "address": asked.address, "redirect_uri": asker.back_to}
        )
        return
    say("Open this address in a browser, and say yes there:")
    say(f"  {asked.address}")
    say(f"The program must know this address as our redirect URI: {asker.back_to}")
    say("If no page of net30 shows then, copy the address the browser ended at:")
    say("  net30 books finish ADDRESS")


@books.command("finish")
def finish(
    returned: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="The address that the browser ended at.")
    ],
    *,
    json: Json = False,
) -> None:
    """Take the answer of a program in, where no server could."""
    from net30.services.books.consent import read_returned, take_answer

    with changing() as net30:
        told = read_returned(returned)
        connection = take_answer(net30.books_work(), told, _asker(net30))
    _tell(connection.id, json=json)


@books.command("choose")
def choose(
    name: Name,
    company: Annotated[str, typer.Argument(help="The company, by its name or id there.")],
    *,
    json: Json = False,
) -> None:
    """Say which company is meant, where a program opened several."""
    from net30.services.books.consent import choose_company

    with changing() as net30:
        choose_company(net30.books_work(), name, company, _asker(net30))
    _tell(name, json=json)


@books.command("status")
def status(name: Name, *, json: Json = False) -> None:
    """Show a connection: its state, its options, the last pull and push with what was found."""
    _tell(name, json=json)


@books.command("set")
def change(
    name: Name,
    *,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", help="How it is booked there: NAME=VALUE; empty takes it away."),
    ] = None,
    pull: Annotated[bool | None, typer.Option(help="Pull by itself, every hour.")] = None,
    push: Annotated[bool | None, typer.Option(help="Push by itself, every hour.")] = None,
    json: Json = False,
) -> None:
    """Change how a connection works."""
    from net30.services.books.connections import (
        ConnectionChange,
        change_connection,
        connection_of,
    )

    with changing() as net30:
        work = net30.books_work()
        with net30.look() as ctx:
            program = work.program_of(connection_of(ctx, name).value)
        wanted = ConnectionChange(
            options=_options(option or ()), scheduled_pull=pull, scheduled_push=push
        )
        with net30.change() as ctx:
            change_connection(ctx, name, wanted, program)
    _tell(name, json=json)


@books.command("pull")
def pulled(
    name: Name,
    *,
    whole: Annotated[
        bool, typer.Option("--all", help="Everything, not only what changed since the last time.")
    ] = False,
    json: Json = False,
) -> None:
    """Pull invoices, credit notes and payments that changed there."""
    from net30.services.books.pull import pull

    with changing() as net30:
        report = pull(net30.books_work(), name, whole=whole)
    if json:
        print_json(report)
    else:
        say(
            f"{report.documents} documents were told of: {report.added} are new, "
            f"{report.changed} changed, {report.voided} void; {report.payments} payments came in "
            f"on our own; {report.new_customers} customers are new."
        )
    _end(report.findings, json=json)


@books.command("push")
def pushed(
    name: Name,
    *,
    since: Annotated[
        str, typer.Option(help="Also what was issued from a day on, YYYY-MM-DD.")
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Also what was refused too often.")
    ] = False,
    json: Json = False,
) -> None:
    """Push invoices, credit notes and payments of ours that are not there yet."""
    from net30.services.books.push import push

    with changing() as net30:
        day = parse_date(since) if since else None
        report = push(net30.books_work(), name, since=day, again=again)
    if json:
        print_json(report)
    else:
        say(
            f"{report.documents} documents, {report.settlements} settlements and "
            f"{report.customers} customers are there now; {report.refused} were refused."
        )
    _end(report.findings, json=json)


@books.command("disconnect")
def disconnected(name: Name, *, json: Json = False) -> None:
    """Give the tokens back and forget the connection; what was pulled and pushed stays."""
    from net30.services.books.connections import disconnect

    with changing() as net30:
        why = disconnect(net30.books_work(), name)
    if json:
        print_json({"disconnected": name, "not_revoked": why})
        return
    say(f"{name} is disconnected.")
    if why:
        say(f"The program did not take the tokens back: {why}")


def _asker(net30: App) -> Asker:
    from net30.services.books.consent import CALLBACK, Asker
    from net30.services.identity.noted import at_this_machine

    back_to = f"{net30.settings.address}{CALLBACK}"
    return Asker(principal=at_this_machine(net30.organisation), back_to=back_to)


def _tell(name: str, *, json: bool) -> None:
    from net30.services.books.overview import show_connection

    with opened() as net30, net30.look() as ctx:
        found = show_connection(ctx, name)
    if json:
        print_json(found)
        return
    say(f"{found.name}: {found.program}, {_state(found)}")
    say(f"  company   {found.company} ({found.currency})")
    say(f"  by itself {'pull' if found.scheduled_pull else ''} "
        f"{'push' if found.scheduled_push else ''}")  # fmt: skip
    for option, value in found.options.items():
        say(f"  {option} = {value}")
    for what, exchange in (("pull", found.last_pull), ("push", found.last_push)):
        if exchange is None:
            continue
        counts = ", ".join(f"{count} {counted}" for counted, count in exchange.counts)
        say(f"  last {what} {exchange.at:%Y-%m-%d %H:%M} UTC: {exchange.fault or counts}")
        print_findings(exchange.findings)
    if found.refused:
        say(f"  {found.refused} were refused there: net30 books push {name} --again")


def _state(one: ConnectionShown) -> str:
    if one.broken_because:
        return f"broken: {one.broken_because}"
    return "at work" if one.busy else one.state.value


def _when(exchange: Exchange | None) -> str:
    return f"{exchange.at:%Y-%m-%d %H:%M}" if exchange else "never"


def _options(said: Iterable[str]) -> dict[str, str]:
    options = {}
    for one in said:
        name, equals, value = one.partition("=")
        if not equals:
            raise InputError(f"{one!r} is no option", hint="write NAME=VALUE", code="books_option")
        options[name.strip()] = value.strip()
    return options


def _end(findings: tuple[Finding, ...], *, json: bool) -> None:
    if not json:
        print_findings(findings)
    if has_errors(findings):
        raise typer.Exit(exits.FAULTS)


def _typed_secret() -> str:
    """Return the client secret, from a prompt or a pipe: a command line is seen by others."""
    if sys.stdin.isatty():
        typed: str = typer.prompt("Client secret", hide_input=True, err=True, default="")
        return typed
    return sys.stdin.readline().rstrip("\n")
