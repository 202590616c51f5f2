"""Order: what someone wants invoiced, as far as it was said; what is missing stays empty."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from net30.assistant.roll.people import KnownClient
from net30.assistant.understanding.clean import fold
from net30.domain.inclusive import net_price
from net30.kernel.decimals import plain

PRICE_MAX = Decimal(10) ** 13
QUANTITY_MAX = Decimal(10) ** 9
WORD_LETTERS_MIN = 4
"""Shorter words of a description point to no line."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One thing to charge; None is what was not said, or not in a usable way."""

    description: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    tax_rate: Decimal | None = None
    discount_percent: Decimal | None = None
    free: bool = False
    price_with_tax: Decimal | None = None
    """The price as it was said, where it held tax."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what must be asked before this line can be charged."""
        found = []
        if not self.description:
            found.append("description")
        price = self.unit_price
        if price is None or not 0 <= price <= PRICE_MAX or (price == 0 and not self.free):
            found.append("unit_price")
        if self.quantity is None or not 0 < self.quantity <= QUANTITY_MAX:
            found.append("quantity")
        return tuple(found)

    def as_args(self) -> dict[str, object]:
        """Return the line as the tool takes it."""
        assert self.quantity is not None
        assert self.unit_price is not None
        args: dict[str, object] = {
            "description": self.description,
            "quantity": plain(self.quantity),
            "unit_price": plain(self.unit_price),
        }
        if self.unit:
            args["unit"] = self.unit
        if self.tax_rate is not None:
            args["tax_rate"] = plain(self.tax_rate)
        if self.discount_percent is not None:
            args["discount_percent"] = plain(self.discount_percent)
        told = self.price_with_tax
        # A price or a rate that was corrected since leaves nothing of what was said with tax.
        if told is not None and self.unit_price == net_price(told, self.tax_rate or Decimal(0)):
            args["price_with_tax"] = plain(told)
        return args


@dataclass(frozen=True, slots=True)
class Order:
    """A whole order. `clients` are those who may be meant: one, several, or nobody known.

    `stranger` is the name said of someone whom the books do not know.
    """

    clients: tuple[KnownClient, ...] = ()
    stranger: str = ""
    lines: tuple[OrderLine, ...] = ()
    currency: str = ""
    issue_date: date | None = None
    due_date: date | None = None
    terms_days: int | None = None
    notes: str = ""
    faults: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what must be asked, in the order of a form."""
        found = [] if len(self.clients) == 1 else ["client"]
        for line in self.lines or (OrderLine(quantity=Decimal(1)),):
            found += [name for name in line.missing if name not in found]
        return (*found, *(fault for fault in self.faults if fault not in found))

    def as_args(self) -> dict[str, object]:
        """Return the order as the tool takes it."""
        args: dict[str, object] = {"client": self.clients[0].name}
        if self.currency:
            args["currency"] = self.currency
        for name in ("issue_date", "due_date", "terms_days"):
            value = getattr(self, name)
            if value is not None:
                args[name] = value.isoformat() if isinstance(value, date) else value
        args["lines"] = [line.as_args() for line in self.lines]
        if self.notes:
            args["notes"] = self.notes
        return args


def stems(text: str) -> set[str]:
    """Return the beginnings of a text's longer words, by which lines are pointed at."""
    return {fold(word)[:5] for word in text.split() if len(word) >= WORD_LETTERS_MIN}


def with_tax(
    line: OrderLine, rate: Decimal | None, *, inclusive: bool, default: Decimal
) -> OrderLine:
    """Return the line at a tax rate; an inclusive price becomes the net one."""
    if not inclusive:
        return line if rate is None else replace(line, tax_rate=rate)
    used = default if rate is None else rate
    told = line.unit_price
    price = None if told is None else net_price(told, used)
    return replace(line, tax_rate=used, unit_price=price, price_with_tax=told)
