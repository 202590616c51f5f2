"""Courier: sends messages as they become due, for as long as a server or worker runs."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Condition, Thread

from net30.domain.webhook import Webhook
from net30.kernel.errors import Net30Error
from net30.services.webhooks.deliver import Post, deliver_due, forget_old

LOOK_SECONDS = 5.0
"""What became due by itself is found after so long."""
EVERYBODY_SECONDS = 30.0
"""A first webhook, added by another process, is found after so long."""
FORGET_SECONDS = 3600.0
VISITS_AT_ONCE = 4
"""An organisation whose servers are slow holds up no more than one visit."""

log = logging.getLogger("net30.webhooks")


class Courier:
    """Visits the organisations that have webhooks; `poke` says that something new waits in one."""

    def __init__(
        self,
        post: Post,
        *,
        look_seconds: float = LOOK_SECONDS,
        everybody_seconds: float = EVERYBODY_SECONDS,
    ) -> None:
        """Work with a post; nothing runs before `start`."""
        self._post = post
        self._look_seconds = look_seconds
        self._everybody_seconds = everybody_seconds
        self._poked: set[str] = set()
        self._with_webhooks: set[str] = set()
        self._under_way: set[str] = set()
        self._forgotten_at: dict[str, float] = {}
        self._looked_at = self._asked_all_at = float("-inf")
        self._stop = False
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="net30-courier", daemon=True)

    def start(self) -> None:
        """Begin with what waits from before."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the messages that are being sent and end."""
        with self._changed:
            self._stop = True
            self._changed.notify_all()
        self._thread.join()

    def poke(self, organisation: str) -> None:
        """Say that something may wait."""
        with self._changed:
            self._poked.add(organisation)
            self._changed.notify_all()

    def _is_stopping(self) -> bool:
        return self._stop

    def _run(self) -> None:
        with ThreadPoolExecutor(VISITS_AT_ONCE, "net30-courier") as pool:
            while not self._stop:
                for organisation in self._next():
                    pool.submit(self._visit, organisation)
                with self._changed:
                    self._changed.wait_for(
                        lambda: self._stop or bool(self._poked - self._under_way),
                        self._look_seconds,
                    )

    def _next(self) -> set[str]:
        """Return whom to visit now: the poked, in time those with webhooks, at times everybody."""
        now = time.monotonic()
        ask_all = now - self._asked_all_at >= self._everybody_seconds
        everybody = self._everybody() if ask_all else set()
        with self._changed:
            wanted = self._poked | everybody
            if now - self._looked_at >= self._look_seconds:
                self._looked_at = now
                wanted |= self._with_webhooks
            wanted -= self._under_way
            self._poked -= wanted
            self._under_way |= wanted
        return wanted

    def _everybody(self) -> set[str]:
        try:
            found = set(self._post.world.store.organisations())
        except Net30Error as error:
            log.warning("webhooks wait: %s", error.message)
            return set()
        self._asked_all_at = time.monotonic()
        return found

    def _visit(self, organisation: str) -> None:
        taken = 0
        try:
            taken = 0 if self._stop else self._delivered(organisation)
        except Exception as error:  # noqa: BLE001 one organisation's fault must not stop the others
            why = error.message if isinstance(error, Net30Error) else type(error).__name__
            log.warning("webhooks of %s wait: %s", organisation, why)
        with self._changed:
            self._under_way.discard(organisation)
            if taken:  # there may be more
                self._poked.add(organisation)
            self._changed.notify_all()

    def _delivered(self, organisation: str) -> int:
        with self._post.world.store.reading(organisation) as books:
            has_some = bool(books.page(Webhook, limit=1))
        with self._changed:
            (self._with_webhooks.add if has_some else self._with_webhooks.discard)(organisation)
        if not has_some:
            return 0
        now = time.monotonic()
        if now - self._forgotten_at.get(organisation, float("-inf")) >= FORGET_SECONDS:
            self._forgotten_at[organisation] = now
            forget_old(self._post.world, organisation)
        return deliver_due(self._post, organisation, self._is_stopping).taken
