"""Expected loss: PD x LGD x exposure, of each customer and in all, with where each part is from.

Default is more than 90 days past due (Basel Framework, CRE36.69). LGD is measured: of what was
unpaid 90 days after its due date, a year and more ago, the share that has never come; with too few
such invoices it is assumed (CRE32.6: senior unsecured claims on corporates, 40 %; general
knowledge, no page was at hand).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from net30.features.coding import day_number
from net30.insights.as_of import Known
from net30.insights.measured import SHARE_DECIMALS, Measure, half_up, rounded, unknown
from net30.kernel.money import Money
from net30.ledger import compute
from net30.scoring.bands import BANDS
from net30.scoring.open_items import ScoredOpenItems

DEFAULT_DAYS = 90
MATURE_DAYS = 365
CASES_MIN = 10
ASSUMED_LGD = Fraction(40, 100)
PARTS = 1_000_000
"""A probability is taken to six decimals, so that sums are exact in any order."""

NO_MODEL = "no scores of open invoices: needs a model"
NOTHING_OPEN = "nothing is open"

_LOST = """
select currency, count(*), sum(unpaid_at_90),
       sum(least(unpaid_at_90, greatest(balance, 0) + written_off))
from claims
where kind = 'invoice' and unpaid_at_90 > 0 and due_date <= as_of() - $mature group by currency
"""


@dataclass(frozen=True, slots=True)
class LossGivenDefault:
    """The share of a defaulted amount that never comes; `cases` are the invoices it is from.

    With fewer than CASES_MIN it is `assumed`.
    """

    share: Fraction
    cases: int
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLoss:
    """What one customer owes that is scored, the chance of default by amount, and what is lost."""

    customer_id: str
    exposure: Money
    pd: Measure
    expected: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedLoss:
    """The expected loss of one currency; customers the greatest loss first.

    `bands` is exposure by risk band. `unscored` is open but without a due date, and not in it.
    Without a model `expected` is None, with its reason.
    """

    exposure: Money
    unscored: Money
    pd: Measure
    lgd: Measure
    lgd_cases: int
    lgd_assumed: bool
    expected: Money | None
    reason: str
    bands: Mapping[str, Money]
    customers: tuple[CustomerLoss, ...]


def loss_given_default(known: Known) -> dict[str, LossGivenDefault]:
    """Return LGD by currency; a currency without enough cases is assumed."""
    measured = known.sums(_LOST, mature=MATURE_DAYS)
    found = {}
    for currency, (cases, unpaid, lost) in measured.items():
        enough = cases >= CASES_MIN
        share = Fraction(lost, unpaid) if enough else ASSUMED_LGD
        found[currency] = LossGivenDefault(share, cases, assumed=not enough)
    return found


def expected_loss(known: Known, scored: ScoredOpenItems) -> dict[str, ExpectedLoss]:
    """Return PD x LGD x exposure of the open invoices, by currency."""
    lgds = loss_given_default(known)
    unscored = {one.currency: one for one in scored.unscored}
    currencies = {*compute.texts(scored.table["currency"]), *unscored}
    nothing = LossGivenDefault(ASSUMED_LGD, 0, assumed=True)
    return {
        currency: _of_currency(scored.of_currency(currency), lgds.get(currency, nothing), currency)
        for currency in sorted(currencies)
    }


def _of_currency(scored: ScoredOpenItems, lgd: LossGivenDefault, currency: str) -> ExpectedLoss:
    balance = scored.ints("balance")
    exposure = Money(int(balance.sum()), currency)
    reason = "" if len(scored) else NOTHING_OPEN
    customers: tuple[CustomerLoss, ...] = ()
    bands: dict[str, Money] = {}
    pd, expected = unknown(reason or NO_MODEL), None
    if scored.model is None:
        reason = reason or NO_MODEL
    elif len(scored):
        parts = default_parts(scored)
        customers = _customers(scored, parts, lgd.share, currency)
        bands = _bands(scored, currency)
        weighted = int((balance * parts).sum())
        pd = rounded(Fraction(weighted, PARTS * exposure.minor), SHARE_DECIMALS)
        expected = Money(half_up(weighted * lgd.share / PARTS), currency)
    unscored = Money.total(scored.unscored, currency)
    return ExpectedLoss(
        exposure=exposure,
        unscored=unscored,
        pd=pd,
        lgd=rounded(lgd.share, SHARE_DECIMALS),
        lgd_cases=lgd.cases,
        lgd_assumed=lgd.assumed,
        expected=expected,
        reason=reason,
        bands=bands,
        customers=customers,
    )


def default_parts(scored: ScoredOpenItems) -> np.ndarray:
    """Return P(unpaid 90 days after due) of each open invoice in parts of PARTS; past it, all."""
    due = scored.ints("due_date")
    least = day_number(scored.as_of) + 1 - due
    paid = scored.paid_by(due + DEFAULT_DAYS)
    parts = np.rint((1 - paid) * PARTS).astype(np.int64)
    return np.where(least > DEFAULT_DAYS, PARTS, parts)


def _customers(
    scored: ScoredOpenItems, parts: np.ndarray, lgd: Fraction, currency: str
) -> tuple[CustomerLoss, ...]:
    ids = compute.texts(scored.table["customer_id"])
    balances: dict[str, int] = {}
    weighted: dict[str, int] = {}
    for customer, balance, part in zip(ids, scored.ints("balance"), parts, strict=True):
        balances[customer] = balances.get(customer, 0) + int(balance)
        weighted[customer] = weighted.get(customer, 0) + int(balance) * int(part)
    order = sorted(balances, key=lambda one: (-weighted[one], one))
    return tuple(
        CustomerLoss(
            customer_id=one,
            exposure=Money(balances[one], currency),
            pd=rounded(Fraction(weighted[one], PARTS * balances[one]), SHARE_DECIMALS),
            expected=Money(half_up(weighted[one] * lgd / PARTS), currency),
        )
        for one in order
    )


def _bands(scored: ScoredOpenItems, currency: str) -> dict[str, Money]:
    sums = dict.fromkeys(BANDS, 0)
    for band, balance in zip(
        compute.texts(scored.table["band"]), scored.ints("balance"), strict=True
    ):
        sums[band] += int(balance)
    return {band: Money(total, currency) for band, total in sums.items()}
