"""R8: random lives of claims, kept by the domain and beside it by plain sums.

Dunning, disputes and promises come between: they move no money, and remind nobody who owes none.
At the end of each book its facts are aged: every column, and the total, is what is open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

import pytest

from net30.domain.customer import Customer
from net30.domain.dunning import DEFAULT_POLICY, Hold, Step, step_due
from net30.domain.invoice import Invoice
from net30.domain.open_item import Dispute, OpenItem, PromiseToPay, Reminder, SettlementKind
from net30.domain.party import Party
from net30.domain.payment import Allocation, Payment, TakenBack
from net30.kernel.money import Money
from tests.laws.book import TWO_TEN, Book, Purse
from tests.ledger_rows import Row
from tests.proofs.aged_book import faults_of_figures, rows_of
from tests.proofs.proof import Outcome

ID = "R8"
TITLE = "steps after which claims, payments, ageing and the independent ledger disagree"
SMALL = 1_500
FULL = 100_000
MUTANT = 500  # a broken book is noticed well before

STEPS_A_BOOK = 120
PURSES: tuple[Purse, ...] = tuple(
    (customer, currency) for customer in ("acme", "zenith") for currency in ("XOF", "EUR", "TND")
)


DEBTOR = Customer(id="acme", party=Party(name="Acme"))


def run(
    size: int,
    seed: int,
    book: type[Book] = Book,
    lives: Callable[[Book, Random], Life] | None = None,
    facts: Callable[[Book], list[Row]] = rows_of,
) -> Outcome:
    """Take `size` steps over many books, and look at the whole book after each."""
    chance = Random(seed)
    steps, failures, first = 0, 0, ""
    done: Counter[str] = Counter()
    while steps < size:
        life = (lives or Life)(book(), chance)
        for _ in range(min(STEPS_A_BOOK, size - steps)):
            name = life.step()
            steps += 1
            faults = list(life.book.faults())
            if faults:
                failures += 1
                first = first or f"step {steps}, {name}: {faults[0]}"
                break  # what follows in a broken book says nothing new
        else:
            aged = list(faults_of_figures(life.book, facts(life.book)))
            failures += bool(aged)
            first = first or "".join(f"step {steps}: {fault}" for fault in aged[:1])
            life.book.done["aged"] += 1
        done += life.book.done
    told = ", ".join(f"{count:,} {what}" for what, count in sorted(done.items()))
    return Outcome(steps, failures, f"{told}\n{first}".strip())


@dataclass(slots=True)
class Life:
    """What happens to a book, one random step after the other."""

    book: Book
    chance: Random
    reminded: set[tuple[str, int]] = field(default_factory=set)

    def step(self) -> str:
        """Do one thing that is possible now; tell which."""
        purse = self.chance.choice(PURSES)
        usual: list[Callable[[Purse], bool]] = [
            self.issue,
            self.pay_one,
            self.pay_oldest_first,
            self.allocate_later,
            self.credit,
            self.apply_credit,
            self.refund_payment,
            self.refund_credit,
            self.write_off,
            self.void,
            self.overreach,
            self.dun,
            self.contest,
            self.promise,
            self.bounce,
        ]
        weights = (6, 6, 2, 3, 4, 3, 2, 2, 1, 1, 4, 4, 1, 1, 2)
        deed = self.chance.choices(usual, weights)[0]
        if not deed(purse):
            self.book.pass_days(self.chance.randint(0, 9))
            return "days pass"
        return deed.__name__

    def issue(self, purse: Purse) -> bool:
        price = self.chance.randint(1, 50_000)
        self.book.issue_invoice(purse, price, tax_included=self.chance.random() < 0.5)
        return True

    def pay_one(self, purse: Purse) -> bool:
        """All of a claim, all but the discount, part of it, or too much."""
        claims = [item for item in self.book.claims(purse) if item.balance]
        if not claims:
            return False
        claim = self.chance.choice(claims)
        whole = claim.balance.minor
        kept = claim.amount.times(TWO_TEN.percent / 100).minor
        amount = self.chance.choice((whole, max(1, whole - kept), self.some(whole), whole + 7))
        payment = self.book.receive(purse, amount)
        part = Money(min(amount, whole), purse[1])
        self.book.allocate(payment, [Allocation(claim.id, part)])
        return True

    def pay_oldest_first(self, purse: Purse) -> bool:
        payment = self.book.receive(purse, self.some(200_000))
        self.book.allocate_oldest_first(payment)
        return True

    def allocate_later(self, purse: Purse) -> bool:
        payments = self.unapplied(purse)
        claims = [item for item in self.book.claims(purse) if item.balance]
        if not payments or not claims:
            return False
        payment, claim = self.chance.choice(payments), self.chance.choice(claims)
        most = min(payment.unapplied.minor, claim.balance.minor)
        part = Allocation(claim.id, Money(self.some(most), purse[1]))
        self.book.allocate(payment.id, [part])
        return True

    def credit(self, purse: Purse) -> bool:
        claims = self.book.claims(purse)
        if not claims:
            return False
        claim = self.chance.choice(claims)
        part = self.some(claim.amount.minor)
        self.book.credit(claim.id, None if self.chance.random() < 0.3 else part)
        return True

    def apply_credit(self, purse: Purse) -> bool:
        notes = [item for item in self.book.credits(purse) if item.balance]
        claims = [item for item in self.book.claims(purse) if item.balance]
        if not notes or not claims:
            return False
        note, claim = self.chance.choice(notes), self.chance.choice(claims)
        most = min(-note.balance.minor, claim.balance.minor)
        self.book.apply(note.id, claim.id, self.some(most))
        return True

    def refund_payment(self, purse: Purse) -> bool:
        payments = self.unapplied(purse)
        if not payments:
            return False
        payment = self.chance.choice(payments)
        self.book.refund_payment(payment.id, self.some(payment.unapplied.minor))
        return True

    def bounce(self, purse: Purse) -> bool:
        """The bank gives a payment back; its claims stand as if it had never come."""
        kept = [
            payment
            for payment in self.book.payments.values()
            if (payment.customer_id, payment.amount.currency) == purse
            and not payment.refunds
            and not payment.returned
        ]
        if kept:
            self.book.bounce(self.chance.choice(kept).id)
        return bool(kept)

    def refund_credit(self, purse: Purse) -> bool:
        notes = [item for item in self.book.credits(purse) if item.balance]
        if not notes:
            return False
        note = self.chance.choice(notes)
        self.book.refund_credit(note.id, self.some(-note.balance.minor))
        return True

    def write_off(self, purse: Purse) -> bool:
        claims = [item for item in self.book.claims(purse) if item.balance]
        if claims:
            self.book.write_off(self.chance.choice(claims).id)
        return bool(claims)

    def void(self, purse: Purse) -> bool:
        credited = {before.number for note in self.book.notes for before in note.preceding}
        claims = [
            item
            for item in self.book.claims(purse)
            if not item.settlements and item.number not in credited
        ]
        if claims:
            self.book.void(self.chance.choice(claims).id)
        return bool(claims)

    def overreach(self, purse: Purse) -> bool:
        """What must be refused: too much, nothing, less than nothing, another's, twice."""
        claims, notes = self.book.claims(purse), self.book.credits(purse)
        payments = [
            each for each in self.book.payments.values() if each.amount.currency == purse[1]
        ]
        refuse = self.book.refuse
        if claims and payments:
            claim, payment = self.chance.choice(claims), self.chance.choice(payments)
            for amount in (claim.balance.minor + 1, payment.unapplied.minor + 1, 0, -1):
                part = Allocation(claim.id, Money(amount, purse[1]))
                refuse("allocate", payment.id, [part])
            least = -min(payment.unapplied.minor, 1)
            lift = [Money(least, purse[1]), Money(payment.unapplied.minor + 1, purse[1])]
            refuse("allocate", payment.id, [Allocation(claim.id, amount) for amount in lift])
            refuse("refund_payment", payment.id, payment.unapplied.minor + 1)
            if payment.refunds or payment.returned:
                refuse("bounce", payment.id)
            refuse("refund_credit", claim.id, 1)
        if claims and notes:
            claim, note = self.chance.choice(claims), self.chance.choice(notes)
            refuse("apply", note.id, claim.id, max(-note.balance.minor, claim.balance.minor) + 1)
            refuse("apply", claim.id, note.id, 1)
            refuse("refund_credit", note.id, 1 - note.balance.minor)
            refuse("write_off", note.id)
        for claim in claims:
            if claim.settlements or self.book.creditable(self.book.invoices[claim.id]) < (
                self.book.invoices[claim.id].totals.due
            ):
                refuse("void", claim.id)
        return bool(claims)

    def dun(self, purse: Purse) -> bool:
        """Remind of every claim that is due for a step; none may be closed, or reminded twice."""
        found = False
        for claim in self.book.claims(purse):
            step = self.step_of(claim)
            if isinstance(step, Hold):
                continue
            found = True
            settled = sum(entry.amount.minor for entry in claim.settlements)
            if settled >= claim.amount.minor or claim.voided_by:
                self.book.let_through.append(f"{claim.number} owes nothing and was reminded")
            if any(dispute.closed is None for dispute in claim.disputes):
                self.book.let_through.append(f"{claim.number} is disputed and was reminded")
            if (claim.id, step.level) in self.reminded:
                self.book.let_through.append(f"{claim.number} was reminded twice at {step.level}")
            self.reminded.add((claim.id, step.level))
            sent = Reminder(day=self.book.day, to="a@b.example", level=step.level)
            self.book.items[claim.id] = replace(claim, reminders=(*claim.reminders, sent))
            self.book.done["reminded"] += 1
        return found

    def step_of(self, claim: OpenItem) -> Step | Hold:
        """The step that a claim is due for; a mutant looks at nothing."""
        return step_due(claim, DEFAULT_POLICY, DEBTOR, self.book.day)

    def contest(self, purse: Purse) -> bool:
        """A dispute begins, or ends."""
        claims = [item for item in self.book.claims(purse) if item.balance]
        if claims:
            claim, day = self.chance.choice(claims), self.book.day
            if claim.is_disputed:
                disputes = tuple(replace(one, closed=one.closed or day) for one in claim.disputes)
            else:
                disputes = (*claim.disputes, Dispute(opened=day, reason="not as ordered"))
            self.book.items[claim.id] = replace(claim, disputes=disputes)
        return bool(claims)

    def promise(self, purse: Purse) -> bool:
        """The customer names a day."""
        claims = [item for item in self.book.claims(purse) if item.balance]
        if claims:
            claim = self.chance.choice(claims)
            by = self.book.day + timedelta(days=self.chance.randint(0, 20))
            made = PromiseToPay(made=self.book.day, day=by, amount=claim.balance)
            self.book.items[claim.id] = replace(claim, promises=(*claim.promises, made))
        return bool(claims)

    def some(self, most: int) -> int:
        """At least one, at most all; often all."""
        return most if self.chance.random() < 0.3 else self.chance.randint(1, most)

    def unapplied(self, purse: Purse) -> list[Payment]:
        """The purse's payments with something left."""
        return [
            payment
            for payment in self.book.payments.values()
            if (payment.customer_id, payment.amount.currency) == purse and payment.unapplied
        ]


