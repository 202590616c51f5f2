"""Predict when one invoice of our own books will be paid, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from net30.domain.customer import Customer
from net30.features.coding import day_number
from net30.features.invoices import DELAY_MAX, OPEN, Invoices
from net30.features.point_in_time import Matrix, feature_names, seen_from
from net30.kernel.money import Money
from net30.recommend.advise import Advice, Situation, advise
from net30.scoring.bands import BANDS, bands
from net30.scoring.calibration import Calibration
from net30.scoring.card import Card
from net30.scoring.delay_bins import HIGH_RISK, LATE
from net30.scoring.distribution import Distribution
from net30.scoring.explain.contributions import Contributions, contributions
from net30.scoring.explain.reasons import Reason, reasons
from net30.scoring.one_customer import OneCustomer
from net30.scoring.score import given, least_delay
from net30.services.asked_invoice import AskedInvoice, asked_invoice, row_of
from net30.services.change_plan import (
    Base,
    Change,
    Changed,
    base_of,
    change_plan,
    plan_of,
    usual_changes,
)
from net30.services.cold_start import ColdStart
from net30.services.context import ReadContext
from net30.services.customer_history import CustomerHistory, customer_history
from net30.services.published_model import Served, served_model

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why: the model's log-odds of being late at issue, and what moved them there.

    `contributions` begin at a typical invoice of the company; `base` and all of them add up to
    `margin`. `reasons` tell them in facts, the weightiest first.
    """

    contributions: Contributions
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class DelayShare:
    """The chance that an invoice is paid from the end of the share before until `until`.

    That is a number of days after the due date, None for what is later than all others.
    """

    until: int | None
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What is said of one invoice, as of the morning of a day.

    `p_late` and `p_late30` are P(late) and P(more than 30 days late), knowing it is unpaid today.
    `expected` is the median day of payment, `earliest` to `latest` hold 80 %; all three are None
    for an invoice that is later already than the model can tell apart. `model` names the model,
    `learned_until` the day it has learned until; `limits` say what it does not know. `cold_start`
    says that it is the model that comes with net30, and how far off one's own is. `delays` is the
    whole distribution, told with the explanation; its shares add up to 1.
    """

    number: str
    customer: str
    amount: Money
    balance: Money
    issued: date
    due: date
    as_of: date
    p_late: float
    p_late30: float
    expected: date | None
    earliest: date | None
    latest: date | None
    band: str
    model: str
    learned_until: date
    cost_of_capital: Decimal
    limits: tuple[str, ...]
    explanation: Explanation | None = None
    changes: tuple[Changed, ...] = ()
    advice: tuple[Advice, ...] = ()
    cold_start: ColdStart | None = None
    delays: tuple[DelayShare, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which invoice is asked about, and what of it beside the day: reasons, changes, advice."""

    number: str
    explain: bool = False
    plan: bool = False
    changes: tuple[Change, ...] = ()


def predict_invoice(
    ctx: ReadContext,
    number: str,
    *,
    explain: bool = False,
    plan: bool = False,
    changes: Sequence[Change] = (),
) -> Prediction:
    """Return when an invoice will be paid, by the served model and what the books know today.

    With `explain` also why; with `plan` also what would change it (or what the given `changes`
    come to) and what to do. Raises NotFound for an unknown invoice, Conflict when nothing is
    open, InputError for a damaged model.
    """
    wanted = Wanted(number=number, explain=explain, plan=plan, changes=tuple(changes))
    return predict_by(ctx, wanted, served_model(ctx))


