"""S2: malformed CSV, XLSX and Parquet given to the import.

Each try takes a good table, damages it (bytes flipped, cut, doubled, inserted; markup, encodings,
sizes and lengths changed) and reads it to claims. It may be read, with findings, or refused with
one of our errors; anything else, more than SECONDS_MAX, or memory beyond MEGABYTES_MAX above the
start is a failure.
"""

from __future__ import annotations

import gzip
import random
import resource
import sys
import time
import warnings
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from net30.kernel.errors import LimitExceeded, Net30Error
from net30.ledger import limits
from net30.ledger.imports.claims import Defaults, read_claims
from net30.ledger.imports.reimport import once
from net30.ledger.mapping import map_columns
from net30.ledger.readers.any_file import read_table
from tests.ledger.sheets import csv, xlsx
from tests.proofs.proof import Outcome

ID = "S2"
TITLE = "malformed tables that crash, hang or take all memory"
SMALL = 400
FULL = 20_000

SECONDS_MAX = 10.0
MEGABYTES_MAX = 2_000
TODAY = date(2026, 11, 21)

_ROWS = [
    (f"FA-{at}", f"c{at % 7}", date(2026, 1 + at % 9, 1 + at % 28), None, 12.5 * at + 0.25, "EUR")
    for at in range(40)
]
_HEADER = ("invoice_id", "customer_id", "issue_date", "due_date", "amount", "currency")
_HOSTILE = (
    b'"', b"'", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b";", b"\t", b"\\", b"&lt;",
    b"<!ENTITY", b"]]>", b"=cmd|' /C calc'!A0", b"1e999", b"NaN", b"-0", b"9" * 400, b"\xf0\x9f",
    b"\xed\xa0\x80", b'r="XFD1048576"', b'r="ZZZZZZZ99999999999"', b"0000-00-00", b"\xe2\x80\xae",
    b"PK\x03\x04", b"PAR1", b"\x1f\x8b",
)  # fmt: skip


def _good_csv(chance: random.Random) -> bytes:
    rows = [
        ",".join("" if cell is None else str(cell) for cell in row)
        for row in chance.sample(_ROWS, chance.randrange(1, 40))
    ]
    content = csv(*rows, header=",".join(_HEADER))
    ways: tuple[Callable[[bytes], bytes], ...] = (bytes, gzip.compress, _in_utf16, _with_semicolons)
    return chance.choice(ways)(content)


def _in_utf16(content: bytes) -> bytes:
    return content.decode().encode("utf-16")


def _with_semicolons(content: bytes) -> bytes:
    return content.replace(b".", b",").replace(b",", b";", 50)


_WORKBOOK = xlsx(_HEADER, *_ROWS)
_PARQUET = BytesIO()
pq.write_table(
    pa.Table.from_pylist([dict(zip(_HEADER, row, strict=True)) for row in _ROWS]), _PARQUET
)


def _bad_workbook(chance: random.Random) -> bytes:
    """A zip that is whole, with damaged parts in it; or the zip itself damaged."""
    if chance.random() < 0.4:
        return _damaged(_WORKBOOK, chance)
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(_WORKBOOK)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if chance.random() < 0.35:
                part = _damaged(part, chance)
            if chance.random() > 0.03:
                new.writestr(name, part)
            if chance.random() < 0.02:
                new.writestr(name, part)
    return result.getvalue()


def _damaged(content: bytes, chance: random.Random) -> bytes:
    """The same bytes with a few things done to them."""
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        at = chance.randrange(len(content) + 1)
        end = min(len(content), at + chance.choice([1, 1, 4, 40, 400]))
        match chance.randrange(7):
            case 0:
                content = content[:at]
            case 1:
                content = content[:at] + content[end:]
            case 2:
                content = content[:at] + content[at:end] * chance.choice([2, 3, 50]) + content[end:]
            case 3:
                content = content[:at] + chance.choice(_HOSTILE) + content[at:]
            case 4:
                content = content[:at] + chance.choice(_HOSTILE) + content[end:]
            case 5:
                content = content[:at] + chance.randbytes(end - at) + content[end:]
            case _:
                digits = [place for place, byte in enumerate(content) if 48 <= byte <= 57]
                if digits:
                    place = chance.choice(digits)
                    longer = b"9" * chance.choice([1, 3, 9, 30])
                    content = content[:place] + longer + content[place + 1 :]
    return content


