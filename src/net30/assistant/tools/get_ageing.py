"""Ageing of receivables: how long open invoices have been past due."""

from __future__ import annotations

from datetime import date

from net30.assistant.arguments import Access, Arguments, Result
from net30.services.context import ReadContext
from net30.services.get_statistics import get_statistics

ACCESS = Access.READ


class Args(Arguments):
    """As of which day; today without one."""

    as_of: date | None = None


def run(ctx: ReadContext, args: Args) -> Result:
    """Return open balances by days past due, one row a currency."""
    found = get_statistics(ctx, as_of=args.as_of)
    rows = tuple(
        (aged.not_due, aged.d1_30, aged.d31_60, aged.d61_90, aged.d90_plus, aged.outstanding)
        for aged in (entry.ageing for entry in found.currencies)
        if aged
    )
    return Result("ageing" if rows else "ageing_none", {"as_of": found.as_of}, rows)
