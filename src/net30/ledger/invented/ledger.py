"""An invented ledger: invoices and payments of customers that nobody has, batch by batch.

The columns are those of the layout net30: `amount` in major units, `paid_date` the day that settled
the invoice, empty while it is open. The truth beside them is the law's own: no model can know more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
import pyarrow as pa

from net30.kernel.money import digits_of
from net30.ledger import compute
from net30.ledger.invented.chance import Ints, Stream
from net30.ledger.invented.customers import CustomerDraw
from net30.ledger.invented.delays import NEVER, Delays
from net30.ledger.invented.invoices import Issued, Issuing, day_number
from net30.ledger.invented.law import Law, written_law, written_words
from net30.ledger.invented.naming import names
from net30.ledger.invented.wish import Wish

ROWS_PER_BATCH = 100_000
INSTALMENTS = "instalments"
_CUSTOMERS_MIN = 3
_FIRST_PART_PERCENT = (30.0, 70.0)
_AMOUNT_DIGITS = 18
_FIRST_ID = 10_000_001
_LEVELS = {"expected_days_late": 0.5, "q10": 0.1, "q90": 0.9}
HIGH_RISK_DAYS = 30
_PROBABILITY_DECIMALS = 6

_TRUTH_FIELDS: dict[str, pa.DataType] = {
    "invoice_id": pa.string(),
    "p_late": pa.float64(),
    "p_late30": pa.float64(),
    "expected_days_late": pa.int64(),
    "q10": pa.int64(),
    "q90": pa.int64(),
    "days_late_ex_post": pa.int64(),
}
TRUTH = pa.schema(_TRUTH_FIELDS)
"""What the law says at issue of each invoice, and what became of it even after the ledger's end.

p_late, p_late30: to be paid later than due, and later than 30 days after due, or never.
expected_days_late, q10, q90: the median and an 80 % range in days past due; 900 stands for never.
days_late_ex_post: what was drawn; null where it is never paid.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some invoices of a ledger: as they were drawn, as rows, and their law."""

    issued: Issued
    paid: Ints
    way: Ints
    delays: Delays
    table: pa.Table

    def truth(self) -> pa.Table:
        """Return the law's probabilities and quantiles of each invoice, as TRUTH."""
        law = self.delays
        none = np.zeros_like(self.paid)
        delay = self.paid - self.issued.due
        columns = {
            "invoice_id": self.table["invoice_id"],
            "p_late": np.round(1 - law.paid_by(none), _PROBABILITY_DECIMALS),
            "p_late30": np.round(1 - law.paid_by(none + HIGH_RISK_DAYS), _PROBABILITY_DECIMALS),
            **{name: law.quantile(level) for name, level in _LEVELS.items()},
            "days_late_ex_post": pa.array(delay, mask=self.paid >= NEVER),
        }
        return pa.table(columns, schema=TRUTH)


