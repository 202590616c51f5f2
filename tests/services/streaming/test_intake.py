from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any, cast

import jsonschema
import pytest

from net30.app import App
from net30.cli.stream_schema import schema_of
from net30.domain.events import CustomerSaved
from net30.domain.open_item import OpenItem
from net30.domain.payment import Payment
from net30.domain.stream_position import StreamPosition
from net30.kernel.errors import ConfigurationError
from net30.ports.store import NEW
from net30.ports.stream import Message, Stream, StreamReader
from net30.services.claims import Claims, claimed
from net30.services.context import Context
from net30.services.mark_invoice import note_call
from net30.services.streaming.facts_waiting import FactsWatch, rewind
from net30.services.streaming.intake import Intake
from net30.services.streaming.outlet import GROUP
from net30.services.streaming.publish_predictions import (
    CLAIM,
    publish_predictions,
    tell_predictions,
)
from net30.worker.streaming import intake_of
from tests.desk import Desk, open_desk
from tests.doubles.kafka_cluster import KafkaCluster
from tests.streams import SECONDS_MAX, bodies, invoice, own, payment, put, read

EVENTS = jsonschema.Draft202012Validator(schema_of("events"))
PREDICTIONS = jsonschema.Draft202012Validator(schema_of("predictions"))


@dataclass
class Joined:
    """A desk that is joined to topics of its own, and a reader of its facts."""

    desk: Desk
    intake: Intake
    reader: StreamReader

    @property
    def app(self) -> App:
        return self.desk.app

    @property
    def stream(self) -> Stream:
        return self.intake.outlet.stream

    def put(self, *facts: dict[str, object]) -> None:
        put(self.stream, self.intake.outlet.facts, facts)

    def take(self, count: int) -> None:
        """Take so many messages in."""
        ends = time.monotonic() + SECONDS_MAX
        while count > 0:
            assert time.monotonic() < ends, f"{count} messages did not come"
            count -= self.intake.take(self.reader, 0.2)
        assert count == 0


@pytest.fixture
def joined(kafka: KafkaCluster, tmp_path: Path) -> Iterator[Joined]:
    with _Opened(kafka, tmp_path) as opened:
        yield opened


class _Opened:
    """Opens a desk with a stream, and closes it."""

    def __init__(self, kafka: KafkaCluster, home: Path, **settings: object) -> None:
        self._kafka, self._home, self._settings = kafka, home, settings
        self._stack = ExitStack()

    def __enter__(self) -> Joined:
        facts = own("facts")
        names = {"stream_facts": facts, "stream_events": own("events")}
        names["stream_predictions"] = own("predictions")
        for name in (*names.values(), f"{facts}.dead-letters"):
            self._kafka.topic(name)
        url = f"{self._kafka.url}?session.timeout.ms=2000"
        desk = open_desk(self._home, stream_url=url, **names, **self._settings)
        self._stack.callback(desk.app.close)
        intake = intake_of(desk.app, lambda _organisation: None)
        assert intake
        group = own("net30")
        reader = self._stack.enter_context(intake.outlet.stream.reading(facts, group))
        return Joined(desk, intake, reader)

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def test_a_fact_comes_in_and_its_prediction_goes_out(joined: Joined) -> None:
    joined.put(invoice("F1"))
    joined.take(1)
    (told,) = read(joined.stream, joined.intake.outlet.predictions, bool)
    (said,) = bodies([told])
    PREDICTIONS.validate(said)
    assert said["type"] == told.headers["type"] == "prediction.made"
    assert told.key == b"main/stream.F1"
    assert said["data"]["balance"] == {"amount": "1250.50", "currency": "EUR"}
    assert 0 <= said["data"]["p_late"] <= 1
    assert said["as_of"] == "2026-11-21"
    assert said["data"]["earliest"] <= said["data"]["expected"] <= said["data"]["latest"]


