"""Claims keep their promises whatever happens to them, in whatever order."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation
from net30.kernel.money import Money
from tests.laws.book import Book, Purse

PURSES = st.sampled_from([("acme", "XOF"), ("acme", "EUR"), ("zenith", "XOF")])
PRICES = st.integers(1, 5_000)
PARTS = st.integers(1, 100)  # per cent of what there is, and at least one unit
PICKS = st.integers(0, 1_000)


class Claims(RuleBasedStateMachine):
    """One company's claims, and everything that may be done with them."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()

    @rule(purse=PURSES, price=PRICES, tax_included=st.booleans())
    def issue(self, purse: Purse, price: int, *, tax_included: bool) -> None:
        self.book.issue_invoice(purse, price, tax_included=tax_included)

    @rule(purse=PURSES, amount=PRICES)
    def receive(self, purse: Purse, amount: int) -> None:
        self.book.allocate_oldest_first(self.book.receive(purse, amount))

    @rule(purse=PURSES, pick=PICKS, part=PARTS)
    def pay(self, purse: Purse, pick: int, part: int) -> None:
        for claim in self.open_claims(purse, pick):
            amount = share(part, claim.balance.minor)
            payment = self.book.receive(purse, amount)
            self.book.allocate(payment, [Allocation(claim.id, Money(amount, purse[1]))])

    @rule(purse=PURSES, pick=PICKS, part=PARTS)
    def credit(self, purse: Purse, pick: int, part: int) -> None:
        for claim in self.book.claims(purse)[pick % 3 :][:1]:
            self.book.credit(claim.id, share(part, claim.amount.minor))

    @rule(purse=PURSES, pick=PICKS)
    def write_off(self, purse: Purse, pick: int) -> None:
        for claim in self.open_claims(purse, pick):
            self.book.write_off(claim.id)

    @rule(purse=PURSES)
    def void(self, purse: Purse) -> None:
        credited = {before.number for note in self.book.notes for before in note.preceding}
        claims = [item for item in self.book.claims(purse) if item.number not in credited]
        for claim in [item for item in claims if not item.settlements][:1]:
            self.book.void(claim.id)

    @rule(purse=PURSES, part=PARTS)
    def refund_unused_credit(self, purse: Purse, part: int) -> None:
        for note in [item for item in self.book.credits(purse) if item.balance][:1]:
            self.book.refund_credit(note.id, share(part, -note.balance.minor))

    @rule(part=PARTS)
    def refund_unapplied_cash(self, part: int) -> None:
        for payment in [each for each in self.book.payments.values() if each.unapplied][:1]:
            self.book.refund_payment(payment.id, share(part, payment.unapplied.minor))

    @rule(pick=PICKS)
    def bounce(self, pick: int) -> None:
        payments = [
            one for one in self.book.payments.values() if not one.refunds and not one.returned
        ]
        if payments:
            self.book.bounce(payments[pick % len(payments)].id)

    @rule(purse=PURSES, pick=PICKS)
    def settle_more_than_is_open(self, purse: Purse, pick: int) -> None:
        for claim in self.open_claims(purse, pick):
            more = claim.balance + Money(1, purse[1])
            payment = self.book.receive(purse, more.minor)
            self.book.refuse("allocate", payment, [Allocation(claim.id, more)])

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.book.pass_days(days)

    @invariant()
    def claims_and_ledger_agree(self) -> None:
        assert list(self.book.faults()) == []

    def open_claims(self, purse: Purse, pick: int) -> list[OpenItem]:
        """One open claim, or none when there is none."""
        claims = [item for item in self.book.claims(purse) if item.balance]
        return [claims[pick % len(claims)]] if claims else []


def share(percent: int, whole: int) -> int:
    """Some of a whole, never nothing."""
    return max(1, whole * percent // 100)


TestClaims = Claims.TestCase
TestClaims.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
