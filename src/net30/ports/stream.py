"""Stream: a log of messages that other programs write and read, such as Kafka's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

MESSAGES_AT_ONCE_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is written to a topic; messages of one key stay in their order."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message as it was read: its place in the log, and when (milliseconds) it was written."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: Mapping[str, str]
    milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far a group has come in one partition: `done` messages of `written` so far."""

    partition: int
    done: int
    written: int

    @property
    def waiting(self) -> int:
        """Return how many messages the group has not taken in."""
        return max(0, self.written - self.done)


class StreamReader(Protocol):
    """A member of a group that shares out the partitions of a topic."""

    def take(self, seconds: float) -> tuple[Received, ...]:
        """Return what came, at most MESSAGES_AT_ONCE_MAX; nothing after so long without any.

        Raises Unavailable when the stream does not answer, ConfigurationError for a topic that is
        not there or may not be read.
        """
        ...

    def done(self, taken: Sequence[Received]) -> None:
        """Say that these were taken in: none of them is given to the group again.

        Raises Unavailable; then they may come again.
        """
        ...


class Stream(Protocol):
    """Where messages are written and read; all of its methods raise Unavailable."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Write messages; each is kept by the stream, on all its copies, when this returns.

        When it raises, some of them may be there: who repeats them writes those twice.
        """
        ...

    def reading(self, topic: str, group: str) -> AbstractContextManager[StreamReader]:
        """Join a group that reads a topic, from where the group has come to or from its start."""
        ...

    def lag(self, topic: str, group: str) -> tuple[Lag, ...]:
        """Return how far a group has come in each partition of a topic."""
        ...

    def rewind(self, topic: str, group: str, places: Mapping[int, int]) -> None:
        """Have a group go on at other places, by partition, while nobody of it reads."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
