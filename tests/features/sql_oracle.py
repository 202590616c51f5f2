"""Every feature as SQL: the same definitions in another engine, joins instead of sorted sums."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from net30.features.invoices import OPEN, Ints, Invoices

_KINDS = {
    "same_weekday": "weekday",
    "same_size": "size",
    "same_terms": "terms",
    "same_word_branch": "branch",
}

_READY = f"""
    select *, greatest(-1095, least(1095, paid - due)) as delay,
           greatest(paid, known, issued) as settled_on,
           greatest(due, issued) as fell,
           greatest(0, least(400, due - issued)) as terms,
           (due + 3) % 7 as weekday,
           greatest(1, least(1000000000000, amount)) as size_amount,
           greatest(0, least(1000000000000, amount)) as sum_amount,
           -- floor(2 log2 a) by whole numbers: the binary digits of a squared, less one
           length(bin(size_amount::hugeint * size_amount::hugeint)) - 1 as size,
           paid < {OPEN} as has_paid
"""

_BY_KIND = "".join(
    f""",
           count(*) filter (settled and h.{kind} = a.{kind}) as {name}_n,
           sum(h.delay) filter (settled and h.{kind} = a.{kind}) as {name}_total,
           count(*) filter (settled and h.{kind} = a.{kind} and h.delay > 0) as {name}_late"""
    for name, kind in _KINDS.items()
)

_SUMS = f"""
    select a.place,
           coalesce(list(h.delay order by h.settled_on desc, h.delay desc)
                    filter (settled), []) as delays,
           count(*) filter (settled) as n,
           sum(h.delay) filter (settled)::bigint as total,
           sum(h.delay * h.delay) filter (settled)::bigint as squares,
           count(*) filter (settled and h.delay > 0) as late,
           count(*) filter (settled and h.delay > 30) as late30,
           count(*) filter (settled and h.delay <= -3) as early,
           sum(h.sum_amount) filter (settled) as amounts,
           coalesce(sum(h.sum_amount) filter (settled and h.delay > 0), 0) as late_amounts,
           max(h.settled_on) filter (settled) as last_day,
           count(*) filter (seen) as issued_n,
           sum(h.sum_amount) filter (seen) as issued_amounts,
           sum(h.terms) filter (seen) as issued_terms,
           count(*) filter (seen and not settled) as still,
           count(*) filter (seen and not settled and h.fell < a.day) as fell0,
           count(*) filter (seen and not settled and h.fell + 7 < a.day) as fell7,
           count(*) filter (seen and not settled and h.fell + 30 < a.day) as fell30,
           sum(a.day - h.due) filter (seen and not settled and h.fell < a.day) as fell_days
           {_BY_KIND}
    from a left join h on h.customer = a.customer,
    lateral (select coalesce(h.has_paid and h.settled_on < a.day, false) as settled,
                    coalesce(h.issued < a.day, false) as seen)
    group by a.place
