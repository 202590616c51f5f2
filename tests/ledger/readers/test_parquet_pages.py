"""Texts of Parquet are read row by row only where their pages prove that they are short."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from net30.ledger.readers import parquet
from net30.ledger.readers.parquet_pages import Odd, Packing, Page, _Header, packing

IDS = [f"INV-2026-{at:07}" for at in range(90_000)]
"""More than a dictionary of a megabyte holds: the last ones stand plainly in their pages."""
PLAIN = Packing(plain=True, by_word=False)
BOTH = Packing(plain=True, by_word=True)
WORDS = Packing(plain=False, by_word=True)


def written(texts: Sequence[str | None], **options: Any) -> bytes:  # Any: as write_table takes them
    content = BytesIO()
    pq.write_table(pa.table({"id": pa.array(texts, pa.string())}), content, **options)
    return content.getvalue()


def packed(content: bytes) -> Packing | None:
    chunk = pq.ParquetFile(BytesIO(content)).metadata.row_group(0).column(0)
    return packing(BytesIO(content), chunk)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip"])
def test_headers_of_pages_are_understood(version: str, compression: str) -> None:
    options = {"data_page_version": version, "compression": compression}
    assert packed(written([*IDS, None], **options)) == BOTH
    assert packed(written(IDS[:9], use_dictionary=False, **options)) == PLAIN
    assert packed(written(["a", None] * 9, **options)) == WORDS
    assert packed(written([None] * 9, **options)) in {PLAIN, WORDS}


def test_texts_that_begin_as_others_do_may_be_long(tmp_path: Path) -> None:
    """Texts whose lengths stand before all of them take what they take."""
    for encoding, found in (("DELTA_BYTE_ARRAY", None), ("DELTA_LENGTH_BYTE_ARRAY", PLAIN)):
        content = written(IDS[:99], use_dictionary=False, column_encoding={"id": encoding})
        assert packed(content) == found
    (tmp_path / "f").write_bytes(content)
    (piece,) = parquet.typed_pieces(tmp_path / "f", ["id"], 200)
    assert piece["id"].to_pylist() == IDS[:99]


def test_long_texts_are_long_however_they_stand() -> None:
    long = ["x" * 200_000 + text for text in IDS[:9]]
    assert packed(written(long, use_dictionary=False, compression="zstd")) is None
    # Within a page the average counts: it bounds what a number of rows can take.
    assert packed(written([*IDS[:999], "x" * 999], use_dictionary=False)) == PLAIN


def columns(path: Path) -> set[str]:
    return parquet.plain_texts(path, ["id", "word", "number"])


@pytest.mark.parametrize("options", [{}, {"row_group_size": 80_000}, {"data_page_version": "2.0"}])
def test_ids_are_read_row_by_row_and_words_as_words(tmp_path: Path, options: Any) -> None:
    table = pa.table({"id": IDS, "word": ["a", None, "c"] * 30_000, "number": list(range(90_000))})
    pq.write_table(table, tmp_path / "f", **options)
    assert columns(tmp_path / "f") == {"id"}
    names = ["id", "word", "number"]
    pieces = list(parquet.typed_pieces(tmp_path / "f", names, 40_000))
    assert [piece.num_rows for piece in pieces] == [40_000, 40_000, 10_000]
    assert pa.types.is_string(pieces[0]["id"].type)
    assert pa.types.is_dictionary(pieces[0]["word"].type)
    assert [row for piece in pieces for row in piece.to_pylist()] == table.to_pylist()


def test_one_long_word_in_a_dictionary_is_seen_though_no_early_row_has_it(tmp_path: Path) -> None:
    texts = [*IDS[:9_000], *["x" * 10_000] * 2_000, *IDS[9_000:]]
    path = tmp_path / "f"
    pq.write_table(pa.table({"id": texts}), path, compression="zstd")
    assert packed(path.read_bytes()) == BOTH
    assert columns_of_id(path) == set()
    (piece,) = parquet.typed_pieces(path, ["id"], 131_072)
    assert piece["id"].to_pylist() == texts


def columns_of_id(path: Path) -> set[str]:
    return parquet.plain_texts(path, ["id"])


def test_a_file_without_rows_has_no_such_column(tmp_path: Path) -> None:
    path = tmp_path / "f"
    pq.write_table(pa.table({"id": pa.array([], pa.string())}), path)
    assert columns_of_id(path) == set()


def test_whatever_bytes_there_are_the_answer_is_long_or_short() -> None:
    content = written(IDS[:2_000], use_dictionary=False)
    chunk = pq.ParquetFile(BytesIO(content)).metadata.row_group(0).column(0)
    chance = random.Random(7)
    for _ in range(2_000):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 3)):
            changed[chance.randint(4, 60)] = chance.randint(0, 255)
        assert packing(BytesIO(bytes(changed)), chunk) in {None, PLAIN, BOTH, WORDS}
    assert packing(BytesIO(content[:30]), chunk) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\x15\x02\x05\x02\x04\x00", "a field twice"),
        (b"\x0c\x01\x00", "a field without a number"),
        (b"\x19\x00\x00", "a list"),
        (b"\x1c" * 9 + b"\x00" * 9, "too deep"),
    ],
)
def test_what_no_header_has_is_odd(content: bytes, why: str) -> None:
    header = _Header(content)
    with pytest.raises(Odd):
        pytest.fail(f"{why}: {header.fields()}")


def test_numbers_that_another_reader_would_cut_are_not_believed() -> None:
    assert _Header(b"\x15\x04\x00").fields() == {1: 2}
    assert _Header(b"\x15\xfe\xff\xff\xff\x3f\x00").fields() == {1: -1}
    assert _Header(b"\x16\x04\x00").fields() == {1: -1}
    with pytest.raises(IndexError):
        _Header(b"\x18\x05ab").fields()


def test_a_page_is_bounded_by_what_its_texts_may_take() -> None:
    page = Page(is_words=False, encoding=0, texts=10, unpacked=2_560)
    assert page.is_bounded
    assert not replace(page, unpacked=2_561).is_bounded
    assert not replace(page, encoding=7).is_bounded
    assert replace(page, encoding=8, unpacked=10_000).is_bounded
    assert not replace(page, is_words=True, unpacked=2**26 + 1).is_bounded