def test_claims_and_ledger_agree_after_every_step() -> None:
    outcome = run(SMALL, seed=8)
    assert outcome.holds, outcome.detail


class CarelessPayment(Payment):
    """A payment that may be allocated beyond what it is."""

    __slots__ = ()

    def allocate(self, allocations: object) -> Payment:
        parts = (*self.allocations, *allocations)  # type: ignore[misc] # the mutant takes any
        return CarelessPayment(
            id=self.id,
            customer_id=self.customer_id,
            amount=self.amount,
            day=self.day,
            known_on=self.known_on,
            allocations=parts,
            refunds=self.refunds,
            returned=self.returned,
        )


class CarelessBook(Book):
    """A book of careless payments."""

    __slots__ = ()

    def new_payment(self, identity: str, purse: Purse, amount: int) -> Payment:
        usual = Book.new_payment(self, identity, purse, amount)
        return CarelessPayment(
            id=usual.id,
            customer_id=usual.customer_id,
            amount=usual.amount,
            day=usual.day,
            known_on=usual.known_on,
        )


class ForgetfulBook(Book):
    """A book that forgets earlier credit notes when it writes another."""

    __slots__ = ()

    def creditable(self, invoice: Invoice) -> Money:
        return invoice.totals.gross + invoice.totals.rounding


