"""net30 audit: who did what, and whether anybody changed that afterwards."""

from __future__ import annotations

import dataclasses
import json as json_text
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from net30.cli import exits
from net30.cli.files import read_file
from net30.cli.output import counted, print_findings, print_json, say
from net30.cli.session import Json, opened, settle
from net30.kernel.files import whole_file

audit = typer.Typer(help="Who did what, as a chain that shows changes.", no_args_is_help=True)

To = Annotated[Path | None, typer.Option("--to", help="A file; standard output when left out.")]


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(audit, name="audit")


@audit.command("verify")
def verify(
    *,
    head: Annotated[
        list[Path] | None, typer.Option("--head", help="A file of net30 audit head; or several.")
    ] = None,
    json: Json = False,
) -> None:
    """Check every entry against the one before it, the books, and heads kept elsewhere."""
    from net30.services.audit.export_audit import read_heads
    from net30.services.audit.verify_audit import verify_audit

    known = [one for file in head or () for one in read_heads(read_file(file))]
    with opened() as net30:
        settle(net30)
        found = verify_audit(net30.world, known)
    if json:
        print_json(found)
    else:
        print_findings(found.findings)
        against = f", {len(known)} exported heads" if known else ""
        state = counted(len(found.findings), "faults") if found.findings else "it holds"
        say(f"Audit: {found.entries:,} entries, {found.events:,} events{against}: {state}.")
        if not known:
            say("Without --head, entries cut off or made anew at the end are not found.")
    raise typer.Exit(exits.FAULTS if found.findings else exits.DONE)


@audit.command("head")
def head(*, to: To = None, json: Json = False) -> None:
    """Write where each chain ends now; keep it where nobody of this machine can write."""
    from net30.services.audit.export_audit import audit_heads, heads_as_json

    with opened() as net30:
        settle(net30)
        text = heads_as_json(audit_heads(net30.world.accounts))
    _write([text], to, as_json=json)


@audit.command("export")
def export(
    *,
    chain: Annotated[str, typer.Option(help="An organisation, * for sign-ins; all: none.")] = "",
    to: To = None,
    json: Json = False,
) -> None:
    """Write the entries, one JSON object a line."""
    from net30.services.audit.export_audit import audit_entries

    with opened() as net30:
        entries = audit_entries(net30.world.accounts, chain)
        lines = (json_text.dumps(dataclasses.asdict(entry)) + "\n" for entry in entries)
        _write(lines, to, as_json=json)


@audit.command("note")
def note(
    *,
    kind: Annotated[
        str, typer.Argument(help="backup, restore_test, incident, access_review or other.")
    ],
    text: Annotated[str, typer.Argument(help="One sentence; it cannot be changed afterwards.")],
    json: Json = False,
) -> None:
    """Note what happened outside of net30; `net30 report compliance` tells it."""
    from net30.services.compliance.note_evidence import evidence_kind, note_evidence
    from net30.services.identity.noted import at_this_machine

    with opened() as net30:
        by = at_this_machine(net30.organisation)
        note_evidence(net30.world.accounts, evidence_kind(kind), text, by, net30.clock())
    print_json({"noted": kind}) if json else say(f"Noted: {kind}.")


def _write(lines: Iterable[str], to: Path | None, *, as_json: bool) -> None:
    """Write what is JSON already; `as_json` is about what is said beside a file."""
    if to is None:
        sys.stdout.writelines(lines)
        return
    with whole_file(to) as file:
        file.writelines(line.encode() for line in lines)
    print_json({"written": to}) if as_json else say(f"Written: {to}")
