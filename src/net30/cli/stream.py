"""net30 stream: facts come in by Kafka or Event Hubs, events and predictions go out by it."""

from __future__ import annotations

import json as text_json
import signal
from enum import StrEnum
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from net30.cli.output import counted, print_json, print_table, say
from net30.cli.session import Json, opened
from net30.kernel.errors import ConfigurationError, InputError
from net30.kernel.plugins import load

if TYPE_CHECKING:
    from net30.app import App
    from net30.services.streaming.outlet import Outlet

LINES_AT_ONCE = 1000

stream = typer.Typer(help="Facts in, events and predictions out, by Kafka.", no_args_is_help=True)


class Topic(StrEnum):
    """What has a JSON schema."""

    EVENTS = "events"
    PREDICTIONS = "predictions"


def register(program: typer.Typer) -> None:
    """Add this group to `net30`."""
    program.add_typer(stream, name="stream")


@stream.command("run")
def run(
    *,
    facts_only: Annotated[
        bool,
        typer.Option("--facts-only", help="Leave all that follows to net30 serve, which runs too."),
    ] = False,
) -> None:
    """Take in facts as they come and tell predictions, until it is stopped.

    net30 serve does it by itself; more of these share the topic's partitions with it.
    """
    from net30.services.relaying import BESIDE, Relaying

    streaming = load("net30.worker", "streaming")
    ending = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _signal, _frame: ending.set())
    with opened() as home, home.traced() as net30:
        net30.keep_log()
        relaying = None if facts_only else Relaying(net30.world, _nobody, BESIDE)
        intake = streaming.intake_of(net30, relaying.poke if relaying else _nobody)
        if intake is None:
            raise _not_set("NET30_STREAM_FACTS")
        intake.check()
        if relaying:
            relaying.start()
        say(f"Facts are taken in from {intake.outlet.facts!r}.")
        try:
            intake.run(ending)
        finally:
            if relaying:
                relaying.stop()


@stream.command("publish")
def publish(*, json: Json = False) -> None:
    """Tell now what has not been told: events, and predictions that have changed."""
    from net30.services.streaming.publish_predictions import tell_predictions

    with opened() as net30:
        outlet = _outlet(net30)
        report = net30.settle()
        waiting = {one.projection: one.backlog for one in report.projections if one.backlog}
        told = tell_predictions(net30.world, net30.organisation, net30.look, outlet)
    if json:
        print_json({"predictions": told, "waiting": waiting})
        return
    say(f"{told} predictions are told.")
    for name, backlog in waiting.items():
        say(f"{name} waits: {backlog} events.")


@stream.command("put")
def put(
    file: Annotated[Path, typer.Argument(help="JSON lines, each a fact (docs/streams.md).")],
    *,
    json: Json = False,
) -> None:
    """Write the lines of a file to the topic of facts, as another system would."""
    from net30.ports.stream import Message

    lines = [(_key(one), one) for one in file.read_bytes().splitlines() if one.strip()]
    with opened() as net30:
        outlet = _outlet(net30)
        if not outlet.facts:
            raise _not_set("NET30_STREAM_FACTS")
        for start in range(0, len(lines), LINES_AT_ONCE):
            outlet.stream.publish(
                [
                    Message(topic=outlet.facts, key=key, value=line)
                    for key, line in lines[start : start + LINES_AT_ONCE]
                ]
            )
    print_json({"messages": len(lines)}) if json else say(counted(len(lines), "messages written."))


@stream.command("lag")
def lag(*, json: Json = False) -> None:
    """Tell how far the facts are taken in, by partition, and how many were refused."""
    from net30.domain.stream_position import StreamPosition
    from net30.services.streaming.outlet import GROUP

    with opened() as net30:
        outlet = _outlet(net30)
        if not outlet.facts:
            raise _not_set("NET30_STREAM_FACTS")
        found = outlet.stream.lag(outlet.facts, GROUP)
        with net30.look() as ctx:
            positions = [one.value for one in ctx.tx.page(StreamPosition, limit=1000)]
    mine = [one for one in positions if one.id.rpartition(".")[0] == outlet.facts]
    taken, refused = sum(one.taken for one in mine), sum(one.refused for one in mine)
    if json:
        each = [
            {"partition": one.partition, "written": one.written, "waiting": one.waiting}
            for one in found
        ]
        print_json({"partitions": each, "taken": taken, "refused": refused})
        return
    rows = [(str(one.partition), f"{one.written:,}", f"{one.waiting:,}") for one in found]
    print_table(outlet.facts, ("partition", "written>", "waiting>"), rows)
    say(f"{taken:,} facts are in the books, {refused:,} were refused: {outlet.dead_letters}")


@stream.command("rewind")
def rewind(*, json: Json = False) -> None:
    """Read facts again from where the books are: after a backup was put back.

    Whatever takes facts in has to be stopped meanwhile.
    """
    from net30.services.streaming.facts_waiting import rewind

    with opened() as net30:
        outlet = _outlet(net30)
        if not outlet.facts:
            raise _not_set("NET30_STREAM_FACTS")
        places = rewind(net30.world, outlet)
    if json:
        print_json({"places": places})
        return
    for partition, place in sorted(places.items()):
        say(f"Partition {partition} is read from {place:,} on.")


@stream.command("schema")
def schema(
    topic: Annotated[Topic, typer.Argument(help="Whose messages.")] = Topic.PREDICTIONS,
) -> None:
    """Print the JSON schema of what is told."""
    from net30.cli.stream_schema import schema_of

    print_json(schema_of(topic.value))


def _outlet(net30: App) -> Outlet:
    outlet = net30.world.outlet
    if outlet is None:
        raise _not_set("NET30_STREAM_URL")
    return outlet


def _key(line: bytes) -> str:
    """Return the invoice that a line is about: what happens to it stays in its order."""
    try:
        said = text_json.loads(line)
        return str(said.get("invoice_id") or said.get("number") or "")
    except (ValueError, AttributeError, RecursionError) as error:
        raise InputError(
            f"a line is no JSON object: {line[:60]!r}",
            hint="each line is one fact, see docs/streams.md",
            code="message_json",
        ) from error


def _not_set(name: str) -> ConfigurationError:
    return ConfigurationError(
        f"{name} is not set", hint="say which stream, see docs/streams.md", code="stream_url"
    )


def _nobody(_organisation: str) -> None:
    """Tell nobody."""
