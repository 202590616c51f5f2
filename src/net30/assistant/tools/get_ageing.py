"""Ageing of receivables: how long open invoices have been past due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pydantic import Field

from net30.assistant.arguments import Access, Arguments, Result, Shown, Word
from net30.assistant.tools.get_statistics import CURRENCIES_ABREAST
from net30.domain.identity.roles import Permission
from net30.insights.ageing import Ageing
from net30.kernel.errors import InputError
from net30.services.context import ReadContext
from net30.services.get_statistics import CurrencyFigures, get_statistics

ACCESS = Access.READ
NEEDS = (Permission.FIGURES_READ,)

BUCKETS = ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus", "no_due_date", "unapplied")
_SELDOM = frozenset({"no_due_date", "unapplied"})
"""Shown only where there is something in them."""


class Args(Arguments):
    """As of which day; today without one."""

    as_of: date | None = Field(default=None, description="The day to look from; today.")


def run(ctx: ReadContext, args: Args) -> Result:
    """Return open balances by days past due, a column for each currency."""
    if args.as_of and args.as_of > ctx.today:
        raise InputError(
            f"{args.as_of} is in the future", hint="ask as of today or earlier", code="future_day"
        )
    found = get_statistics(ctx, as_of=args.as_of)
    return told(found.as_of, found.currencies)


def told(as_of: date, entries: Sequence[CurrencyFigures]) -> Result:
    """Return the ageing as a reply shows it: a row a bucket, the outstanding balance last."""
    aged = [(entry.currency, entry.ageing) for entry in entries if entry.ageing]
    open_ones = [(currency, row) for currency, row in aged if any(_cells(row))]
    if not open_ones:
        return Result("ageing_none", {"as_of": as_of})
    first, *others = (
        _abreast(open_ones[at : at + CURRENCIES_ABREAST])
        for at in range(0, len(open_ones), CURRENCIES_ABREAST)
    )
    return Result(
        "ageing", {"as_of": as_of}, first.rows, columns=first.columns, parts=tuple(others)
    )


def _abreast(aged: Sequence[tuple[str, Ageing]]) -> Result:
    rows: list[tuple[Shown, ...]] = []
    for bucket in (*BUCKETS, "outstanding"):
        cells = [getattr(row, bucket) for _, row in aged]
        if bucket not in _SELDOM or any(cells):
            rows.append((Word("bucket", bucket), *cells))
    return Result("ageing_more", rows=tuple(rows), columns=tuple(currency for currency, _ in aged))


def _cells(row: Ageing) -> list[Shown]:
    return [getattr(row, bucket) for bucket in BUCKETS]