class GenerousBook(Book):
    """A book whose refunds are not told to the ledger."""

    __slots__ = ()

    def refund_credit(self, note_id: str, amount: int) -> None:
        owed = Counter(self.owed)
        Book.refund_credit(self, note_id, amount)
        self.owed = owed


class HopefulBook(Book):
    """A book that takes no settlement back when a payment bounces."""

    __slots__ = ()

    def take_back(self, claim: OpenItem, payment_id: str) -> tuple[OpenItem, tuple[TakenBack, ...]]:
        return claim, Book.take_back(self, claim, payment_id)[1]


class StingyBook(Book):
    """A book that keeps the discount of a payment that bounced."""

    __slots__ = ()

    def take_back(self, claim: OpenItem, payment_id: str) -> tuple[OpenItem, tuple[TakenBack, ...]]:
        after, parts = Book.take_back(self, claim, payment_id)
        kept = [
            one
            for one in claim.settlements
            if one.source_id == payment_id and one.kind is SettlementKind.DISCOUNT
        ]
        return replace(after, settlements=(*after.settlements, *kept)), parts


@pytest.mark.parametrize("book", [HopefulBook, StingyBook])
def test_a_payment_that_bounced_and_still_settles_is_noticed(book: type[Book]) -> None:
    assert run(SMALL, seed=8, book=book).failures > 0


