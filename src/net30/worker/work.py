"""Work: projections, webhooks, ordered work and chores until the process is told to stop."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable
from threading import Event
from types import FrameType

from net30.app import App
from net30.services.background import Background
from net30.services.relaying import BESIDE
from net30.services.webhooks.deliver import Post
from net30.worker.rounds import Rounds, chores
from net30.worker.streaming import Streaming, intake_of


def work(app: App, pokes: Iterable[str] | None = None) -> None:
    """Work until told to stop, by a signal or by the end of `pokes`.

    A poke is a line with the organisation in which something happened. Without them it finds
    within seconds what others changed.
    """
    ending = Event()

    def told(_signal: int, _frame: FrameType | None) -> None:
        ending.set()
        if pokes is not None:
            raise SystemExit  # it waits for a line

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, told)
    post = Post(world=app.world, web=app.web, sealing=app.sealing)
    background = Background(post, app.bench, BESIDE, app.tracer)
    rounds = Rounds(app, background.poke, chores())
    intake = intake_of(app, background.poke)
    streaming = Streaming(intake) if intake else None
    background.start()
    rounds.start()
    if streaming:
        streaming.start()
    try:
        if pokes is None:
            ending.wait()
        else:
            for line in pokes:
                background.poke(line.strip())
    finally:
        if streaming:
            streaming.stop()
        rounds.stop()
        background.stop()


def lines_of_the_server() -> Iterable[str]:
    """Return the lines that `net30 serve` writes to its worker; they end with it."""
    return sys.stdin
