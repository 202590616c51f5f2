"""Facts of imported claims: an invoice's own fact, and one for what has been paid of it.

An imported fact is known since its business date, with two limits:
a payment is not known before its invoice, and one without a date is known since the import.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pyarrow as pa

from net30.domain.events import ImportedFact
from net30.kernel.money import Money
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.schema import PLAIN_FACTS, Fact

_SAFE = r"^[A-Za-z0-9._~-]*$"
_UNSAFE = re.compile(r"[^A-Za-z0-9._~-]")
_AS_IT_IS = (
    *("fact", "fact_id", "invoice_id", "number", "customer_id"),
    *("day", "known_on", "issue_date", "due_date"),
)
_FREQUENT = "/ #:"
"""Characters that whole columns of invoice numbers have: replaced column by column."""


def scoped_ids(source: str, external: Column) -> Column:
    """Return the ids that things of a source have here: `source.external`, fit for a URL.

    Two sources never share an id, and none of ours has a point. Other characters than letters,
    digits, point and dash are written as ~ and their UTF-8 bytes in hexadecimal.
    """
    ids = compute.swapped(external, "~", "~7E")
    for letter in _FREQUENT:
        ids = compute.swapped(ids, letter, f"~{ord(letter):02X}")
    safe = compute.matches(ids, _SAFE)
    if not compute.every(safe):
        ids = pa.array([_UNSAFE.sub(_bytes_of, text) for text in compute.texts(ids)], pa.string())
    return compute.glued(source, ids, by=".")


def facts_of_claims(claims: pa.Table, source: str) -> pa.Table:
    """Return the facts that open these claims; they have columns invoice_id and customer_id."""
    rows = claims.num_rows
    credit = compute.less(_column(claims, "amount"), 0)
    issued = _column(claims, "issue_date")
    return _facts(
        rows,
        source,
        {
            "fact": compute.pick(credit, Fact.CREDIT_NOTE.value, Fact.INVOICE.value),
            "fact_id": _joined_ids(_column(claims, "invoice_id"), "claim"),
            "day": issued,
            "known_on": issued,
            **{
                name: _column(claims, name)
                for name in ("invoice_id", "number", "customer_id", "currency", "amount", "net",
                             "tax", "issue_date", "due_date", "extras")
            },
        },
    )  # fmt: skip


def facts_of_payments(claims: pa.Table, before: Column, source: str, today: date) -> pa.Table:
    """Return the facts of what was paid of claims: the balance `before` less the one now."""
    paid = compute.minus(_column(claims, "balance"), before)
    some = compute.differ(paid, 0)
    # Without the extras: filtering maps costs more than all the rest.
    claims, paid = claims.drop_columns(["extras"]).filter(some), paid.filter(some)
    day = compute.or_else(_column(claims, "paid_date"), today)
    method = _column(claims, "method").cast(pa.string())
    left = _column(claims, "balance").cast(pa.string())
    return _facts(
        claims.num_rows,
        source,
        {
            "fact": compute.repeat(Fact.PAYMENT.value, claims.num_rows),
            # What is left names the payment: it is another one after each.
            "fact_id": _joined_ids(_column(claims, "invoice_id"), "paid", left),
            "amount": paid,
            "day": day,
            "known_on": compute.later(day, _column(claims, "issue_date")),
            "method": compute.pick(compute.equal(method, ""), None, method),
            **{
                name: _column(claims, name)
                for name in ("invoice_id", "number", "customer_id", "currency")
            },
        },
    )


def payment_id(invoice_id: str, balance: int) -> str:
    """Return the id of the payment after which so much of an imported invoice was open."""
    return f"{invoice_id}#paid#{balance}"


def facts_together(*tables: pa.Table) -> pa.Table:
    """Return the facts of an import in one table (schema.PLAIN_FACTS)."""
    return pa.concat_tables(tables)


def imported_facts(facts: pa.Table) -> tuple[ImportedFact, ...]:
    """Return the facts of an import one by one, as an event holds them."""
    return tuple(_imported(row) for row in facts.to_pylist())


def _imported(row: dict[str, Any]) -> ImportedFact:  # Any: a row as pyarrow gives it
    def money(name: str) -> Money | None:
        return None if row[name] is None else Money(row[name], row["currency"])

    return ImportedFact(
        amount=Money(row["amount"], row["currency"]),
        net=money("net"),
        tax=money("tax"),
        method=row["method"] or "",
        extras=tuple(row["extras"] or ()),
        **{name: row[name] for name in _AS_IT_IS},
    )


def _facts(rows: int, source: str, columns: dict[str, Column]) -> pa.Table:
    columns["source"] = compute.repeat(source, rows)
    columns["sequence"] = compute.repeat(0, rows)
    return pa.table(
        {
            field.name: columns[field.name].cast(field.type)
            if field.name in columns
            else pa.nulls(rows, field.type)
            for field in PLAIN_FACTS
        },
        schema=PLAIN_FACTS,
    )


def _column(table: pa.Table, name: str) -> Column:
    return compute.column(table, name)


def _joined_ids(*parts: Column | str) -> Column:
    return compute.glued(*parts, by="#")


def _bytes_of(match: re.Match[str]) -> str:
    return "".join(f"~{byte:02X}" for byte in match[0].encode("utf-8", errors="surrogatepass"))
