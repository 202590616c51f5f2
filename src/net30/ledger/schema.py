"""The Arrow schema of receivables facts: one row for each change of what a customer owes.

`amount` is the change of the customer's receivable in minor units: an invoice adds, a payment
takes away, and adds again when the bank returns it. So the facts of one invoice known by a day add
up to its open balance on that day, and all facts add up to what is outstanding; unapplied cash has
no invoice and is negative.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

# Arrow's usual allocator keeps what each thread has worked with, so that a server which is asked
# for figures again and again grows by half; and of a long run it gives large pieces back at once.
pa.set_memory_pool(pa.system_memory_pool())

OWN_SOURCE = "net30"
"""The source of facts from our own events; imported ones carry the name of where they came from."""


class Fact(StrEnum):
    """What happened to a receivable."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"
    CREDIT = "credit"
    DISCOUNT = "discount"
    WRITE_OFF = "write_off"
    REFUND = "refund"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_CLOSED = "dispute_closed"
    PROMISE = "promise"
    PROMISE_WITHDRAWN = "promise_withdrawn"
    SENT = "sent"
    REMINDER = "reminder"


SETTLED_ON = "settled_on"
"""In the extras of what a returned payment adds again: the day on which it had been taken off."""

CLAIMS = (Fact.INVOICE.value, Fact.CREDIT_NOTE.value)
"""The facts that open an item; each invoice has exactly one."""

_WORD = pa.dictionary(pa.int32(), pa.string())

FACTS = pa.schema(
    [
        pa.field("fact", _WORD, nullable=False),
        pa.field("fact_id", pa.string(), nullable=False),
        pa.field("invoice_id", pa.string()),
        pa.field("number", pa.string()),
        pa.field("customer_id", _WORD),
        pa.field("currency", _WORD),
        pa.field("amount", pa.int64(), nullable=False),
        pa.field("net", pa.int64()),
        pa.field("tax", pa.int64()),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("known_on", pa.date32(), nullable=False),
        pa.field("issue_date", pa.date32()),
        pa.field("due_date", pa.date32()),
        pa.field("source", _WORD, nullable=False),
        pa.field("sequence", pa.int64(), nullable=False),
        pa.field("method", _WORD),
        pa.field("extras", pa.map_(pa.string(), pa.string())),
    ]
)
"""Every ledger table has these columns in this order.

fact, fact_id: what happened (Fact), and an id that never repeats.
invoice_id, number, customer_id: whom and what it is about; invoice_id is null for unapplied cash.
currency, amount, net, tax: minor units; net and tax stand on invoices and credit notes only.
day, known_on: the business date, and the day since when it has been known.
issue_date, due_date: of the invoice, on invoices and credit notes only.
source, sequence: where it came from, and the event (in the organisation's order) that brought it.
method: how money came. extras: what else was known at issue, by column name.
"""

PAST_COLUMNS = (
    *("fact", "invoice_id", "customer_id", "currency", "amount", "day", "known_on"),
    *("issue_date", "due_date", "source", "sequence", "extras"),
)
"""What is needed to learn how invoices were paid, and to tell how open ones will be."""

FIGURE_COLUMNS = (
    *("fact", "invoice_id", "number", "customer_id", "currency", "amount"),
    *("day", "known_on", "issue_date", "due_date", "sequence", "extras"),
)
"""The columns that figures are made of."""

WORDS = tuple(field.name for field in FACTS if field.type == _WORD)
"""The columns with few different values: dictionaries in memory and in Parquet."""


PLAIN_FACTS = pa.schema(
    [field.with_type(pa.string()) if field.name in WORDS else field for field in FACTS]
)
"""The same columns with plain strings: what segments are written from."""


def no_facts() -> pa.Table:
    """Return a ledger without facts."""
    return FACTS.empty_table()


def joined(tables: list[pa.Table]) -> pa.Table:
    """Return the tables one after the other, in one chunk with one dictionary a column."""
    if not tables:
        return no_facts()
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks()
