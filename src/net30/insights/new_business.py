"""New business: what will be invoiced in the weeks to come, and when that will be paid.

Weekly invoiced amounts follow simple exponential smoothing, ETS(M,N,N): a level that each week
corrects by a share of its error, where the share is the one that has told the past best. Payment
follows the company's own days from issue to payment lately (Kaplan and Meier 1958, by amount).
Draws repeat past weeks whole (a bootstrap): how much more or less than its level each brought, and
how much sooner or later that was paid. Evidence: docs/forecast.md, docs/decisions/0013.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from net30.features.invoices import OPEN, Ints, Invoices
from net30.insights.cash_paths import DRAWS, SEED
from net30.scoring.distribution import Floats

WEEK = 7
WEEKS_MIN = 4
"""With fewer whole weeks of invoices nothing is said of new business."""
WEEKS_LEARNED = 104
WEEKS_KEPT = 52
"""So many past weeks are drawn from."""
LEVEL_LEAST = 0.2
"""A level below this share of the mean week would blow up what followed it."""
SHARES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
"""What of its error a level may be corrected by each week."""
START_WEEKS = 13
"""The level begins as the mean of a quarter."""
WARM_WEEKS = 4
AHEAD_WEEKS = 4
BEGUN_SHARE = 0.5
"""A ledger has begun with the first week that brings this share of the middle week."""
RECENT_DAYS = 120
"""How far back the company's days from issue to payment are looked at: customers change."""


COMPANY_COUNTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBusiness:
    """What weeks have shown: the level, its correction, days of the week and of pay, past weeks.

    Amounts are minor units a week. `weekday` are the shares of Monday to Sunday; `paid` says, by
    the weekday of issue, which share of an amount has been paid so many days after, from 0 on.
    `issued` and `came` are past weeks over their levels: what was invoiced, and by age what of it
    had come.
    """

    level: float
    share: float
    weekday: Floats
    paid: Floats
    issued: Floats
    came: Floats
    weeks: int


def learn_new_business(known: Invoices, horizon: int, days: int) -> NewBusiness | None:
    """Return what was known on the horizon's morning; None with fewer than four whole weeks.

    `days` is how far payments are looked at. Invoices are of one currency.
    """
    if not len(known):
        return None
    weekly, first = whole_weeks(known, horizon)
    if len(weekly) < WEEKS_MIN:
        return None
    weekly = _settled_in(weekly[-WEEKS_LEARNED:])
    share = min(SHARES, key=lambda one: _ahead_error(weekly, one))
    levels = _levels(weekly, share)
    weekday = _weekdays(known, max(first, horizon - RECENT_DAYS))
    paid = _paid_after(known, horizon, days)
    kept = min(len(weekly) - (WARM_WEEKS if len(weekly) > 2 * WARM_WEEKS else 0), WEEKS_KEPT)
    least = LEVEL_LEAST * weekly.mean()
    scale = np.maximum(levels[:-1][-kept:], least) if least > 0 else np.ones(kept)
    return NewBusiness(
        level=float(levels[-1]),
        share=share,
        weekday=weekday,
        paid=paid,
        issued=weekly[-kept:] / scale,
        came=_came(known, horizon, kept, paid.mean(axis=0)) / scale[:, None],
        weeks=len(weekly),
    )


def whole_weeks(known: Invoices, horizon: int) -> tuple[Floats, int]:
    """Return invoiced amounts of the whole weeks before the horizon, and the first one's day.

    Weeks end on the day before the horizon, so that the last one is whole and as new as can be.
    """
    back = (horizon - 1 - known.issued) // WEEK
    weeks = (horizon - int(known.issued.min())) // WEEK
    sums = np.zeros(max(int(back.max()) + 1, weeks, 1))
    np.add.at(sums, back, known.amount.astype(np.float64))
    return sums[:weeks][::-1], horizon - weeks * WEEK


