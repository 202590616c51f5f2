"""Customer history: what the ledger knew of one customer's invoices, ready for features."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock

import numpy as np
import pyarrow as pa

from net30.features.coding import Words, customers_of, invoices_of
from net30.features.invoices import Ints, Invoices
from net30.features.point_in_time import PointInTime
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.services.books_known import history_at
from net30.services.context import ReadContext

LEDGERS_KEPT = 2
CUSTOMERS_KEPT = 256
"""Of so many customers of a ledger the rows stay sorted."""


@dataclass(frozen=True, slots=True)
class CustomerHistory:
    """The rows of one customer: ids, codes of currencies, what features are made of, in one order.

    A currency's code is its place in `currencies`; `kept` is what was sorted of the rows.
    """

    ids: tuple[str, ...]
    currencies: tuple[str, ...]
    currency: Ints
    invoices: Invoices
    kept: list[PointInTime] = field(default_factory=list, compare=False)

    def past(self, asked: Invoices, place: int | None, names: tuple[str, ...]) -> PointInTime:
        """Return what features of an invoice are made of; `place` is where it stands here.

        Of one that stands here the rows are sorted once for all questions: none sees itself.
        """
        every = self.invoices
        if place is None or (every.issued[place], every.due[place]) != (asked.issued, asked.due):
            return PointInTime(self.without(place).invoices, asked, names=names)
        if not self.kept:
            self.kept.append(PointInTime(every, every))
        return self.kept[0].about(asked, names)

    def place(self, invoice_id: str) -> int | None:
        """Return where an invoice stands, None when the ledger has it not yet."""
        return self.ids.index(invoice_id) if invoice_id in self.ids else None

    def in_currency(self, currency: str) -> Invoices:
        """Return the invoices in one currency: amounts of several are never added."""
        code = self.currencies.index(currency) if currency in self.currencies else -1
        return self.invoices.take(self.currency == code)

    def without(self, place: int | None) -> CustomerHistory:
        """Return the rows but one."""
        if place is None:
            return self
        kept = np.arange(len(self.ids)) != place
        return CustomerHistory(
            self.ids[:place] + self.ids[place + 1 :],
            self.currencies,
            self.currency[kept],
            self.invoices.take(kept),
        )


def customer_history(
    ctx: ReadContext, customer_id: str, words: Words, as_of: date
) -> CustomerHistory:
    """Return what was known of a customer on the morning of a day, as the books have it now.

    The ledger is read once and kept until something happens in the books: the first question costs
    as much as the ledger is long, the following ones do not.
    """
    # An event's id never comes again, so what is kept under it is never stale.
    key = (ctx.organisation, ctx.tx.last_event(), as_of, tuple(sorted(words.items())))
    with _LOCK:
        books = _KEPT.get(key)
    if books is None:
        books = _read(ctx, words, as_of)
        with _LOCK:
            _KEPT[key] = books
            while len(_KEPT) > LEDGERS_KEPT:
                _KEPT.popitem(last=False)
    return books.of(customer_id)


@dataclass(frozen=True, slots=True)
class _Books:
    """Every invoice, customer by customer: rows start[code] up to start[code + 1] are one's."""

    codes: dict[str, int]
    start: Ints
    ids: Column
    currencies: tuple[str, ...]
    currency: Ints
    invoices: Invoices
    kept: OrderedDict[str, CustomerHistory] = field(default_factory=OrderedDict)

    def of(self, customer_id: str) -> CustomerHistory:
        with _LOCK:
            found = self.kept.get(customer_id)
        if found is None:
            found = self._found(customer_id)
            with _LOCK:
                self.kept[customer_id] = found
                while len(self.kept) > CUSTOMERS_KEPT:
                    self.kept.popitem(last=False)
        return found

    def _found(self, customer_id: str) -> CustomerHistory:
        code = self.codes.get(customer_id, len(self.codes))
        first, last = self.start[code : code + 2].tolist() if code < len(self.codes) else (0, 0)
        rows = slice(first, last)
        return CustomerHistory(
            tuple(compute.texts(self.ids[rows])),
            self.currencies,
            self.currency[rows],
            self.invoices.take(rows),
        )


def _read(ctx: ReadContext, words: Words, as_of: date) -> _Books:
    history = history_at(ctx, as_of - timedelta(days=1))
    customers = customers_of(history)
    invoices = invoices_of(history, words, customers)
    order = np.argsort(invoices.customer, kind="stable")
    places = pa.array(order, pa.int64())
    names = compute.texts(customers)
    by_customer = invoices.take(order)
    currency = compute.coded(history["currency"])
    return _Books(
        codes={name: code for code, name in enumerate(names)},
        start=np.searchsorted(by_customer.customer, np.arange(len(names) + 1)).astype(np.int64),
        ids=compute.column(history, "invoice_id").take(places),
        currencies=tuple(compute.texts(currency.dictionary)),
        currency=np.asarray(currency.indices).astype(np.int64)[order],
        invoices=by_customer,
    )


_KEPT: OrderedDict[tuple[object, ...], _Books] = OrderedDict()
_LOCK = Lock()
