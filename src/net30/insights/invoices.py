"""Invoices: what became of each invoice, and the day since which nothing of it is open.

An invoice is settled on the first day since which, at the end of every day up to the as-of day,
nothing of it is open. Giving it up does not pay it: what was written off is unpaid. Invoices that
credit notes took back whole are left out: nobody was to pay them.
"""

from __future__ import annotations

from net30.insights.as_of import Known

_TABLE = """
create temp table if not exists invoices as
with changes as (
    select invoice_id, day, sum(amount)::hugeint as amount from facts
    where invoice_id is not null and fact in ('payment', 'discount', 'refund', 'credit')
    group by invoice_id, day
), ends as (
    select changes.invoice_id, changes.day, claims.amount + sum(changes.amount) over past as left_
    from changes join claims using (invoice_id)
    window past as (partition by changes.invoice_id order by changes.day)
), last_open as (
    select invoice_id, max(day) filter (left_ > 0) as day from ends group by invoice_id
), settled as (
    select ends.invoice_id, min(ends.day) as settled_on
    from ends join last_open using (invoice_id)
    where last_open.day is null or ends.day > last_open.day group by ends.invoice_id
)
select invoice_id, number, customer_id, currency, issue_date, due_date,
       claims.amount - credited as billed, collected, balance, settled.settled_on,
       coalesce(settled.settled_on, as_of()) - due_date as delay,
       coalesce(due_date < as_of(), false) as has_matured,
       coalesce(due_date < as_of(), false)
           and coalesce(settled.settled_on > due_date, true) as is_late,
       coalesce(due_date < as_of(), false) and settled.settled_on is null as is_overdue
from claims left join settled using (invoice_id)
where kind = 'invoice' and claims.amount > credited
"""


def with_invoices(known: Known) -> Known:
    """Return the same facts with a table `invoices`, made once: one row an invoice.

    Amounts in minor units: `billed` net of credit notes, `collected`, `balance`. `settled_on` is
    null while open; `delay` is days from due to that day, or so far (negative: early);
    `has_matured`: it fell due before the as-of day, so that it is late or not; `is_late`,
    `is_overdue` (late and not settled). Without a due date the last four are null or false.
    """
    known.connection.execute(_TABLE)
    return known
