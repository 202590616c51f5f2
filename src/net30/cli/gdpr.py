"""net30 gdpr: all that is known of a person, as a file; and no more of it."""

from __future__ import annotations

import json as json_text
from pathlib import Path
from typing import Annotated

import typer

from net30.cli.output import print_json, print_table, say
from net30.cli.session import Json, changing, opened
from net30.kernel.errors import InputError
from net30.kernel.files import write_whole

app = typer.Typer(
    help="A person's data: take it out, erase it, see how long the law keeps the rest.",
    no_args_is_help=True,
)

Customer = Annotated[str, typer.Argument(help="The customer's name or id.")]
SHOWN = 10


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="gdpr")


@app.command("export")
def export(
    *,
    customer: Customer,
    out: Annotated[Path | None, typer.Option("--output", "-o", help="A .zip file.")] = None,
    json: Json = False,
) -> None:
    """Write all that is known of a customer: JSON and the documents, in a ZIP."""
    from net30.services.privacy.export_person import export_person

    with opened() as net30:
        with net30.look() as ctx:
            found = export_person(ctx, customer)
        target = out or Path(found.file_name)
        write_whole(target, found.content)
    if json:
        print_json({"file": target, "records": found.records, "files": found.files})
    else:
        say(f"Written to {target}: {found.records} records, {found.files} files.")


@app.command("erase")
def erase(
    *,
    customer: Annotated[str, typer.Argument(help="The customer's name or id.")] = "",
    contact_only: Annotated[
        bool, typer.Option("--contact-only", help="Of a company, only whom one asks there.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Everybody whom a restored backup brought back.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Erase a person for ever; what the law keeps stays, and is listed."""
    from net30.services.privacy.erase_again import erase_again
    from net30.services.privacy.erase_person import erase_person

    if bool(customer) == again:
        raise InputError(
            "say whom to erase", hint="net30 gdpr erase CUSTOMER, or --again", code="usage"
        )
    if not yes:
        typer.confirm(
            f"Erase {customer or 'all who came back'}? Nothing brings it back", abort=True
        )
    with changing() as net30, net30.change() as ctx:
        erased = (
            erase_again(ctx) if again else (erase_person(ctx, customer, contact_only=contact_only),)
        )
    if json:
        print_json(erased)
        return
    for one in erased:
        say(
            f"Erased: now {one.customer.name} ({one.customer.id}); {one.shredded} texts of events "
            f"and {one.records} records."
        )
        for paper in one.kept[:SHOWN]:
            say(f"  {paper.number} stays until {paper.until}")
        if one.kept:
            say(f"  {len(one.kept)} documents stay by law: {one.law.law}")
    if not erased:
        say("Nobody came back.")


@app.command("retention")
def retention(
    *,
    apply: Annotated[
        bool, typer.Option("--apply", help="Take erased customers out of what is over.")
    ] = False,
    json: Json = False,
) -> None:
    """Show how long the law keeps the documents, and which of them it keeps no more."""
    from net30.services.privacy.apply_retention import apply_retention, retention_state

    numbers: tuple[str, ...] = ()
    if apply:
        with changing() as net30, net30.change() as ctx:
            numbers = apply_retention(ctx)
    with opened() as net30, net30.look() as ctx:
        state = retention_state(ctx)
    if json:
        print_json({"state": state, "erased": numbers})
        return
    say(f"{state.law.years} years after the year of issue: {state.law.law}")
    checked = state.law.checked or "by nobody yet: read the law before you rely on it"
    say(f"Compared with the law: {checked}")
    print_table(
        "issued documents", ("year", "documents"), [(str(y), str(n)) for y, n in state.years]
    )
    say(f"The law keeps {state.kept}; it keeps no more {state.over + state.to_erase}.")
    if state.to_erase:
        say(f"{state.to_erase} of them name erased customers: net30 gdpr retention --apply")
    if numbers:
        say(f"Erased from {len(numbers)} documents: {', '.join(numbers[:SHOWN])}")


@app.command("export-member")
def export_one_member(
    *,
    email: Annotated[str, typer.Argument(help="The mail address of somebody who works here.")],
    out: Annotated[Path, typer.Option("--output", "-o", help="A .json file.")],
    json: Json = False,
) -> None:
    """Write all that is known of a user of net30, in every organisation."""
    from net30.services.privacy.member_records import export_member

    with opened() as net30:
        told = export_member(net30.world, email)
    write_whole(out, json_text.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
    print_json({"file": out}) if json else say(f"Written to {out}.")


@app.command("erase-member")
def erase_one_member(
    *,
    email: Annotated[str, typer.Argument(help="Of somebody who is a member no more.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Erase a user who was removed from every organisation; the id stays as evidence."""
    from net30.services.privacy.member_records import erase_member

    if not yes:
        typer.confirm(f"Erase {email}? Nothing brings it back", abort=True)
    with opened() as net30:
        left = erase_member(net30.world, email)
    print_json({"id": left.id}) if json else say(f"Erased: {left.id} is nobody now.")
