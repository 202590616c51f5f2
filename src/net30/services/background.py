"""Background: what goes on beside requests: projections follow, webhooks are told, work is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from net30.ports.tracing import Tracer
from net30.services.jobs.workbench import Workbench
from net30.services.jobs.works import Bench
from net30.services.relaying import AT_ONCE, Pace, Relaying
from net30.services.steps import around
from net30.services.webhooks.courier import Courier
from net30.services.webhooks.deliver import Post


class Background:
    """Threads of this process that do what follows from a change."""

    def __init__(
        self,
        post: Post,
        bench: Callable[[str], Bench],
        pace: Pace = AT_ONCE,
        tracer: Tracer | None = None,
    ) -> None:
        """Work with a post and the organisations' benches; nothing runs before `start`."""
        steps = around(tracer)
        self._courier = Courier(replace(post, around=steps))
        self._relaying = Relaying(post.world, self._courier.poke, pace, steps)
        self.workbench = Workbench(post.world, bench, around=steps)

    def start(self) -> None:
        """Begin with what is left from before, of every organisation."""
        self._relaying.start()
        self._courier.start()
        self.workbench.start()

    def stop(self) -> None:
        """Finish what is under way and end."""
        self._relaying.stop()
        self._courier.stop()
        self.workbench.stop()

    def poke(self, organisation: str) -> None:
        """Say that something happened."""
        self._relaying.poke(organisation)
        self.workbench.poke(organisation)

    def rest(self, seconds: float = 30.0) -> bool:
        """Wait until all projections are up to date or stuck; False when that took too long."""
        return self._relaying.rest(seconds)

    def stuck(self) -> tuple[str, ...]:
        """Return the projections that wait, of whichever organisation."""
        return self._relaying.stuck()
