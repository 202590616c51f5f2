"""Tax: the VAT category and rate of a line, and the sums of one document by them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from net30.kernel.decimals import is_acceptable, plain
from net30.kernel.errors import InputError
from net30.kernel.money import Money

RATE_PERCENT_MAX = Decimal(100)


class TaxCategory(StrEnum):
    """VAT categories of EN 16931 (UNTDID 5305 subset, BT-118 and BT-151)."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    INTRA_COMMUNITY = "K"
    EXPORT = "G"
    OUT_OF_SCOPE = "O"
    CANARY_ISLANDS = "L"
    CEUTA_MELILLA = "M"
    SPLIT_PAYMENT = "B"


WITH_RATE = frozenset(
    {
        TaxCategory.STANDARD,
        TaxCategory.CANARY_ISLANDS,
        TaxCategory.CEUTA_MELILLA,
        TaxCategory.SPLIT_PAYMENT,
    }
)
"""Categories under which tax is charged; under all others the rate is 0 (BR-Z-05, BR-E-05 ...)."""

WITH_REASON = frozenset(
    {
        TaxCategory.EXEMPT,
        TaxCategory.REVERSE_CHARGE,
        TaxCategory.INTRA_COMMUNITY,
        TaxCategory.EXPORT,
        TaxCategory.OUT_OF_SCOPE,
    }
)
"""Categories that must say why no tax is charged (BR-E-10, BR-AE-10, BR-IC-10, BR-G-10 ...)."""


@dataclass(frozen=True, slots=True)
class TaxRate:
    """How a line, allowance or charge is taxed: category (BT-151) and percent (BT-152).

    `reason` and `reason_code` (BT-120, BT-121) say why no tax is charged. They do not
    take part in grouping.
    """

    category: TaxCategory
    percent: Decimal
    reason: str = ""
    reason_code: str = ""

    @property
    def group(self) -> tuple[TaxCategory, Decimal]:
        """Return what VAT is summed by: category and rate."""
        return self.category, self.percent

    @classmethod
    def of(cls, percent: Decimal, *, reason: str = "") -> TaxRate:
        """Return the usual category of a rate: standard above 0 %, otherwise zero or exempt.

        Raises InputError for a rate below 0 % or above 100 %.
        """
        check_percent(percent, "the tax rate")
        if percent:
            return cls(TaxCategory.STANDARD, percent)
        if reason:
            return cls(TaxCategory.EXEMPT, Decimal(0), reason)
        return cls(TaxCategory.ZERO, Decimal(0))


@dataclass(frozen=True, slots=True)
class TaxSubtotal:
    """One row of the VAT breakdown (BG-23): taxable amount (BT-116) and tax (BT-117)."""

    rate: TaxRate
    taxable: Money
    tax: Money


def check_rate(rate: TaxRate) -> TaxRate:
    """Return a rate that a category may have; raise InputError otherwise.

    Standard-rated is above 0 % (BR-S-05); what is exempt, reverse charged and the like is 0 %.
    """
    check_percent(rate.percent, "the tax rate")
    if rate.category is TaxCategory.STANDARD:
        fits = rate.percent > 0
    else:
        fits = rate.percent == 0 or rate.category in WITH_RATE
    if not fits:
        raise InputError(
            f"the tax category {rate.category} cannot have a rate of {plain(rate.percent)} %",
            hint="use S above 0 %, and Z, E, AE, K, G or O at 0 %",
            code="tax_rate",
        )
    return rate


def check_percent(percent: Decimal, what: str) -> Decimal:
    """Return a percentage between 0 and 100; raise InputError otherwise."""
    if not is_acceptable(percent) or not 0 <= percent <= RATE_PERCENT_MAX:
        raise InputError(
            f"{what} of {percent:.6} % is not between 0 and 100",
            hint="write 18 for eighteen per cent",
            code="percent",
        )
    return percent
