"""net30 restore: a backup back into empty books, compared row by row and checked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli import exits
from net30.cli.output import print_findings, print_json, progress_bar, say
from net30.cli.session import Json
from net30.kernel.errors import Conflict, InputError
from net30.kernel.files import write_whole

if TYPE_CHECKING:
    from net30.services.backups.after_restore import Settled
    from net30.services.backups.found import Found
    from net30.services.backups.restore_backup import Restored
    from net30.services.privacy.marks import Marks
    from net30.settings import Settings


def register(program: typer.Typer) -> None:
    """Add this command to `net30`."""
    program.command("restore")(restore)


def restore(
    *,
    what: Annotated[str, typer.Argument(help="A file, a name of net30 backup list, or latest.")],
    into: Annotated[
        str, typer.Option(help="Another home (a folder), or an empty database as a URL.")
    ] = "",
    replaces: Annotated[
        bool, typer.Option("--replace", help="What is there is set aside, beside it.")
    ] = False,
    erased: Annotated[
        Path | None, typer.Option(help="An erased.json that knows who was erased since.")
    ] = None,
    with_key: Annotated[
        bool, typer.Option("--with-key", help="Also the keys, by the passphrase they had.")
    ] = False,
    json: Json = False,
) -> None:
    """Check a backup, restore it, compare every row and file, erase anew who was erased since.

    Books are restored into nothing else: with --replace what is there moves to a folder beside it
    first, and back when the restore fails. No mail and no webhook is sent.
    """
    from net30.services.backups.found import found_backup
    from net30.services.backups.restore_backup import restore_backup
    from net30.services.privacy.marks import joined
    from net30.settings import load_with_file
    from net30.wiring.backups import backup_place, restoring
    from net30.wiring.secrets import with_secrets

    here = with_secrets(load_with_file(os.environ))
    found = found_backup(what, lambda url: backup_place(here, url))
    there = _target(here, into)
    if with_key:
        there = replace(there, backup_passphrase=here.backup_passphrase or _phrase())
    with progress_bar(shown=not json) as tell, _cleared(there, replaces) as aside:
        listed = _listed(found, erased)
        with restoring(there) as empty:
            restored = restore_backup(lambda: found.place.lending(found.name), empty, tell)
        if with_key:
            _put_keys(there, restored)
        marks = joined(*listed, *_marks((here, there), aside, restored.manifest.organisations))
        settled = _settled(there, restored, marks)
    if json:
        print_json({"restored": restored, "settled": settled, "set_aside": aside})
    else:
        _say(restored, settled, there, aside)
    raise typer.Exit(exits.DONE if settled.is_good else exits.FAULTS)


def _target(here: Settings, into: str) -> Settings:
    """Return the settings of where the backup goes."""
    if not into:
        return here
    # Nothing of a drill may reach what the books of every day share with others.
    apart = replace(here, search_url="", search_endpoint="", cache_url="", stream_url="")
    if ":" in into.partition("/")[0]:
        _check_unused(here)
        return replace(apart, database_url=into)
    usual = type(here)()
    return replace(
        apart,
        home=Path(into).expanduser(),
        database_url=usual.database_url,
        blob_url=usual.blob_url,
        mail_url=usual.mail_url,
        model_path=usual.model_path,
        storage_connection="",
        backup_url="",
    )


def _check_unused(here: Settings) -> None:
    """Refuse another database beside books: both would keep documents and ledger in one place."""
    from net30.wiring.backups import restoring

    with restoring(here) as own:
        if not own.books.is_empty():
            raise Conflict(
                f"{own.books.place} holds books that keep their documents and ledger in this home",
                hint="give the others a home of their own: NET30_HOME=FOLDER net30 restore ...",
                code="restore_home",
            )


@contextmanager
def _cleared(there: Settings, replaces: bool) -> Iterator[Path | None]:  # noqa: FBT001 as it was typed
    """Have what is there set aside; lend the folder it is in."""
    from net30.services.backups.set_aside import set_aside
    from net30.wiring.backups import restoring
    from net30.wiring.places import local_files

    if not replaces:
        yield None
        return
    files = local_files(there)
    with restoring(there):  # refused while somebody works there
        pass
    folder = there.home / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    with set_aside(files, folder):
        yield folder


def _listed(found: Found, erased: Path | None) -> list[dict[str, Marks]]:
    """Return who was erased, as told beside the backups and by a file."""
    from net30.cli.files import read_file
    from net30.services.backups.keeping import ERASED, read_marks

    beside = found.place.noted(ERASED)
    files = [beside] if beside else []
    files += [read_file(erased)] if erased else []
    return [{**read_marks(content)} for content in files]


def _marks(
    homes: tuple[Settings, ...], aside: Path | None, organisations: tuple[str, ...]
) -> list[dict[str, Marks]]:
    """Return who was erased, as the documents' places tell: here, there and what was there."""
    from net30.services.privacy.marks import marks_of
    from net30.wiring.places import blobs_of, local_files

    each = list(homes)
    if aside:
        was = {path.name for path in local_files(homes[-1])}
        each += [
            replace(homes[-1], home=aside, blob_url=f"folder:{path.name}")
            for path in (aside.iterdir() if aside.is_dir() else ())
            if path.is_dir() and path.name in was
        ]
    places = [blobs_of(one) for one in each]
    return [{name: marks_of(blobs, name) for name in organisations} for blobs in places]


