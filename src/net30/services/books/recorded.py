"""Recorded: what the ledger holds of a connection's documents, to be compared with what is there.

A fact's id is invoice#part#turn: the part is "claim" for the document's own amount, else the id of
what settled it there; the turn counts the facts of a part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from net30.ledger import compute, schema

CLAIM = "claim"


@dataclass(slots=True)
class Part:
    """What the facts of one part come to: signed as facts are; how many; the last day."""

    fact: str
    amount: int = 0
    turns: int = 0
    day: date | None = None


@dataclass(slots=True)
class Recorded:
    """A document as the ledger has it; `ours` is what facts of other sources come to."""

    number: str
    customer_id: str
    currency: str
    issue_date: date
    due_date: date | None
    parts: dict[str, Part] = field(default_factory=dict)
    ours: int = 0

    @property
    def claimed(self) -> int:
        """Return what the document comes to now."""
        return self.parts[CLAIM].amount if CLAIM in self.parts else 0


def recorded_of(ledger: pa.Table, source: str) -> dict[str, Recorded]:
    """Return the documents of a source by their id here."""
    is_claim = compute.within(compute.text(ledger["fact"]), schema.CLAIMS)
    mine = compute.equal(compute.text(ledger["source"]), source)
    claims = ledger.filter(compute.both(is_claim, mine))
    found = {
        row["invoice_id"]: Recorded(
            number=row["number"] or "",
            customer_id=row["customer_id"],
            currency=row["currency"],
            issue_date=row["issue_date"],
            due_date=row["due_date"],
        )
        for row in claims.select(
            ["invoice_id", "number", "customer_id", "currency", "issue_date", "due_date"]
        ).to_pylist()
    }
    if not found:
        return found
    about = ledger.filter(compute.within(ledger["invoice_id"], pa.array(list(found), pa.string())))
    names = ["invoice_id", "fact", "fact_id", "amount", "day", "source"]
    for row in about.select(names).to_pylist():
        _add(found[row["invoice_id"]], row, source)
    return found


def _add(document: Recorded, row: dict[str, object], source: str) -> None:
    amount = row["amount"]
    assert isinstance(amount, int)
    if row["source"] != source:
        document.ours += amount
        return
    name = part_of(str(row["fact_id"]), str(row["invoice_id"]))
    part = document.parts.setdefault(name, Part(fact=str(row["fact"])))
    part.amount += amount
    part.turns += 1
    day = row["day"]
    assert isinstance(day, date)
    part.day = max(day, part.day) if part.day else day


def part_of(fact_id: str, invoice_id: str) -> str:
    """Return which part of a document a fact is of.

    >>> part_of("xero.7#payment.9#1", "xero.7"), part_of("xero.7#claim", "xero.7")
    ('payment.9', 'claim')
    """
    name, mark, turn = fact_id.removeprefix(f"{invoice_id}#").rpartition("#")
    if not mark:
        return turn
    return f"{name}#{turn}" if name == "paid" else name  # of a file that was read in before
