"""Ageing: how long receivables have been past due, in all, over the last months, by customer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from net30.insights.ageing import Ageing, ageing
from net30.insights.ageing_by_customer import BUCKETS, CustomerAgeing, ageing_by_customer
from net30.insights.as_of import Known, known_at
from net30.insights.measured import share
from net30.kernel.money import Money
from net30.ledger.segments import read_ledger
from net30.services.reporting.asking import Asking
from net30.services.reporting.content import Kind, Plot, Section, Table, Unit, figure, used

MONTHS = 6
SHOWN = 12
OVERDUE = ("d1_30", "d31_60", "d61_90", "d90_plus")


def sections(asking: Asking) -> Iterator[Section]:
    """Yield the buckets, the last months and the customers of each currency."""
    ledger = read_ledger(asking.ctx.blobs, asking.ctx.organisation, asking.day)
    with known_at(ledger, asking.day) as known:
        aged, by_customer = asking.of(ageing(known)), ageing_by_customer(known)
        for currency, found in aged:
            yield _buckets(asking, currency, found)
            yield over_months(asking, known, currency)
            if by_customer.get(currency):
                yield _customers(asking, currency, by_customer[currency])


def over_months(asking: Asking, known: Known, currency: str) -> Section:
    """Return the ageing at the ends of the last months and on the day, as it was known then."""
    words = asking.words
    rows = []
    for day in _month_ends(asking.day):
        then = known if day == known.as_of else known.earlier(day)
        if found := ageing(then).get(currency):
            rows.append((day, *(getattr(found, bucket) for bucket in BUCKETS)))
    table = used(Table(words.columns("as_of", *BUCKETS), tuple(rows)), (0, 1))
    late = [_overdue(ageing(known)[currency])]
    return Section(
        heading=words("headings.ageing_months"),
        finding=words("findings.ageing_months", overdue=late[0], months=MONTHS),
        table=table,
        currency=currency,
        plot=Plot(Kind.BARS, tuple(range(1, len(table.columns)))),
    )


def _buckets(asking: Asking, currency: str, found: Ageing) -> Section:
    words, whole = asking.words, found.outstanding
    rows = []
    for bucket in BUCKETS:
        amount: Money = getattr(found, bucket)
        part = figure(share(amount.minor, whole.minor, ""), Unit.SHARE)
        rows.append((words(f"columns.{bucket}"), amount, part))
    late = _overdue(found)
    part = figure(share(late.minor, whole.minor, ""), Unit.SHARE)
    total = (words("rows.total"), whole, None)
    return Section(
        heading=words("headings.ageing"),
        finding=words("findings.ageing", open=whole, overdue=late, share=part or "–"),
        table=Table(words.columns("bucket", "open", "share"), (*rows, total)),
        currency=currency,
        plot=Plot(Kind.BARS, (1,), len(BUCKETS)),
    )


def _customers(asking: Asking, currency: str, found: tuple[CustomerAgeing, ...]) -> Section:
    words = asking.words
    rows = tuple(
        (
            asking.customer(one.customer_id),
            one.ageing.outstanding,
            *(getattr(one.ageing, bucket) for bucket in BUCKETS),
        )
        for one in found
    )
    table = used(Table(words.columns("customer", "open", *BUCKETS), rows), (0, 1))
    first = found[0]
    whole = Money.total((one.ageing.outstanding for one in found), currency)
    part = figure(share(first.ageing.outstanding.minor, whole.minor, ""), Unit.SHARE)
    return Section(
        heading=words("headings.ageing_customers"),
        finding=words(
            "findings.ageing_customers",
            count=len(found),
            customer=asking.customer(first.customer_id),
            amount=first.ageing.outstanding,
            share=part or "–",
        ),
        table=table,
        currency=currency,
        plot=Plot(Kind.NAMES, tuple(range(2, len(table.columns))), SHOWN),
    )


def _overdue(found: Ageing) -> Money:
    late: list[Money] = [getattr(found, bucket) for bucket in OVERDUE]
    return Money.total(late, found.not_due.currency)


def _month_ends(day: date) -> list[date]:
    """Return the ends of the months before a day, oldest first, and the day itself."""
    ends = [day]
    while len(ends) <= MONTHS:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return ends[::-1]
