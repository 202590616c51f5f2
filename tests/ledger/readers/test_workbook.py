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
    "place", [b'r="XFD1"', b"r='XFD1'", b'r = "XFD1"', b'r="xfd1"', b'r="ZZZZZZZZ1"']
)
def test_a_far_cell_is_found_however_its_place_is_written(place: bytes) -> None:
    with pytest.raises(LimitExceeded):
        read_table(with_sheet(SHEET + b'<row r="1"><c ' + place + b"><v>1</v></c></row>" + END))


def test_rows_that_are_not_there_take_no_memory() -> None:
    wide = b'<row r="1"><c r="GR1"><v>1</v></c></row><row r="1000000"><c r="A1000000"/></row>'
    # Rows that are not there take no memory: it is a table of two rows.
    sheet = read_table(with_sheet(SHEET + wide + END))
    assert (sheet.headers, len(sheet.rows)) == (("1",), 0)


def test_packed_zeros_are_not_unpacked_without_end() -> None:
    with pytest.raises(LimitExceeded):
        read_table(with_sheet(SHEET + b" " * (limits.UNPACKED_BYTES_MAX + 1) + END))


@pytest.mark.parametrize("count", [b'count="6000000000"', b'uniqueCount="6000000000"'])
def test_a_count_of_billions_is_not_believed(count: bytes) -> None:
    def change(name: str, part: bytes) -> bytes:
        for tag in (b"<sst ", b"<cellXfs ", b"<numFmts "):
            part = part.replace(tag, tag + b"x" + count + b" ")
        return part.replace(b' count="', b' count="60000000')

    assert read_table(changed(xlsx(["a"], ["1"]), change)).headers == ("a",)


def test_a_row_of_too_many_cells_is_refused() -> None:
    cells = b"<c><v>1</v></c>" * (limits.COLUMNS_MAX + 1)
    with pytest.raises(LimitExceeded):
        read_table(with_sheet(SHEET + b"<row>" + cells + b"</row>" + END))


def test_rows_and_cells_that_do_not_say_their_place_stand_one_after_the_other() -> None:
    def row(*cells: bytes) -> bytes:
        return b"<row>" + b"".join(b"<c><v>" + cell + b"</v></c>" for cell in cells) + b"</row>"

    sheet = read_table(with_sheet(SHEET + row(b"1", b"2") + row(b"3") + END))
    assert sheet.headers == ("1", "2")
    assert [column.to_pylist() for column in sheet.columns] == [["3"], [""]]


def test_every_kind_of_cell() -> None:
    cells = (
        b'<c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="str"><v>b_x000D_c</v></c>'
        b'<c r="C1" t="b"><v>1</v></c><c r="D1" t="b"><v>0</v></c><c r="E1" t="e"><v>#N/A</v></c>'
        b'<c r="F1" t="d"><v>2026-11-03T10:00:00</v></c><c r="G1" t="n"><v>1E3</v></c>'
        b'<c r="H1"><v>x</v></c><c r="I1" t="s"><v>99</v></c><c r="J1" t="s"><v>-1</v></c>'
        b'<c r="K1" t="inlineStr"><is><r><t>ri</t></r><r><t>ch</t></r>'
        b"<rPh><t>no</t></rPh></is></c>"
        b'<c r="L1" s="999"><v>5</v></c><c r="M1"><f>1+1</f><v>2</v></c>'
        b'<c r="N1" s="x"><v>7</v></c>'
    )
    sheet = read_table(with_sheet(SHEET + b'<row r="1">' + cells + b"</row>" + END))
    assert sheet.headers == (
        *("a", "b\rc", "true", "false", "#N/A", "2026-11-03", "1000", "x"),
        *("rich", "5", "2", "7"),
    )


def test_dates_of_an_old_macintosh_count_from_1904() -> None:
    def change(name: str, part: bytes) -> bytes:
        return part.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')

    content = xlsx(["day"], [date(2026, 11, 3)])
    assert read_table(content).columns[0].to_pylist() == ["2026-11-03"]
    assert read_table(changed(content, change)).columns[0].to_pylist() == ["2030-11-04"]


def test_a_number_that_is_no_day_stays_a_number() -> None:
    def change(name: str, part: bytes) -> bytes:
        return part.replace(b"<v>46329</v>", b"<v>99999999999</v>")

    content = changed(xlsx(["day"], [date(2026, 11, 3)]), change)
    assert read_table(content).columns[0].to_pylist() == ["99999999999"]


def test_a_time_of_day_is_no_date() -> None:
    def change(name: str, part: bytes) -> bytes:
        return part.replace(b'formatCode="dd/mm/yyyy"', b'formatCode="[h]:mm &quot;day&quot;"')

    content = changed(xlsx(["time"], [date(2026, 11, 3)]), change)
    assert read_table(content).columns[0].to_pylist() == ["46329"]


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


def test_a_cell_without_end_is_refused() -> None:
    cell = b'<c t="str"><v>' + b"x" * (5 * limits.CELL_CHARACTERS_MAX) + b"</v></c>"
    with pytest.raises(LimitExceeded):
        read_table(with_sheet(SHEET + b"<row>" + cell + b"</row>" + END))


def test_a_document_type_is_refused_and_with_it_every_entity() -> None:
    lol = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;">]>'
    with pytest.raises(InputError) as caught:
        read_table(with_sheet(lol + SHEET.split(b"?>", 1)[1] + END))
    assert "document type" in caught.value.message


@pytest.mark.parametrize("encoding", [b"UTF-999", b"utf-7", b"zip"])
def test_what_a_part_says_of_its_encoding_is_not_believed(encoding: bytes) -> None:
    xml = SHEET.replace(b"?>", b' encoding="' + encoding + b'"?>', 1)
    row = b'<row r="1"><c r="A1" t="str"><v>a</v></c></row>'
    assert read_table(with_sheet(xml + row + END)).headers == ("a",)


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0" + b"\0" * 500, b"%PDF-1.7"])
def test_an_old_workbook_or_a_pdf_is_no_table(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_table(content)
    assert "XLSX" in caught.value.hint
