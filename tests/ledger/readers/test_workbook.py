from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest

from net30.kernel.errors import InputError, LimitExceeded
from net30.ledger import limits
from net30.ledger.readers import workbook
from net30.ledger.readers.any_file import read_table
from tests.ledger.sheets import xlsx

SHEET = (
    b'<?xml version="1.0"?><worksheet xmlns='
    b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
END = b"</sheetData></worksheet>"


def changed(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same workbook with its parts changed."""
    result = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return result.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """A workbook whose first sheet is this XML."""
    return changed(xlsx(["a"]), lambda name, part: xml if name.endswith("sheet1.xml") else part)


def test_texts_numbers_and_dates_come_as_text() -> None:
    sheet = read_table(xlsx(["n", "day", "amount"], ["=1+1", date(2026, 11, 3), 1250.5]))
    assert sheet.headers == ("n", "day", "amount")
    assert [column.to_pylist() for column in sheet.columns] == [
        ["=1+1"],
        ["2026-11-03"],
        ["1250.5"],
    ]


def test_a_stored_number_never_looks_like_thousands() -> None:
    sheet = read_table(xlsx(["amount"], [1.125], [90000.0], [0.1 + 0.2], [1e15]))
    assert sheet.columns[0].to_pylist() == ["1.1250", "90000", "0.3", "1000000000000000"]


def test_the_header_is_the_first_row_with_anything_in_it() -> None:
    sheet = read_table(xlsx([], [], [None, "a", "b"], [None, "1", "2"], [], [None, "3", "4"]))
    assert sheet.headers == ("a", "b")
    assert sheet.column("a").to_pylist() == ["1", "3"]
    assert sheet.rows.to_pylist() == [4, 6]


def test_a_sheet_is_picked_by_its_name() -> None:
    assert workbook.read(xlsx(["a"], sheet="Factures"), "Factures").headers == ("a",)
    with pytest.raises(InputError) as caught:
        workbook.read(xlsx(["a"], sheet="Factures"), "Ventes")
    assert "Factures" in caught.value.hint


def test_an_empty_workbook_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        read_table(xlsx())
    assert caught.value.code == "empty_file"


@pytest.mark.parametrize("cut", [4, 30, 200, 2000])
def test_a_cut_workbook_is_refused(cut: int) -> None:
    with pytest.raises(InputError) as caught:
        read_table(xlsx(["a"], ["1"])[:cut])
    assert caught.value.code == "damaged"


def test_another_zip_is_no_table() -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("hello.xml", "<a/>")
    with pytest.raises(InputError) as caught:
        read_table(content.getvalue())
    assert caught.value.code == "no_table"


def test_a_cell_in_the_farthest_corner_does_not_take_all_memory() -> None:
    far = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"/></row>'
    with pytest.raises(LimitExceeded):
        read_table(with_sheet(SHEET + far + END))


@pytest.mark.parametrize(
    "place",
    [b'r="GR9999999"', b"r='GR9999999'", b'r = "GR9999999"', b'x:r="GR9999999"', b'r="gr9999999"'],
)
def test_a_far_cell_is_found_however_its_place_is_written(place: bytes) -> None:
    with pytest.raises(LimitExceeded):
        read_table(with_sheet(SHEET + b'<row r="1"><c ' + place + b"><v>1</v></c></row>" + END))


def test_many_rows_times_many_columns_are_too_many_cells() -> None:
    wide = b'<row r="1"><c r="GR1"><v>1</v></c></row><row r="1000000"><c r="A1000000"/></row>'
    with pytest.raises(LimitExceeded) as caught:
        read_table(with_sheet(SHEET + wide + END))
    assert "cells" in caught.value.message


def test_packed_zeros_are_not_unpacked_without_end() -> None:
    bomb = SHEET + b" " * (limits.RATIO_CHECKED_FROM_BYTES * 2) + END
    with pytest.raises(LimitExceeded):
        read_table(with_sheet(bomb))


def test_one_long_text_in_every_cell_is_counted_as_often_as_it_is_used() -> None:
    text = b"<sst><si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (at, at) for at in range(1, 40_000)
    )

    def change(name: str, part: bytes) -> bytes:
        if name.endswith("sheet1.xml"):
            return SHEET + rows + END
        return text if name.endswith("sharedStrings.xml") else part

    with pytest.raises(LimitExceeded) as caught:
        read_table(changed(xlsx(["a"]), change))
    assert "text" in caught.value.message


def test_a_long_text_used_once_among_many_short_ones_is_fine() -> None:
    rows = [["name"], ["x" * 30_000], *[["Acme"]] * 40_000]
    sheet = read_table(xlsx(*rows))
    assert len(sheet.rows) == 40_001


def test_two_parts_of_one_name_are_refused() -> None:
    content = BytesIO(xlsx(["a"]))
    with zipfile.ZipFile(content, "a") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr("xl/worksheets/sheet1.xml", SHEET + END)
    with pytest.raises(InputError) as caught:
        read_table(content.getvalue())
    assert caught.value.code == "damaged"


def test_xml_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(InputError):
        read_table(with_sheet((SHEET + END).decode().encode("utf-16")))


def test_entities_that_multiply_are_not_expanded() -> None:
    lol = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;">]>'
    body = SHEET.split(b"?>", 1)[1] + b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c>'
    try:
        sheet = read_table(with_sheet(lol + body + b"</row>" + END))
    except InputError:
        return
    assert "xxxx" not in "".join(sheet.headers)


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0" + b"\0" * 500, b"%PDF-1.7"])
def test_an_old_workbook_or_a_pdf_is_no_table(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_table(content)
    assert "XLSX" in caught.value.hint
