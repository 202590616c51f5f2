"""Mark: what words of an order mean: a price, a quantity, tax, terms, a note."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from net30.assistant.understanding.charges import DiscountSaid, TaxSaid
from net30.assistant.understanding.quantities import Quantity
from net30.assistant.understanding.terms import IssueSaid, TermsSaid

EACH = "each"


@dataclass(frozen=True, slots=True)
class Price:
    """A price; `per` is a unit of time, 'each' or a word; `total` when it is for everything.

    `heads` where it is for one of the counted for one unit of time: per mason per day.
    """

    value: Decimal
    currency: str = ""
    per: str = ""
    total: bool = False
    rate: bool = False
    free: bool = False
    heads: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """So many things, or people where `people` is true."""

    value: Decimal
    people: bool = False


@dataclass(frozen=True, slots=True)
class Deposit:
    """A share of the whole, in percent, asked for in advance."""

    percent: Decimal


@dataclass(frozen=True, slots=True)
class Note:
    """A remark for the invoice."""

    text: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Words that belong to no line: names, addresses."""


Meant = (
    Price
    | Count
    | Deposit
    | Note
    | Skip
    | Quantity
    | TaxSaid
    | DiscountSaid
    | TermsSaid
    | IssueSaid
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What tokens [start, end) mean."""

    start: int
    end: int
    meant: Meant