def new_paths(
    new: NewBusiness, horizon: int, ends: Ints, draws: int = DRAWS
) -> tuple[Floats, Floats]:
    """Return what may have been invoiced, and paid of it, by each day; a row a draw."""
    random = np.random.default_rng(SEED + 1)
    weeks = max(-(-(int(ends.max()) + 1 - horizon) // WEEK), 1)
    picked = random.integers(0, len(new.issued), (draws, weeks))
    fair = new.issued - new.issued.mean()
    usual = _usual(new, horizon, ends, weeks)
    apart = new.came - new.came.mean(axis=0)
    level = np.full(draws, new.level)
    invoiced, paid = np.zeros((draws, len(ends))), np.zeros((draws, len(ends)))
    for week in range(weeks):
        age = ends - (horizon + WEEK * week)
        there = np.flatnonzero(age >= 0)
        some = np.cumsum(new.weekday[(horizon + np.arange(WEEK) + 3) % WEEK])
        drawn = picked[:, week]
        amount = np.maximum(1 + fair[drawn], 0.0)
        share = np.where(age >= 0, some[np.clip(age, 0, WEEK - 1)], 0.0)
        invoiced += (level * amount)[:, None] * share
        cells = apart[drawn[:, None], np.minimum(age[there], apart.shape[1] - 1)]
        paid[:, there] += np.maximum(level[:, None] * (usual[week, there] + cells), 0.0)
        level = level * (1 + new.share * fair[drawn])
    return invoiced, np.maximum.accumulate(paid, axis=1)


def _usual(new: NewBusiness, horizon: int, ends: Ints, weeks: int) -> Floats:
    """Return which share of each coming week's invoices is paid by each day; a row a week."""
    start = horizon + np.arange(weeks * WEEK)
    after = ends[None, :] - start[:, None]
    weekday = (start + 3) % WEEK
    paid = new.paid[weekday[:, None], np.clip(after, 0, new.paid.shape[1] - 1)]
    shares = np.where(after >= 0, paid, 0.0)
    shares *= new.weekday[weekday][:, None]
    by_week: Floats = shares.reshape(weeks, WEEK, len(ends)).sum(axis=1)
    return by_week


def _came(known: Invoices, horizon: int, weeks: int, paid: Floats) -> Floats:
    """Return what of each past week's invoices had come by each age of the week, in days.

    What is still open is taken to come as the company is usually paid.
    """
    back = (horizon - 1 - known.issued) // WEEK
    ours = known.take(back < weeks)
    week = weeks - 1 - back[back < weeks]
    amount = ours.amount.astype(np.float64)
    settled = ours.paid < OPEN
    start = horizon - WEEK * (weeks - week)
    age = np.where(settled, ours.paid - start, 0)
    came = np.zeros((weeks, len(paid) + 1))
    np.add.at(came, (week[settled], np.clip(age[settled], 0, len(paid))), amount[settled])
    by_age = np.cumsum(came, axis=1)[:, :-1]
    # What was issued on one day and is open has waited as long: one sum a day.
    still = np.bincount(horizon - 1 - ours.issued[~settled], amount[~settled])
    for waited in np.flatnonzero(still).tolist():
        if waited < len(paid) and paid[waited] < 1:
            to_come = np.maximum(paid - paid[waited], 0.0) / (1 - paid[waited])
            ago, before = divmod(waited, WEEK)
            offset = WEEK - 1 - before
            by_age[weeks - 1 - ago, offset:] += still[waited] * to_come[: len(paid) - offset]
    return by_age


def _levels(weekly: Floats, share: float) -> Floats:
    """Return the level before each week, and after the last."""
    levels = np.empty(len(weekly) + 1)
    levels[0] = weekly[:START_WEEKS].mean()
    for week, amount in enumerate(weekly):
        levels[week + 1] = levels[week] + share * (amount - levels[week])
    return levels


def _ahead_error(weekly: Floats, share: float) -> float:
    """Return how far four weeks together were from four times the level before them."""
    levels, ahead = _levels(weekly, share), min(AHEAD_WEEKS, len(weekly) - 1)
    sums = np.convolve(weekly, np.ones(ahead), "valid")
    gaps = sums - ahead * levels[: len(sums)]
    judged = gaps[WARM_WEEKS:] if len(gaps) > WARM_WEEKS else gaps
    return float((judged**2).sum())


def _settled_in(weekly: Floats) -> Floats:
    """Return weeks without the first ones of a ledger that begins with few invoices."""
    begun = np.flatnonzero(weekly >= BEGUN_SHARE * np.median(weekly))
    first = min(int(begun[0]), len(weekly) - WEEKS_MIN) if len(begun) else 0
    return weekly[first:]


def _weekdays(known: Invoices, first: int) -> Floats:
    recent = known.issued >= first
    sums = np.bincount(
        (known.issued[recent] + 3) % WEEK, known.amount[recent].astype(np.float64), WEEK
    )
    found: Floats = sums / sums.sum() if sums.sum() > 0 else np.full(WEEK, 1 / WEEK)
    return found


def _paid_after(known: Invoices, horizon: int, days: int) -> Floats:
    """Return the share of an amount that is paid within 0, 1, ... days after issue, by weekday.

    Nobody pays on a Sunday what would be due then: which days after issue are possible hangs on
    the weekday of issue. A weekday's own shares count by its invoices, the company's as 20 more.
    """
    recent = known.take(known.issued >= horizon - RECENT_DAYS)
    every = _paid_of(recent, horizon, days)
    weekday = (recent.issued + 3) % WEEK
    found = np.empty((WEEK, days + 1))
    for day in range(WEEK):
        own = recent.take(weekday == day)
        count = len(own)
        mine = _paid_of(own, horizon, days) if count else every
        found[day] = (count * mine + COMPANY_COUNTS * every) / (count + COMPANY_COUNTS)
    return found


def _paid_of(some: Invoices, horizon: int, days: int) -> Floats:
    settled = some.paid < OPEN
    waited = np.where(settled, some.paid, horizon - 1) - some.issued
    waited = np.clip(waited, 0, days + 1)
    amount = some.amount.astype(np.float64)
    paid = np.bincount(waited[settled], amount[settled], days + 2)
    gone = np.bincount(waited, amount, days + 2)
    at_risk = amount.sum() - np.concatenate([[0.0], np.cumsum(gone)[:-1]])
    left = np.cumprod(1 - np.where(at_risk > 0, paid / np.maximum(at_risk, 1.0), 0.0))
    found: Floats = 1 - left[: days + 1]
    return found
