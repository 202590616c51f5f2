"""What if: the best customer pays later, or everybody gets other terms.

Both are answered from the distributions of the served model, which has seen invoices paid as they
were: that customers change with the terms is no promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa

from net30.features.coding import day_number
from net30.features.invoices import Ints
from net30.insights.measured import DAYS_DECIMALS, Measure, rounded
from net30.kernel.decimals import round_half_up
from net30.kernel.errors import InputError, NotFound
from net30.kernel.money import Money
from net30.ledger import compute
from net30.recommend.cost import Gain, cost_of_days, gain_of
from net30.scoring.cash_days import Days, Plan, saved_days
from net30.scoring.open_items import ScoredOpenItems
from net30.services.books_known import history_at
from net30.services.context import ReadContext
from net30.services.found import customer_by_name, customer_called
from net30.services.score_open_items import Past, model_at, score_open_items

LATER_MAX = 365
TERMS_MAX = 400
SPANS = (30, 90)
LAST_DAYS = 90
YEAR_DAYS = 365
INVOICES_MIN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CashOfSpan:
    """What is expected of all open invoices within some days: as things are, and if."""

    days: int
    now: Money
    then: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterPayment:
    """One customer pays all that is open so many days later than it would.

    `cost` is open x days x cost of capital / 365.
    """

    customer_id: str
    customer: str
    days: int
    open: Money
    spans: tuple[CashOfSpan, ...]
    cost: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTerms:
    """The invoices of the last 90 days, had they been given other terms.

    `sales` are theirs, `usual` their terms by amount. `saved` are days from issue to payment by
    amount; `freed` is what these days free of a day's sales, `gain` what that is worth in a year.
    """

    currency: str
    terms: int
    invoices: int
    sales: Money
    usual: Measure
    saved: Days
    freed: Money
    gain: Gain


def pays_later(
    ctx: ReadContext, days: int, customer: str = "", as_of: date | None = None
) -> tuple[LaterPayment, ...]:
    """Return what it costs when a customer (whoever owes the most) pays later, by currency.

    Raises InputError for days that cannot be, NotFound when nothing is open of such a customer.
    """
    if not 1 <= days <= LATER_MAX:
        raise InputError(
            f"{days} days are not between 1 and {LATER_MAX}", hint="name the days", code="days"
        )
    scored = score_open_items(ctx, as_of or ctx.today)
    wanted = customer_by_name(ctx, customer).value.id if customer else ""
    found = []
    for currency in sorted(set(compute.texts(scored.table["currency"]))):
        one = scored.of_currency(currency)
        late = _later(ctx, one, days, wanted, currency)
        if late is not None:
            found.append(late)
    if not found:
        raise NotFound(
            f"{customer} owes nothing that has a due date"
            if customer
            else "nobody owes anything that has a due date",
            hint="net30 risk shows who does",
            code="nothing_open",
        )
    return tuple(found)


def other_terms(ctx: ReadContext, terms: int, as_of: date | None = None) -> tuple[OtherTerms, ...]:
    """Return what other terms would have brought, by currency.

    Raises InputError for terms that cannot be, or with too few invoices in the last 90 days.
    """
    if not 0 <= terms <= TERMS_MAX:
        raise InputError(
            f"terms of {terms} days are not between 0 and {TERMS_MAX}",
            hint="write the number of days after the issue date",
            code="terms_days",
        )
    day = as_of or ctx.today
    horizon = day_number(day) + 1
    history = history_at(ctx, day)
    past = Past(model_at(ctx, day), history, horizon)
    since = compute.at_most(day - timedelta(days=LAST_DAYS - 1), history["issue_date"])
    lately = history.filter(since)
    found = []
    for currency in sorted(set(compute.texts(lately["currency"]))):
        rows = lately.filter(compute.equal(lately["currency"], currency))
        if rows.num_rows >= INVOICES_MIN:
            found.append(_terms(past, rows, terms, currency, ctx.company.cost_of_capital))
    if not found:
        raise InputError(
            f"{lately.num_rows} invoices were issued in the last {LAST_DAYS} days; "
            f"{INVOICES_MIN} of a currency are needed",
            hint="ask again when there are more, or as of another day",
            code="too_few_invoices",
        )
    return tuple(found)


def _later(
    ctx: ReadContext, scored: ScoredOpenItems, days: int, wanted: str, currency: str
) -> LaterPayment | None:
    ids = np.array(compute.texts(scored.table["customer_id"]), np.str_)
    balance = scored.ints("balance")
    chosen = wanted or _largest(ids, balance)
    mine = ids == chosen
    if not mine.any():
        return None
    open_ = Money(int(balance[mine].sum()), currency)
    return LaterPayment(
        customer_id=chosen,
        customer=customer_called(ctx, chosen),
        days=days,
        open=open_,
        spans=tuple(
            CashOfSpan(
                days=span,
                now=_expected(scored, balance, span, np.zeros(len(ids), np.int64), currency),
                then=_expected(scored, balance, span, np.where(mine, days, 0), currency),
            )
            for span in SPANS
        ),
        cost=cost_of_days(open_, float(days), ctx.company.cost_of_capital),
    )


def _expected(
    scored: ScoredOpenItems, balance: Ints, span: int, later: Ints, currency: str
) -> Money:
    """Return the mean of what is paid within a span, when rows pay so many days later."""
    paid = scored.paid_by(day_number(scored.as_of) + span - later)
    minor = Decimal(repr(float((balance * paid).sum())))
    return Money(int(round_half_up(minor, 0)), currency)


def _largest(ids: np.ndarray, balance: Ints) -> str:
    if not len(ids):
        return ""
    names, place = np.unique(ids, return_inverse=True)
    sums = np.bincount(place, weights=balance.astype(np.float64))
    return str(names[int(np.argmax(sums))])


def _terms(past: Past, rows: pa.Table, terms: int, currency: str, cost: Decimal) -> OtherTerms:
    asked, delay = past.at_issue(rows)
    usual = np.maximum(asked.due - asked.issued, 0)
    other = np.full(len(asked), terms, np.int64)
    changed, instead = past.at_issue(_due_after(rows, terms))
    saved = saved_days(Plan(asked.amount, usual, delay), Plan(changed.amount, other, instead))
    sales = Money(int(asked.amount.sum()), currency)
    year = sales.times(Decimal(YEAR_DAYS) / LAST_DAYS)
    return OtherTerms(
        currency=currency,
        terms=terms,
        invoices=len(asked),
        sales=sales,
        usual=rounded(Fraction(int((usual * asked.amount).sum()), sales.minor), DAYS_DECIMALS),
        saved=saved,
        freed=sales.times(Decimal(repr(saved.expected)) / LAST_DAYS),
        gain=gain_of(year, saved, cost),
    )


def _due_after(rows: pa.Table, terms: int) -> pa.Table:
    issued = compute.column(rows, "issue_date").cast(pa.int32())
    due = compute.plus(issued, terms).cast(pa.int32()).cast(pa.date32())
    return rows.set_column(rows.column_names.index("due_date"), "due_date", due)
