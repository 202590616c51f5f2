"""Kept forecasts: what was said last on each day, by which model, from which books; for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256

import msgspec

from net30.insights.expected_cash import ExpectedCash
from net30.insights.revenue_projection import RevenueOfSpan
from net30.kernel.errors import NotFound, Unavailable
from net30.kernel.money import Money
from net30.scoring.open_items import ModelName
from net30.scoring.shared import Shared
from net30.services.context import ReadContext

FORMAT = 1
SEQUENCE_DIGITS = 12
PREFIX = "forecasts/"
_NAME = re.compile(
    PREFIX + rf"(\d{{4}}-\d{{2}}-\d{{2}})-(\d{{{SEQUENCE_DIGITS}}})-[0-9a-f]{{12}}\.json"
)


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """Cash and revenue to come, as of the end of a day, currency by currency.

    `shared` says how far invoices were taken to be late together; `unscored` is what is open
    without a due date, which no week holds.
    """

    as_of: date
    model: ModelName | None
    shared: Shared
    cash: tuple[ExpectedCash, ...]
    revenue: Mapping[str, tuple[RevenueOfSpan, ...]]
    unscored: tuple[Money, ...]
    format: int = FORMAT

    def of(self, currency: str) -> ExpectedCash | None:
        """Return the cash of a currency, None where nothing is known of it."""
        return next((one for one in self.cash if one.currency == currency), None)


def keep_forecast(ctx: ReadContext, forecast: Forecast) -> None:
    """Keep what was said today, by the last event of the books, in place of what was said before.

    What another server said of later books stays.
    """
    mine = _name(ctx, forecast.model)
    ctx.blobs.put(ctx.organisation, mine, msgspec.json.encode(forecast))
    today = f"{PREFIX}{ctx.today.isoformat()}-"
    sequence = len(today) + SEQUENCE_DIGITS
    for name in list(ctx.blobs.names(ctx.organisation, today)):
        if name[:sequence] < mine[:sequence]:
            ctx.blobs.delete(ctx.organisation, name)


def kept_forecast(ctx: ReadContext, model: ModelName | None) -> Forecast | None:
    """Return what was said today of the books as they are now, by the same model."""
    try:
        return _read(ctx, _name(ctx, model))
    except NotFound:
        return None


def kept_forecasts(ctx: ReadContext, until: date = date.max) -> Iterator[Forecast]:
    """Yield what was said on each day up to one, the oldest first; of one day what was said last.

    Of today another server may say something else at this moment.
    """
    last: dict[str, tuple[str, str]] = {}
    for name in ctx.blobs.names(ctx.organisation, PREFIX):
        if match := _NAME.fullmatch(name):
            last[match[1]] = max(last.get(match[1], ("", "")), (match[2], name))
    for day in sorted(day for day in last if day <= until.isoformat()):
        yield _read(ctx, last[day][1])


def _read(ctx: ReadContext, name: str) -> Forecast:
    content = ctx.blobs.get(ctx.organisation, name)
    try:
        return msgspec.json.decode(content, type=Forecast)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise Unavailable(
            f"the kept forecast {ctx.blobs.where(ctx.organisation, name)} cannot be read: {error}",
            hint="restore it from the backup, or remove it",
            code="forecast_lost",
        ) from error


def _name(ctx: ReadContext, model: ModelName | None) -> str:
    sequence, event = ctx.tx.last_event()
    digest = sha256(f"{event} {model} {FORMAT}".encode()).hexdigest()[:12]
    return f"{PREFIX}{ctx.today.isoformat()}-{sequence:0{SEQUENCE_DIGITS}d}-{digest}.json"
