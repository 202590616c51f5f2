"""A typed Parquet file is read as the same table of text would be: same rows, same faults."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from net30.kernel.errors import InputError
from net30.ledger.histories import History, HistoryFile, read_history
from net30.ledger.imports.claims import Defaults
from net30.ledger.imports.typed_claims import typed_mapping
from net30.ledger.writers import parquet

TODAY = date(2026, 6, 30)
START = date(2026, 1, 1)
DAYS = st.none() | st.integers(-10, 250).map(lambda days: START + timedelta(days=days))
FIELDS: dict[str, tuple[pa.DataType, st.SearchStrategy[object]]] = {
    "invoice_id": (pa.string(), st.sampled_from(["A", " B ", "C", "D", "", "x" * 61])),
    "customer_id": (pa.string(), st.sampled_from(["c1", " c2", None, "c\u200e1"])),
    "issue_date": (pa.date32(), DAYS | st.just(date(1500, 1, 1))),
    "due_date": (pa.date32(), DAYS | st.just(date(2300, 1, 1))),
    "amount": (
        pa.float64(),
        st.none() | st.sampled_from([10.0, 12.34, -5.0, 0.0, 1.234, 1e18, 123456789.01]),
    ),
    "currency": (pa.string(), st.sampled_from(["EUR", "xof", "", None, "ZZZ", "TND"])),
    "paid_date": (pa.date32(), DAYS),
    "branch": (pa.string(), st.sampled_from(["north", " south", None])),
}
ROWS = st.lists(
    st.fixed_dictionaries({n: values for n, (_, values) in FIELDS.items()}), min_size=1, max_size=8
)


def table_of(rows: list[dict[str, object]]) -> pa.Table:
    schema = pa.schema({name: kind for name, (kind, _) in FIELDS.items()})
    return pa.Table.from_pylist(rows, schema=schema)


def read(content: bytes) -> History:
    defaults = Defaults(currency="USD", today=TODAY)
    return read_history(HistoryFile(content=content, defaults=defaults))


def as_text(table: pa.Table) -> bytes:
    """The same with its days as text, which no reading without text takes."""
    for name in ("issue_date", "due_date", "paid_date"):
        days = table[name].cast(pa.string())
        table = table.set_column(table.column_names.index(name), name, days)
    return parquet.write(table)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_it_is_read_as_the_same_table_of_text(rows: list[dict[str, object]]) -> None:
    table = table_of(rows)
    content = parquet.write(table)
    assert typed_mapping(content, None)
    assert typed_mapping(as_text(table), None) is None
    typed, told = read(content), read(as_text(table))
    assert typed.table.to_pylist() == told.table.to_pylist()
    assert typed.table.schema == told.table.schema
    assert typed.faults.counts == told.faults.counts
    assert typed.rows == told.rows


@pytest.mark.parametrize(
    "change",
    [
        {"status": pa.array(["paid"])},
        {"balance": pa.array([0.0])},
        {"issue_date": pa.array(["2026-01-01"])},
        {"customer_id": pa.array([17])},
        {"due_date": None},
    ],
)
def test_a_table_that_needs_reading_as_text_is_read_so(change: dict[str, pa.Array | None]) -> None:  # type: ignore[type-arg] # of any type
    (row,) = [
        {
            "invoice_id": "A",
            "customer_id": "c",
            "issue_date": START,
            "due_date": START,
            "amount": 1.0,
            "currency": "EUR",
            "paid_date": START,
            "branch": "b",
        }
    ]
    table = table_of([row])
    for name, column in change.items():
        if name in table.column_names:
            table = table.drop_columns([name])
        if column is not None:
            table = table.append_column(name, column)
    assert typed_mapping(parquet.write(table), None) is None
    assert typed_mapping(b"invoice_id,amount\n", None) is None


def test_a_damaged_parquet_file_is_refused_as_before() -> None:
    whole = parquet.write(table_of([dict.fromkeys(FIELDS)]))
    for cut in (4, 40, len(whole) - 9):
        with pytest.raises(InputError, match="cannot be read"):
            read(whole[:cut])


def test_whole_amounts_are_major_units_of_their_currency() -> None:
    schema: dict[str, pa.DataType] = {name: kind for name, (kind, _) in FIELDS.items()}
    schema["amount"] = pa.int64()
    rows = [
        {
            "invoice_id": code,
            "customer_id": "c",
            "issue_date": START,
            "due_date": START,
            "amount": 12,
            "currency": code,
        }
        for code in ("EUR", "XOF", "TND")
    ]
    table = pa.Table.from_pylist(rows, schema=pa.schema(schema))
    assert read(parquet.write(table)).table["amount"].to_pylist() == [1200, 12, 12000]
