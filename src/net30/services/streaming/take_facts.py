"""Take facts: messages of one organisation into its books, all of them in one transaction.

How far each partition has come is saved with them, so a message that comes again, to this process
or to another one, changes nothing. A message with an error changes nothing either and is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from net30.domain.aggregates import Key
from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation, PaymentMethod
from net30.domain.stream_position import StreamPosition, position_id
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding, Severity
from net30.kernel.money import Money
from net30.ledger.compute import Column
from net30.ledger.faults import EVERY, Faults, row_of
from net30.ledger.mapping import DateOrder, Layout, Role, named_layout
from net30.ledger.readers.sheet import checked_sheet
from net30.ports.store import NEW, Stored
from net30.ports.stream import Received
from net30.services.context import Context
from net30.services.import_ledger import import_rows
from net30.services.imported_customers import external_id
from net30.services.record_payment import NewPayment, record_payment
from net30.services.streaming.facts_in import FactIn, FactKind

Place = tuple[str, int, int]
"""A topic, a partition of it, and the offset there."""


def place_of(message: Received) -> Place:
    """Return where a message stands."""
    return message.topic, message.partition, message.offset


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that could not be taken in, and all that is wrong with it."""

    message: Received
    findings: tuple[Finding, ...]

    @property
    def place(self) -> Place:
        """Return where the message stands."""
        return place_of(self.message)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of messages; `known` had been taken in before."""

    taken: int = 0
    known: int = 0
    refused: tuple[Refused, ...] = ()


def take_facts(ctx: Context, facts: Sequence[FactIn], given_up: Sequence[Refused] = ()) -> Taken:
    """Take facts in, in the order of each invoice; return those that could not be.

    Those that were `given_up` before are counted only. Raises Conflict when another process took
    in the same partition meanwhile: then nothing is kept, and they are to be read again.
    """
    messages = [*(one.message for one in facts), *(one.message for one in given_up)]
    positions = _positions(ctx, messages)
    fresh = [one for one in messages if one.offset >= positions[_id(one)].value.after]
    refused = list(given_up)
    new = [one for one in facts if one.message.offset >= positions[_id(one.message)].value.after]
    for turn in _turns(new):
        refused += _take_turn(ctx, turn)
    _save(ctx, positions, fresh, refused)
    return Taken(len(fresh) - len(refused), len(messages) - len(fresh), tuple(refused))


def _positions(ctx: Context, messages: Sequence[Received]) -> dict[str, Stored[StreamPosition]]:
    ids = {_id(one) for one in messages}
    known = ctx.tx.load_many(StreamPosition, ids)
    return {
        one: known.get(one) or Stored(StreamPosition(id=one, after=0, at=ctx.now), NEW)
        for one in sorted(ids)
    }


def _save(
    ctx: Context,
    positions: Mapping[str, Stored[StreamPosition]],
    fresh: Sequence[Received],
    refused: Sequence[Refused],
) -> None:
    for name, stored in positions.items():
        mine = [one for one in fresh if _id(one) == name]
        if not mine:
            continue
        bad = sum(_id(one.message) == name for one in refused)
        moved = replace(
            stored.value,
            after=max(one.offset for one in mine) + 1,
            at=ctx.now,
            taken=stored.value.taken + len(mine) - bad,
            refused=stored.value.refused + bad,
        )
        ctx.tx.save(moved, expected=stored.version)


def _id(message: Received) -> str:
    return position_id(message.topic, message.partition)


def _turns(facts: Sequence[FactIn]) -> Iterator[list[FactIn]]:
    """Yield the facts in turns in which each invoice has one: what comes later sees the former."""
    turns: list[list[FactIn]] = []
    seen: dict[tuple[str, str], int] = {}
    for fact in facts:
        at = seen.get((fact.source, fact.about), 0)
        seen[fact.source, fact.about] = at + 1
        if at == len(turns):
            turns.append([])
        turns[at].append(fact)
    yield from turns


def _take_turn(ctx: Context, facts: Sequence[FactIn]) -> Iterator[Refused]:
    # One message's odd fields must not change how the others are read: each sort has its sheet.
    sheets: dict[tuple[str, frozenset[str]], list[FactIn]] = {}
    for fact in facts:
        if fact.kind is not FactKind.PAYMENT:
            sheets.setdefault((fact.source, fact.extras), []).append(fact)
    for (source, extras), rows in sheets.items():
        yield from _import(ctx, rows, source, sorted(extras))
    for fact in facts:
        if fact.kind is FactKind.PAYMENT:
            yield from _pay(ctx, fact)


def _import(
    ctx: Context, facts: Sequence[FactIn], source: str, extras: Sequence[str]
) -> Iterator[Refused]:
    names = [*(role.value for role in Role), *extras]
    faults = Faults(EVERY)
    columns: list[Column] = [
        pa.array([fact.cells.get(name, "") for fact in facts], pa.string()) for name in names
    ]
    sheet = checked_sheet(names, columns, pa.array(range(len(facts)), pa.int32()), faults)
    report = import_rows(ctx, sheet, _layout(extras), source)
    found: dict[int, list[Finding]] = {}
    for finding in report.findings:
        at = row_of(finding.path)
        if at is not None and finding.severity is Severity.ERROR:
            named = replace(finding, path=finding.path.partition(".")[2])
            found.setdefault(at, []).append(named)
    for at, findings in sorted(found.items()):
        yield Refused(facts[at].message, tuple(findings))


def _layout(extras: Sequence[str]) -> Layout:
    """Return net30's own layout; numbers have a point and dates are ISO, whatever others say."""
    return replace(
        named_layout("net30"),
        extras=tuple(extras),
        decimal_mark=".",
        date_order=DateOrder.DAY_FIRST,
    )


def _pay(ctx: Context, fact: FactIn) -> Iterator[Refused]:
    """Record a payment of an invoice, imported or issued here; what is over is unapplied cash."""
    item = _item(ctx, fact)
    if item is None:
        wrong = Finding("invoice_not_found", "invoice_id", f"there is no invoice {fact.about!r}")
        yield Refused(fact.message, (wrong,))
        return
    try:
        record_payment(ctx, _payment(fact, item))
    except InputError as error:  # refused before anything was written
        yield Refused(fact.message, (Finding(error.code, "amount", error.message),))


def _payment(fact: FactIn, item: OpenItem) -> NewPayment:
    owed = item.amount.currency
    currency = fact.cells.get("currency", "").upper() or owed
    if currency != owed:
        raise InputError(f"{item.number} is in {owed}, not in {currency!r}", code="fact_currency")
    amount = Money.of(parse_decimal(fact.cells["amount"]), currency)
    part = min(amount, max(item.balance, Money(0, currency)))
    return NewPayment(
        customer_id=item.customer_id,
        amount=amount,
        day=date.fromisoformat(fact.cells["paid_date"]),
        method=PaymentMethod(fact.cells.get("method") or PaymentMethod.BANK_TRANSFER),
        reference="{}/{}/{}".format(*place_of(fact.message)),
        allocations=(Allocation(item.id, part),) if part else (),
    )


def _item(ctx: Context, fact: FactIn) -> OpenItem | None:
    if reference := fact.cells.get("invoice_id"):
        for stored in ctx.tx.find(OpenItem, Key.EXTERNAL, external_id(fact.source, reference)):
            return stored.value
        for stored in ctx.tx.find(OpenItem, Key.NUMBER, reference):
            return stored.value
    if number := fact.cells.get("number"):
        for stored in ctx.tx.find(OpenItem, Key.NUMBER, number):
            return stored.value
    return None
