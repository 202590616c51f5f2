"""Score every open invoice at once: when will it be paid, knowing that it is not paid yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pyarrow as pa

from net30.features.coding import customers_of, day_number, invoices_of
from net30.features.invoices import Ints, Invoices
from net30.features.point_in_time import PointInTime, seen_from
from net30.kernel.money import Money
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.history_facts import history_of_facts, is_one_of, seen_by
from net30.ledger.schema import Fact
from net30.scoring.bands import BANDS, bands
from net30.scoring.cash_days import late_days
from net30.scoring.default_model import is_default
from net30.scoring.delay_bins import HIGH_RISK, LATE
from net30.scoring.distribution import Distribution, Floats
from net30.scoring.model import Model, load_model
from net30.scoring.open_items import SCORED, ModelName, ScoredOpenItems, no_delay
from net30.scoring.paid_by import EVERY_DAY, NO_TAIL, Paydays, Tail, paydays_of, tail_of
from net30.scoring.registry import version_number
from net30.scoring.said_at_issue import SaidAtIssue
from net30.scoring.score import least_delay
from net30.scoring.shared import NOTHING_JUDGED, Shared, shared_of
from net30.scoring.shelf import read_shelf
from net30.services.books_known import history_at, ledger_now
from net30.services.cold_start import cold_start
from net30.services.context import ReadContext
from net30.services.kept_said import kept_said
from net30.services.kept_scores import Holds, keep_scores, kept_scores
from net30.services.published_model import served_model

YEAR_DAYS = 365
RIPE_DAYS = 45
"""Of what fell due so long ago nearly all is settled: the outcome does not choose who is judged."""
JUDGED_MAX, FRESH_MIN = 3_000, 200
NO_MODEL = "no model was given"


def score_open_items(ctx: ReadContext, as_of: date | None = None) -> ScoredOpenItems:
    """Return the open invoices of the books at the end of a day (today), by the served model.

    Today's last run is kept and returned again until something happens in the books, another model
    is served or the day ends. Raises InputError for a damaged model.
    """
    day = as_of or ctx.today
    model = model_at(ctx, day)
    holds = Holds(event=ctx.tx.last_event()[1], as_of=day, model=model.card.model_sha256)
    kept = kept_scores(ctx, holds)
    if kept is not None:
        return kept
    history, said = history_at(ctx, day), kept_said(ctx, day)
    found = score_ledger(ledger_now(ctx), model, day, history, said)
    if day == ctx.today:  # a look at the past must not drive out what every page needs
        keep_scores(ctx, holds, found)
    return found


def model_at(ctx: ReadContext, day: date) -> Model:
    """Return the served model, or for a past day the newest one that knows nothing of later.

    Where none is that old, the default model stands in, at the level of the books on that day.
    """
    first_unknown = day + timedelta(days=1)
    served = served_model(ctx, first_unknown)
    name = served.model.card.name
    if served.cold_start or served.model.card.as_of <= first_unknown:
        return served.model
    shelf = read_shelf(ctx.models / name)
    older = [card for card in shelf.cards if card.as_of <= first_unknown]
    if not older:
        return cold_start(ctx, first_unknown)[0]
    newest = max(older, key=lambda card: (card.as_of, version_number(card.version)))
    return load_model(ctx.models / name / newest.version)


def score_ledger(
    facts: pa.Table,
    model: Model | None,
    as_of: date,
    history: pa.Table | None = None,
    said: SaidAtIssue | None = None,
) -> ScoredOpenItems:
    """Return the open invoices of a ledger (ledger/schema.py) as known at the end of a day.

    An invoice's history is that before its issue day; then all it adds is that it is unpaid. An
    expected day is never in the past: the earliest is the day after `as_of`. Without a model the
    items come without scores, and with the reason. `history` is that of the facts, where it has
    been made already, and `said` keeps what the model says for the next question.
    """
    history = history_of_facts(facts, as_of) if history is None else history
    open_ = _balances(facts, as_of)
    place = compute.place_in(open_["invoice_id"], history["invoice_id"])
    known = compute.present(place)
    places = place.filter(known)
    rows = history.take(places).append_column("balance", open_["balance"].filter(known))
    by_id = _by_id(rows)
    table = _items(rows.take(by_id))
    delay, name = no_delay(), None
    tail, paydays, shared = NO_TAIL, EVERY_DAY, NOTHING_JUDGED
    if model is not None:
        past = Past(model, history, day_number(as_of) + 1, said or SaidAtIssue())
        delay = past.given_unpaid(_ints(places)[by_id])
        (tail, paydays), shared = past.habits(), past.shared()
        name = _name(model)
        table = _with_scores(table, delay, model, as_of)
    return ScoredOpenItems(
        as_of=as_of,
        table=table.cast(SCORED),
        delay=delay,
        model=name,
        reason="" if model else NO_MODEL,
        unscored=_by_currency(open_.filter(compute.no(known))),
        tail=tail,
        paydays=paydays,
        shared=shared,
    )


def _balances(facts: pa.Table, as_of: date) -> pa.Table:
    """Return what is open of each invoice at the end of a day, where that is above nothing."""
    names = ("fact", "invoice_id", "currency", "amount", "day", "known_on")
    seen = seen_by(facts.select(names), as_of)
    claims = seen.filter(is_one_of(seen, Fact.INVOICE.value))
    place = compute.or_else(compute.place_in(seen["invoice_id"], claims["invoice_id"]), -1)
    at = np.asarray(place.to_numpy(zero_copy_only=False)).astype(np.int64)
    amount = np.asarray(compute.column(seen, "amount").to_numpy(zero_copy_only=False))
    balance = np.zeros(claims.num_rows, np.int64)
    np.add.at(balance, at[at >= 0], amount[at >= 0])
    found = pa.table(
        {
            "invoice_id": compute.column(claims, "invoice_id"),
            "currency": compute.text(claims["currency"]),
            "balance": pa.array(balance),
        }
    )
    return found.filter(pa.array(balance > 0))


def _by_id(rows: pa.Table) -> Ints:
    ids = np.array(compute.texts(rows["invoice_id"]), np.str_)
    order: Ints = np.argsort(ids, kind="stable")
    return order


def _items(rows: pa.Table) -> pa.Table:
    plain = ("invoice_id", "amount", "balance", "issue_date", "due_date")
    columns = {name: compute.column(rows, name) for name in plain}
    columns |= {name: compute.text(rows[name]) for name in ("customer_id", "currency")}
    return pa.table(
        {
            field.name: columns[field.name]
            if field.name in columns
            else pa.nulls(rows.num_rows, field.type)
            for field in SCORED
        }
    )


@dataclass(frozen=True)
class Past:
    """A model, and the history it is asked with on the morning of the horizon."""

    model: Model
    history: pa.Table
    horizon: int
    said: SaidAtIssue = field(default_factory=SaidAtIssue)

    def given_unpaid(self, places: Ints) -> Distribution:
        """Return when each of some invoices of the history is paid, knowing that it is open."""
        asked, told = self._told(places)
        # A leftover is open although its invoice counts as settled: it is unpaid like any other.
        return told.given_unpaid(least_delay(asked, self.horizon)) if len(asked) else told

    def habits(self) -> tuple[Tail, Paydays]:
        """Return how the latest invoices were paid, and on which days of the week all are."""
        tail = tail_of(self._known, self.model.card.bins.last[-1], self.horizon)
        return tail, paydays_of(self._known, self.horizon)

    def shared(self) -> Shared:
        """Return how far settled invoices came together, the newest that the model had not seen.

        Where these are too few, those it has learned from are asked too.
        """
        due = _days(self.history, "due_date")
        fallen = (due < self.horizon - RIPE_DAYS) & (due >= self.horizon - RIPE_DAYS - YEAR_DAYS)
        paid = np.asarray(compute.present(self.history["paid_date"]).to_numpy(zero_copy_only=False))
        ripe = np.flatnonzero(fallen & paid.astype(np.bool_))
        issued = _days(self.history, "issue_date")[ripe]
        # The default model has learned from none of them.
        unseen = ripe[issued >= day_number(self.model.card.as_of)]
        foreign = is_default(self.model.card)
        fresh = foreign or len(unseen) >= FRESH_MIN
        chosen = unseen if fresh and not foreign else ripe
        newest = chosen[np.argsort(due[chosen], kind="stable")][-JUDGED_MAX:]
        settled, told = self._told(newest)
        return shared_of(told, settled, fresh=fresh)

    def at_issue(self, rows: pa.Table) -> tuple[Invoices, Distribution]:
        """Return what the model said of invoices at their issue; any may be in the history."""
        card = self.model.card
        asked = invoices_of(rows, card.words, self._customers)
        past = self._sorted.about(asked, card.features)
        told = np.zeros((len(asked), len(card.bins)))
        for places, matrix in past.in_parts(seen_from(asked, self.horizon), card.features):
            told[places] = self.model.distribution(matrix).probabilities
        return asked, Distribution(card.bins, told)

    def _told(self, places: Ints) -> tuple[Invoices, Distribution]:
        """Return the same of invoices of the history."""
        said = self.said.of(self.model, self._known, places, self.horizon)
        return self._known.take(places), said.calibrated(self.model)

    @cached_property
    def _customers(self) -> Column:
        return customers_of(self.history) if self.history.num_rows else pa.array([], pa.string())

    @cached_property
    def _known(self) -> Invoices:
        words = self.model.card.words
        known = invoices_of(self.history, words, self._customers).as_of(self.horizon)
        assert len(known) == self.history.num_rows, "the history goes beyond its day"
        return known

    @cached_property
    def _sorted(self) -> PointInTime:
        """Return the history, which is sorted once for all that is asked."""
        names = self.model.card.features
        return PointInTime(self._known, self._known, names=names, together=self._known)


def _ints(column: Column) -> Ints:
    found: Ints = np.asarray(column.to_numpy(zero_copy_only=False)).astype(np.int64)
    return found


def _days(history: pa.Table, name: str) -> Ints:
    days: Ints = np.asarray(compute.column(history, name).cast(pa.int32())).astype(np.int64)
    return days


def _with_scores(table: pa.Table, delay: Distribution, model: Model, as_of: date) -> pa.Table:
    late, late30 = delay.later_than(LATE), delay.later_than(HIGH_RISK)
    places = pa.array(bands(late, late30), pa.int64())
    levels = model.card.calibration
    columns: dict[str, Column] = {
        "p_late": pa.array(late),
        "p_late30": pa.array(late30),
        "expected_date": _dates(table, delay, 0.5, as_of),
        "q10": _dates(table, delay, levels.low, as_of),
        "q90": _dates(table, delay, levels.high, as_of),
        "band": pa.array(BANDS, pa.string()).take(places),
        "late_days": pa.array(late_days(delay)),
    }
    for name, column in columns.items():
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def _dates(table: pa.Table, delay: Distribution, level: float, as_of: date) -> Column:
    due = _days(table, "due_date")
    least = day_number(as_of) + 1 - due
    days: Floats = np.maximum(np.rint(delay.quantile(level)), least)
    found = pa.array((due + days).astype(np.int32), mask=least >= delay.latest)
    return found.cast(pa.date32())


def _by_currency(rows: pa.Table) -> tuple[Money, ...]:
    sums: dict[str, int] = {}
    for currency, balance in zip(
        compute.texts(rows["currency"]), rows["balance"].to_pylist(), strict=True
    ):
        sums[currency] = sums.get(currency, 0) + int(balance or 0)
    return tuple(Money(sums[currency], currency) for currency in sorted(sums))


def _name(model: Model) -> ModelName:
    card = model.card
    return ModelName(
        name=card.name,
        version=card.version,
        family=card.family,
        learned_until=card.as_of,
        cold_start=is_default(card),
    )