def test_a_payment_without_its_limit_is_noticed() -> None:
    assert run(MUTANT, seed=8, book=CarelessBook).failures > 0


def test_credit_notes_that_forget_one_another_are_noticed() -> None:
    assert run(MUTANT, seed=8, book=ForgetfulBook).failures > 0


def test_money_that_leaves_without_a_trace_is_noticed() -> None:
    assert run(MUTANT, seed=8, book=GenerousBook).failures > 0


class HastyLife(Life):
    """Dunning that looks at nothing but the policy."""

    __slots__ = ()

    def step_of(self, claim: OpenItem) -> Step | Hold:
        return DEFAULT_POLICY.steps[0]


def test_reminders_of_who_owes_nothing_are_noticed() -> None:
    assert run(MUTANT, seed=8, lives=HastyLife).failures > 0


def _without_credits(book: Book) -> list[Row]:
    """The facts, but for what credit notes settled."""
    return [row for row in rows_of(book) if row.fact != "credit"]


def _due_a_day_early(book: Book) -> list[Row]:
    """The facts, each claim due a day before it is."""
    return [
        replace(row, due_date=row.due_date - timedelta(days=1)) if row.due_date else row
        for row in rows_of(book)
    ]


@pytest.mark.parametrize("facts", [_without_credits, _due_a_day_early])
def test_an_ageing_that_is_not_of_the_open_balances_is_noticed(
    facts: Callable[[Book], list[Row]],
) -> None:
    assert run(SMALL, seed=8, facts=facts).failures > 0
