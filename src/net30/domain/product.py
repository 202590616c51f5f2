"""Product: what is sold again and again, under a code, at a price in each currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from net30.domain.line import PIECE
from net30.domain.tax import TaxRate, check_rate
from net30.kernel.decimals import is_acceptable
from net30.kernel.errors import InputError, NotFound
from net30.kernel.money import digits_of

CODE_CHARACTERS_MAX = 40
PRICES_MAX = 50
_CODE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9 ._/-]{{0,{CODE_CHARACTERS_MAX - 1}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one unit costs in a currency, before tax; more decimals than the currency are fine."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is no price."""
        digits_of(self.currency)
        if not is_acceptable(self.amount) or self.amount < 0:
            raise InputError(
                f"{self.amount:.6} is no price", hint="give 0 or more", code="product_price"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product: its code, name, unit, price in each currency, and its own tax rate if it has one.

    `id` is empty until it is kept. An archived one stands on invoices as before, and goes on no
    new ones.
    """

    id: str = ""
    code: str
    name: str
    prices: tuple[Price, ...]
    unit: str = PIECE
    tax: TaxRate | None = None
    description: str = ""
    archived: bool = False

    def __post_init__(self) -> None:
        """Refuse a product that cannot be named, or whose price is not clear."""
        if not _CODE.fullmatch(self.code):
            raise InputError(
                f"{self.code[:CODE_CHARACTERS_MAX]!r} cannot be a product's code",
                hint=f"1 to {CODE_CHARACTERS_MAX} letters, digits, points, dashes and slashes",
                code="product_code",
            )
        if not self.name.strip() or not self.unit.strip():
            raise InputError(
                "the product has no name or no unit", hint="give both", code="product_name"
            )
        currencies = [price.currency for price in self.prices]
        if len(set(currencies)) != len(currencies) or not 1 <= len(currencies) <= PRICES_MAX:
            raise InputError(
                f"{self.code} has no price, or two in one currency",
                hint="give one price for each currency it is sold in",
                code="product_price",
            )
        if self.tax is not None:
            check_rate(self.tax)

    def price_in(self, currency: str) -> Decimal:
        """Return what one unit costs in a currency; raise NotFound for one without a price."""
        for price in self.prices:
            if price.currency == currency:
                return price.amount
        raise NotFound(
            f"{self.code} has no price in {currency}",
            hint=f"it has one in {', '.join(price.currency for price in self.prices)}",
            code="product_price",
        )