def test_only_what_changed_is_told_again_and_what_is_paid_is_withdrawn(joined: Joined) -> None:
    joined.put(invoice("F1"), invoice("F2", customer_id="c2", customer="Teranga"))
    joined.take(2)
    with joined.app.look() as ctx:
        assert publish_predictions(ctx, joined.intake.outlet) == 0
    joined.put(payment("F1", "1250.50"))
    joined.take(1)
    told = read(joined.stream, joined.intake.outlet.predictions, lambda all_: len(all_) >= 3)
    for said in bodies(told):
        PREDICTIONS.validate(said)
    assert [(one["type"], one["data"]["invoice_id"]) for one in bodies(told)][-1] == (
        "prediction.withdrawn",
        "stream.F1",
    )
    assert len({one.headers["message-id"] for one in told}) == len(told)


def test_another_day_tells_all_predictions_anew(joined: Joined) -> None:
    joined.put(invoice("F1"))
    joined.take(1)
    joined.desk.clock.day = joined.desk.clock.day.replace(day=22)
    with joined.app.look() as ctx:
        assert publish_predictions(ctx, joined.intake.outlet) == 1


def test_of_two_processes_one_tells_predictions_at_a_time(joined: Joined) -> None:
    joined.put(invoice("F1"))
    joined.take(1)
    joined.desk.clock.day = joined.desk.clock.day.replace(day=22)
    app, outlet = joined.app, joined.intake.outlet
    with claimed(replace(app.world, claims=Claims()), "main", [CLAIM]):
        assert tell_predictions(app.world, "main", app.look, outlet) == 0
    assert tell_predictions(app.world, "main", app.look, outlet) == 1
    assert tell_predictions(app.world, "main", app.look, outlet) == 0


def test_a_prediction_that_nobody_acknowledged_is_told_again(joined: Joined) -> None:
    joined.put(invoice("F1"))
    joined.take(1)
    joined.app.world.blobs.delete("main", "stream/predictions.parquet")  # as if it had died there
    with joined.app.look() as ctx:
        assert publish_predictions(ctx, joined.intake.outlet) == 1
    first, again = read(
        joined.stream, joined.intake.outlet.predictions, lambda all_: len(all_) == 2
    )
    assert first.headers["message-id"] == again.headers["message-id"]


def test_what_is_no_fact_goes_to_the_dead_letters_with_what_is_wrong(joined: Joined) -> None:
    outlet = joined.intake.outlet
    joined.stream.publish([Message(topic=outlet.facts, key="k", value=b"nope")])
    joined.put(invoice("F1", currency="XXL"), invoice("F2"))
    joined.take(3)
    letters = read(joined.stream, outlet.dead_letters, lambda all_: len(all_) == 2)
    found = {one["offset"]: one for one in bodies(letters)}
    assert found[0]["value"] == "nope"
    assert [one["code"] for one in found[0]["findings"]] == ["message_json"]
    assert [(one["code"], one["path"]) for one in found[1]["findings"]] == [
        ("currency", "currency")
    ]
    assert json.loads(found[1]["value"])["invoice_id"] == "F1"
    assert letters[0].headers["message-id"] == f"{outlet.facts}-0-0"
    with joined.app.look() as ctx:
        assert [one.value.number for one in ctx.tx.page(OpenItem, limit=10)] == ["F2"]


class _Breaking:
    """Books that break, as no check foresaw, at one invoice."""

    def __init__(self, tx: Any) -> None:  # Any: a transaction
        self._tx = tx

    def __getattr__(self, name: str) -> Any:  # Any: whatever the transaction has
        return getattr(self._tx, name)

    def save_new(self, aggregates: Sequence[Any]) -> None:
        if any(getattr(one, "number", "") == "F1" for one in aggregates):
            raise RuntimeError("nobody thought of this")
        self._tx.save_new(aggregates)


def test_what_breaks_the_books_is_given_up_alone(joined: Joined) -> None:
    @contextmanager
    def change(organisation: str) -> Iterator[Context]:
        with joined.app.of(organisation).change() as ctx:
            yield replace(ctx, tx=cast("Any", _Breaking(ctx.tx)))

    joined.intake = replace(joined.intake, change=change)
    joined.put(invoice("F0"), invoice("F1"), invoice("F2"))
    joined.take(3)
    assert _numbers(joined.app, "main") == ["F0", "F2"]
    (letter,) = bodies(read(joined.stream, joined.intake.outlet.dead_letters, bool))
    assert (letter["offset"], letter["findings"][0]["code"]) == (1, "fact_fault")
    with joined.app.look() as ctx:
        (position,) = [one.value for one in ctx.tx.page(StreamPosition, limit=10)]
    assert (position.after, position.taken, position.refused) == (3, 2, 1)


