"""A process that runs dunning and recurring invoices four times.

python -m tests.proofs.collector HOME DATABASE_URL MOMENT
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from net30.app import open_app
from net30.services.plan_dunning import plan_dunning
from net30.services.plan_schedules import plan_schedules
from net30.services.relay import drain
from net30.services.run_dunning import run_dunning
from net30.services.run_schedules import run_schedules
from net30.settings import Settings

TIMES = 4


def main(home: str, url: str, moment: str) -> None:
    """Run again and again at one moment."""
    now = datetime.fromisoformat(moment)
    app = open_app(replace(Settings(home=Path(home)), database_url=url), clock=lambda: now)
    for _ in range(TIMES):
        with app.look() as ctx:
            plan, recurring = plan_dunning(ctx), plan_schedules(ctx)
        run_dunning(app.change, plan)
        run_schedules(app.change, recurring)
    drain(app.world, app.organisation, ("letters", "mail"))
    app.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