def _settled(there: Settings, restored: Restored, marks: dict[str, dict[str, str]]) -> Settled:
    from net30.app import open_app
    from net30.services.backups.after_restore import Opened, after_restore

    net30 = open_app(there)
    try:
        opened = Opened(
            world=net30.world,
            change=lambda name: net30.of(name).change(),
            look=lambda name: net30.of(name).look(),
        )
        return after_restore(opened, restored, marks)
    finally:
        net30.close()


def _put_keys(there: Settings, restored: Restored) -> None:
    from net30.wiring.secrets import KEY_FILE, unsealed_keys

    if not restored.sealed_keys:
        raise InputError(
            "the backup has no keys",
            hint="it was made without NET30_BACKUP_PASSPHRASE; put the file secret.key there",
            code="backup_keys",
        )
    keys = unsealed_keys(there, restored.sealed_keys)
    file = there.home / KEY_FILE
    if file.exists() and file.read_text(encoding="ascii").strip() != keys:
        raise Conflict(
            f"there are other keys in {file}",
            hint="move that file away, if it is not needed, and restore once more",
            code="backup_keys",
        )
    write_whole(file, f"{keys}\n".encode())
    file.chmod(0o600)


def _phrase() -> str:
    return str(typer.prompt("Passphrase of the keys", hide_input=True))


def _say(restored: Restored, settled: Settled, there: Settings, aside: Path | None) -> None:
    say(
        f"Restored into {restored.place}: {restored.rows:,} rows in {restored.tables} tables, "
        f"{restored.documents:,} documents, {restored.models:,} files of models; all read again "
        "and the same."
    )
    if restored.schema != restored.migrated_to:
        say(f"The schema was {restored.schema} and is {restored.migrated_to} now.")
    for name, check in settled.checks.items():
        print_findings(check.findings)
        say(f"{name}: {check.invoices:,} documents, {check.open_items:,} open items, "
            f"{check.payments:,} payments, {check.files:,} files checked.")  # fmt: skip
    print_findings(settled.audit)
    say(f"Audit: {settled.audit_entries:,} entries, {len(settled.audit)} faults.")
    for one in settled.erased:
        say(f"Erased again: {one}")
    for one in (*settled.not_erased, *settled.waits):
        say(f"NOT DONE: {one}")
    if settled.not_erased:
        say("Settle what they owe, then: net30 gdpr erase --again")
    differing = dict(restored.manifest.settings)
    if differing:
        say(f"It was made with: {', '.join(f'{k}={v}' for k, v in differing.items())}")
    if restored.manifest.secret_settings:
        say(f"Secret settings it had: {', '.join(restored.manifest.secret_settings)}")
    if not (there.home / "secret.key").exists() and not there.secret_keys:
        say("Sealed secrets (second factors, webhooks) need the old secret.key in the home.")
    if aside and aside.is_dir():
        say(f"What was there before is in {aside}.")
