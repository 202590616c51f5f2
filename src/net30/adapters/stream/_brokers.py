"""Brokers: a Kafka cluster by librdkafka, whoever runs it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka import Message as Taken

from net30.kernel.errors import Unavailable
from net30.ports.stream import MESSAGES_AT_ONCE_MAX, Lag, Message, Received

Option = str | int | bool | Callable[[str], tuple[str, float]]

ACKNOWLEDGED_SECONDS = 10.0
"""A message that is not kept by all copies after so long is taken for lost, and told again."""
ALONE_SECONDS = 20.0
"""So long a stream that did not answer is left alone: who follows after it must not wait."""
ANSWER_SECONDS = 5.0
JOINED_SECONDS = 20.0
"""Longer than a member that died is waited for."""
SESSION_MILLISECONDS = 10_000
QUEUED_KILOBYTES_MAX = 32 * 1024
LINGER_MILLISECONDS = 5
_NO_TOPIC = frozenset({KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC})  # noqa: SLF001 - its name

log = logging.getLogger("net30.stream")


class Brokers:
    """A cluster; its producer is made with the first message."""

    def __init__(self, options: Mapping[str, Option]) -> None:
        """Keep how to sign in; nothing is sent."""
        self._options = dict(options)
        self._producer: Producer | None = None
        self._lock = Lock()
        self._alone_until = 0.0
        self._why = ""

    def publish(self, messages: Sequence[Message]) -> None:
        """Write messages and wait until every one is acknowledged by all copies."""
        if time.monotonic() < self._alone_until:
            raise _unavailable(self._why)
        producer = self._open()
        reports: list[KafkaError | None] = []

        def told(error: KafkaError | None, _message: Taken) -> None:
            reports.append(error)

        until = time.monotonic() + ACKNOWLEDGED_SECONDS + 1
        for message in messages:
            self._produce(producer, message, told)
        while len(reports) < len(messages) and time.monotonic() < until:
            producer.poll(0.1)
        failed = next((error for error in reports if error is not None), None)
        if failed is None and len(reports) == len(messages):
            return
        self._give_up(producer, failed)

    @contextmanager
    def reading(self, topic: str, group: str) -> Iterator[Reader]:
        """Join a group and leave it at the end, so that others take over at once."""
        reader = Reader(self._consumer(group), topic)
        try:
            yield reader
        finally:
            reader.close()

    def lag(self, topic: str, group: str) -> tuple[Lag, ...]:
        """Ask the brokers how far a group is."""
        consumer = self._consumer(group)
        try:
            described = consumer.list_topics(topic, timeout=ANSWER_SECONDS).topics[topic]
            _check(described.error)
            places = [TopicPartition(topic, number) for number in sorted(described.partitions)]
            committed = consumer.committed(places, timeout=ANSWER_SECONDS)
            return tuple(_lag(consumer, place) for place in committed)
        except KafkaException as error:
            raise _of(error.args[0], topic) from error
        finally:
            consumer.close()

    def rewind(self, topic: str, group: str, places: Mapping[int, int]) -> None:
        """Join a group alone and commit other places; refused while somebody else reads."""
        consumer = self._consumer(group)
        wanted = [TopicPartition(topic, number, place) for number, place in places.items()]
        try:
            consumer.subscribe([topic])
            until = time.monotonic() + JOINED_SECONDS
            while not (mine := consumer.assignment()) and time.monotonic() < until:
                consumer.poll(0.1)
            if not set(places) <= {one.partition for one in mine}:
                raise _unavailable("another process still reads the topic")
            for kept in consumer.commit(offsets=wanted, asynchronous=False) or ():
                _check(kept.error)
        except KafkaException as error:
            raise _of(error.args[0], topic) from error
        finally:
            consumer.close()

    def close(self) -> None:
        """Forget the producer; whoever published has waited for the brokers already."""
        with self._lock:
            self._producer = None

    def _open(self) -> Producer:
        with self._lock:
            if self._producer is None:
                chosen: dict[str, Option] = {
                    "enable.idempotence": True,  # which also keeps the order
                    "acks": "all",
                    "linger.ms": LINGER_MILLISECONDS,
                    "message.timeout.ms": int(ACKNOWLEDGED_SECONDS * 1000),
                }
                self._producer = Producer(self._with(chosen), logger=log)
            return self._producer

    def _produce(
        self, producer: Producer, message: Message, told: Callable[[KafkaError | None, Taken], None]
    ) -> None:
        while True:
            try:
                producer.produce(
                    message.topic,
                    key=message.key.encode(),
                    value=message.value,
                    headers=list(message.headers.items()),
                    on_delivery=told,
                )
            except BufferError:  # its queue is full: what is under way goes first
                producer.poll(0.1)
            except KafkaException as error:
                self._give_up(producer, error.args[0])
            else:
                producer.poll(0)
                return

    def _give_up(self, producer: Producer, error: KafkaError | None) -> None:
        """Drop what is under way, leave the stream alone for a while, and raise Unavailable."""
        producer.purge()
        producer.poll(0)
        with self._lock:
            if self._producer is producer:
                self._producer = None
        self._why = self._why if error is None else error.str()
        self._alone_until = time.monotonic() + ALONE_SECONDS
        raise _of(error, "") if error else _unavailable(self._why or "no answer")

    def _heard(self, error: KafkaError) -> None:
        self._why = error.str()

    def _consumer(self, group: str) -> Consumer:
        chosen: dict[str, Option] = {
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "session.timeout.ms": SESSION_MILLISECONDS,
            "queued.max.messages.kbytes": QUEUED_KILOBYTES_MAX,
            "fetch.wait.max.ms": 50,
        }
        return Consumer(self._with(chosen), logger=log)

    def _with(self, chosen: Mapping[str, Option]) -> dict[str, Any]:
        options: dict[str, Any] = {  # Any: as the client takes them
            "client.id": "net30",
            "error_cb": self._heard,
            "socket.timeout.ms": int(ACKNOWLEDGED_SECONDS * 1000),
            **chosen,
            **self._options,
        }
        session = options.get("session.timeout.ms")
        return options | ({"heartbeat.interval.ms": int(session) // 3} if session else {})


class Reader:
    """A consumer of one topic."""

    def __init__(self, consumer: Consumer, topic: str) -> None:
        """Join the group."""
        self._consumer = consumer
        self._topic = topic
        consumer.subscribe([topic])

    def take(self, seconds: float) -> tuple[Received, ...]:
        """Wait for the first message, then take all that has come meanwhile."""
        try:
            found = self._consumer.consume(1, timeout=seconds)
            if found:
                found += self._consumer.consume(MESSAGES_AT_ONCE_MAX - 1, timeout=0)
        except KafkaException as error:
            raise _of(error.args[0], self._topic) from error
        for message in found:
            if (fault := message.error()) is not None:
                raise _of(fault, self._topic)
        return tuple(_received(message) for message in found)

    def done(self, taken: Sequence[Received]) -> None:
        """Commit the place after the last message of each partition."""
        after: dict[int, int] = {}
        for one in taken:
            after[one.partition] = max(after.get(one.partition, 0), one.offset + 1)
        places = [TopicPartition(self._topic, number, place) for number, place in after.items()]
        try:
            for kept in self._consumer.commit(offsets=places, asynchronous=False) or ():
                _check(kept.error)
        except KafkaException as error:
            raise _of(error.args[0], self._topic) from error

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()


def _check(error: KafkaError | None) -> None:
    if error is not None:
        raise KafkaException(error)


def _received(message: Taken) -> Received:
    given: Any = message.headers() or ()  # Any: a list of pairs, whatever its type says
    headers = {name: _text(value) for name, value in given}
    return Received(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        key=_bytes(message.key()),
        value=_bytes(message.value()),
        headers=headers,
        milliseconds=message.timestamp()[1],
    )


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value or "").encode()


def _text(value: object) -> str:
    return _bytes(value).decode(errors="replace")


def _lag(consumer: Consumer, place: TopicPartition) -> Lag:
    first, after = consumer.get_watermark_offsets(place, timeout=ANSWER_SECONDS)
    done = place.offset if place.offset >= 0 else first
    return Lag(partition=place.partition, done=done, written=after)


def _of(error: KafkaError, topic: str) -> Unavailable:
    if error.code() in _NO_TOPIC:
        return Unavailable(
            f"the stream has no topic {topic!r}" if topic else "the stream lacks a topic",
            hint="make it, or correct NET30_STREAM_FACTS, _EVENTS or _PREDICTIONS",
            code="stream_topic",
        )
    return _unavailable(error.str())


def _unavailable(why: str) -> Unavailable:
    return Unavailable(
        f"the stream does not answer: {why}",
        hint="it is tried again by itself; see whether the brokers of NET30_STREAM_URL run",
        code="stream",
    )
