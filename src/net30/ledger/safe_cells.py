"""Safe cells: text that a spreadsheet program would run as a formula, made harmless and back.

A text that begins with = + - @, a tabulator or a line end (also after blanks, a byte-order mark or
in full width) gets an apostrophe in front (OWASP, CSV injection). Reading takes it off again; a
text that had one of its own gets a second, so every text comes back as it was.
"""

from __future__ import annotations

from net30.ledger import compute
from net30.ledger.compute import Column

_BLANK = r"[\s\x{0B}\x{85}\x{A0}\x{FEFF}\x{1680}\x{2000}-\x{200F}\x{2028}-\x{202F}\x{2060}\x{3000}]"
_RUNS = r"[=+\-@\t\r\n\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}\x{FE62}-\x{FE63}\x{FE66}\x{FE6B}\x{2212}]"
_DANGEROUS = rf"('*(?:{_RUNS}|{_BLANK}+{_RUNS}))"


def neutralised(texts: Column) -> Column:
    """Return texts that no spreadsheet program runs; harmless ones stay as they are."""
    return compute.replaced(texts, pattern=f"^{_DANGEROUS}", replacement=r"'\1")


def restored(texts: Column) -> Column:
    """Return texts as they were before `neutralised`."""
    return compute.replaced(texts, pattern=f"^'{_DANGEROUS}", replacement=r"\1")
