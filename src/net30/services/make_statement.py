"""Make a statement: a customer's open items as known on a day, aged, to the last minor unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from net30.domain.customer import Customer
from net30.insights.as_of import known_at
from net30.kernel.money import Money
from net30.ledger.segments import read_ledger_with
from net30.services.context import ReadContext
from net30.services.found import customer_by_name

AGEING = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus", "no_due_date", "unapplied")
"""The buckets of an account's ageing, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One open document: what it came to, what is open of it (credit notes negative), how late."""

    number: str
    issued: date
    due: date | None
    days_past_due: int
    amount: Money
    open: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What had been paid on an open document and was taken back by the bank on a day."""

    number: str
    day: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer's account in one currency; `balance` is all lines and the unapplied cash.

    `unapplied` is negative; `ageing` has the amounts of the buckets AGEING, the last one credit
    with unapplied cash; they add up to the balance too. `returned` tells why some lines are open
    again.
    """

    currency: str
    lines: tuple[StatementLine, ...]
    unapplied: Money
    ageing: tuple[Money, ...]
    returned: tuple[Returned, ...] = ()

    @property
    def balance(self) -> Money:
        """Return what the customer owes; negative is in the customer's favour."""
        return Money.total((line.open for line in self.lines), self.currency) + self.unapplied


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A customer's accounts as known at the end of a day, by currency."""

    customer: Customer
    as_of: date
    accounts: tuple[Account, ...]


def make_statement(ctx: ReadContext, customer: str, as_of: date | None = None) -> Statement:
    """Return the statement of the customer that a name or id means, as known on a day (today).

    A past day shows what was known then. Raises NotFound or Conflict for a name that means no one
    customer.
    """
    day = as_of or ctx.today
    whom = customer_by_name(ctx, customer).value
    with known_at(read_ledger_with(ctx.blobs, ctx.tx), day) as known:
        documents = known.rows(_OPEN, customer=whom.id)
        cash = known.rows(_CASH, customer=whom.id)
        bounced = known.rows(_RETURNED, customer=whom.id)
    spare = {currency: Money(int(minor), currency) for currency, minor in cash}
    lines: dict[str, list[StatementLine]] = {currency: [] for currency in spare}
    for number, issued, due, currency, amount, balance in documents:
        line = StatementLine(
            number=number,
            issued=issued,
            due=due,
            days_past_due=max(0, (day - due).days) if due and balance > 0 else 0,
            amount=Money(int(amount), currency),
            open=Money(int(balance), currency),
        )
        lines.setdefault(currency, []).append(line)
    back: dict[str, list[Returned]] = {}
    for number, on, currency, minor in bounced:
        one = Returned(number=number, day=on, amount=Money(int(minor), currency))
        back.setdefault(currency, []).append(one)
    return Statement(
        customer=whom,
        as_of=day,
        accounts=tuple(
            replace(
                _account(currency, lines[currency], spare.get(currency, Money.zero(currency))),
                returned=tuple(back.get(currency, ())),
            )
            for currency in sorted(lines)
        ),
    )


_OPEN = """
select number, issue_date, due_date, currency, amount, balance from claims
where customer_id = $customer and balance <> 0 order by issue_date, number
"""
_CASH = """
select currency, sum(amount) from facts
where customer_id = $customer and invoice_id is null group by currency having sum(amount) <> 0
"""
_RETURNED = """
select claims.number, facts.day, claims.currency, facts.amount
from facts join claims using (invoice_id)
where claims.customer_id = $customer and balance > 0 and facts.fact = 'payment' and facts.amount > 0
order by facts.day, claims.number
"""


def _account(currency: str, lines: list[StatementLine], unapplied: Money) -> Account:
    buckets = [Money.zero(currency)] * 7
    for line in lines:
        at = _bucket(line)
        buckets[at] += line.open
    buckets[6] += unapplied
    return Account(
        currency=currency, lines=tuple(lines), unapplied=unapplied, ageing=tuple(buckets)
    )


def _bucket(line: StatementLine) -> int:
    """Return the place of a line's bucket: glossary, ageing bucket; 90 days is in 61-90."""
    if line.open.minor < 0:
        return 6
    if line.due is None:
        return 5
    late = line.days_past_due
    return next(at for at, last in enumerate((0, 30, 60, 90, late)) if late <= last)
