"""Turn: who may write a partition now; one at a time, in this process and among all.

Between processes the head names the holder. Whoever waits and sees the same head for the length of
a lease takes the turn over: no clocks are compared. A holder that is alive writes its head anew
more often than that (`Keeper`). The etag of the head is the last guard: a holder that lost its
turn without noticing cannot commit.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Condition, Lock, Thread
from uuid import uuid4

from net30.adapters.cosmos.faults import OtherwiseNow
from net30.adapters.cosmos.head import Head, head_of, look
from net30.adapters.cosmos.partition import Partition
from net30.kernel.errors import Net30Error, Unavailable

HOLD_SECONDS_MAX = 600.0
"""A transaction that is open for longer may lose its turn."""
LOOK_SECONDS = 0.02
"""How often it is looked whether another process has ended its turn."""

log = logging.getLogger("net30.cosmos")


@dataclass(frozen=True, slots=True)
class Waits:
    """How long writers wait, in seconds.

    A request waits `wait` for its turn before it is told to come back. A turn that shows no sign
    of life for `lease` is taken over; whoever has one gives a sign every `renew`.
    """

    wait: float = 20.0
    lease: float = 6.0
    renew: float = 2.0


WAITS = Waits()


class Turn:
    """The right to write a partition, until it is committed or given back."""

    def __init__(self, partition: Partition, head: Head, waits: Waits = WAITS) -> None:
        self.partition = partition
        self._waits = waits
        self.head = head
        self.token = head.holder
        self.lock = Lock()
        """Held by whoever writes the head: the commit, or the keeper."""
        self._taken_at = self._written_at = time.monotonic()
        self.ended = False

    def renew(self) -> None:
        """Write the head anew when that is due, so that nobody takes the turn over."""
        with self.lock:
            now = time.monotonic()
            if self.ended or now - self._written_at < self._waits.renew:
                return
            if now - self._taken_at > HOLD_SECONDS_MAX:
                return
            self._written_at = now
            try:
                written = self.partition.replace(self.head.document, self.head.etag)
            except (OtherwiseNow, Unavailable) as error:
                log.warning("the turn in %s was not renewed: %r", self.partition.name, error)
            else:
                self.head = head_of(written)

    def give_back(self) -> Head | None:
        """End without a commit; return the head as it is then, None when that is not known."""
        with self.lock:
            self.ended = True
            try:
                free = replace(self.head, holder="")
                return head_of(self.partition.replace(free.document, self.head.etag))
            except (OtherwiseNow, Unavailable):
                return None  # it ends by itself, with its lease at the latest


def take(
    partition: Partition,
    known: Head | None,
    finish: Callable[[Partition, Head], Head],
    waits: Waits = WAITS,
) -> Turn:
    """Wait for the turn in a partition; raise Unavailable when that takes too long.

    `known` is its head as this process left it, which saves a look when nobody else wrote since.
    `finish` ends what somebody decided and did not carry out.
    """
    token, until = uuid4().hex, time.monotonic() + waits.wait
    head, seen = known or look(partition), _Seen(waits.lease)
    while True:
        free = not head.holder or seen.for_long(head)
        if free and (taken := _taken(partition, head, token)):
            return Turn(partition, finish(partition, taken) if taken.pending else taken, waits)
        if time.monotonic() > until:
            raise busy(waits.wait)
        if not free:
            time.sleep(LOOK_SECONDS)
        head = look(partition)
        if head.holder == token:  # its answer was lost
            return Turn(partition, finish(partition, head) if head.pending else head, waits)


def busy(seconds: float) -> Unavailable:
    """Return the refusal of who has waited for too long."""
    return Unavailable(
        f"others have been writing for {seconds:.0f} seconds",
        hint="try again in a moment",
        code="busy",
    )


def _taken(partition: Partition, head: Head, token: str) -> Head | None:
    """Return the head with our name in it; None when somebody was quicker."""
    wanted = replace(head, holder=token).document
    try:
        if head.etag:
            return head_of(partition.replace(wanted, head.etag))
        return head_of(partition.create(wanted))
    except OtherwiseNow:
        return None
    except Unavailable:
        found = look(partition)
        if found.holder == token:
            return found
        raise


class _Seen:
    """How long a head has been the same."""

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._etag = ""
        self._since = 0.0

    def for_long(self, head: Head) -> bool:
        now = time.monotonic()
        if head.etag != self._etag:
            self._etag, self._since = head.etag, now
        return now - self._since >= self._lease


class Keeper:
    """A thread that renews the turns of this process while their transactions are open."""

    def __init__(self, waits: Waits = WAITS) -> None:
        self._every = waits.renew / 2
        self._turns: set[Turn] = set()
        self._changed = Condition()
        self._closed = False
        self._thread: Thread | None = None

    def keep(self, turn: Turn) -> None:
        """Renew a turn until it is let go."""
        with self._changed:
            self._turns.add(turn)
            if self._thread is None and not self._closed:
                self._thread = Thread(target=self._run, name="net30-cosmos-turns", daemon=True)
                self._thread.start()

    def let_go(self, turn: Turn) -> None:
        """Renew it no more."""
        with self._changed:
            self._turns.discard(turn)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread:
            thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._changed.wait_for(lambda: self._closed, self._every):
                    return
                turns = list(self._turns)
            for turn in turns:
                try:
                    turn.renew()
                except Net30Error as error:
                    log.warning("the turn in %s was not renewed: %s", turn.partition.name, error)
