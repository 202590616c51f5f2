"""Alerts: what has passed its limit is raised, and what has not any more is closed."""

from __future__ import annotations

from net30.app import App
from net30.services.alerts.check_alerts import check_alerts
from net30.services.alerts.readings import readings

EVERY_SECONDS = 6 * 3600.0


def run(app: App) -> None:
    """Look at the figures of one organisation once."""
    with app.look("net30") as ctx:
        seen = readings(ctx, ctx.today)
    with app.change("net30") as ctx:
        check_alerts(ctx, seen)
