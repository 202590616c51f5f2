"""A teller of webhooks: `python -m tests.proofs.telling_process HOME SECONDS [forgetful]`.

It does for the webhooks of a home what `net30 work` does, at a time that is so many seconds ahead.
The forgetful one is the mutant: what it was about to send when it died is never sent again.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from net30.app import open_app
from net30.services.relaying import Relaying
from net30.services.webhooks import deliver
from net30.services.webhooks.courier import Courier
from net30.services.webhooks.deliver import Post
from net30.settings import Settings
from tests.doubles.receiver import ALLOWED

SWEEP_SECONDS = 0.2


def main(home: str, seconds: str, guard: str = "") -> None:
    """Tell until killed."""
    ahead = timedelta(seconds=float(seconds))

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    if guard == "forgetful":
        deliver.LEASE = timedelta(days=9999)
    app = open_app(replace(Settings(home=Path(home)), web_allow=ALLOWED), clock=clock)
    courier = Courier(
        Post(world=app.world, web=app.web, sealing=app.sealing),
        look_seconds=SWEEP_SECONDS,
        everybody_seconds=SWEEP_SECONDS,
    )
    relaying = Relaying(app.world, courier.poke)
    relaying.start()
    courier.start()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
