"""Target: a document as it should be here, after what is there; and the facts that lead to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from net30.domain.open_item import SettlementKind
from net30.ledger.schema import SETTLED_ON, Fact
from net30.ports.books import TheirDocument
from net30.services.books.recorded import CLAIM, Part, Recorded

Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settles:
    """What a part takes off: signed as the document is; since which day (None: not told)."""

    kind: SettlementKind
    amount: int
    day: date | None
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A document by its id here; a credit note's amounts are negative."""

    invoice_id: str
    theirs: str
    number: str
    customer_id: str
    currency: str
    issue_date: date
    due_date: date | None
    amount: int
    settles: Mapping[str, Settles] = field(default_factory=dict)
    net: int | None = None
    tax: int | None = None
    is_void: bool = False
    is_credit_note: bool = False

    @property
    def balance(self) -> int:
        """Return what is open, as they see it."""
        return self.amount - sum(one.amount for one in self.settles.values())


@dataclass(frozen=True, slots=True)
class Knowing:
    """The day it is, and whether what is new counts as known since its own day.

    At the first pull a history comes in, as a file does; later, a fact is known since it was told.
    """

    today: date
    is_history: bool


def target_of(document: TheirDocument, invoice_id: str, customer_id: str) -> Target:
    """Return what a document there should be here."""
    sign = -1 if document.is_credit_note else 1
    return Target(
        invoice_id=invoice_id,
        theirs=document.id,
        number=document.number,
        customer_id=customer_id,
        currency=document.amount.currency,
        issue_date=document.issue_date,
        due_date=document.due_date,
        amount=sign * document.amount.minor,
        net=sign * document.net.minor if document.net else None,
        tax=sign * document.tax.minor if document.tax else None,
        is_void=document.is_void,
        is_credit_note=document.is_credit_note,
        settles={
            one.id: Settles(
                kind=one.kind, amount=sign * one.amount.minor, day=one.day, method=one.method
            )
            for one in document.settlements
        },
    )


def target_without(invoice_id: str, known: Recorded, lost: set[str]) -> Target:
    """Return what a recorded document should be when some of what settled it is gone."""
    return _as_recorded(invoice_id, known, known.claimed, lost)


def target_gone(invoice_id: str, known: Recorded) -> Target:
    """Return what a recorded document should be when it was deleted there: nothing."""
    return _as_recorded(invoice_id, known, 0, set(known.parts))


def facts_between(known: Recorded | None, target: Target, knowing: Knowing) -> Iterator[Row]:
    """Yield the facts that make what is recorded what it should be; none when it is."""
    if known is None:
        yield _claim(target, knowing)
    elif target.amount != known.claimed:
        change = Settles(
            kind=SettlementKind.CREDIT, amount=known.claimed - target.amount, day=knowing.today
        )
        yield _fact(target, CLAIM, change, known.parts[CLAIM], knowing)
    parts = {} if known is None else known.parts
    for name, settles in target.settles.items():
        part = parts.get(name)
        rest = settles.amount + (part.amount if part else 0)
        if rest:
            one = Settles(kind=settles.kind, amount=rest, day=settles.day, method=settles.method)
            yield _fact(target, name, one, part, knowing)
    for name, part in parts.items():
        if name != CLAIM and name not in target.settles and part.amount:
            back = Settles(kind=_kind_of(part), amount=part.amount, day=knowing.today)
            yield _fact(target, name, back, part, knowing)


def _claim(target: Target, knowing: Knowing) -> Row:
    known_on = target.issue_date if knowing.is_history else knowing.today
    return {
        "fact": (Fact.CREDIT_NOTE if target.is_credit_note else Fact.INVOICE).value,
        "fact_id": f"{target.invoice_id}#{CLAIM}",
        **_about(target),
        "amount": target.amount,
        "net": target.net,
        "tax": target.tax,
        "day": target.issue_date,
        "known_on": known_on,
        "issue_date": target.issue_date,
        "due_date": target.due_date,
    }


def _fact(target: Target, name: str, settles: Settles, part: Part | None, knowing: Knowing) -> Row:
    """Return the fact that takes so much off; off less than nothing is put on again."""
    day = settles.day or knowing.today
    if part and part.turns:  # a correction: it happened when we heard of it
        day = knowing.today
    since = max(day, target.issue_date)
    is_return = settles.amount * (-1 if target.is_credit_note else 1) < 0 and name != CLAIM
    settled_on = part.day.isoformat() if part and part.day else ""
    return {
        "fact": settles.kind.value,
        "fact_id": f"{target.invoice_id}#{name}#{part.turns if part else 0}",
        **_about(target),
        "amount": -settles.amount,
        "day": day,
        "known_on": since if knowing.is_history and not part else knowing.today,
        "method": settles.method or None,
        "extras": [(SETTLED_ON, settled_on)] if is_return and settled_on else None,
    }


def _about(target: Target) -> Row:
    return {
        "invoice_id": target.invoice_id,
        "number": target.number,
        "customer_id": target.customer_id,
        "currency": target.currency,
    }


def _as_recorded(invoice_id: str, known: Recorded, amount: int, lost: set[str]) -> Target:
    kept = {
        name: Settles(kind=_kind_of(part), amount=-part.amount, day=part.day)
        for name, part in known.parts.items()
        if name != CLAIM and name not in lost and part.amount
    }
    return Target(
        invoice_id=invoice_id,
        theirs="",
        number=known.number,
        customer_id=known.customer_id,
        currency=known.currency,
        issue_date=known.issue_date,
        due_date=known.due_date,
        amount=amount,
        settles=kept,
        is_void=not amount,
        is_credit_note=known.claimed < 0,
    )


def _kind_of(part: Part) -> SettlementKind:
    return SettlementKind(part.fact)
