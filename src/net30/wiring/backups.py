"""Backups: what makes them, where they are kept, and what a restore fills."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from net30 import __version__
from net30.kernel.errors import InputError
from net30.kernel.plugins import load
from net30.ports.backups import BackupPlace
from net30.services.world import World
from net30.settings import Settings, differing, secrets_set
from net30.wiring.books import SQL
from net30.wiring.places import adapter_at, blobs_of, home_made, sql_url, under
from net30.wiring.secrets import sealed_keys, with_secrets

if TYPE_CHECKING:  # most commands do no long work
    from net30.services.backups.restore_backup import Empty
    from net30.services.backups.run_backup import BackUp


@contextmanager
def backing_up(settings: Settings, world: World, url: str = "") -> Iterator[BackUp]:
    """Lend what makes backups of an installation: in a place, or in that of the settings.

    There the settings say how many stay; elsewhere all do. The keys of sealed secrets go with it
    only when the settings have a passphrase to seal them with. Raises InputError for no place,
    ConfigurationError or Unavailable for what does not open.
    """
    place = backup_place(settings, url)
    home = home_made(settings.home)
    run: Any = import_module("net30.services.backups.run_backup")  # Any: a module
    made: Any = import_module("net30.services.backups.make_backup")  # Any: a module
    keeping: Any = import_module("net30.services.backups.keeping")  # Any: a module
    moment = load(SQL, "moment", extra="postgres").moment
    with closing(import_module(SQL).open_database(sql_url(settings, home))) as books:
        kept = made.Kept(
            moment=lambda: moment(books),
            blobs=world.blobs,
            models=home / settings.model_path,
            net30=__version__,
            settings=differing(replace(settings, home=Settings().home)),
            secret_settings=secrets_set(settings),
            sealed_keys=lambda: sealed_keys(settings, home),
        )
        rule = keeping.Rule(settings.backup_keep, settings.backup_weeks)
        back_up: BackUp = run.BackUp(
            world=world, kept=kept, place=place, rule=None if url else rule
        )
        yield back_up


def backup_place(settings: Settings, url: str = "") -> BackupPlace:
    """Return where backups are kept; raise InputError when the settings name no place."""
    settings = with_secrets(settings)
    url = url or settings.backup_url
    if not url:
        raise InputError(
            "no place is named for backups",
            hint="set NET30_BACKUP_URL, or name a folder: net30 backup FOLDER",
            code="backup_url",
        )
    url = under(home_made(settings.home), url)
    if url.partition(":")[0] == "folder":
        folder: BackupPlace = load("net30.adapters.backups", "folder").build(url)
        return folder
    volumes: Any = import_module("net30.services.backups.volumes")  # Any: a module
    cut: BackupPlace = volumes.Volumes(adapter_at("blobs", url))
    return cut


@contextmanager
def restoring(settings: Settings) -> Iterator[Empty]:
    """Lend where the settings have books, documents and models, to restore a backup into.

    Nobody else of net30 can open the books meanwhile. Raises Conflict where somebody has them open.
    """
    settings = with_secrets(settings)
    home = home_made(settings.home)
    restore: Any = import_module("net30.services.backups.restore_backup")  # Any: a module
    module = load(SQL, "refilling", extra="postgres")
    with module.empty_books(sql_url(settings, home)) as books:
        empty: Empty = restore.Empty(
            books=books, blobs=blobs_of(settings), models=home / settings.model_path
        )
        yield empty
