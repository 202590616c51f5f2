"""net30 backup: all that an installation keeps in one file, checked; and the list of them."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from net30.cli import exits
from net30.cli.output import counted, print_findings, print_json, print_table, progress_bar, say
from net30.cli.session import Json, opened
from net30.kernel.errors import InputError

MAKE = "make"
SUFFIX = ".tar.gz"
MEGABYTE = 2**20


class _Backups(TyperGroup):
    """`net30 backup FOLDER` makes a backup; the other commands are named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # Any: typer's own context
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = [MAKE, *args]
        return list(super().parse_args(ctx, args))


app = typer.Typer(
    cls=_Backups, help="All books, documents and models in one file, checked; and the way back."
)

Where = Annotated[
    str,
    typer.Argument(help="A folder, a file .tar.gz or a URL; NET30_BACKUP_URL when left out."),
]
What = Annotated[
    str, typer.Argument(help="A file, a name of net30 backup list, or latest.", show_default=False)
]


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(app, name="backup")


@app.command(MAKE)
def make(
    *,
    where: Where = "",
    keep: Annotated[
        int, typer.Option(help="How many backups stay there; 0: all.", min=0, max=1000)
    ] = 0,
    with_key: Annotated[
        bool,
        typer.Option("--with-key", help="With the keys of sealed secrets, under a passphrase."),
    ] = False,
    json: Json = False,
) -> None:
    """Make a backup, others may work meanwhile; read it again and check it."""
    from net30.domain.job import BACKUP
    from net30.kernel.jsonable import jsonable
    from net30.services.backups.keeping import Rule
    from net30.services.jobs.run_job import run_job

    url, name = _place_and_name(where)
    with ExitStack() as stack:
        net30 = stack.enter_context(opened())
        if with_key:
            net30 = replace(net30, settings=replace(net30.settings, backup_passphrase=_phrase()))
        one = stack.enter_context(_backing_up(net30, url))
        rule = Rule(keep) if keep else one.rule
        backing = replace(one, name=name, rule=None if name else rule)
        tell = stack.enter_context(progress_bar(shown=not json))
        run = run_job(net30.change, lambda told: backing.run(_both(told, tell)),
                      kind=BACKUP, title=BACKUP, told=jsonable)  # fmt: skip
    if json:
        print_json(run)
        return
    made = run.made
    say(f"Backup {run.place}/{made.name}, {run.size / MEGABYTE:,.1f} MB, read again and checked:")
    say(
        f"  {counted(made.organisations, 'organisations')}, {made.rows:,} rows, "
        f"{made.documents:,} documents, {made.models:,} files of models; digest {made.digest}"
    )
    if not made.has_keys:
        say("  Without the keys of sealed secrets (secret.key): keep those apart, or --with-key.")
    for gone in run.removed:
        say(f"  {gone} was let go.")


@app.command("check")
def check(
    *,
    what: What,
    digest: Annotated[str, typer.Option(help="The digest that it had; the audit has it.")] = "",
    json: Json = False,
) -> None:
    """Check every file and every table of a backup; nothing is restored."""
    from net30.services.backups.check_backup import check_backup
    from net30.services.backups.found import found_backup
    from net30.settings import load_with_file
    from net30.wiring.backups import backup_place

    settings = load_with_file(os.environ)
    found = found_backup(what, lambda url: backup_place(settings, url))
    with found.place.lending(found.name) as source:
        checked = check_backup(source, digest)
    if json:
        print_json({"name": found.name, "files": checked.files, "bytes": checked.bytes,
                    "digest": checked.digest, "findings": checked.findings,
                    "manifest": checked.manifest})  # fmt: skip
    else:
        print_findings(checked.findings)
        state = counted(len(checked.findings), "faults") if checked.findings else "it is whole"
        rows = f"{checked.manifest.rows:,} rows" if checked.manifest else "no manifest"
        say(f"{found.name}: {checked.files:,} files, {rows}: {state}.")
        if checked.digest:
            say(f"Digest {checked.digest}")
    raise typer.Exit(exits.FAULTS if checked.findings else exits.DONE)


@app.command("list")
def list_backups(*, where: Where = "", json: Json = False) -> None:
    """List the backups of a place, the latest last."""
    from net30.services.backups.make_backup import made_at_of
    from net30.settings import load_with_file
    from net30.wiring.backups import backup_place

    settings = load_with_file(os.environ)
    place = backup_place(settings, _place_and_name(where)[0])
    kept = place.kept()
    if json:
        print_json({"place": place.place, "backups": kept})
        return
    rows = [
        (one.name, f"{made_at_of(one.name):%Y-%m-%d %H:%M} UTC", f"{one.size / MEGABYTE:,.1f} MB")
        for one in kept
    ]
    print_table(f"Backups in {place.place}", ("name", "made", "size>"), rows)


def _backing_up(net30: Any, url: str) -> Any:  # Any: app's own, which is imported late
    from net30.wiring.backups import backing_up

    return backing_up(net30.settings, net30.world, url)


def _both(*each: Any) -> Any:  # Any: told of steps, as Progress says
    def tell(step: str, done: int, total: int) -> None:
        for one in each:
            one(step, done, total)

    return tell


def _place_and_name(where: str) -> tuple[str, str]:
    """Return the URL of the place and the file's name, where people have named one."""
    if not where or ":" in where.partition("/")[0]:
        return where, ""
    path = Path(where).expanduser().absolute()
    if path.name.endswith(SUFFIX):
        return f"folder:{path.parent}", path.name
    if path.is_file():
        raise InputError(
            f"{where!r} is a file already", hint="name a folder, or a file .tar.gz", code="usage"
        )
    return f"folder:{path}", ""


def _phrase() -> str:
    """Return the passphrase of the settings, or ask for one."""
    from net30.settings import load_with_file

    known = load_with_file(os.environ).backup_passphrase
    return known or str(
        typer.prompt("Passphrase for the keys", hide_input=True, confirmation_prompt=True)
    )
