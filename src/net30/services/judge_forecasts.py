"""Judge forecasts: those that were kept, and those that would have been made, against what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from net30.features.coding import customers_of, invoices_of
from net30.features.invoices import Invoices
from net30.insights.expected_cash import PARTS, Band, band, cash_of, day_of, stretch_of
from net30.insights.forecast_accuracy import Accuracy, Judged, accuracy
from net30.insights.naive_cash import naive_cash, naive_open
from net30.insights.received import Received, received
from net30.kernel.money import Money
from net30.ledger import compute
from net30.ledger.history_facts import history_of_facts
from net30.scoring.model import Model
from net30.services.books_known import ledger_now
from net30.services.context import ReadContext
from net30.services.forecast_sources import Known
from net30.services.kept_forecasts import Forecast, kept_forecasts
from net30.services.score_open_items import model_at, score_ledger

SPAN_DAYS = 30
PAST_DAYS = 182
LEARNED_DAYS = 60
"""Before a ledger is so old nothing is forecast again."""
HEALTH_DAYS = 28
"""Four weeks: what the business health score asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The forecasts of one currency over so many days, and how good they were.

    `open_only` is the same of what was open on the day alone; None for kept forecasts.
    """

    days: int
    accuracy: Accuracy
    judged: tuple[Judged, ...]
    open_only: Accuracy | None = None


def judge_kept(
    ctx: ReadContext, as_of: date | None = None, days: int = SPAN_DAYS
) -> dict[str, Verdict]:
    """Return how the kept forecasts have done by the end of a day (today), by currency."""
    day = as_of or ctx.today
    past = list(kept_forecasts(ctx, until=day - timedelta(days=days)))
    if not past:
        return {}
    books = _Books(ledger_now(ctx), day)
    found: dict[str, list[Judged]] = {}
    for one in past:
        for currency, judged in _of_kept(one, books, days):
            found.setdefault(currency, []).append(judged)
    return {
        currency: Verdict(days=days, accuracy=accuracy(currency, rows), judged=tuple(rows))
        for currency, rows in sorted(found.items())
    }


def cash_forecast_error(ctx: ReadContext, as_of: date | None = None) -> dict[str, Accuracy]:
    """Return the error of the kept four-week cash forecasts by currency, for the health score.

    Nothing for a currency of which no kept forecast's four weeks have passed.
    """
    kept = judge_kept(ctx, as_of, HEALTH_DAYS)
    return {currency: verdict.accuracy for currency, verdict in kept.items()}


def judge_past(
    ctx: ReadContext, as_of: date | None = None, days: int = SPAN_DAYS
) -> dict[str, Verdict]:
    """Return how forecasts would have done that were made weekly in the half year before.

    Each by the newest model that had learned until its day, or the default one where none had.
    """
    end = as_of or ctx.today
    facts = ledger_now(ctx)
    facts = facts.filter(compute.at_most(facts["known_on"], end))
    first = compute.earliest(facts["day"])
    if first is None:
        return {}
    start = max(first + timedelta(days=LEARNED_DAYS), end - timedelta(days=days + PAST_DAYS))
    last = end - timedelta(days=days)
    origins = [last - timedelta(days=7 * back) for back in range((last - start).days // 7 + 1)]
    return backtest(facts, sorted(origins), lambda day: model_at(ctx, day), days=days)


ModelOf = Callable[[date], Model | None]
Progress = Callable[[str, int, int], None]


def backtest(
    facts: pa.Table,
    origins: Iterable[date],
    model_of: ModelOf,
    *,
    days: int = SPAN_DAYS,
    progress: Progress | None = None,
) -> dict[str, Verdict]:
    """Return how forecasts made on past days would have done, by currency.

    Each sees the ledger as known at the end of its day, and a model that `model_of` says there was.
    """
    rows: dict[str, list[Judged]] = {}
    open_rows: dict[str, list[Judged]] = {}
    books = _Books(facts, date.max)
    every = list(origins)
    for at, day in enumerate(every):
        if progress:
            progress("looking back", at, len(every))
        history = history_of_facts(facts, day)
        scores = score_ledger(facts, model_of(day), day, history)
        known = Known(scores=scores, history=history)
        ends = np.array([day_of(day) + days], np.int64)
        for currency in known.currencies:
            draws = {
                name: one[:, 0]
                for name, one in cash_of(known.sources(currency, ends), ends).items()
            }
            whole = np.sum([draws[part] for part in PARTS], axis=0)
            wider = stretch_of(days)
            told, of_open = (band(one, currency, wider) for one in (whole, draws["open"]))
            past = books.known(currency, day)
            rows.setdefault(currency, []).append(books.judged(told, past, days, day))
            open_rows.setdefault(currency, []).append(books.judged_open(of_open, past, days, day))
    return {
        currency: Verdict(
            days=days,
            accuracy=accuracy(currency, rows[currency]),
            judged=tuple(rows[currency]),
            open_only=accuracy(currency, open_rows[currency]),
        )
        for currency in sorted(rows)
    }


def _of_kept(forecast: Forecast, books: _Books, days: int) -> Iterator[tuple[str, Judged]]:
    for cash in forecast.cash:
        for span in cash.spans:
            if span.last == forecast.as_of + timedelta(days=days):
                past = books.known(cash.currency, forecast.as_of)
                yield cash.currency, books.judged(span.total, past, days, forecast.as_of)


class _Books:
    """A ledger, asked for what came and for what was known, by currency."""

    def __init__(self, facts: pa.Table, as_of: date) -> None:
        self._facts, self._as_of = facts, as_of
        self._received: dict[str, Received] = {}
        self._history = history_of_facts(facts, as_of)
        currencies = compute.texts(compute.text(self._history["currency"]))
        self._currency = np.array(currencies, np.str_)
        self._every = invoices_of(self._history, {}, _customers(self._history))

    def known(self, currency: str, day: date) -> Invoices:
        """Return the invoices of a currency as known at the end of a day."""
        mine = self._every.take(self._currency == currency)
        return mine.as_of(day_of(day) + 1)

    def judged(self, told: Band, past: Invoices, days: int, day: date) -> Judged:
        """Return a forecast of all cash beside what came and what rivals said."""
        currency = told.p50.currency
        came = self._came(currency)
        first, last = day + timedelta(days=1), day + timedelta(days=days)
        before = came.between(day - timedelta(days=days - 1), day).minor
        naive = naive_cash(past, day_of(first), days, before)
        return Judged(
            as_of=day,
            first=first,
            last=last,
            told=told,
            actual=came.between(first, last),
            naive={name: Money(one, currency) for name, one in naive.items()},
        )

    def judged_open(self, told: Band, past: Invoices, days: int, day: date) -> Judged:
        """Return a forecast of what was open on a day beside what came of that."""
        currency = told.p50.currency
        first, last = day + timedelta(days=1), day + timedelta(days=days)
        mine = self._every.take(self._currency == currency)
        ours = (mine.issued <= day_of(day)) & (mine.settled_on > day_of(day))
        came = mine.amount[ours & (mine.paid <= day_of(last))].sum()
        naive = naive_open(past, day_of(first), days)
        return Judged(
            as_of=day,
            first=first,
            last=last,
            told=told,
            actual=Money(int(came), currency),
            naive={name: Money(one, currency) for name, one in naive.items()},
        )

    def _came(self, currency: str) -> Received:
        if currency not in self._received:
            self._received[currency] = received(self._facts, currency, self._as_of)
        return self._received[currency]


def _customers(history: pa.Table) -> compute.Column:
    return customers_of(history) if history.num_rows else pa.array([], pa.string())
