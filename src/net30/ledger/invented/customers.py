"""Customers: who buys, how much and how often, and how each of them pays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from net30.ledger.invented.chance import Flags, Floats, Ints, Stream, chosen, doubled
from net30.ledger.invented.law import Law, shares

QUARTER_DAYS = 91
NO_DAY = 2**30
"""A day that never comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """Columns, one entry a customer; days are days since 1970-01-01.

    `frequency` is a weight. A customer is invoiced from `comes` to before `goes`, and pays nothing
    that is issued from `stops` on. `delay` and `spread` are days; `walk` adds days in each quarter
    of the ledger, and `turn` from the day `turns` on. `keeps` says of each season who keeps it.
    `run` is the place of the days of payment in the law, `amount` doublings of the median.
    """

    industry: Ints
    country: Ints
    size: Ints
    frequency: Floats
    comes: Ints
    goes: Ints
    stops: Ints
    habit: Ints
    delay: Floats
    spread: Floats
    walk: Floats
    turns: Ints
    turn: Floats
    keeps: Flags
    run: Ints
    billing: Floats
    terms: Ints
    unit: Ints
    amount: Floats
    repeats: Flags

    def __len__(self) -> int:
        return len(self.industry)

    def habit_days(self, customer: Ints, day: Ints, first: int) -> Floats:
        """Return the delay each customer is used to on a day of a ledger that began on `first`."""
        quarter = (day - first) // QUARTER_DAYS
        turned = np.where(day >= self.turns[customer], self.turn[customer], 0.0)
        found: Floats = self.delay[customer] + self.walk[customer, quarter] + turned
        return found


class CustomerDraw:
    """Draws customers; every column has a stream of its own."""

    def __init__(self, law: Law, seed: int, days: tuple[int, int]) -> None:
        """Draw by a law, for a ledger from one day to before another."""
        self._law = law
        self._seed = seed
        self._first, self._end = days

    def drawn(self, count: int) -> Customers:
        """Return so many customers."""
        law = self._law
        industry = self._stream("industry").places(shares(law.industries), count)
        country = self._stream("country").places(shares(law.countries), count)
        size = self._stream("size").places(shares(law.sizes), count)
        habit = self._stream("habit").places(shares(law.habits), count)
        comes, goes, stops = self._stays(count)
        turning = self._stream("turning").happens(law.drift.turning_share, count)
        return Customers(
            industry=industry,
            country=country,
            size=size,
            frequency=self._frequency(size),
            comes=comes,
            goes=goes,
            stops=stops,
            habit=habit,
            delay=self._delay(habit, industry, size),
            spread=self._of_habit("spread", [one.spread for one in law.habits], habit),
            walk=self._walk(count),
            turns=np.where(turning, self._days("turns", count), NO_DAY),
            turn=self._stream("turn").between(*law.drift.turning_days, count),
            keeps=self._keeps(industry, country),
            run=self._stream("run").places(shares(law.runs), count),
            billing=self._stream("billing").uniform(count),
            terms=self._terms(country),
            unit=self._stream("customer unit").places(shares(law.units), count),
            amount=self._amount(industry, size),
            repeats=self._stream("repeats").happens(law.customers.repeat_share, count),
        )

    def _stream(self, purpose: str) -> Stream:
        return Stream(self._seed, purpose)

    def _days(self, purpose: str, count: int) -> Ints:
        span = self._stream(purpose).between(self._first, self._end, count)
        return np.floor(span).astype(np.int64)

    def _stays(self, count: int) -> tuple[Ints, Ints, Ints]:
        law = self._law.customers
        new = self._stream("new").happens(law.new_share, count)
        leaving = self._stream("leaving").happens(law.leaving_share, count)
        stopping = self._stream("stopping").happens(law.stopping_share, count)
        comes = np.where(new, self._days("comes", count), self._first)
        stops = np.where(stopping, np.maximum(self._days("stops", count), comes), NO_DAY)
        last = np.where(leaving, np.maximum(self._days("goes", count), comes + 1), self._end)
        goes = np.minimum(np.minimum(last, stops + law.supplied_days), self._end)
        return comes, goes, stops

    def _frequency(self, size: Ints) -> Floats:
        spread = self._law.customers.frequency_doublings
        usual = np.array([one.frequency for one in self._law.sizes])[size]
        return doubled(usual + spread * self._stream("frequency").normal(len(size)))

    def _of_habit(self, purpose: str, ranges: list[tuple[float, float]], habit: Ints) -> Floats:
        low, high = np.array(ranges).T
        return self._stream(purpose).between(low[habit], high[habit], len(habit))

    def _delay(self, habit: Ints, industry: Ints, size: Ints) -> Floats:
        own = self._of_habit("delay", [one.days for one in self._law.habits], habit)
        of_trade = np.array([one.days for one in self._law.industries])[industry]
        of_size = np.array([one.days for one in self._law.sizes])[size]
        found: Floats = own + of_trade + of_size
        return found

    def _walk(self, count: int) -> Floats:
        drift = self._law.drift
        quarters = (self._end - self._first) // QUARTER_DAYS + 1
        own = self._stream("walk").normal(count * (quarters - 1)).reshape(count, quarters - 1)
        company = self._stream("company walk").normal(quarters - 1)
        steps = own * drift.customer_step_days + company * drift.company_step_days
        return np.hstack([np.zeros((count, 1)), np.cumsum(steps, axis=1)])

    def _keeps(self, industry: Ints, country: Ints) -> Flags:
        rows = []
        for season in self._law.seasons:
            keeps = self._stream(f"keeps {season.name}").happens(season.share, len(country))
            if season.countries:
                codes = [one.code in season.countries for one in self._law.countries]
                keeps &= np.array(codes)[country]
            if season.industries:
                names = [one.name in season.industries for one in self._law.industries]
                keeps &= np.array(names)[industry]
            rows.append(keeps)
        return np.array(rows)

    def _terms(self, country: Ints) -> Ints:
        level = self._stream("customer terms").uniform(len(country))
        return terms_for(self._law, country, level)

    def _amount(self, industry: Ints, size: Ints) -> Floats:
        spread = self._law.amounts.customer_doublings
        of_trade = np.array([one.doublings for one in self._law.industries])[industry]
        of_size = np.array([one.doublings for one in self._law.sizes])[size]
        found: Floats = of_trade + of_size + spread * self._stream("median").normal(len(size))
        return found


def terms_for(law: Law, country: Ints, level: Floats) -> Ints:
    """Return the place of the terms for each country and number from 0 to 1."""
    used = {one.name: one.shares for one in law.terms_used}
    found = np.zeros(len(country), np.int64)
    for place, one in enumerate(law.countries):
        there = country == place
        found[there] = chosen(level[there], used[one.terms])
    return found
