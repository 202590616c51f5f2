"""Backups: those that are kept, and one more; for who runs the whole installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.domain.job import Job
from net30.kernel.errors import Forbidden
from net30.services.backups.make_backup import made_at_of
from net30.services.jobs.order_backup import order_backup
from net30.wiring.backups import backup_place

routes = Resource("backups", "Backups of the whole installation.")

NEEDS = (Permission.SETTINGS_WRITE, Permission.ORGANISATIONS_WRITE)
"""A backup holds all organisations' books."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBackup:
    """A backup in its place: its name, when it was made, its size in bytes."""

    name: str
    made_at: datetime
    size: int


@routes.get("/backups", NEEDS, gives=tuple[KeptBackup, ...])
def list_backups(visit: Looking) -> Response:
    """List the backups in the place that the settings name, the latest last."""
    _check_at_home(visit)
    place = backup_place(visit.app.settings)
    return visit.reply(
        [
            KeptBackup(name=one.name, made_at=made_at_of(one.name), size=one.size)
            for one in place.kept()
        ]
    )


@routes.post("/backups", NEEDS, gives=Job, status=202)
def make_backup(visit: Changing) -> Response:
    """Order a backup: a job that a worker takes up; GET /jobs/ID tells how far it is."""
    _check_at_home(visit)
    backup_place(visit.app.settings)
    return visit.once(order_backup)


def _check_at_home(visit: Looking | Changing) -> None:
    """Raise Forbidden for members of organisations that only are guests of the installation."""
    settings = visit.app.settings
    if visit.principal.organisation != settings.organisation:
        raise Forbidden(
            "backups hold the books of all organisations",
            hint=f"ask who runs net30: an owner of {settings.organisation}",
            code="backup_home",
        )
