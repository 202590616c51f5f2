"""Courier: a thread that sends messages as they become due, for as long as a server runs."""

from __future__ import annotations

import logging
from threading import Condition, Thread

from net30.kernel.errors import Net30Error
from net30.services.webhooks.deliver import Post, deliver_due, forget_old

LOOK_SECONDS = 5.0
"""What became due by itself, or was kept by another process, is found after so long."""
ROUNDS_PER_FORGETTING = 720

log = logging.getLogger("net30.webhooks")


class Courier:
    """Goes round all organisations; `poke` says that something new waits."""

    def __init__(self, post: Post) -> None:
        """Work with a post; nothing runs before `start`."""
        self._post = post
        self._poked = False
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

    def poke(self) -> None:
        """Say that something waits."""
        with self._changed:
            self._poked = True
            self._changed.notify_all()

    def _is_stopping(self) -> bool:
        return self._stop

    def _run(self) -> None:
        rounds = 0
        while not self._stop:
            more = self._go_round(forgetting=rounds % ROUNDS_PER_FORGETTING == 0)
            rounds += 1
            with self._changed:
                if not (more or self._poked or self._stop):
                    self._changed.wait(LOOK_SECONDS)
                self._poked = False

    def _go_round(self, *, forgetting: bool) -> bool:
        """Send what is due everywhere once; True when there may be more at once."""
        try:
            organisations = self._post.world.store.organisations()
        except Net30Error as error:
            log.warning("webhooks wait: %s", error.message)
            return False
        more = False
        for organisation in organisations:
            if self._stop:
                return False
            more = self._visit(organisation, forgetting=forgetting) or more
        return more

    def _visit(self, organisation: str, *, forgetting: bool) -> bool:
        try:
            report = deliver_due(self._post, organisation, self._is_stopping)
            if forgetting:
                forget_old(self._post.world, organisation)
        except Exception as error:  # noqa: BLE001 one organisation's fault must not stop the others
            why = error.message if isinstance(error, Net30Error) else type(error).__name__
            log.warning("webhooks of %s wait: %s", organisation, why)
            return False
        return report.taken > 0
