"""Page: everything a document says, as finished strings; templates only place them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and what belongs to it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyBlock:
    """A party under its heading: name, address lines, then its numbers and contact."""

    heading: str
    name: str
    lines: tuple[str, ...] = ()
    numbers: tuple[Entry, ...] = ()
    contact: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: position, name, details under it, and its figures."""

    position: str
    name: str
    details: tuple[str, ...]
    quantity: str
    unit: str
    price: str
    tax: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The heads of the line table."""

    position: str
    name: str
    quantity: str
    price: str
    tax: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One row under the lines; `kind` is plain, total or due (the amount that matters)."""

    label: str
    amount: str
    detail: str = ""
    kind: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A QR code as SVG of so many `modules` a side, its caption, and what a screen reader says."""

    caption: str
    svg: str
    alt: str
    modules: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """The texts of a Swiss payment slip; `words` are its headings."""

    words: dict[str, str]
    account: tuple[str, ...]
    reference: str
    message: str
    payer: tuple[str, ...]
    currency: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiscal:
    """What the tax authority has said about the document, or that it has said nothing."""

    heading: str
    cleared: bool
    entries: tuple[Entry, ...] = ()
    code: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A whole document in one language."""

    language: str
    direction: str
    title: str
    number: str
    draft: str
    subject: str
    logo_alt: str
    seller: PartyBlock
    customer: PartyBlock
    others: tuple[PartyBlock, ...]
    facts: tuple[Entry, ...]
    columns: Columns
    rows: tuple[Row, ...]
    sums: tuple[Sum, ...]
    in_words: str
    payment_heading: str
    payment: tuple[Entry, ...]
    notes_heading: str
    notes: tuple[str, ...]
    legal: tuple[str, ...]
    fiscal: Fiscal | None
    pay_code: Code | None
    slip: Slip | None
    footer: str
    page_of: str
