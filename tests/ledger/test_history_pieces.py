"""A file read piece by piece says what it says as a whole."""

from __future__ import annotations

import gzip
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from net30.kernel.errors import InputError, NotFound
from net30.ledger.faults import Faults
from net30.ledger.history_pieces import HistoryPath, HistoryPieces
from net30.ledger.imports.claims import Defaults
from net30.ledger.mapping import DateOrder

HEAD = "invoice_id,customer_id,issue_date,due_date,amount,currency,city\n"
DEFAULTS = Defaults(currency="EUR", today=date(2026, 11, 21))


def read(tmp_path: Path, content: bytes, rows: int = 2) -> tuple[list[dict[str, object]], Faults]:
    path = tmp_path / "file"
    path.write_bytes(content)
    faults = Faults()
    pieces = HistoryPieces(HistoryPath(path=path, defaults=DEFAULTS, rows_a_piece=rows), faults)
    told = []
    for piece in pieces:
        cities = piece.extras["city"].to_pylist() if "city" in piece.extras else []
        rows_of = piece.claims.select(["row", "external_id", "issue_date", "amount"]).to_pylist()
        told += [{**row, "city": city} for row, city in zip(rows_of, cities, strict=True)]
    return told, faults


def line(at: int, city: str = "Dakar", amount: str = "10.50", day: str = "2026-01-05") -> str:
    return f'I{at},c{at % 3},{day},2026-03-01,{amount},EUR,"{city}"\n'


def test_rows_keep_their_numbers_across_pieces(tmp_path: Path) -> None:
    content = HEAD + "".join(line(at) for at in range(9)) + "I9,too,short\n" + line(10)
    told, faults = read(tmp_path, content.encode())
    assert [row["row"] for row in told] == [*range(2, 11), 12]
    assert [str(one.path) for one in faults.shown] == ["rows[11]"]


def test_a_cell_with_line_breaks_never_lies_across_pieces(tmp_path: Path) -> None:
    city = "Saint\nLouis\n" * 40
    content = HEAD + "".join(line(at, city) for at in range(6))
    told, _ = read(tmp_path, content.encode(), rows=1)
    assert [row["city"] for row in told] == [city.strip()] * 6


def test_one_date_in_the_last_piece_decides_the_order_of_all(tmp_path: Path) -> None:
    rows = [line(at, day="03/01/2026").replace("2026-03-01", "2026-05-01") for at in range(9)]
    told, faults = read(tmp_path, (HEAD + "".join(rows) + line(9, day="01/21/2026")).encode())
    assert told[0]["issue_date"] == date(2026, 3, 1)
    assert not faults.counts
    told, faults = read(tmp_path, (HEAD + "".join(rows)).encode())
    assert told[0]["issue_date"] == date(2026, 1, 3)
    assert faults.counts == {"date_order": 1}


def test_one_amount_in_the_last_piece_decides_the_mark_of_all(tmp_path: Path) -> None:
    rows = [line(at, amount='"1.234"') for at in range(9)]
    told, faults = read(tmp_path, (HEAD + "".join(rows) + line(9, amount='"0,5"')).encode())
    assert told[0]["amount"] == 123_400
    assert not faults.counts
    told, faults = read(tmp_path, (HEAD + "".join(rows)).encode())
    assert told[0]["amount"] == 123_400
    assert faults.counts == {"amount_style": 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_and_packed_files_are_read(tmp_path: Path, encoding: str) -> None:
    content = (HEAD + "".join(line(at, "Sédhiou") for at in range(5))).encode(encoding)
    told, _ = read(tmp_path, content)
    assert [row["city"] for row in told] == ["Sédhiou"] * 5
    assert read(tmp_path, gzip.compress(content))[0] == told


def test_a_workbook_is_read_in_slices(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEAD + "".join(line(at) for at in range(5))).replace('"', "").splitlines():
        sheet.append(row.split(","))
    content = BytesIO()
    book.save(content)
    told, _ = read(tmp_path, content.getvalue())
    assert [row["row"] for row in told] == [2, 3, 4, 5, 6]


def test_a_quotation_mark_that_is_never_closed_is_told(tmp_path: Path) -> None:
    content = HEAD + line(0) + 'I1,c1,2026-01-05,2026-03-01,1,EUR,"open\n'
    _, faults = read(tmp_path, content.encode(), rows=1)
    assert faults.counts["quote_open"] == 1


@pytest.mark.parametrize("content", [HEAD.encode(), b"", b"\n\n"])
def test_a_file_without_rows_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError):
        read(tmp_path, content)


def test_the_order_of_the_layout_is_what_the_file_shows(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(HEAD + line(0, day="21/04/2026"), encoding="utf-8")
    pieces = HistoryPieces(HistoryPath(path=path, defaults=DEFAULTS), Faults())
    assert pieces.mapping.layout.date_order is DateOrder.DAY_FIRST
    with pytest.raises(NotFound):
        HistoryPath(path=tmp_path / "none", defaults=DEFAULTS)


@pytest.mark.parametrize("wanted", [None, ("city",), ()])
def test_only_wanted_columns_are_read_and_no_row_is_lost_for_it(
    tmp_path: Path, wanted: tuple[str, ...] | None
) -> None:
    """One row has nothing but a city, the last one nothing at all: the first of them is a fault."""
    text = (HEAD + "".join(line(at) for at in range(5)) + ',,,,,,"Thies"\n').encode()
    day = date(2026, 1, 5)
    columns = {
        "invoice_id": ["I0", "I1", None, None],
        "customer_id": ["c0", "c1", None, None],
        "issue_date": [day, day, None, None],
        "due_date": [day, day, None, None],
        "amount": [1.0, 2.0, None, None],
        "currency": ["EUR", "EUR", None, None],
        "city": ["Dakar", "Dakar", "Thies", None],
    }
    (tmp_path / "text").write_bytes(text)
    pq.write_table(pa.table(columns), tmp_path / "typed")
    pq.write_table(pa.table(columns).slice(0, 2), tmp_path / "full")
    pq.write_table(pa.table(columns), tmp_path / "untold", write_statistics=False)
    for name, good, bad in (("text", 5, 1), ("typed", 2, 1), ("full", 2, 0), ("untold", 2, 1)):
        faults = Faults()
        file = HistoryPath(path=tmp_path / name, defaults=DEFAULTS, rows_a_piece=2)
        read = list(HistoryPieces(file, faults, wanted))
        assert sum(piece.claims.num_rows for piece in read) == good
        assert sum(piece.rows for piece in read) == good + bad
        assert faults.errors == bad
        seen = {
            city for piece in read for city in piece.extras.get("city", pa.array([])).to_pylist()
        }
        assert seen == {"Dakar"} or (name in {"text", "full"} and wanted == () and not seen)
