from __future__ import annotations

import gzip

import pytest

from net30.kernel.errors import InputError, LimitExceeded
from net30.ledger import limits
from net30.ledger.readers import delimited
from net30.ledger.readers.sheet import Sheet
from tests.ledger.sheets import faults


def cells(sheet: Sheet) -> list[list[str]]:
    return [list(row) for row in zip(*(c.to_pylist() for c in sheet.columns), strict=True)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    sheet = delimited.read(f"a{delimiter}b\n1{delimiter}2\n".encode())
    assert sheet.headers == ("a", "b")
    assert cells(sheet) == [["1", "2"]]


def test_a_semicolon_file_with_decimal_commas_has_semicolons() -> None:
    sheet = delimited.read(b"number;amount, net;c\n1;2,50;x\n")
    assert sheet.headers == ("number", "amount, net", "c")


def test_excels_own_first_line_names_the_delimiter() -> None:
    sheet = delimited.read(b"sep=;\r\na;b\r\n1;2\r\n")
    assert cells(sheet) == [["1", "2"]]
    assert sheet.rows.to_pylist() == [3]


@pytest.mark.parametrize(
    "content",
    [
        "é,b\n1,ü\n".encode(),
        b"\xef\xbb\xbf" + "é,b\n1,ü\n".encode(),
        "é,b\n1,ü\n".encode("utf-16"),
        "é,b\n1,ü\n".encode("cp1252"),
        gzip.compress("é,b\n1,ü\n".encode(), mtime=0),
    ],
)
def test_every_encoding_gives_the_same_table(content: bytes) -> None:
    sheet = delimited.read(content)
    assert sheet.headers == ("é", "b")
    assert cells(sheet) == [["1", "ü"]]


def test_windows_1252_is_told() -> None:
    assert faults(delimited.read("é,b\n1,2\n".encode("cp1252"))) == [("encoding", "")]


def test_lines_in_a_second_encoding_are_read_and_told() -> None:
    content = "n,é\n1,ü\n".encode() + "2,ü\n".encode("cp1252") + b"3,x\n"
    sheet = delimited.read(content)
    assert cells(sheet) == [["1", "ü"], ["2", "ü"], ["3", "x"]]
    assert faults(sheet) == [("encoding_mixed", "lines[3]")]


def test_quoted_cells_keep_delimiters_quotes_and_line_breaks() -> None:
    sheet = delimited.read(b'"a\nx",b\n"1,5","say ""hi""\nthere"\n2,3\n')
    assert sheet.headers == ("a\nx", "b")
    assert cells(sheet) == [["1,5", 'say "hi"\nthere'], ["2", "3"]]
    assert sheet.rows.to_pylist() == [2, 3]


def test_a_row_with_another_number_of_cells_is_left_out_and_told() -> None:
    sheet = delimited.read(b"a,b\n1,2\n3\n4,5\n6,7,8\n9,10\n")
    assert cells(sheet) == [["1", "2"], ["4", "5"], ["9", "10"]]
    assert sheet.rows.to_pylist() == [2, 4, 6]
    assert faults(sheet) == [("row_width", "rows[3]"), ("row_width", "rows[5]")]


def test_empty_lines_are_passed_over_and_rows_keep_their_numbers() -> None:
    sheet = delimited.read(b"a,b\n\n1,2\n,\n3,4\n\n")
    assert cells(sheet) == [["1", "2"], ["3", "4"]]
    assert sheet.rows.to_pylist() == [3, 5]


def test_a_quotation_mark_that_is_never_closed_is_told() -> None:
    sheet = delimited.read(b'a,b\n1,"x\n2,3\n')
    assert ("quote_open", "") in faults(sheet)


def test_a_header_alone_is_a_table_without_rows() -> None:
    sheet = delimited.read(b"a,b")
    assert (sheet.headers, len(sheet.rows)) == (("a", "b"), 0)


@pytest.mark.parametrize("content", [b"", b"\n\n", b" \n", b",,\n1,2,3\n"])
def test_a_file_without_a_header_is_refused(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        delimited.read(content)
    assert caught.value.code in {"empty_file", "no_header"}
    assert caught.value.hint


def test_a_damaged_gzip_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        delimited.read(b"\x1f\x8b" + b"junk" * 10)
    assert caught.value.code == "damaged"


def test_a_gzip_bomb_is_refused() -> None:
    with pytest.raises(LimitExceeded):
        delimited.read(gzip.compress(b"\0" * (limits.UNPACKED_BYTES_MAX + 1), compresslevel=1))


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(LimitExceeded):
        delimited.read(b",".join(b"c%d" % at for at in range(limits.COLUMNS_MAX + 1)) + b"\n")


def test_a_header_cell_that_never_ends_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        delimited.read(b'"' + b"x" * 200_000 + b'",b\n1,2\n')
    assert caught.value.code == "no_header"


def test_a_cell_that_is_too_long_costs_its_row_only() -> None:
    sheet = delimited.read(b"a,b\n1," + b"x" * (limits.CELL_CHARACTERS_MAX + 1) + b"\n2,y\n")
    assert cells(sheet) == [["2", "y"]]
    assert faults(sheet) == [("cell_too_long", "rows[2].b")]
