"""Behind a figure: the invoices it is made of, each with its part, so that anyone can add them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from net30.insights.as_of import Known, Period
from net30.insights.at_risk_rate import matured_period
from net30.insights.cash_at_stake import in_parts
from net30.insights.concentration import concentration
from net30.insights.definitions import definition_of
from net30.insights.roll_rate import ROLL_DAYS
from net30.kernel.errors import InputError
from net30.kernel.money import Money

_LATE = "as_of() - due_date"
_OVERDUE = f"balance > 0 and {_LATE} > 0"
_NOT_DUE = f"balance > 0 and {_LATE} <= 0"
_ISSUED = "kind = 'invoice' and issue_date between $start and $end"
_SOLD = "issue_date between $start and $end"
_DUE = "kind = 'invoice' and due_date between $start and $end"
_MATURED = "kind = 'invoice' and due_date between $ripe_first and $ripe_last"
_SCORED = "claims left join late_days using (invoice_id)"
_MARKED = "claims join (select invoice_id, {columns} from marks where {where}) using (invoice_id)"
_ROLLED = """(
    select before.* replace (least(before.balance, greatest(coalesce(now.balance, 0), 0))
                             * (late > -30)::int as balance), before.balance as stood, late
    from (select *, $before - due_date as late from claims_before where balance > 0) before
    left join claims now on now.place = before.place
)"""


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the rows of a figure are, what each adds to it, and what to its denominator."""

    where: str
    amount: str = "balance"
    of: str = "null"
    table: str = "claims"
    cash: int = 0  # 1: money without a claim belongs to it too, -1: as an amount received


def _marked(columns: str, where: str, amount: str, of: str = "null") -> _Source:
    return _Source("true", amount, of, _MARKED.format(columns=columns, where=where))


_ALL = _Source("balance <> 0", cash=1)
_DELINQUENT = _Source(f"balance <> 0 and not coalesce({_NOT_DUE}, false)", cash=1)
_SOURCES: Mapping[str, _Source] = {
    "outstanding": _ALL,
    "overdue": _Source(_OVERDUE),
    "revenue.invoiced": _Source(_ISSUED, "amount - credited"),
    "revenue.collected": _Source(_ISSUED, "collected"),
    "revenue.open": _Source(_ISSUED),
    "revenue.overdue": _Source(f"{_ISSUED} and {_OVERDUE}"),
    "invoice_count": _Source(f"{_ISSUED} and amount > credited", "amount - credited"),
    "average_invoice": _Source(_ISSUED, "amount - credited"),
    "dso_simple": _ALL,
    "dso_countback": _ALL,
    "dso_best_possible": _Source(_NOT_DUE),
    "add": _DELINQUENT,
    "mean_days_late_weighted": _Source(_DUE, "amount - credited"),
    "cei": _DELINQUENT,
    "collection_rate": _Source(_DUE, "collected", "amount - credited"),
    "ageing.not_due": _Source(_NOT_DUE),
    "ageing.d1_30": _Source(f"balance > 0 and {_LATE} between 1 and 30"),
    "ageing.d31_60": _Source(f"balance > 0 and {_LATE} between 31 and 60"),
    "ageing.d61_90": _Source(f"balance > 0 and {_LATE} between 61 and 90"),
    "ageing.d90_plus": _Source(f"balance > 0 and {_LATE} > 90"),
    "ageing.no_due_date": _Source("balance > 0 and due_date is null"),
    "ageing.unapplied": _Source("balance < 0", cash=1),
    "at_risk_rate": _Source(_MATURED, "unpaid_at_90", "owed_at_90"),
    "roll_rate.not_due": _Source("late <= 0", of="stood", table=_ROLLED),
    "roll_rate.d1_30": _Source("late between 1 and 30", of="stood", table=_ROLLED),
    "roll_rate.d31_60": _Source("late between 31 and 60", of="stood", table=_ROLLED),
    "roll_rate.d61_90": _Source("late between 61 and 90", of="stood", table=_ROLLED),
    "turnover": _Source(_SOLD, "amount"),
    "pct_current": _Source(_NOT_DUE),
    "pct_current_by_count": _Source(_NOT_DUE),
    "pct_overdue": _Source(_OVERDUE),
    "pct_overdue_by_count": _Source(_OVERDUE),
    "bad_debt": _marked(
        "sum(-amount) as given_up",
        "fact = 'write_off' and day between $start and $end group by invoice_id",
        "given_up",
    ),
    "concentration.top10_share": _Source(
        f"{_OVERDUE} and list_contains($top, concat_ws(' ', currency, customer_id))"
    ),
    "concentration.hhi": _ALL,
    "cash_at_stake.cost": _Source(
        "kind = 'invoice' and balance > 0 and parts is not null", table=_SCORED
    ),
    "cash_at_stake.one_day": _Source(_SOLD, "amount"),
    "cash_at_stake.unscored": _Source(
        "kind = 'invoice' and balance > 0 and parts is null", table=_SCORED
    ),
    "effort.reminders_sent": _marked(
        "count(*) as times",
        "fact = 'reminder' and day between $start and $end group by invoice_id",
        "balance",
    ),
    "effort.promises_kept": _marked(
        "came_in, promised",
        "fact = 'promise' and promised_on between $start and $end and promised_on <= as_of()",
        "came_in",
        "promised",
    ),
    "effort.disputes_open": _marked(
        "fact",
        "fact in ('dispute_opened', 'dispute_closed') qualify row_number() "
        "over (partition by invoice_id order by day desc, place desc) = 1",
        "case when fact = 'dispute_opened' then balance end",
    ),
    "effort.unapplied": _Source("false", cash=-1),
}
_SAME = {
    "revenue": "revenue.invoiced",
    "ageing": "outstanding",
    "bad_debt_by_count": "bad_debt",
    "cash_at_stake": "cash_at_stake.cost",
    "effort.disputes_mean_age": "effort.disputes_open",
}

