"""Backups in tests: made of a desk, put back somewhere else, and spoiled on purpose."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from net30.app import App, open_app
from net30.services.backups.after_restore import Opened, Settled, after_restore
from net30.services.backups.archive import SUMS, files_in, writing
from net30.services.backups.restore_backup import Restored, restore_backup
from net30.services.backups.run_backup import BackupRun
from net30.services.privacy.marks import Marks
from net30.settings import Settings
from net30.wiring.backups import backing_up, restoring
from tests.desk import Desk

Files = list[tuple[str, bytes]]


def told(_step: str, _done: int, _total: int) -> None:
    """Hear how far it is."""


def back_up(app: App, folder: Path) -> Path:
    """Return the file of a new backup in a folder."""
    run = run_backup(app, folder)
    return folder / run.made.name


def run_backup(app: App, folder: Path) -> BackupRun:
    """Make a backup in a folder."""
    with backing_up(app.settings, app.world, f"folder:{folder}") as one:
        return one.run(told)


def restore(file: Path, settings: Settings) -> Restored:
    """Restore a file where the settings say."""
    with restoring(settings) as empty:
        return restore_backup(lambda: file.open("rb"), empty, told)


def settled(settings: Settings, desk: Desk, restored: Restored, marks: dict[str, Marks]) -> Settled:
    """Do what follows on a restore."""
    with reopened(settings, desk) as app:
        opened = Opened(
            world=app.world,
            change=lambda name: app.of(name).change(),
            look=lambda name: app.of(name).look(),
        )
        return after_restore(opened, restored, marks)


@contextmanager
def reopened(settings: Settings, desk: Desk) -> Iterator[App]:
    """Lend restored books, at the desk's hour."""
    with closing(open_app(settings, clock=desk.clock)) as app:
        yield app


def elsewhere(home: Path, url: str = "") -> Settings:
    """Return the settings of another home."""
    settings = Settings(home=home)
    return replace(settings, database_url=url) if url else settings


def spoiled(file: Path, change: Callable[[Files], Files], *, sums: bool = False) -> Path:
    """Return another backup, packed as well as the first, whose files were changed.

    With `sums` the list of their digests is made anew, as by somebody who hides it.
    """
    with file.open("rb") as source:
        files = change(list(files_in(source)))
    if sums:
        files = [(name, content) for name, content in files if name != SUMS]
        lines = [f"{sha256(content).hexdigest()}  {name}\n" for name, content in files]
        files.append((SUMS, "".join(lines).encode()))
    target = file.with_name(f"spoiled-{file.name}")
    sink = io.BytesIO()
    with writing(sink, datetime(2026, 11, 22, tzinfo=UTC)) as archive:
        for name, content in files:
            archive.add(name, content)
    target.write_bytes(sink.getvalue())
    return target