def test_a_message_of_nobody_reaches_no_books(kafka: KafkaCluster, tmp_path: Path) -> None:
    words = "acme=main, second=lagune"
    with _Opened(kafka, tmp_path, stream_organisations=words) as joined:
        _found(joined.app, "lagune")
        _found(joined.app, "third")
        joined.intake.check()
        joined.put(
            invoice("A", organisation="acme"),
            invoice("B", organisation="second"),
            invoice("C", organisation="third"),
            invoice("D", organisation="lagune"),
            invoice("E"),
        )
        joined.take(5)
        assert _numbers(joined.app, "main") == ["A"]
        assert _numbers(joined.app, "lagune") == ["B"]
        assert _numbers(joined.app, "third") == []
        letters = read(joined.stream, joined.intake.outlet.dead_letters, lambda all_: len(all_) > 2)
        assert {one["findings"][0]["code"] for one in bodies(letters)} == {"fact_organisation"}
        told = read(joined.stream, joined.intake.outlet.predictions, lambda all_: len(all_) == 2)
        assert {one["organisation"]: one["data"]["invoice_id"] for one in bodies(told)} == {
            "main": "stream.A",
            "lagune": "stream.B",
        }


def test_without_a_map_another_organisations_message_is_refused(joined: Joined) -> None:
    _found(joined.app, "lagune")
    joined.put(invoice("A", organisation="lagune"), invoice("B", organisation="main"))
    joined.take(2)
    assert (_numbers(joined.app, "lagune"), _numbers(joined.app, "main")) == ([], ["B"])


def test_an_organisation_that_is_not_there_is_said_at_the_start(joined: Joined) -> None:
    outlet = replace(joined.intake.outlet, organisations={"acme": "nowhere"})
    with pytest.raises(ConfigurationError, match="nowhere"):
        replace(joined.intake, outlet=outlet).check()


def test_events_are_told_in_their_order_without_personal_texts(joined: Joined) -> None:
    issued = joined.desk.issue()
    with joined.app.change() as ctx:
        note_call(ctx, issued.number, "she is in hospital")
    assert joined.app.settle().ok
    told = read(
        joined.stream,
        joined.intake.outlet.events,
        lambda all_: any(b"call.noted" in one.value for one in all_),
    )
    for said in bodies(told):
        EVENTS.validate(said)
    assert b"hospital" not in b"".join(one.value for one in told)
    mine = [one for one in told if one.key.decode() == f"main/{issued.id}"]
    assert [json.loads(one.value)["type"] for one in mine] == [
        "draft.saved",
        "invoice.issued",
        "call.noted",
    ]
    assert [one["sequence"] for one in bodies(mine)] == sorted(
        one["sequence"] for one in bodies(mine)
    )


def test_personal_texts_are_told_where_the_installation_says_so(
    kafka: KafkaCluster, tmp_path: Path
) -> None:
    with _Opened(kafka, tmp_path, stream_personal=True) as joined:
        issued = joined.desk.issue()
        with joined.app.change() as ctx:
            note_call(ctx, issued.number, "she is in hospital")
        joined.app.settle()
        read(
            joined.stream,
            joined.intake.outlet.events,
            lambda all_: any(b"hospital" in one.value for one in all_),
        )


def test_another_organisations_events_stay_in_the_house(joined: Joined) -> None:
    _found(joined.app, "lagune")
    other = joined.app.of("lagune")
    with other.change() as ctx:
        ctx.record(CustomerSaved(customer_id="c"))
    assert other.settle().ok
    joined.desk.draft()
    joined.app.settle()
    told = read(joined.stream, joined.intake.outlet.events, bool)
    assert {one["organisation"] for one in bodies(told)} == {"main"}


