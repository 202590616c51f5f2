"""Invoices: what became of each invoice that was to be paid, and how late.

Those that credit notes took back whole are left out: nobody was to pay them. What was written off
is unpaid.
"""

from __future__ import annotations

from net30.insights.as_of import Known

_TABLE = """
create temp table if not exists invoices as
select invoice_id, number, customer_id, currency, issue_date, due_date,
       amount - credited as billed, collected, balance, settled_on,
       coalesce(settled_on, as_of()) - due_date as delay,
       coalesce(due_date < as_of(), false) as has_matured,
       coalesce(due_date < as_of(), false)
           and coalesce(settled_on > due_date, true) as is_late,
       coalesce(due_date < as_of(), false) and settled_on is null as is_overdue
from claims where kind = 'invoice' and amount > credited
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
