"""Recurring: the invoices that are due by their schedules, each made once."""

from __future__ import annotations

from net30.app import App
from net30.services.plan_schedules import plan_schedules
from net30.services.run_schedules import run_schedules

EVERY_SECONDS = 900.0


def run(app: App) -> None:
    """Make what is due today in one organisation; what cannot be made waits for the next time."""
    with app.look("net30") as ctx:
        plan = plan_schedules(ctx, None)
    if plan.due:
        run_schedules(lambda: app.change("net30"), plan)
