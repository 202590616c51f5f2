"""Pulled items: the open items that follow from what is there; what does not fit is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from net30.domain.aggregates import Key
from net30.domain.books import BooksConnection, LinkKind
from net30.domain.invoice import CREDIT_NOTE, INVOICE
from net30.domain.open_item import OpenItem, Settlement, SettlementKind
from net30.kernel.findings import Finding, Severity
from net30.kernel.money import Money
from net30.ports.store import Stored
from net30.services.books.links import links_of_theirs
from net30.services.books.recorded import CLAIM, Recorded
from net30.services.books.target import Knowing, Target
from net30.services.context import Context, ReadContext
from net30.services.imported_customers import external_id

ITEMS_PER_SAVE = 1000


@dataclass(slots=True)
class Plan:
    """The documents that can be taken, and the open items that the books have of them."""

    connection: str
    taken: list[Target]
    items: dict[str, Stored[OpenItem]]

    def save(self, ctx: Context, changed: Iterable[Target], knowing: Knowing) -> list[str]:
        """Save the open items of changed documents and return their ids."""
        fresh, touched = [], []
        for target in changed:
            stored = self.items.get(target.invoice_id)
            if stored is None and not target.balance:
                continue  # closed before we met it: a fact of the past, nothing to do
            item = _item(target, stored.value if stored else None, self.connection, knowing)
            touched.append(item.id)
            if stored is None:
                fresh.append(item)
            else:
                ctx.tx.save(item, expected=stored.version)
        for start in range(0, len(fresh), ITEMS_PER_SAVE):
            ctx.tx.save_new(fresh[start : start + ITEMS_PER_SAVE])
        return touched


def changed_items(
    ctx: ReadContext,
    connection: BooksConnection,
    targets: list[Target],
    recorded: dict[str, Recorded],
    findings: list[Finding],
) -> Plan:
    """Return what of the documents can be taken; what cannot is told."""
    items = ctx.tx.load_many(OpenItem, [target.invoice_id for target in targets])
    taken = []
    numbers: set[str] = set()
    named = ctx.tx.find_many(
        OpenItem, Key.NUMBER, [one.number for one in targets if one.invoice_id not in items]
    )
    for target in _without_pushed(ctx, connection.id, targets, items):
        known = recorded.get(target.invoice_id)
        if known is None and not target.amount:
            continue  # voided before we met it
        fault = _fault(target, known)
        if fault is None and target.invoice_id not in items and target.balance:
            fault = _number_fault(target, named.get(target.number, ()), numbers)
        if fault is None:
            taken.append(target)
            findings.extend(_notes(target, known))
            continue
        findings.append(fault)
    return Plan(connection.id, taken, items)


def _without_pushed(
    ctx: ReadContext, connection: str, targets: list[Target], items: Mapping[str, Stored[OpenItem]]
) -> list[Target]:
    """Return documents without what was settled here and pushed there: it counts once.

    So it is too with what was taken back here since then.
    """
    names = [
        f"{one.theirs}/{name}" for one in targets if one.invoice_id in items for name in one.settles
    ]
    pushed = links_of_theirs(ctx, connection, LinkKind.SETTLEMENT, names)

    def own(one: Target) -> Target:
        kept = {n: part for n, part in one.settles.items() if f"{one.theirs}/{n}" not in pushed}
        return replace(one, settles=kept)

    return list(map(own, targets))


def _fault(target: Target, known: Recorded | None) -> Finding | None:
    sign = -1 if target.is_credit_note else 1
    if known is None:
        return None
    if known.currency != target.currency:
        why = f"it is in {target.currency!r} now, not in {known.currency}: it stays as it was"
        return Finding("books_currency", target.number, why)
    if (target.balance + known.ours) * sign < 0:
        why = "what settled it here and there is more than it comes to: it stays as it was"
        return Finding("books_settled_twice", target.number, why)
    return None


def _number_fault(
    target: Target, others: tuple[Stored[OpenItem], ...], numbers: set[str]
) -> Finding | None:
    if not others and target.number not in numbers:
        numbers.add(target.number)
        return None
    amount = Money(target.amount, target.currency)
    if others and not others[0].value.imported and others[0].value.amount == amount:
        why = f"{target.number!r} is in the books here: nothing is pulled"
        return Finding("own_invoice", target.number, why, Severity.NOTE)
    why = f"{target.number!r} is the number of another open invoice"
    return Finding("number_taken", target.number, why)


def _notes(target: Target, known: Recorded | None) -> Iterator[Finding]:
    """Yield what differs and stays as it was, since an issued document does not change."""
    if known is None or not target.theirs:
        return
    stays = "another one there now: here it stays as it was"
    for code, what, is_other in (
        ("books_customer", "customer", known.customer_id != target.customer_id),
        ("books_due_date", f"due date '{target.due_date}'", known.due_date != target.due_date),
        ("books_date", f"date '{target.issue_date}'", known.issue_date != target.issue_date),
    ):
        if is_other:
            yield Finding(code, target.number, f"its {what} is {stays}", Severity.WARNING)


def _item(target: Target, before: OpenItem | None, connection: str, knowing: Knowing) -> OpenItem:
    prefix = f"{target.invoice_id}#"
    ours = tuple(
        entry
        for entry in (before.settlements if before else ())
        if not entry.source_id.startswith(prefix)
    )
    amount = Money(target.amount, target.currency)
    item = before or OpenItem(
        id=target.invoice_id,
        number=target.number,
        type_code=CREDIT_NOTE if target.is_credit_note else INVOICE,
        customer_id=target.customer_id,
        amount=amount,
        issue_date=target.issue_date,
        due_date=target.due_date,
        imported=True,
        external_id=external_id(connection, target.theirs),
    )
    if not target.amount:  # what is void keeps its amount, and is settled whole
        gone = Settlement(
            kind=SettlementKind.CREDIT,
            amount=item.amount - Money.total((one.amount for one in ours), target.currency),
            day=knowing.today,
            known_on=knowing.today,
            source_id=f"{prefix}{CLAIM}",
        )
        return replace(item, settlements=(*ours, gone), voided_by=target.number)
    known = {(one.source_id, one.amount): one for one in (before.settlements if before else ())}
    # What was known stays known since then.
    theirs = (known.get((one.source_id, one.amount), one) for one in _settlements(target, knowing))
    return replace(item, amount=amount, settlements=(*ours, *theirs), voided_by="")


def _settlements(target: Target, knowing: Knowing) -> Iterator[Settlement]:
    for name, one in target.settles.items():
        day = one.day or knowing.today
        since = max(day, target.issue_date) if knowing.is_history else knowing.today
        yield Settlement(
            kind=one.kind,
            amount=Money(one.amount, target.currency),
            day=day,
            known_on=since,
            source_id=f"{target.invoice_id}#{name}",
        )