def predict_by(ctx: ReadContext, wanted: Wanted, served: Served) -> Prediction:
    """Return the same, by a model that is chosen (published_model.py: chosen_model)."""
    asked = asked_invoice(ctx, wanted.number)
    explain, plan, changes = wanted.explain, wanted.plan, wanted.changes
    model = served.model
    card = model.card
    known = customer_history(ctx, asked.customer_id, card.words, ctx.today)
    place, horizon = known.place(asked.id), day_number(ctx.today)
    row = row_of(asked, known, place, card.words)
    names = feature_names(tuple(sorted(row.words))) if explain else card.features
    every = known.past(row, place, names).matrix(seen_from(row, horizon), names)
    facts = dict(zip(names, every[0].tolist(), strict=True)) if explain else {}
    features = _taken(card, facts) if explain else every
    made = given(model.distribution(features), least_delay(row, horizon))
    late, late30 = made.later_than(LATE), made.later_than(HIGH_RISK)
    earliest, expected, latest = _days(made, row, horizon, card.calibration)
    said = Prediction(
        number=asked.number,
        customer=ctx.tx.load(Customer, asked.customer_id).value.name,
        amount=asked.amount,
        balance=asked.balance,
        issued=asked.issued,
        due=asked.due,
        as_of=ctx.today,
        p_late=float(late[0]),
        p_late30=float(late30[0]),
        expected=expected,
        earliest=earliest,
        latest=latest,
        band=BANDS[int(bands(late, late30)[0])],
        model=served.name,
        learned_until=card.as_of,
        cost_of_capital=ctx.company.cost_of_capital,
        limits=card.limits,
        cold_start=served.cold_start,
    )
    if explain:
        told = contributions(model, features)
        why = Explanation(told, reasons(told, facts, _words_of(row, card)))
        said = replace(said, explanation=why, delays=_shares(made))
    if plan or changes:
        others = known.without(place)
        one = OneCustomer(model, others.invoices, horizon)
        base = base_of(one, row, asked.amount.currency, said.cost_of_capital)
        asked_changes = changes or usual_changes(asked.amount, asked.terms)
        said = replace(
            said,
            changes=tuple(change_plan(base, change) for change in asked_changes),
            advice=advise(_situation((asked, others), said, base, made)),
        )
    return said


def _shares(made: Distribution) -> tuple[DelayShare, ...]:
    return tuple(
        DelayShare(until, share)
        for until, share in zip(
            (*made.bins.last, None), made.probabilities[0].tolist(), strict=True
        )
    )


def _taken(card: Card, facts: Mapping[str, float]) -> Matrix:
    """Return the features that the model takes, from all of them."""
    return np.array([[facts[name] for name in card.features]], np.float32)


def _days(
    made: Distribution, row: Invoices, horizon: int, levels: Calibration
) -> tuple[date | None, date | None, date | None]:
    """Return the days of the low, middle and high quantile, none of them in the past."""
    least = int(least_delay(row, horizon)[0])
    if least >= min(made.latest, DELAY_MAX):
        return None, None, None
    due = date(1970, 1, 1) + timedelta(days=int(row.due[0]))
    least = max(least, int(row.issued[0] - row.due[0]))
    asked = np.array([levels.low, 0.5, levels.high])
    low, middle, high = (
        due + timedelta(days=max(round(delay), least)) for delay in made.quantile(asked).tolist()
    )
    return low, middle, high


def _words_of(row: Invoices, card: Card) -> dict[str, str]:
    """Return the invoice's words that the model knows."""
    return {
        name: card.words[name][int(codes[0])]
        for name, codes in row.words.items()
        if int(codes[0]) >= 0
    }


def _situation(
    about: tuple[AskedInvoice, CustomerHistory], said: Prediction, base: Base, made: Distribution
) -> Situation:
    asked, others = about
    currency, horizon = asked.amount.currency, base.one.horizon
    known = others.in_currency(currency)
    still_open = known.paid >= OPEN
    last_year = known.issued >= horizon - YEAR_DAYS
    return Situation(
        band=said.band,
        late30=said.p_late30,
        amount=asked.balance,
        due=asked.due,
        as_of=said.as_of,
        terms=asked.terms,
        given=made,
        now=base.now,
        sooner=lambda days: plan_of(base.one, base.asked, base.asked.amount, np.array([days])),
        owed=Money(int(known.amount[still_open].sum()), currency) + asked.balance,
        overdue=int((still_open & (known.due < horizon)).sum()),
        sales=Money(int(known.amount[last_year].sum()), currency) + asked.amount,
        cost=said.cost_of_capital,
    )