_KINDS: dict[str, Callable[[random.Random], bytes]] = {
    "csv": lambda chance: _damaged(_good_csv(chance), chance),
    "xlsx": _bad_workbook,
    "parquet": lambda chance: _damaged(_PARQUET.getvalue(), chance),
}


def read(content: bytes) -> str:
    """Read a file as the import does; say how it ended."""
    try:
        sheet = read_table(content)
        mapping = map_columns(sheet.headers)
        claims = read_claims(sheet, mapping, Defaults(currency="EUR", today=TODAY))
        once(claims, sheet.faults)
    except Net30Error as error:
        if not error.hint:
            raise LookupError(f"no way out is told: {error}") from error
        return "refused"
    assert claims.num_rows <= len(sheet.rows)
    return "told" if sheet.faults.total else "read"


def bombs(*, large: bool) -> dict[str, Callable[[], bytes]]:
    """Small files that mean to be large ones, and, if wanted, files that are large."""
    million = 1024**2
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )

    def workbook(xml: bytes) -> bytes:
        result = BytesIO()
        with (
            zipfile.ZipFile(BytesIO(_WORKBOOK)) as old,
            zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
        ):
            for name in old.namelist():
                new.writestr(name, xml if name.endswith("sheet1.xml") else old.read(name))
        return result.getvalue()

    def many_texts() -> bytes:
        word = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), ["x" * 2**20])
        sink = BytesIO()
        pq.write_table(pa.table({"amount": word}), sink)
        return sink.getvalue()

    found: dict[str, Callable[[], bytes]] = {
        "zip of blanks": lambda: workbook(sheet + b" " * (600 if large else 40) * million),
        "far corner": lambda: workbook(
            sheet + b'<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>'
        ),
        "one endless line": lambda: (
            b"a,b\n1," + b"x" * (limits.FILE_BYTES_MAX if large else 30 * million)
        ),
        "one endless quote": lambda: b'a,b\n1,"' + b"x,\n" * (20 if large else 4) * million,
        "endless columns": lambda: b"a," * (20 if large else 4) * million,
        "parquet of one text": many_texts,
    }
    if large:
        zeros = limits.UNPACKED_BYTES_MAX + 1
        found["gzip of zeros"] = lambda: gzip.compress(b"\0" * zeros, 1)
    return found


def run(size: int, seed: int) -> Outcome:
    """Damage and read `size` files, and every bomb once."""
    chance = random.Random(seed)
    ended: dict[str, int] = {}
    failures: list[str] = []
    start = _megabytes()

    def attempt(name: str, content: bytes) -> str:
        began = time.perf_counter()
        try:
            result = read(content)
        except BaseException as error:
            # A Rust library that panics raises what is no Exception.
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            result = "crashed"
            failures.append(f"{name}: {type(error).__name__}: {str(error)[:200]}")
        if time.perf_counter() - began > SECONDS_MAX:
            failures.append(f"{name}: took {time.perf_counter() - began:.1f} s")
        if _megabytes() - start > MEGABYTES_MAX and not any("memory" in one for one in failures):
            failures.append(f"{name}: memory grew by {_megabytes() - start:,.0f} MB")
        return result

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of the doubled names we make
        for at in range(size):
            kind = list(_KINDS)[at % len(_KINDS)]
            how = f"{kind} {attempt(f'{kind} {at}', _KINDS[kind](chance))}"
            ended[how] = ended.get(how, 0) + 1
    count = size
    traps = bombs(large=size > SMALL)
    for name, make in traps.items():
        count += 1
        if attempt(name, make()) == "read":
            failures.append(f"{name}: was read")
    grown = _megabytes() - start
    detail = ", ".join(f"{how} {count:,}" for how, count in sorted(ended.items()))
    detail += f"; {len(traps)} bombs; memory grew by {grown:,.0f} MB at most"
    return Outcome(count, len(failures), "\n".join([detail, *failures[:10]]))


def _megabytes() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def test_no_malformed_table_crashes_the_import() -> None:
    outcome = run(SMALL, seed=2)
    assert outcome.failures == 0, outcome.detail


def test_a_crash_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_content: bytes) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(sys.modules[__name__], "read", broken)
    outcome = run(3, seed=2)
    assert outcome.failures == outcome.tries


def test_a_table_beyond_a_limit_is_refused_not_read() -> None:
    with pytest.raises(LimitExceeded) as caught:
        read_table(b"a" * (limits.FILE_BYTES_MAX + 1))
    assert "split" in caught.value.hint
