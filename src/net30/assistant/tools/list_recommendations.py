"""Recommend what to do next, and why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from net30.assistant.arguments import Access, Arguments, Clause, Result, Shown, Word
from net30.assistant.predictions import advised, days, served_by
from net30.domain.identity.roles import Permission
from net30.services.context import ReadContext

if TYPE_CHECKING:  # only their shape: whoever asks for no advice loads no numpy
    from net30.services.collect_today import CallToMake, Worklist

ACCESS = Access.READ
NEEDS = (Permission.COLLECTIONS_READ, Permission.FIGURES_READ, Permission.PREDICTIONS_READ)

CALLS_SHOWN = 5
CLIENTS_ADVISED = 5
"""Of so many clients a currency, by expected loss, advice is looked for."""

ADVICE_SHOWN = 3


class Args(Arguments):
    """No arguments."""


def run(ctx: ReadContext, args: Args) -> Result:
    """Return whom to call today and why, and what else to do about those who are most at risk."""
    from net30.services.collect_today import collect_today  # noqa: PLC0415 (numpy)

    found = collect_today(ctx, limit=CALLS_SHOWN)
    values: dict[str, Shown] = {"as_of": found.as_of}
    advice = tuple(islice(_beside(ctx, found), ADVICE_SHOWN))
    beside = (Result("risk_advice", rows=advice),) if advice else ()
    model = (served_by(ctx),) if found.calls or advice else ()
    if not found.calls:
        return Result("calls_none", values, parts=(*beside, *model))
    more = (Result("calls_more", {"more": found.more}),) if found.more else ()
    return Result(
        "calls",
        values,
        tuple(map(_row, found.calls)),
        parts=(*more, Result("calls_order"), *beside, *model),
    )


def _row(call: CallToMake) -> tuple[Shown, ...]:
    overdue: dict[str, Shown] = {"amount": call.open, "days": days(call.days_past_due)}
    return (
        call.customer,
        Clause("call", "overdue", overdue),
        Clause("call", "at_stake", {"amount": call.at_stake}),
        Word("call_reason", call.reason),
        Word("call_action", call.action),
    )


def _beside(ctx: ReadContext, calls: Worklist) -> Iterator[tuple[Shown, ...]]:
    """Yield advice that a call does not give already: no reminder, nor a hold of who is called."""
    from net30.services.receivables_risk import receivables_risk  # noqa: PLC0415 (numpy)

    called = {call.customer for call in calls.calls}
    for risk in receivables_risk(ctx, shown=CLIENTS_ADVISED).currencies:
        for row in risk.customers:
            said = {"reminder", "hold"} if row.customer in called else {"reminder"}
            fresh = [advice for advice in row.advice if advice.action not in said]
            if fresh:
                yield advised(row.customer, row.about, fresh[0])
