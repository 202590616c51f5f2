"""Backup: the one of the day is ordered once its hour has come, and who was erased is kept with it.

Of several workers one orders it and one makes it: its record is a job's.
"""

from __future__ import annotations

from net30.app import App
from net30.services.backups.keeping import keep_marks
from net30.services.jobs.order_backup import order_due_backup
from net30.wiring.backups import backup_place

EVERY_SECONDS = 900.0


def run(app: App) -> None:
    """Order what is due, where the settings name a place; on behalf of their organisation."""
    settings = app.settings
    if not settings.backup_url or app.organisation != settings.organisation:
        return
    with app.change("net30") as ctx:
        order_due_backup(ctx, settings.backup_hour)
    keep_marks(backup_place(settings), app.world)
