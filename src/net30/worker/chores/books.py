"""Books: each connected accounting program is pulled, and pushed where that was asked for."""

from __future__ import annotations

import logging

from net30.app import App
from net30.domain.books import BooksConnection
from net30.kernel.errors import Net30Error
from net30.services.alerts.check_alerts import check_alerts
from net30.services.alerts.readings import readings
from net30.services.books.connections import list_connections
from net30.services.books.pull import pull
from net30.services.books.push import push

EVERY_SECONDS = 3600.0

log = logging.getLogger("net30.books")


def run(app: App) -> None:
    """Pull and push the connections of one organisation; one that fails stops no other."""
    with app.look("net30") as ctx:
        due = [one for one in list_connections(ctx) if _is_due(one, app)]
    if not due:
        return
    work = app.books_work("net30")
    for connection in due:
        try:
            if connection.scheduled_pull:
                pull(work, connection.id)
            if connection.scheduled_push:
                push(work, connection.id)
        except Net30Error as error:  # it is noted on the connection
            log.warning("%s of %s waits: %s", connection.id, app.organisation, error.message)
            if error.code == "books_access":
                _tell_at_once(app)


def _tell_at_once(app: App) -> None:
    """Raise the alert that a connection is broken now, not at the next look at the figures."""
    with app.look("net30") as ctx:
        seen = readings(ctx, ctx.today)
    with app.change("net30") as ctx:
        check_alerts(ctx, seen)


def _is_due(connection: BooksConnection, app: App) -> bool:
    now = app.clock()
    waits = connection.wait_until is not None and now < connection.wait_until
    wanted = connection.scheduled_pull or connection.scheduled_push
    return connection.is_connected and wanted and not waits and not connection.is_busy(now)