"""


def _columns() -> dict[str, str]:
    """The features by name, in SQL."""
    found = {
        "terms_days": "terms",
        "due_weekday": "weekday",
        "issue_weekday": "(issued + 3) % 7",
        "due_day_of_month": "day(date '1970-01-01' + due::integer)",
        "issue_day_of_month": "day(date '1970-01-01' + issued::integer)",
        "gap_days": "issued - a.day",
        "amount": "log2(size_amount)",
        "word_branch": "case when branch >= 0 then branch end",
        "batch_issued": "least((select count(*) from every e"
        " where e.customer = a.customer and e.issued = a.issued), 50)",
        "batch_due": "least((select count(*) from every e"
        " where e.customer = a.customer and e.due = a.due and e.issued <= a.issued), 50)",
        "paid_count": "least(n, 20)",
        "late_share": "late / nullif(n, 0)",
        "late30_share": "late30 / nullif(n, 0)",
        "early_share": "early / nullif(n, 0)",
        "late_amount_share": "late_amounts / nullif(amounts, 0)",
        "delay_mean": "total / nullif(n, 0)",
        "delay_spread": "sqrt((n * squares - total * total)::double) / nullif(n, 0)",
    }
    for last in (3, 5, 10, 20):
        within = f"nullif(least(n, {last}), 0)"
        found[f"delay_mean_last{last}"] = f"list_sum(delays[1:{last}])::double / {within}"
        late = f"len(list_filter(delays[1:{last}], lambda d: d > 0))"
        found[f"late_share_last{last}"] = f"{late} / {within}"
    found["delay_trend"] = f"{found['delay_mean_last5']} - {found['delay_mean']}"
    weights = "list_transform(delays[1:20], lambda d, i: 21 - i)"
    late = "list_transform(delays[1:20], lambda d, i: case when d > 0 then 21 - i else 0 end)"
    both = "list_transform(delays[1:20], lambda d, i: d * (21 - i))"
    found["late_share_recent"] = f"list_sum({late})::double / list_sum({weights})"
    found["delay_mean_recent"] = f"list_sum({both})::double / list_sum({weights})"
    for percent in (10, 25, 50, 75, 90, 100):
        at = f"(least(n, 20) - 1) * {percent} // 100 + 1"
        found[f"delay_q{percent}"] = f"case when n > 0 then list_sort(delays[1:20])[{at}] end"
    found |= {f"delay_{place}": f"delays[{place}]" for place in range(1, 21)}
    found["days_since_paid"] = "case when n > 0 then least(a.day - last_day, 120) end"
    found["open_count"] = "least(still, 100)"
    usual = "issued_amounts / nullif(issued_n, 0)"
    found["amount_to_usual"] = f"log2(size_amount) - log2(greatest({usual}, 1))"
    found["amount_to_usual"] = f"case when issued_n > 0 then {found['amount_to_usual']} end"
    found["terms_to_usual"] = "terms - issued_terms / nullif(issued_n, 0)"
    found["overdue0_count"] = "least(fell0, 100)"
    found["overdue_days_mean"] = "fell_days / nullif(fell0, 0)"
    found["overdue_share"] = "fell0 / nullif(still, 0)"
    found["overdue_to_settled"] = "fell0 / (fell0 + n + 1)"
    found["overdue7_count"] = "least(fell7, 100)"
    found["overdue30_count"] = "least(fell30, 100)"
    for name in _KINDS:
        count = f"nullif({name}_n, 0)"
        found[f"{name}_count"] = f"least({name}_n, 20)"
        found[f"{name}_delay_mean"] = f"{name}_total / {count}"
        found[f"{name}_late_share"] = f"{name}_late / {count}"
    return found


def columns(
    history: Invoices, asked: Invoices, every: Invoices, day: Ints
) -> Mapping[str, NDArray[np.float64]]:
    """Every feature of the asked invoices, each as of its day; `every` has each invoice once."""
    wanted = _columns()
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.register("history", _arrow(history))
        connection.register("every", _arrow(every))
        connection.register("asked", _arrow(asked, day=day, place=np.arange(len(asked))))
        listed = ", ".join(f"({sql})::double as {name}" for name, sql in wanted.items())
        found = connection.sql(
            f"with h as materialized ({_READY} from history), "
            f"a as materialized ({_READY} from asked), sums as materialized ({_SUMS}) "
            f"select {listed} from a join sums using (place) order by place"
        ).to_arrow_table()
    return {
        name: np.asarray(found[name].to_numpy(), np.float64)  # null becomes NaN
        for name in wanted
    }


def _arrow(invoices: Invoices, **more: Ints) -> pa.Table:
    names = ("customer", "issued", "due", "amount", "paid", "known")
    found = {name: pa.array(getattr(invoices, name)) for name in names}
    found["branch"] = pa.array(invoices.words["branch"])
    return pa.table(found | {name: pa.array(column) for name, column in more.items()})