class InventedLedger:
    """The ledger that a wish describes; nothing of it is real."""

    def __init__(self, wish: Wish, law: Law | None = None) -> None:
        """Draw the customers; invoices are drawn batch by batch."""
        self.wish = wish
        self.law = law or written_law()
        count = wish.rows // self.law.customers.invoices_each
        count = min(max(count, _CUSTOMERS_MIN), self.law.customers.number_max)
        days = day_number(wish.first_day), day_number(wish.end)
        self.customers = CustomerDraw(self.law, wish.seed, days).drawn(count)

    def batches(
        self, *, balance: bool = False, rows_per_batch: int = ROWS_PER_BATCH
    ) -> Iterator[Batch]:
        """Yield the invoices in the order of their issue; `balance` adds what is open of each.

        How many there are in a batch changes nothing in them.
        """
        issuing = Issuing(self.law, self.wish, self.customers)
        payments = _Payments(self)
        for start in range(0, self.wish.rows, rows_per_batch):
            rows = slice(start, min(start + rows_per_batch, self.wish.rows))
            issued = issuing.issued(rows)
            delays = issuing.delays(issued)
            way, paid, open_part = payments.drawn(issued, delays)
            columns = self._columns(issued, paid, rows)
            if balance:
                columns["balance"] = self._money(open_part)
            yield Batch(issued=issued, paid=paid, way=way, delays=delays, table=pa.table(columns))

    def _columns(self, issued: Issued, paid: Ints, rows: slice) -> dict[str, compute.Column]:
        law, customers, who = self.law, self.customers, issued.customer
        number = compute.numbered(_FIRST_ID + rows.start, _FIRST_ID + rows.stop)
        return {
            "invoice_id": compute.glued("DEMO-", number.cast(pa.string())),
            "customer_id": _taken(self._ids, who),
            "customer": _taken(self._names, who),
            "issue_date": _days(issued.issued),
            "due_date": _days(issued.due),
            "amount": self._money(issued.amount),
            "currency": compute.repeat(self.wish.currency, len(who)),
            "paid_date": _days(np.where(paid < day_number(self.wish.end), paid, NEVER)),
            "business_unit": _words([one.name for one in law.units], issued.unit),
            "industry": _words([one.name for one in law.industries], customers.industry[who]),
            "country": _words([one.code for one in law.countries], customers.country[who]),
            "payment_terms": _words([one.name for one in law.terms], issued.terms),
        }

    def _money(self, minor: Ints) -> compute.Column:
        digits = digits_of(self.wish.currency)
        whole = pa.array(minor)
        if not digits:
            return whole
        unit = pa.scalar(Decimal(1).scaleb(-digits), pa.decimal128(digits + 1, digits))
        exact = compute.times(whole.cast(pa.decimal128(19, 0)), unit)
        return exact.cast(pa.decimal128(_AMOUNT_DIGITS + digits, digits))

    @cached_property
    def _ids(self) -> compute.Column:
        return pa.array([f"C{number:06}" for number in range(1, len(self.customers) + 1)])

    @cached_property
    def _names(self) -> compute.Column:
        trades = [self.law.industries[place].name for place in self.customers.industry]
        countries = [self.law.countries[place].code for place in self.customers.country]
        return pa.array(names(written_words(), zip(trades, countries, strict=True)))


class _Payments:
    """Draws what becomes of invoices, and what is open of them at the ledger's end."""

    def __init__(self, ledger: InventedLedger) -> None:
        seed = ledger.wish.seed
        self._end = day_number(ledger.wish.end)
        self._way, self._delay = Stream(seed, "way"), Stream(seed, "delay")
        self._part = Stream(seed, "first part")
        detours = [one.name for one in ledger.law.detours]
        self._instalments = detours.index(INSTALMENTS) + 1

    def drawn(self, issued: Issued, delays: Delays) -> tuple[Ints, Ints, Ints]:
        """Return the way of each invoice, the day it is settled, and what is open at the end."""
        count = len(issued.due)
        way, paid = delays.drawn(self._way.uniform(count), self._delay.uniform(count))
        part = np.floor(self._part.between(*_FIRST_PART_PERCENT, count)).astype(np.int64)
        halfway = (issued.issued + np.minimum(paid, self._end * 2)) // 2
        first = delays.run_days.following(delays.run, np.minimum(halfway, self._end))
        some = (way == self._instalments) & (first < self._end)
        owed = np.where(some, issued.amount - issued.amount * part // 100, issued.amount)
        return way, paid, np.where(paid < self._end, 0, owed)


def _days(day: Ints) -> compute.Column:
    known = np.where(day < NEVER, day, 0).astype(np.int32)
    return pa.array(known, pa.int32(), mask=day >= NEVER).cast(pa.date32())


def _words(words: list[str], place: Ints) -> compute.Column:
    return _taken(pa.array(words, pa.string()), place)


def _taken(words: compute.Column, place: Ints) -> compute.Column:
    return words.take(pa.array(place, pa.int64()))
