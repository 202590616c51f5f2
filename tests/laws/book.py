"""A book of claims kept twice: by the domain's pure functions, and as plain sums of numbers.

Each operation changes both; `faults` says where they disagree. Operations that must be refused are
part of it: one that is let through is a fault. Used by the stateful law and by proof R8.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from net30.domain.credit_note import credit_part, credit_whole, creditable
from net30.domain.drafting import NewInvoice, NewLine, draft
from net30.domain.invoice import Invoice
from net30.domain.issuing import check_issuable, issue
from net30.domain.open_item import (
    OPEN_STATUSES,
    OpenItem,
    Settlement,
    SettlementKind,
    open_item_of,
    status_of,
)
from net30.domain.payment import Allocation, Payment, TakenBack, oldest_first
from net30.domain.settling import (
    Moment,
    apply_credit,
    check_uncredited,
    refund_credit,
    take_back,
    take_discount,
    void,
    voided,
    write_off,
)
from net30.domain.tax import TaxCategory, TaxRate
from net30.domain.terms import EarlyPaymentDiscount, PaymentTerms
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from tests.laws.requests import ACME, SELLER

START = date(2026, 1, 31)
TWO_TEN = EarlyPaymentDiscount(Decimal(2), 10)
TERMS = PaymentTerms(30, discount=TWO_TEN)
RATE = TaxRate(TaxCategory.STANDARD, Decimal("19.25"))

Purse = tuple[str, str]
"""A customer and a currency: what may be settled with one another."""


@dataclass(slots=True)
class Book:
    """The domain's records, and beside them what each purse owes as one number."""

    day: date = START
    invoices: dict[str, Invoice] = field(default_factory=dict)
    notes: list[Invoice] = field(default_factory=list)
    items: dict[str, OpenItem] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    owed: Counter[Purse] = field(default_factory=Counter)
    let_through: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)

    def issue_invoice(self, purse: Purse, price: int, *, tax_included: bool) -> str:
        """A claim; returns its id."""
        self.done["issued"] += 1
        customer, currency = purse
        identity = f"i{len(self.items)}"
        request = NewInvoice(
            customer_id=customer,
            currency=currency,
            lines=(NewLine(name="work", unit_price=Decimal(price), tax=RATE),),
            terms=TERMS,
            prices_include_tax=tax_included,
        )
        made = draft(request, invoice_id=identity, seller=SELLER, customer=ACME, today=self.day)
        check_issuable(made, today=self.day)
        self.invoices[identity] = issue(made, f"INV-{identity}")
        item = open_item_of(self.invoices[identity])
        self.items[identity] = _of(item, customer)
        self.owed[purse] += made.totals.due.minor
        return identity

    def receive(self, purse: Purse, amount: int) -> str:
        """Money that nothing is settled with yet; returns the payment's id."""
        self.done["received"] += 1
        identity = f"p{len(self.payments)}"
        self.payments[identity] = self.new_payment(identity, purse, amount)
        self.owed[purse] -= amount
        return identity

    def allocate(self, payment_id: str, parts: Sequence[Allocation]) -> None:
        """Payment to claims, closing them where only the early-payment discount is left."""
        self.done["allocated"] += 1
        payment = self.payments[payment_id].allocate(parts)
        items = dict(self.items)
        for part in parts:
            paid = Settlement(
                kind=SettlementKind.PAYMENT,
                amount=part.amount,
                day=self.day,
                known_on=self.day,
                source_id=payment_id,
            )
            items[part.invoice_id] = items[part.invoice_id].settle(paid)
        self.payments[payment_id], self.items = payment, items
        for part in parts:
            self._take_discount(part.invoice_id, payment)

    def allocate_oldest_first(self, payment_id: str) -> None:
        """What is left of a payment to the claims due first."""
        payment = self.payments[payment_id]
        open_claims = [item for item in self.claims(_purse(payment)) if item.balance]
        self.allocate(payment_id, oldest_first(payment.unapplied, open_claims))

    def credit(self, invoice_id: str, amount: int | None) -> str:
        """A credit note over part or all of an invoice, set off against what is open of it."""
        invoice, claim = self.invoices[invoice_id], self.items[invoice_id]
        identity, left = f"c{len(self.items)}", self.creditable(invoice)
        wanted = left if amount is None else Money(amount, left.currency)
        if wanted > left or not left:
            self.done["credit refused"] += 1
            return ""
        self.done["credited"] += 1
        if wanted == invoice.totals.gross + invoice.totals.rounding:
            made = credit_whole(invoice, credit_id=identity, day=self.day, reason="")
        else:
            made = credit_part(invoice, wanted, credit_id=identity, day=self.day, reason="")
        note = self._open_credit(made, claim)
        used = min(-note.balance, claim.balance)
        if used:
            self.apply(note.id, claim.id, used.minor)
        return note.id

    def apply(self, note_id: str, claim_id: str, amount: int) -> None:
        """Unused credit to a claim."""
        self.done["credit applied"] += 1
        note, claim = self.items[note_id], self.items[claim_id]
        money = Money(amount, claim.amount.currency)
        used, settled = apply_credit(note, claim, money, self.now)
        self.items |= {note_id: used, claim_id: settled}

    def refund_payment(self, payment_id: str, amount: int) -> None:
        """Unapplied cash given back."""
        self.done["payment refunded"] += 1
        payment = self.payments[payment_id]
        self.payments[payment_id] = payment.refund(Money(amount, payment.amount.currency))
        self.owed[_purse(payment)] += amount

    def bounce(self, payment_id: str) -> None:
        """A payment given back by the bank: what it settled is open again, discounts too."""
        self.done["payment returned"] += 1
        payment = self.payments[payment_id]
        gone = payment.give_back(self.day, self.day)
        self.payments[payment_id] = gone
        back = 0
        for invoice_id in {part.invoice_id for part in payment.allocations}:
            self.items[invoice_id], parts = self.take_back(self.items[invoice_id], payment_id)
            back += sum(p.amount.minor for p in parts if p.kind is SettlementKind.DISCOUNT)
        self.owed[_purse(payment)] += payment.amount.minor + back

    def take_back(self, claim: OpenItem, payment_id: str) -> tuple[OpenItem, tuple[TakenBack, ...]]:
        """The claim without the payment; a mutant leaves it settled."""
        return take_back(claim, payment_id)

    def refund_credit(self, note_id: str, amount: int) -> None:
        """Unused credit paid back."""
        self.done["credit refunded"] += 1
        note = self.items[note_id]
        self.items[note_id] = refund_credit(note, Money(amount, note.amount.currency), self.now)
        self.owed[_purse(note)] += amount

    def write_off(self, claim_id: str) -> None:
        """What is open given up."""
        self.done["written off"] += 1
        claim = self.items[claim_id]
        self.items[claim_id] = write_off(claim, self.now)
        self.owed[_purse(claim)] -= claim.balance.minor

    def void(self, claim_id: str) -> None:
        """An untouched invoice taken back."""
        self.done["voided"] += 1
        claim = self.items[claim_id]
        check_uncredited(self.invoices[claim_id], self.notes)
        identity = f"c{len(self.items)}"
        made = void(
            self.invoices[claim_id], claim, credit_id=identity, day=self.day, reason="mistake"
        )
        note = self._open_credit(made, claim)
        used, gone = voided(claim, note, self.now)
        self.items |= {note.id: used, claim_id: gone}

    def refuse(self, what: str, *arguments: object) -> None:
        """Try an operation that must be refused and must leave everything as it was."""
        done = Counter(self.done)
        before = (dict(self.items), dict(self.payments), Counter(self.owed))
        try:
            getattr(self, what)(*arguments)
        except InputError:
            if (self.items, self.payments, self.owed) != before:
                self.let_through.append(f"{what} changed something before it was refused")
        else:
            self.let_through.append(f"{what}{arguments} was not refused")
        self.done = done + Counter({"refused": 1})

    def pass_days(self, days: int) -> None:
        """Time goes by."""
        self.day += timedelta(days=days)

    @property
    def now(self) -> Moment:
        """Today, known today."""
        return Moment(self.day, self.day)

    def claims(self, purse: Purse) -> list[OpenItem]:
        """The purse's invoices, paid or not."""
        return [
            item for item in self.items.values() if item.amount.minor > 0 and _purse(item) == purse
        ]

    def credits(self, purse: Purse) -> list[OpenItem]:
        """The purse's credit notes, used or not."""
        return [
            item for item in self.items.values() if item.amount.minor < 0 and _purse(item) == purse
        ]

    def new_payment(self, identity: str, purse: Purse, amount: int) -> Payment:
        """A payment of today; a mutant makes a careless one."""
        return Payment(
            id=identity,
            customer_id=purse[0],
            amount=Money(amount, purse[1]),
            day=self.day,
            known_on=self.day,
        )

    def creditable(self, invoice: Invoice) -> Money:
        """What can still be credited; a mutant forgets earlier credit notes."""
        return creditable(invoice, self.notes)

    def faults(self) -> Iterator[str]:
        """Where the records break a promise, or disagree with the plain sums."""
        yield from self.let_through
        totals: Counter[Purse] = Counter()
        for item in self.items.values():
            totals[_purse(item)] += item.balance.minor
            yield from _item_faults(item, self.day)
        for payment in self.payments.values():
            totals[_purse(payment)] -= payment.unapplied.minor
            yield from self._payment_faults(payment)
        for purse in {*totals, *self.owed}:
            if totals[purse] != self.owed[purse]:
                yield f"{purse} has {totals[purse]} open, and owes {self.owed[purse]}"
        for invoice in self.invoices.values():
            if creditable(invoice, self.notes).minor < 0:
                yield f"{invoice.number} is credited beyond what it came to"

    def _take_discount(self, claim_id: str, payment: Payment) -> None:
        claim = self.items[claim_id]
        closed = take_discount(claim, self.invoices[claim_id], payment, self.now)
        if closed != claim:
            self.done["discount taken"] += 1
            self.owed[_purse(claim)] -= claim.balance.minor
            self.items[claim_id] = closed

    def _open_credit(self, made: Invoice, claim: OpenItem) -> OpenItem:
        note = issue(made, f"CN-{made.id}")
        self.notes.append(note)
        self.items[note.id] = _of(open_item_of(note), claim.customer_id)
        self.owed[_purse(claim)] -= note.totals.due.minor
        return self.items[note.id]

    def _payment_faults(self, payment: Payment) -> Iterator[str]:
        if not 0 <= payment.unapplied.minor <= payment.amount.minor:
            yield f"{payment.id} has {payment.unapplied} of {payment.amount} unapplied"
        if payment.returned and (payment.allocations or payment.unapplied):
            yield f"{payment.id} was returned, and some of it is left"
        received: Counter[str] = Counter()
        for item in self.items.values():
            for entry in item.settlements:
                if payment.returned and entry.source_id == payment.id:
                    yield f"{payment.id} was returned, and settles {entry.amount} of {item.number}"
                if (entry.source_id, entry.kind) == (payment.id, SettlementKind.PAYMENT):
                    received[item.id] += entry.amount.minor
        given: Counter[str] = Counter()
        for part in payment.allocations:
            given[part.invoice_id] += part.amount.minor
        if received != given:
            yield f"{payment.id} gave {given}, its claims received {received}"


def _item_faults(item: OpenItem, day: date) -> Iterator[str]:
    low, high = sorted((0, item.amount.minor))
    if not low <= item.balance.minor <= high:
        yield f"{item.number} has a balance of {item.balance} of {item.amount}"
    is_open = status_of(item, day) in OPEN_STATUSES
    if is_open is not bool(item.balance):
        yield f"{item.number} is {status_of(item, day)} with {item.balance} open"


def _of(item: OpenItem, customer: str) -> OpenItem:
    return replace(item, customer_id=customer)


def _purse(record: OpenItem | Payment) -> Purse:
    return record.customer_id, record.amount.currency
