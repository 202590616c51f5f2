"""Limits: how large a table net30 reads; beyond them it says so instead of running out."""

from __future__ import annotations

from net30.kernel.errors import LimitExceeded

FILE_BYTES_MAX = 256 * 1024**2
UNPACKED_BYTES_MAX = 512 * 1024**2
ROWS_MAX = 2_000_000
COLUMNS_MAX = 200
CELLS_MAX = 60_000_000
CELL_CHARACTERS_MAX = 32_767
TEXT_BYTES_MAX = 1024**3


def check_limit(what: str, count: int, limit: int) -> None:
    """Raise LimitExceeded when there are more of something than net30 reads."""
    if count > limit:
        raise LimitExceeded(
            f"the file has {count:,} {what}",
            hint=f"at most {limit:,} {what} are read: split the file",
            code="table_too_large",
        )
