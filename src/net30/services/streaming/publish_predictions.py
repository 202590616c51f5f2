"""Publish predictions: of each open invoice whose prediction is another one than was told last.

What was told last lies in a blob, written once the brokers have acknowledged: after a crash some
predictions are told twice, with the same message-id, and none is left out. Of several processes
one tells at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from net30.kernel.errors import NotFound
from net30.kernel.jsonable import jsonable
from net30.ledger import compute
from net30.ledger.writers import parquet
from net30.ports.stream import Message
from net30.scoring.open_items import SCORED
from net30.services.claims import claimed
from net30.services.context import ReadContext
from net30.services.predicted_invoices import predicted_invoice
from net30.services.score_open_items import score_open_items
from net30.services.streaming.messages import MADE, WITHDRAWN, headers
from net30.services.streaming.outlet import Outlet
from net30.services.world import World

BLOB = "stream/predictions.parquet"
MESSAGES_PER_PUBLISH_MAX = 10_000
CLAIM = "predictions"
Look = Callable[[], AbstractContextManager[ReadContext]]
"""Opens a view of an organisation."""
_ABOUT = b"net30"
_NOTHING = ("", "", "", "")


@dataclass(frozen=True, slots=True)
class _Last:
    """What was told last: of which event, day and model, and the scores."""

    about: tuple[str, ...]
    table: pa.Table


def tell_predictions(world: World, organisation: str, look: Look, outlet: Outlet) -> int:
    """Publish what is new as the only process that does; return how many messages that took.

    Nothing where another is at it. Raises what publish_predictions raises.
    """
    with look() as ctx:
        if not _has_news(ctx, outlet):
            return 0
    with claimed(world, organisation, [CLAIM]) as claim:
        if not claim.holds(CLAIM):
            return 0
        with look() as ctx:
            return publish_predictions(ctx, outlet)


def publish_predictions(ctx: ReadContext, outlet: Outlet) -> int:
    """Publish what is new since the last time, and return how many messages that took.

    Nothing is looked at while nothing has happened in the books that day. Raises Unavailable when
    the stream does not answer, InputError for a damaged model.
    """
    if not _has_news(ctx, outlet):
        return 0
    event, last = ctx.tx.last_event()[1], _last(ctx)
    scored = score_open_items(ctx)
    model = str(scored.model or "")
    about = (event, scored.as_of.isoformat(), model, _models_stamp(ctx))
    before = last.table
    if last.about[1:3] != about[1:3]:  # another day, another model: all of it is news
        before = before.slice(0, 0)
    news = _News(
        changed=_changed(scored.table, before).to_pylist(),
        gone=_gone(scored.table, last.table),
        said={"as_of": scored.as_of.isoformat(), "model": model},
    )
    messages = list(_messages(ctx, outlet, news))
    for start in range(0, len(messages), MESSAGES_PER_PUBLISH_MAX):
        outlet.stream.publish(messages[start : start + MESSAGES_PER_PUBLISH_MAX])
    told = scored.table.replace_schema_metadata({_ABOUT: json.dumps(about).encode()})
    ctx.blobs.put(ctx.organisation, BLOB, parquet.write(told))
    return len(messages)


def _has_news(ctx: ReadContext, outlet: Outlet) -> bool:
    """Tell whether anything has happened that day, or another model is used, since it was told."""
    if not outlet.predictions or not outlet.serves(ctx.organisation):
        return False
    about, event = _last(ctx).about, ctx.tx.last_event()[1]
    return about[:2] != (event, ctx.today.isoformat()) or about[3] != _models_stamp(ctx)


@dataclass(frozen=True, slots=True)
class _News:
    """Rows whose scores were not told yet, invoices that are open no more, and by what model."""

    changed: list[dict[str, Any]]  # Any: as pyarrow gives rows
    gone: list[str]
    said: Mapping[str, str]


def _changed(now: pa.Table, before: pa.Table) -> pa.Table:
    """Return the rows that are not in the table of before, or otherwise there."""
    place = compute.place_in(now["invoice_id"], before["invoice_id"])
    then = before.take(place)
    other = compute.missing(place)
    for name in now.column_names:
        one, was = compute.column(now, name), compute.column(then, name)
        unequal = compute.known(compute.differ(one, was))
        one_missing = compute.differ(compute.missing(one), compute.missing(was))
        other = compute.either(other, compute.either(unequal, one_missing))
    return now.filter(other)


def _gone(now: pa.Table, before: pa.Table) -> list[str]:
    still = compute.within(before["invoice_id"], compute.column(now, "invoice_id"))
    return compute.texts(before.filter(compute.no(still))["invoice_id"])


def _messages(ctx: ReadContext, outlet: Outlet, news: _News) -> Iterator[Message]:
    for row in news.changed:
        plain = jsonable(predicted_invoice(row))
        yield _message(ctx, outlet, MADE, row["invoice_id"], {**news.said, "data": plain})
    for invoice_id in news.gone:
        yield _message(ctx, outlet, WITHDRAWN, invoice_id, {"data": {"invoice_id": invoice_id}})


def _message(
    ctx: ReadContext, outlet: Outlet, kind: str, invoice_id: str, said: Mapping[str, object]
) -> Message:
    about = {"type": kind, "organisation": ctx.organisation, **said}
    # Told again after a crash it has the same id; after another event it is news.
    news = [ctx.tx.last_event()[1], invoice_id, about]
    digest = sha256(json.dumps(news, sort_keys=True).encode()).hexdigest()
    body = {"type": kind, "timestamp": jsonable(ctx.now), **about}
    return Message(
        topic=outlet.predictions,
        key=f"{ctx.organisation}/{invoice_id}",
        value=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
        headers=headers(kind, digest[:32]),
    )


def _last(ctx: ReadContext) -> _Last:
    try:
        source = pa.BufferReader(ctx.blobs.get(ctx.organisation, BLOB))
        table = pq.read_table(source, use_threads=False)
        about = tuple(json.loads((table.schema.metadata or {}).get(_ABOUT, b"[]")))
    except (NotFound, pa.ArrowInvalid, ValueError):  # none yet, or cut: all is told anew
        return _Last(_NOTHING, SCORED.empty_table())
    if len(about) != len(_NOTHING) or table.schema.names != SCORED.names:
        return _Last(_NOTHING, SCORED.empty_table())
    return _Last(about, table.cast(SCORED))


def _models_stamp(ctx: ReadContext) -> str:
    """Return what changes when another model is promoted."""
    found = sorted(ctx.models.glob("*/current*")) if ctx.models.is_dir() else []
    return ",".join(f"{one.parent.name}:{one.stat().st_mtime_ns}" for one in found)
