"""A worker that hands over mail.

python -m tests.proofs.mailing_process HOME DATABASE_URL MAIL_URL [unclaimed]

It drains the home's projections as `net30 work` does, in a shorter pace and with a shorter lease,
until it is killed. The unclaimed one is the mutant: it asks nobody whether it may.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from net30.app import open_app
from net30.ports.store import Lease
from net30.services import relay
from net30.services.claims import Claim, Claims
from net30.services.relaying import Pace, Relaying
from net30.services.world import World
from net30.settings import Settings

LEASE = timedelta(seconds=2)
BEAT_SECONDS = 0.4
PACE = Pace(gather_seconds=0.02, sweep_seconds=0.1)
FOR_EVER = timedelta(days=9999)


def main(home: str, url: str, mail: str, guard: str = "") -> None:
    """Hand over until killed."""
    if guard == "unclaimed":
        vars(relay)["claimed"] = _unclaimed
    settings = replace(Settings(home=Path(home)), database_url=url, mail_url=mail)
    app = open_app(settings)
    world = replace(app.world, claims=Claims(lease=LEASE, beat_seconds=BEAT_SECONDS))
    Relaying(world, lambda _: None, PACE).start()
    while True:
        time.sleep(1)


@contextmanager
def _unclaimed(world: World, organisation: str, names: Collection[str]) -> Iterator[Claim]:
    now = world.clock()
    yield Claim(world, organisation, frozenset(names), Lease("", now, now + FOR_EVER))


if __name__ == "__main__":
    main(*sys.argv[1:])