def test_an_intake_that_is_told_to_end_finishes_its_batch(joined: Joined) -> None:
    ending, facts = Event(), joined.intake.outlet.facts
    thread = Thread(target=joined.intake.run, args=(ending,))
    joined.put(*(invoice(f"F{at}") for at in range(50)))
    thread.start()
    _until(lambda: len(_numbers(joined.app, "main")) == 50)
    _until(lambda: not any(one.waiting for one in joined.stream.lag(facts, GROUP)))
    ending.set()
    thread.join(10)
    assert not thread.is_alive()
    watch = FactsWatch(joined.app.world)
    found = watch.look()
    assert found
    assert (found.answers, sum(one.waiting for one in found.partitions)) == (True, 0)


def test_two_who_share_a_topic_take_each_fact_once(kafka: KafkaCluster, tmp_path: Path) -> None:
    with _Opened(kafka, tmp_path) as joined:
        outlet = replace(joined.intake.outlet, facts=kafka.topic(own("shared"), 4))
        kafka.topic(outlet.dead_letters)
        ending = Event()
        both = [replace(joined.intake, outlet=outlet) for _ in range(2)]
        threads = [Thread(target=one.run, args=(ending,)) for one in both]
        threads[0].start()
        numbers = [f"F{at:03}" for at in range(120)]
        put(joined.stream, outlet.facts, [invoice(number) for number in numbers[:60]])
        threads[1].start()  # the partitions are shared out anew while facts come
        put(joined.stream, outlet.facts, [payment(number, "1") for number in numbers[:60]])
        put(joined.stream, outlet.facts, [invoice(number) for number in numbers[60:]])
        _until(lambda: not any(one.waiting for one in joined.stream.lag(outlet.facts, GROUP)))
        ending.set()
        for thread in threads:
            thread.join()
        assert _numbers(joined.app, "main") == numbers
        with joined.app.look() as ctx:
            assert len(ctx.tx.page(Payment, limit=1000)) == 60
            places = [one.value for one in ctx.tx.page(StreamPosition, limit=10)]
        assert sum(one.taken for one in places) == 180


def test_books_that_were_put_back_from_a_backup_read_again_what_they_lack(joined: Joined) -> None:
    outlet = joined.intake.outlet
    joined.put(invoice("F1"), invoice("F2"))
    ending = Event()
    thread = Thread(target=joined.intake.run, args=(ending,))
    thread.start()
    _until(lambda: _numbers(joined.app, "main") == ["F1", "F2"])
    _until(lambda: not any(one.waiting for one in joined.stream.lag(outlet.facts, GROUP)))
    ending.set()
    thread.join()
    with joined.app.change() as ctx:  # what the books of yesterday would say
        (stored,) = ctx.tx.page(StreamPosition, limit=10)
        ctx.tx.save(replace(stored.value, after=1), expected=stored.version)
    assert rewind(joined.app.world, outlet) == {0: 1}
    assert sum(one.waiting for one in joined.stream.lag(outlet.facts, GROUP)) == 1
    with joined.app.change() as ctx:  # those of before the first fact
        (stored,) = ctx.tx.page(StreamPosition, limit=10)
        ctx.tx.delete(StreamPosition, stored.value.id, expected=stored.version)
    assert rewind(joined.app.world, outlet) == {0: 0}
    assert sum(one.waiting for one in joined.stream.lag(outlet.facts, GROUP)) == 2


def test_a_topic_that_was_made_anew_is_not_taken_for_known(joined: Joined) -> None:
    joined.put(invoice("F1"))
    joined.take(1)
    with joined.app.change() as ctx:
        (stored,) = ctx.tx.page(StreamPosition, limit=10)
        ctx.tx.save(replace(stored.value, after=900), expected=stored.version)
    ending = Event()
    timer = Timer(SECONDS_MAX, ending.set)
    timer.start()
    with pytest.raises(ConfigurationError, match="made anew"):
        joined.intake.run(ending)
    timer.cancel()


def _until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + SECONDS_MAX
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.1)


def _found(app: App, organisation: str) -> None:
    with app.look() as ctx:
        company = ctx.company
    with app.world.store.transaction(organisation) as tx:
        tx.save(replace(company, id=organisation), expected=NEW)


def _numbers(app: App, organisation: str) -> list[str]:
    with app.of(organisation).look() as ctx:
        return sorted(one.value.number for one in ctx.tx.page(OpenItem, limit=1000))
