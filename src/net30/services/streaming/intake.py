"""Intake: the facts that come by the stream go into the books, and predictions follow at once.

A batch is what has come while the last one was worked on, so its size follows the load, and what
is not taken yet waits in the stream. The books are the truth: how far each partition has come is
saved with what it changed, and only then the group is told. A process that dies in between reads
the batch again and finds it done.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Event

from net30.kernel.errors import ConfigurationError, Conflict, Net30Error, NotFound, Unavailable
from net30.kernel.findings import Finding
from net30.kernel.jsonable import jsonable
from net30.ports.stream import MESSAGES_AT_ONCE_MAX, Message, Received, StreamReader
from net30.services.context import Context, ReadContext
from net30.services.relay import drain
from net30.services.steps import NO_STEPS, Around
from net30.services.streaming.facts_in import MESSAGE_BYTES_MAX, FactIn, read_fact
from net30.services.streaming.facts_waiting import places_taken
from net30.services.streaming.messages import REFUSED, headers
from net30.services.streaming.outlet import GROUP, Outlet
from net30.services.streaming.publish_predictions import tell_predictions
from net30.services.streaming.take_facts import Place, Refused, Taken, take_facts
from net30.services.world import World

WAIT_SECONDS = 0.5
AGAIN_SECONDS = 3.0
"""A stream or a store that did not answer is asked again after so long."""
FOLLOW_SECONDS_MAX = 2.0
"""While many facts wait, predictions are told so often: scoring once serves all of them."""
IDLE_SECONDS = 5.0
"""At rest it is looked so often whether the books have changed otherwise, or the day has."""
ROUNDS_MAX = 10
LEDGER = "ledger"

log = logging.getLogger("net30.stream")


class _Untold(Exception):
    """Messages were refused, and nobody has been told: the books must wait for that."""

    def __init__(self, refused: Sequence[Refused]) -> None:
        super().__init__(len(refused))
        self.refused = tuple(refused)


@dataclass(slots=True)
class _Behind:
    """The organisations whose predictions are still to be told, and when that was done last."""

    organisations: dict[str, None] = field(default_factory=dict)
    followed: float = field(default_factory=time.monotonic)

    def is_time(self, batch: int) -> bool:
        """Tell whether to follow now: a full batch says that more waits, and goes first."""
        waited = time.monotonic() - self.followed
        if batch == MESSAGES_AT_ONCE_MAX:
            return waited > FOLLOW_SECONDS_MAX
        return bool(self.organisations) or waited > IDLE_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What facts are taken in with; `told` hears of each organisation whose books changed."""

    world: World
    outlet: Outlet
    change: Callable[[str], AbstractContextManager[Context]]
    look: Callable[[str], AbstractContextManager[ReadContext]]
    told: Callable[[str], None]
    around: Around = NO_STEPS
    behind: _Behind = field(default_factory=_Behind)

    def check(self) -> None:
        """Raise ConfigurationError when the settings name an organisation that is not there."""
        known = self.world.store.organisations()
        wanted = [*self.outlet.organisations.values()] or [self.outlet.organisation]
        if unknown := sorted(set(wanted) - set(known)):
            raise ConfigurationError(
                f"there is no organisation {unknown[0]!r}",
                hint="correct NET30_STREAM_ORGANISATIONS; net30 org list shows those there are",
                code="stream_organisations",
            )

    def run(self, ending: Event) -> None:
        """Take in what comes until told to end; the batch under way is finished.

        Raises ConfigurationError for a topic that was made anew.
        """
        while not ending.is_set():
            try:
                self._check_places()
                with self.outlet.stream.reading(self.outlet.facts, GROUP) as reader:
                    while not ending.is_set():
                        self.take(reader)
            except (Unavailable, Conflict) as error:
                log.warning("facts wait: %s", error.message)
                ending.wait(AGAIN_SECONDS)

    def _check_places(self) -> None:
        """Refuse a topic with fewer messages than the books had of it: all would look known."""
        taken = places_taken(self.world, self.outlet)
        for lag in self.outlet.stream.lag(self.outlet.facts, GROUP):
            if max(taken.get(lag.partition, [0])) > lag.written:
                raise ConfigurationError(
                    f"the topic {self.outlet.facts!r} was made anew: the books have had more of it",
                    hint="name another topic by NET30_STREAM_FACTS",
                    code="stream_topic_anew",
                )

    def take(self, reader: StreamReader, seconds: float = WAIT_SECONDS) -> int:
        """Take in the next batch and return how many messages it had; 0 when none came.

        Raises Unavailable when the stream or the store does not answer.
        """
        batch = reader.take(seconds)
        if batch:
            changed = self._take_in(batch)
            reader.done(batch)
            self.behind.organisations |= dict.fromkeys(changed)
        if self.behind.is_time(len(batch)):
            self._follow()
        return len(batch)

    def _take_in(self, batch: Sequence[Received]) -> tuple[str, ...]:
        by_organisation: dict[str, list[FactIn]] = {}
        unread: list[Refused] = []
        for message in batch:
            fact = read_fact(message)
            if not isinstance(fact, FactIn):
                unread.append(Refused(message, fact))
                continue
            organisation = self.outlet.organisation_of(fact.organisation)
            if organisation:
                by_organisation.setdefault(organisation, []).append(fact)
            else:
                unread.append(Refused(message, (_nobodys(fact.organisation),)))
        self._bury(unread)
        for organisation, facts in by_organisation.items():
            with self.around("stream facts", organisation):
                taken = self._into(organisation, facts)
            log.info("%s: %s facts taken in, %s known, %s refused", organisation, taken.taken,
                     taken.known, len(taken.refused))  # fmt: skip
        return tuple(by_organisation)

    def _into(self, organisation: str, facts: Sequence[FactIn]) -> Taken:
        """Take facts into an organisation's books; what cannot be goes to the dead letters."""
        try:
            return self._at_once(organisation, facts)
        except (Unavailable, Conflict, NotFound):
            raise
        except Exception:  # whatever it was, one by one tells which message it is about
            log.exception("%s: a batch of %s facts is taken one by one", organisation, len(facts))
        each = [self._singly(organisation, fact) for fact in facts]
        return Taken(
            sum(one.taken for one in each),
            sum(one.known for one in each),
            tuple(refused for one in each for refused in one.refused),
        )

    def _singly(self, organisation: str, fact: FactIn) -> Taken:
        try:
            return self._at_once(organisation, [fact])
        except (Unavailable, Conflict, NotFound):
            raise
        except Exception as error:
            log.exception("%s: a fact is given up", organisation)
            why = error.message if isinstance(error, Net30Error) else type(error).__name__
            fault = Finding("fact_fault", "", f"it cannot be kept: {why}")
            refused = Refused(fact.message, (fault,))
        self._bury([refused])
        with self.change(organisation) as ctx:
            return take_facts(ctx, (), [refused])

    def _at_once(self, organisation: str, facts: Sequence[FactIn]) -> Taken:
        buried: set[Place] = set()
        for _ in range(ROUNDS_MAX):
            try:
                return self._once(organisation, facts, buried)
            except _Untold as untold:
                # Told outside the transaction: a slow stream must not keep others from writing.
                self._bury(untold.refused)
                buried |= {one.place for one in untold.refused}
        raise Unavailable(
            "the books change faster than messages can be checked against them",
            hint="it is tried again by itself",
            code="stream_restless",
        )

    def _once(self, organisation: str, facts: Sequence[FactIn], buried: Collection[Place]) -> Taken:
        """Take facts in; undo all of it, raising _Untold, when others than the buried are bad."""
        with self.change(organisation) as ctx:
            taken = take_facts(ctx, facts)
            if untold := [one for one in taken.refused if one.place not in buried]:
                raise _Untold(untold)
        return taken

    def _bury(self, refused: Sequence[Refused]) -> None:
        if refused:
            log.warning("%s messages are refused", len(refused))
            self.outlet.stream.publish([self._dead_letter(one) for one in refused])

    def _dead_letter(self, refused: Refused) -> Message:
        message = refused.message
        place = {"topic": message.topic, "partition": message.partition, "offset": message.offset}
        # Of one too long its place says where the rest is.
        value = message.value[:MESSAGE_BYTES_MAX].decode(errors="replace")
        body = {
            "type": REFUSED,
            "timestamp": self.world.clock(),
            **place,
            "findings": refused.findings,
            "value": value,
        }
        return Message(
            topic=self.outlet.dead_letters,
            key=message.key.decode(errors="replace"),
            value=json.dumps(jsonable(body), ensure_ascii=False).encode(),
            headers=headers(REFUSED, "-".join(map(str, place.values()))),
        )

    def _follow(self) -> None:
        """Tell what is expected now of whom facts came; at rest of all whose books have changed."""
        waiting = list(self.behind.organisations) or self._served()
        self.behind.organisations.clear()
        for organisation in waiting:
            drain(self.world, organisation, [LEDGER])
            try:
                self._tell_predictions(organisation)
            except Net30Error as error:
                log.warning("%s: predictions wait: %s", organisation, error.message)
            self.told(organisation)
        self.behind.followed = time.monotonic()

    def _tell_predictions(self, organisation: str) -> None:
        with self.around("stream predictions", organisation):
            tell_predictions(self.world, organisation, lambda: self.look(organisation), self.outlet)

    def _served(self) -> list[str]:
        return [*filter(self.outlet.serves, self.world.store.organisations())]


def _nobodys(word: str) -> Finding:
    said = f"{word[:60]!r} is no organisation of ours" if word else "it names no organisation"
    return Finding("fact_organisation", "organisation", said)
