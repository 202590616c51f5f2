"""Health: whether net30 runs, and whether it can work; for load balancers, without a key."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI
from starlette.responses import JSONResponse, Response

from net30.api.house import House
from net30.domain.job import BACKUP
from net30.kernel.errors import Net30Error
from net30.services.jobs.order_backup import LATE_AFTER, last_backup


def add_health(api: FastAPI, house: House) -> None:
    """Serve /health and /ready."""

    def health() -> Response:
        """Tell that the process answers."""
        return JSONResponse({"status": "ok"})

    def ready() -> Response:
        """Tell whether invoices can be issued, and name what is down or behind.

        503 when they cannot; a cache that is down only makes answers slower.
        """
        try:
            house.app.world.store.organisations()
        except Net30Error:
            return JSONResponse({"status": "down", "down": ["store"], "behind": []}, 503)
        behind = [*house.relay.stuck(), *_late_backup(house)]
        world = house.app.world
        faults = {"blobs": world.blobs.fault(), "cache": world.cache.fault()}
        down = [name for name, why in faults.items() if why]
        status = "degraded" if behind or down else "ok"
        return JSONResponse({"status": status, "down": down, "behind": behind})

    api.add_api_route("/health", health, methods=["GET", "HEAD"], include_in_schema=False)
    api.add_api_route("/ready", ready, methods=["GET", "HEAD"], include_in_schema=False)


def _late_backup(house: House) -> Iterator[str]:
    """Yield "backup" where one is to be made each day and none was made for longer."""
    if house.app.settings.backup_url:
        with house.app.look("ready") as ctx:
            last = last_backup(ctx)
            if last is None or ctx.now - last.began > LATE_AFTER:
                yield BACKUP
