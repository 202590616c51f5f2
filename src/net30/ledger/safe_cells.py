"""Safe cells: text that a spreadsheet program would run as a formula, made harmless and back.

A text that begins with = + - @, a tabulator or a line end (also after blanks, a byte-order mark or
in full width) gets an apostrophe in front (OWASP, CSV injection). So does what stands behind a
comma, a semicolon or a line end within a text: a program that cuts the file at another sign than
the one it was written with would find a cell there. Reading takes the apostrophes off again; a text
that had some of its own gets one more, so every text comes back as it was.
"""

from __future__ import annotations

from net30.ledger import compute
from net30.ledger.compute import Column

_BLANK = r"\s\x{0B}\x{85}\x{A0}\x{FEFF}\x{1680}\x{2000}-\x{200F}\x{2028}-\x{202F}\x{2060}\x{3000}"
_RUNS = (
    r"=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}\x{FE62}\x{FE63}\x{FE66}\x{FE6B}\x{2212}\x{207A}\x{207B}"
)
_FIRST = rf"('*(?:[{_RUNS}\t\r\n]|[{_BLANK}]+[{_RUNS}\t\r\n]))"
_WITHIN_BEFORE = rf'([,;\t\r\n]["{_BLANK}]*)'
_WITHIN = rf"('*[{_RUNS}])"


def neutralised(texts: Column) -> Column:
    """Return texts that no spreadsheet program runs; harmless ones stay as they are."""
    within = compute.replaced(texts, _WITHIN_BEFORE + _WITHIN, r"\1'\2")
    return compute.replaced(within, f"^{_FIRST}", r"'\1")


def restored(texts: Column) -> Column:
    """Return texts as they were before `neutralised`."""
    first = compute.replaced(texts, f"^'{_FIRST}", r"\1")
    return compute.replaced(first, f"{_WITHIN_BEFORE}'{_WITHIN}", r"\1\2")
