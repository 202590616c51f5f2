from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from net30.kernel.errors import InputError, LimitExceeded
from net30.ledger import limits
from net30.ledger.readers.any_file import read_table
from tests.ledger.sheets import faults


def written(table: pa.Table, **options: Any) -> bytes:  # Any: as write_table takes them
    content = BytesIO()
    pq.write_table(table, content, **options)
    return content.getvalue()


def test_every_type_becomes_text_without_losing_a_digit() -> None:
    table = pa.table(
        {
            "text": ["Acme", None],
            "day": pa.array([date(2026, 11, 3), None]),
            "day64": pa.array([date(2026, 11, 3), None], pa.date64()),
            "moment": pa.array([datetime(2026, 11, 3, 23, 59, tzinfo=UTC), None]),
            "whole": pa.array([90000, -1]),
            "float": pa.array([1250.5, 1.125]),
            "exact": pa.array([Decimal("1.125"), Decimal("-12345678901234.500")]),
            "flag": pa.array([True, None]),
            "word": pa.array(["a", "b"]).dictionary_encode(),
        }
    )
    sheet = read_table(written(table))
    assert [sheet.column(name).to_pylist() for name in table.schema.names] == [
        ["Acme", ""],
        ["2026-11-03", ""],
        ["2026-11-03", ""],
        ["2026-11-03", ""],
        ["90000", "-1"],
        ["1250.5", "1.1250"],
        ["1.1250", "-12345678901234.5000"],
        ["true", ""],
        ["a", "b"],
    ]
    assert sheet.rows.to_pylist() == [2, 3]


def test_a_nested_column_is_left_out_and_told() -> None:
    sheet = read_table(written(pa.table({"a": ["1"], "lines": [[1, 2]]})))
    assert sheet.headers == ("a",)
    assert faults(sheet) == [("column_left_out", "lines")]


def test_a_table_of_nested_columns_only_has_no_header() -> None:
    with pytest.raises(InputError):
        read_table(written(pa.table({"lines": [[1, 2]]})))


@pytest.mark.parametrize("cut", [4, 8, 40, -5])
def test_a_cut_file_is_refused(cut: int) -> None:
    with pytest.raises(InputError) as caught:
        read_table(written(pa.table({"a": ["1"] * 50}))[:cut])
    assert caught.value.code == "damaged"


def test_too_many_rows_are_refused_before_they_are_read() -> None:
    rows = pa.table({"a": pa.nulls(limits.ROWS_MAX + 1, pa.int8())})
    with pytest.raises(LimitExceeded):
        read_table(written(rows))


def test_one_long_text_said_many_times_is_refused() -> None:
    word = pa.array(["x" * 2**20])
    table = pa.table({"a": pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), word)})
    content = written(table, compression="zstd")
    assert len(content) < 50_000
    with pytest.raises(LimitExceeded) as caught:
        read_table(content)
    assert "text" in caught.value.message
