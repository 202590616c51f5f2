"""Publish predictions: of each open invoice whose prediction is another one than was told last.

What was told last lies in a blob, written once the brokers have acknowledged: after a crash some
predictions are told twice, with the same message-id, and none is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from net30.kernel.errors import NotFound
from net30.kernel.jsonable import jsonable
from net30.ledger.writers import parquet
from net30.ports.stream import Message
from net30.scoring.open_items import SCORED
from net30.services.context import ReadContext
from net30.services.predicted_invoices import predicted_invoice
from net30.services.score_open_items import score_open_items
from net30.services.streaming.messages import MADE, WITHDRAWN, headers
from net30.services.streaming.outlet import Outlet

BLOB = "stream/predictions.parquet"
MESSAGES_PER_PUBLISH_MAX = 10_000
_ABOUT = b"net30"
_NOTHING = ("", "", "", "")

Row = dict[str, Any]  # Any: a row of SCORED as pyarrow gives it


@dataclass(frozen=True, slots=True)
class _Last:
    """What was told last: of which event, day and model, and the scores."""

    about: tuple[str, ...]
    rows: Mapping[str, Row]


def publish_predictions(ctx: ReadContext, outlet: Outlet) -> int:
    """Publish what is new since the last time, and return how many messages that took.

    Nothing is looked at while nothing has happened in the books that day. Raises Unavailable when
    the stream does not answer, InputError for a damaged model.
    """
    if not outlet.predictions or not outlet.serves(ctx.organisation):
        return 0
    event = ctx.tx.last_event()[1]
    last = _last(ctx)
    if last.about[:2] == (event, ctx.today.isoformat()) and last.about[3] == _models_stamp(ctx):
        return 0
    scored = score_open_items(ctx)
    model = str(scored.model or "")
    about = (event, scored.as_of.isoformat(), model, _models_stamp(ctx))
    all_anew = last.about[1:3] != about[1:3]
    rows = scored.table.to_pylist()
    messages = list(_messages(ctx, outlet, _News(rows, last.rows, scored.as_of, model, all_anew)))
    for start in range(0, len(messages), MESSAGES_PER_PUBLISH_MAX):
        outlet.stream.publish(messages[start : start + MESSAGES_PER_PUBLISH_MAX])
    told = scored.table.replace_schema_metadata({_ABOUT: json.dumps(about).encode()})
    ctx.blobs.put(ctx.organisation, BLOB, parquet.write(told))
    return len(messages)


@dataclass(frozen=True, slots=True)
class _News:
    """The scores now and those that were told last; `all_anew` when day or model are others."""

    rows: list[Row]
    before: Mapping[str, Row]
    as_of: date
    model: str
    all_anew: bool


def _messages(ctx: ReadContext, outlet: Outlet, news: _News) -> Iterator[Message]:
    for row in news.rows:
        if news.all_anew or news.before.get(row["invoice_id"]) != row:
            plain = jsonable(predicted_invoice(row))
            more = {"as_of": news.as_of.isoformat(), "model": news.model}
            yield _message(ctx, outlet, MADE, row["invoice_id"], {**more, "data": plain})
    for invoice_id in news.before.keys() - {row["invoice_id"] for row in news.rows}:
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
        table = pq.read_table(pa.BufferReader(ctx.blobs.get(ctx.organisation, BLOB)))
        about = tuple(json.loads((table.schema.metadata or {}).get(_ABOUT, b"[]")))
    except (NotFound, pa.ArrowInvalid, ValueError):  # none yet, or cut: all is told anew
        return _Last(_NOTHING, {})
    if len(about) != len(_NOTHING) or table.schema.names != SCORED.names:
        return _Last(_NOTHING, {})
    return _Last(about, {row["invoice_id"]: row for row in table.to_pylist()})


def _models_stamp(ctx: ReadContext) -> str:
    """Return what changes when another model is promoted."""
    found = sorted(ctx.models.glob("*/current*")) if ctx.models.is_dir() else []
    return ",".join(f"{one.parent.name}:{one.stat().st_mtime_ns}" for one in found)
