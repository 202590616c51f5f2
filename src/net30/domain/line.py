"""Line: one thing charged, its price and its net amount."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from net30.domain.party import Identifier
from net30.domain.tax import TaxRate
from net30.kernel.decimals import EXACT
from net30.kernel.money import Money

PIECE = "C62"
"""UN/ECE Recommendation 20 code of 'one', the unit of anything counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowanceCharge:
    """A minus or a plus on a line (BG-27, BG-28) or on the document (BG-20, BG-21).

    `amount` is never signed by its kind: an allowance of 10 is 10. `percent` and `base` are
    given both or neither (Peppol R041, R042). `tax` is set on the document level only.
    """

    amount: Money
    base: Money | None = None
    percent: Decimal | None = None
    reason: str = ""
    reason_code: str = ""
    tax: TaxRate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What kind of thing an item is (BT-158): a code, its list and that list's version."""

    code: str
    scheme: str
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From when to when (BG-14, BG-26); either end may be open."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing charged (BG-25).

    `unit_price` (BT-146) is net of tax for `base_quantity` (BT-149) units and may have any number
    of decimals; `price_with_tax` is what the customer was told where prices include tax; `net`
    (BT-131) is rounded once.
    """

    id: str
    name: str
    quantity: Decimal
    unit_price: Decimal
    tax: TaxRate
    net: Money
    unit: str = PIECE
    base_quantity: Decimal = Decimal(1)
    base_unit: str = ""
    gross_price: Decimal | None = None
    price_discount: Decimal | None = None
    price_with_tax: Decimal | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    charges: tuple[AllowanceCharge, ...] = ()
    description: str = ""
    note: str = ""
    period: Period | None = None
    object_id: Identifier | None = None
    order_line: str = ""
    accounting: str = ""
    seller_item_id: str = ""
    buyer_item_id: str = ""
    standard_item_id: Identifier | None = None
    classifications: tuple[Classification, ...] = ()
    origin_country: str = ""
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def computed_net(self) -> Money:
        """Return quantity x price / base, rounded half up once, - allowances + charges.

        Source: EN 16931-1 BT-131; Peppol BIS R120. A base quantity of 0 counts as 1.
        """
        return line_net(self)


def line_net(line: Line) -> Money:
    """Return what a line's own figures come to, beside the `net` it states."""
    currency = line.net.currency
    exact = EXACT.multiply(line.quantity, line.unit_price)
    exact = EXACT.divide(exact, line.base_quantity or Decimal(1))
    # Rounded before the exact amounts come off: 3.50 less all of its 4 leaves 0, never -1.
    net = Money.rounded(exact, currency)
    if not line.allowances and not line.charges:
        return net
    net -= Money.total((entry.amount for entry in line.allowances), currency)
    return net + Money.total((entry.amount for entry in line.charges), currency)
