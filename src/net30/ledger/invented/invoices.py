"""Invoices: who gets one on which day, its terms and amount, and the law of its payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from net30.kernel.money import digits_of
from net30.ledger.invented.chance import Floats, Ints, Stream, chosen, doubled
from net30.ledger.invented.customers import Customers, terms_for
from net30.ledger.invented.delays import DELAY_MAX, Delays
from net30.ledger.invented.law import Law, Run, shares
from net30.ledger.invented.run_days import RunDays
from net30.ledger.invented.seasons import in_season, invoices_a_day, month_ends
from net30.ledger.invented.wish import Wish

DISPUTE = "dispute"
DUE_DAYS_MAX = 100
"""No terms of the law are longer, the end of the month included."""
_EPOCH = date(1970, 1, 1).toordinal()
_BILLING = (
    Run(source="the law's end_of_month_share", name="end of month", share=0.0, month_days=(31,)),
    Run(source="the law's weekly_share", name="Fridays", share=0.0, weekdays=(4,)),
)


def day_number(day: date) -> int:
    """Return a date as days since 1970-01-01."""
    return day.toordinal() - _EPOCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Invoices as they are at issue: columns of equal length, amounts in minor units.

    `doublings` is how much larger the amount is than the customer's usual one.
    """

    customer: Ints
    issued: Ints
    due: Ints
    terms: Ints
    unit: Ints
    amount: Ints
    doublings: Floats


class Issuing:
    """Writes the invoices of a ledger, in the order of their days, and knows their law."""

    def __init__(self, law: Law, wish: Wish, customers: Customers) -> None:
        """Draw for every invoice its customer and day."""
        self._law = law
        self._wish = wish
        self._customers = customers
        self._first, self._end = day_number(wish.first_day), day_number(wish.end)
        last_due = self._end + DUE_DAYS_MAX
        self._run_days = RunDays(law.runs, self._first, last_due + DELAY_MAX)
        days = np.arange(self._first, last_due)
        self._seasons = [(one.days, in_season(one, days)) for one in law.seasons]
        self._streams = {
            purpose: Stream(wish.seed, purpose)
            for purpose in ("terms kept", "terms", "unit kept", "unit", "amount", "repeated")
        }
        customer, day = self._sales()
        order = np.argsort(day, kind="stable")
        self._customer, self._day = customer[order], day[order]

    def issued(self, rows: slice) -> Issued:
        """Return the next invoices; each is drawn once, so they are asked for one after another."""
        customer, day = self._customer[rows], self._day[rows]
        terms, doublings = self._terms(customer), self._doublings(customer)
        return Issued(
            customer=customer,
            issued=day,
            due=self._due(day, terms),
            terms=terms,
            unit=self._unit(customer),
            amount=self._amount(customer, doublings),
            doublings=doublings,
        )

    def delays(self, issued: Issued) -> Delays:
        """Return the law by which these invoices are paid."""
        law, customers, who = self._law, self._customers, issued.customer
        days = customers.habit_days(who, issued.issued, self._first)
        days = days + np.array([one.late for one in law.terms])[issued.terms]
        days = days + np.array([one.days for one in law.units])[issued.unit]
        days = days + law.amounts.days_per_doubling * issued.doublings
        for keeps, (more, in_days) in zip(customers.keeps, self._seasons, strict=True):
            days = days + more * (keeps[who] & in_days[issued.due - self._first])
        return Delays(
            shape=law.shape,
            detours=law.detours,
            run_days=self._run_days,
            issued=issued.issued,
            due=issued.due,
            run=customers.run[who],
            days=days,
            spread=customers.spread[who],
            detour_share=self._detours(issued),
        )

    def _sales(self) -> tuple[Ints, Ints]:
        customers, rows = self._customers, self._wish.rows
        weights = invoices_a_day(self._law.issuing, np.arange(self._first, self._end))
        upto = np.concatenate([[0.0], np.cumsum(weights)])
        comes, goes = (upto[day - self._first] for day in (customers.comes, customers.goes))
        bought = np.cumsum(customers.frequency * (goes - comes))
        level = Stream(self._wish.seed, "buyer").uniform(rows) * bought[-1]
        who = np.minimum(np.searchsorted(bought, level, "right"), len(customers) - 1)
        place = comes[who] + Stream(self._wish.seed, "day").uniform(rows) * (goes - comes)[who]
        at = np.clip(np.searchsorted(upto, place, "right") - 1, 0, len(weights) - 1)
        return who.astype(np.int64), self._billed(who, self._first + at)

    def _billed(self, who: Ints, day: Ints) -> Ints:
        """Return the days on which invoices are written for sales: at once, or all together."""
        law, billing = self._law.issuing, self._customers.billing[who]
        run_days = RunDays(_BILLING, self._first, self._end)
        weekly = billing < law.end_of_month_share + law.weekly_share
        kind = np.where(billing < law.end_of_month_share, 0, 1)
        gathered = run_days.following(kind, day)
        # What would be written together after the ledger's end is written at once.
        together = weekly & (gathered < self._customers.goes[who])
        return np.where(together, gathered, day)

    def _terms(self, customer: Ints) -> Ints:
        kept = self._streams["terms kept"].happens(self._law.customers.terms_kept, len(customer))
        level = self._streams["terms"].uniform(len(customer))
        other = terms_for(self._law, self._customers.country[customer], level)
        return np.where(kept, self._customers.terms[customer], other)

    def _unit(self, customer: Ints) -> Ints:
        kept = self._streams["unit kept"].happens(self._law.customers.unit_kept, len(customer))
        other = chosen(self._streams["unit"].uniform(len(customer)), shares(self._law.units))
        return np.where(kept, self._customers.unit[customer], other)

    def _due(self, day: Ints, terms: Ints) -> Ints:
        due = day + np.array([one.days for one in self._law.terms])[terms]
        at_end = np.array([one.end_of_month for one in self._law.terms])[terms]
        return np.where(at_end, month_ends(due), due)

    def _doublings(self, customer: Ints) -> Floats:
        law = self._law
        drawn = law.amounts.invoice_doublings * self._streams["amount"].normal(len(customer))
        same = self._streams["repeated"].happens(law.customers.repeats, len(customer))
        return np.where(same & self._customers.repeats[customer], 0.0, drawn)

    def _amount(self, customer: Ints, doublings: Floats) -> Ints:
        law, currency = self._law.amounts, self._wish.currency
        median = law.median / law.worth[currency] * 10 ** digits_of(currency)
        exact = median * doubled(self._customers.amount[customer] + doublings)
        whole: Ints = np.maximum(np.floor(exact + 0.5), 1).astype(np.int64)
        return whole

    def _detours(self, issued: Issued) -> Floats:
        """Return the share of each detour; once a customer stopped, it never pays."""
        law, who = self._law, issued.customer
        large = issued.doublings >= law.amounts.large_doublings
        disputes = np.array([one.disputes for one in law.industries])[self._customers.industry[who]]
        stopped = issued.issued >= self._customers.stops[who]
        rows = []
        for one in law.detours:
            share = one.share + (disputes if one.name == DISPUTE else 0.0)
            share = share * np.where(large, one.large, 1.0)
            rows.append(np.where(stopped, 1.0 if one.never else 0.0, share))
        return np.array(rows)
