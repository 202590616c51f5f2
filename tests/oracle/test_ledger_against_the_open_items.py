"""The ledger against the open items: two copies of one truth, after a random course of business."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation, Payment
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.ledger import compute
from net30.ledger.segments import read_ledger
from net30.services.check_books import check_books
from net30.services.context import Context
from net30.services.credit_invoice import (
    credit_invoice,
    refund_credit,
    void_invoice,
    write_off_invoice,
)
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.services.mark_invoice import close_dispute, note_promise, open_dispute
from net30.services.record_payment import (
    NewPayment,
    allocate_payment,
    record_payment,
    refund_payment,
)
from net30.services.return_payment import ReturnedPayment, return_payment
from tests.desk import Desk, open_desk
from tests.ledger.sheets import csv

STEPS = 80


def xof(amount: int) -> Money:
    return Money(amount, "XOF")


class Business:
    """A desk where something happens every day."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.chance, self.refused = desk, random.Random(seed), 0

    def step(self) -> None:
        """Do one thing; what the domain refuses is no fault."""
        self.desk.clock.day += timedelta(days=self.chance.randrange(3))
        acts: tuple[Callable[[], object], ...] = (
            self.issue,
            self.pay,
            self.credit,
            self.settle_later,
            self.give_back,
            self.bounce,
            self.mark,
            self.take_in,
        )
        try:
            self.chance.choice(acts)()
        except InputError:
            self.refused += 1

    def issue(self) -> None:
        self.desk.issue(str(self.chance.randrange(1, 10**6)))

    def pay(self) -> None:
        item = self.item()
        part = self.chance.randrange(1, max(2, item.balance.minor + 1))
        more = self.chance.choice([0, 0, 500])
        new = NewPayment(
            customer_id=item.customer_id,
            amount=xof(part + more),
            allocations=(Allocation(item.id, xof(part)),),
        )
        with self.desk.app.change() as ctx:
            record_payment(ctx, self.chance.choice([new, replace(new, allocations=())]))

    def credit(self) -> None:
        item, part = self.item(), self.chance.randrange(1, 10**5)
        acts: tuple[Callable[[Context], object], ...] = (
            lambda ctx: credit_invoice(ctx, item.number, xof(part)),
            lambda ctx: credit_invoice(ctx, item.number),
            lambda ctx: void_invoice(ctx, item.number),
            lambda ctx: write_off_invoice(ctx, item.number),
            lambda ctx: refund_credit(ctx, item.number, xof(part)),
        )
        with self.desk.app.change() as ctx:
            self.chance.choice(acts)(ctx)

    def settle_later(self) -> None:
        item, payment = self.item(), self.payment()
        part = min(payment.unapplied, item.balance)
        with self.desk.app.change() as ctx:
            allocate_payment(ctx, payment.id, [Allocation(item.id, part)])

    def give_back(self) -> None:
        payment = self.payment()
        with self.desk.app.change() as ctx:
            refund_payment(ctx, payment.id, xof(self.chance.randrange(1, 500)))

    def bounce(self) -> None:
        payment = self.payment()
        day = payment.day + timedelta(days=self.chance.randrange(4))
        with self.desk.app.change() as ctx:
            return_payment(ctx, ReturnedPayment(payment=payment.id, day=min(day, ctx.today)))

    def mark(self) -> None:
        number = self.item().number
        acts: tuple[Callable[[Context], object], ...] = (
            lambda ctx: open_dispute(ctx, number, "not as ordered"),
            lambda ctx: close_dispute(ctx, number),
            lambda ctx: note_promise(ctx, number, ctx.today),
        )
        with self.desk.app.change() as ctx:
            self.chance.choice(acts)(ctx)

    def take_in(self) -> None:
        paid = self.chance.choice(["", "2026-11-15"])
        rows = [f"F{at},Acme Corp,2026-11-01,,{at * 100 + 100},XOF,{paid}" for at in range(4)]
        with self.desk.app.change() as ctx:
            import_ledger(ctx, LedgerFile(content=csv(*rows)))

    def item(self) -> OpenItem:
        with self.desk.app.look() as ctx:
            items = ctx.tx.page(OpenItem, limit=1000)
        if not items:
            raise InputError("nothing is open yet")
        return self.chance.choice(items).value

    def payment(self) -> Payment:
        with self.desk.app.look() as ctx:
            payments = ctx.tx.page(Payment, limit=1000)
        if not payments:
            raise InputError("nothing was paid yet")
        return self.chance.choice(payments).value


@pytest.mark.parametrize("seed", [1, 2])
def test_the_facts_of_each_invoice_add_up_to_its_open_balance(tmp_path: Path, seed: int) -> None:
    business = Business(open_desk(tmp_path), seed)
    business.issue()
    app = business.desk.app
    for _ in range(STEPS):
        business.step()
    app.settle()
    facts = read_ledger(app.world.blobs, app.organisation)
    rows = facts.group_by("invoice_id").aggregate([("amount", "sum")]).to_pylist()
    sums = {row["invoice_id"]: row["amount_sum"] for row in rows}
    with app.look() as ctx:
        items = [stored.value for stored in ctx.tx.page(OpenItem, limit=1000)]
        payments = [stored.value for stored in ctx.tx.page(Payment, limit=1000)]
        assert not check_books(ctx).findings
    assert len(items) > 10
    for item in items:
        assert sums[item.id] == item.balance.minor, item.number
    assert sums.get(None, 0) == -sum(payment.unapplied.minor for payment in payments)
    assert sum(sums.values()) == compute.total(facts["amount"])
    # Whoever asks about a fact finds its customer and, where there is an invoice, its number.
    for row in facts.to_pylist():
        assert row["customer_id"]
        assert row["number"] or row["invoice_id"] is None
    assert business.refused < STEPS