_SQL = """
select invoice_id, number, customer_id, issue_date, due_date, currency, amount, of_ from (
    select invoice_id, {number} as number, customer_id, issue_date, due_date, currency,
           ({amount})::hugeint as amount, ({of})::hugeint as of_
    from {table} where {where}
    {cash}
) where amount is not null order by currency, amount desc, invoice_id, issue_date
"""
_CASH = """union all
    select null, null, customer_id, day, null, currency, {sign} * amount::hugeint, null
    from unapplied"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceBehind:
    """An invoice, credit note or unallocated payment (without an id) behind a figure.

    `amount` is its part: the sum of all is the figure where that is an amount, else what is
    divided. `of` is its part of the denominator where that is of the same invoices.
    """

    invoice_id: str | None
    number: str | None
    customer_id: str | None
    issue_date: date | None
    due_date: date | None
    amount: Money
    of: Money | None


def invoices_behind(
    known: Known, period: Period, figure: str, late_days: pa.Table | None = None
) -> tuple[InvoiceBehind, ...]:
    """Return what is behind a figure by its key, the largest part first.

    Raises NotFound for what is no figure, InputError for one made of other figures.
    """
    source = _source(figure)
    if figure == "cei":
        known = known.on(period.end)
    if source.table == _SCORED:
        known.lay("late_days", in_parts(late_days))
    before = known.as_of - timedelta(days=ROLL_DAYS)
    if source.table == _ROLLED:
        known.beside("claims_before", before)
    numbered = "number" in known.tables.claims.column_names
    query = _SQL.format(
        number="number" if numbered else "invoice_id",
        amount=source.amount,
        of=source.of,
        table=source.table,
        where=source.where,
        cash=_CASH.format(sign=source.cash) if source.cash else "",
    )
    ripe = matured_period(known)
    days = {"ripe_first": ripe.start, "ripe_last": ripe.end, "before": before}
    everything: dict[str, object] = {**period.days_of, **days, "top": _top(known)}
    asked = {name: value for name, value in everything.items() if f"${name}" in query}
    return tuple(
        InvoiceBehind(
            invoice_id=invoice_id,
            number=number,
            customer_id=customer,
            issue_date=issued,
            due_date=due,
            amount=Money(int(amount), currency),
            of=None if of is None else Money(int(of), currency),
        )
        for invoice_id, number, customer, issued, due, currency, amount, of in known.rows(
            query, **asked
        )
    )


def _source(figure: str) -> _Source:
    key = definition_of(figure).key
    found = _SOURCES.get(_SAME.get(figure, figure))
    if found is None:
        parts = [name for name in _SOURCES if name.startswith(f"{key}.")]
        raise InputError(
            f"{figure!r} is made of other figures",
            hint=f"ask for one of {', '.join(parts or ('cei', 'pct_current', 'at_risk_rate'))}",
            code="figure_of_figures",
        )
    return found


def _top(known: Known) -> list[str]:
    return [
        f"{currency} {customer}"
        for currency, held in concentration(known).items()
        for customer in held.top10
    ]
