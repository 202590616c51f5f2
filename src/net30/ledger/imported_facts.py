"""Facts of imported claims: an invoice's own fact, and one for what has been paid of it.

An imported fact is known since its business date (METRICS: imported histories), with two limits:
a payment is not known before its invoice, and one without a date is known since the import.
"""

from __future__ import annotations

import re
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from net30.ledger.schema import FACTS, Fact, joined

_SAFE = r"^[A-Za-z0-9._~-]*$"
_UNSAFE = re.compile(r"[^A-Za-z0-9._~-]")
_FREQUENT = "/ #:"
"""Characters that whole columns of invoice numbers have: replaced column by column."""


def scoped_ids(source: str, external: pa.Array) -> pa.Array:
    """Return the ids that things of a source have here: `source.external`, fit for a URL.

    Two sources never share an id, and none of ours has a point. Other characters than letters,
    digits, point and dash are written as ~ and their UTF-8 bytes in hexadecimal.
    """
    ids = pc.replace_substring(external, "~", "~7E")
    for letter in _FREQUENT:
        ids = pc.replace_substring(ids, letter, f"~{ord(letter):02X}")
    safe = pc.match_substring_regex(ids, _SAFE)
    if not pc.all(safe).as_py():
        ids = pa.array([_UNSAFE.sub(_bytes_of, text) for text in ids.to_pylist()], pa.string())
    return pc.binary_join_element_wise(pa.scalar(source), ids, ".")


def facts_of_claims(claims: pa.Table, source: str) -> pa.Table:
    """Return the facts that open these claims; they have columns invoice_id and customer_id."""
    rows = claims.num_rows
    credit = pc.less(_column(claims, "amount"), pa.scalar(0, pa.int64()))
    issued = _column(claims, "issue_date")
    return _facts(
        rows,
        source,
        {
            "fact": pc.if_else(credit, Fact.CREDIT_NOTE.value, Fact.INVOICE.value),
            "fact_id": _joined_ids(_column(claims, "invoice_id"), pa.scalar("claim")),
            "day": issued,
            "known_on": issued,
            **{
                name: _column(claims, name)
                for name in ("invoice_id", "number", "customer_id", "currency", "amount", "net",
                             "tax", "issue_date", "due_date", "extras")
            },
        },
    )  # fmt: skip


def facts_of_payments(claims: pa.Table, before: pa.Array, source: str, today: date) -> pa.Table:
    """Return the facts of what was paid of claims: the balance `before` less the one now."""
    paid = pc.subtract(_column(claims, "balance"), before)
    some = pc.not_equal(paid, pa.scalar(0, pa.int64()))
    claims, paid = claims.filter(some), paid.filter(some)
    day = pc.fill_null(_column(claims, "paid_date"), pa.scalar(today, pa.date32()))
    method = _column(claims, "method").cast(pa.string())
    left = _column(claims, "balance").cast(pa.string())
    return _facts(
        claims.num_rows,
        source,
        {
            "fact": pa.repeat(pa.scalar(Fact.PAYMENT.value), claims.num_rows),
            # What is left names the payment: it is another one after each.
            "fact_id": _joined_ids(_column(claims, "invoice_id"), pa.scalar("paid"), left),
            "amount": paid,
            "day": day,
            "known_on": pc.max_element_wise(day, _column(claims, "issue_date")),
            "method": pc.if_else(pc.equal(method, pa.scalar("")), pa.scalar(None, pa.string()), method),
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
    """Return the facts of an import in one table."""
    return joined(list(tables))


def _facts(rows: int, source: str, columns: dict[str, pa.Array]) -> pa.Table:
    columns["source"] = pa.repeat(pa.scalar(source), rows)
    columns["sequence"] = pa.repeat(pa.scalar(0, pa.int64()), rows)
    return pa.table(
        {
            field.name: _as(columns.get(field.name, pa.nulls(rows, field.type)), field.type)
            for field in FACTS
        },
        schema=FACTS,
    )


def _as(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind) and not pa.types.is_dictionary(column.type):
        return column.dictionary_encode()
    return column


def _column(table: pa.Table, name: str) -> pa.Array:
    return table[name].combine_chunks()


def _joined_ids(*parts: pa.Array | pa.Scalar) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "#")


def _bytes_of(match: re.Match[str]) -> str:
    return "".join(f"~{byte:02X}" for byte in match[0].encode("utf-8", errors="surrogatepass"))
