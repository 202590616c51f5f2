"""R9: the totals of random invoices against exact fractions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random

from net30.domain.drafting import NewInvoice
from net30.domain.invoice import Invoice
from net30.domain.tax import TaxSubtotal
from net30.domain.totals import tax_on
from net30.kernel.money import Money
from tests.laws import oracle
from tests.laws.requests import drafted, random_request
from tests.proofs.proof import Outcome

ID = "R9"
TITLE = "invoices with a sum that differs from the exact oracle"
SMALL = 1_000
FULL = 100_000

Drafting = Callable[[NewInvoice], Invoice]


def run(size: int, seed: int, drafting: Drafting = drafted) -> Outcome:
    """Draft `size` random requests and compare every sum of each."""
    chance = Random(seed)
    kinds: Counter[str] = Counter()
    differing: list[str] = []
    for at in range(size):
        new = random_request(chance)
        kinds[f"{oracle.DIGITS[new.currency]} decimals"] += 1
        kinds["tax included" if new.prices_include_tax else "tax excluded"] += 1
        found = differences(new, drafting(new))
        if found:
            differing.append(f"request {at}: {', '.join(found)}")
    told = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
    return Outcome(size, len(differing), "\n".join([told, *differing[:5]]))


def differences(new: NewInvoice, invoice: Invoice) -> list[str]:
    """What is wrong with an invoice: against its own lines, and against what was asked for."""
    groups = [(line.tax.category, line.tax.percent) for line in invoice.lines]
    stated = oracle.stated_total(new, invoice.currency, groups)
    found = oracle.differences(invoice)
    if new.prices_include_tax:
        found += _unlike_stated(new, invoice)
    else:
        lines = oracle.stated_lines(new, invoice.currency)
        found += [] if [line.net.minor for line in invoice.lines] == lines else ["lines"]
        found += [] if invoice.totals.net.minor == stated else ["net"]
        stated = invoice.totals.gross.minor
    due = oracle.to_coins(stated - invoice.totals.prepaid.minor, new.cash_step)
    return found if invoice.totals.due.minor == due else [*found, "due"]


def _unlike_stated(new: NewInvoice, invoice: Invoice) -> list[str]:
    """Where a document loses what its prices with tax said, though a net could have kept it."""
    gaps = stated = 0
    for row in invoice.totals.breakdown:
        group = row.rate.category, row.rate.percent
        wanted = _gross_of(group, new, invoice)
        gap = row.taxable.minor + row.tax.minor - wanted
        if abs(gap) != oracle.smallest_gap(wanted, row.rate.percent):
            return ["group"]
        gaps, stated = gaps + gap, stated + wanted
    if new.cash_step == 1 and invoice.totals.rounding.minor != -gaps:
        return ["BT-114"]
    return []


def _gross_of(group: tuple[object, Decimal], new: NewInvoice, invoice: Invoice) -> int:
    rates = [(line.tax.category, line.tax.percent) for line in invoice.lines]
    lines = oracle.stated_lines(new, invoice.currency)
    total = sum(amount for rate, amount in zip(rates, lines, strict=True) if rate == group)
    if new.discount_percent is not None:
        total -= oracle.half_away(total * oracle.share(new.discount_percent))
    for sign, entries in ((-1, new.allowances), (1, new.charges)):
        total += sign * sum(
            entry.amount.minor
            for entry in entries
            if entry.tax and (entry.tax.category, entry.tax.percent) == group
        )
    return total


def test_totals_equal_the_exact_oracle() -> None:
    outcome = run(SMALL, seed=9)
    assert outcome.holds, outcome.detail


def test_rounding_halves_to_even_is_noticed() -> None:
    def to_even(row: TaxSubtotal, _: Invoice) -> Money:
        exact = row.taxable.minor * row.rate.percent / 100
        return Money(int(exact.quantize(Decimal(1), ROUND_HALF_EVEN)), row.taxable.currency)

    assert run(400, seed=9, drafting=taxed_by(to_even)).failures > 0


def test_tax_rounded_line_by_line_is_noticed() -> None:
    def by_line(row: TaxSubtotal, invoice: Invoice) -> Money:
        parts = [line.net for line in invoice.lines if line.tax.group == row.rate.group]
        return Money.total((tax_on(part, row.rate) for part in parts), invoice.currency)

    assert run(300, seed=9, drafting=taxed_by(by_line)).failures > 0


def test_a_franc_added_to_the_amount_due_is_noticed_every_time() -> None:
    def dearer(new: NewInvoice) -> Invoice:
        invoice = drafted(new)
        due = invoice.totals.due + Money(1, invoice.currency)
        return replace(invoice, totals=replace(invoice.totals, due=due))

    assert run(50, seed=9, drafting=dearer).failures == 50


def taxed_by(rule: Callable[[TaxSubtotal, Invoice], Money]) -> Drafting:
    """A drafting whose VAT follows another rule, carried through to the amount due."""

    def drafting(new: NewInvoice) -> Invoice:
        invoice = drafted(new)
        before = invoice.totals
        rows = tuple(replace(row, tax=rule(row, invoice)) for row in before.breakdown)
        tax = Money.total((row.tax for row in rows), invoice.currency)
        more = tax - before.tax
        totals = replace(
            before, breakdown=rows, tax=tax, gross=before.gross + more, due=before.due + more
        )
        return replace(invoice, totals=totals)

    return drafting
