"""Files that commands read, and how their tables are laid out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from net30.kernel.errors import LimitExceeded, NotFound
from net30.ledger.mapping import Layout, named_layout, parse_layout

File = Annotated[Path, typer.Argument(help="The file to read.")]

FILE_BYTES_MAX = 100_000_000


def layout_of(text: str) -> Layout:
    """Return a layout by its name, or from a JSON file."""
    if text.endswith(".json"):
        return parse_layout(read_file(Path(text)))
    return named_layout(text)


def read_file(file: Path) -> bytes:
    """Return a file's bytes; raise NotFound, LimitExceeded beyond 100 MB, OSError for a folder."""
    if not file.exists():
        raise NotFound(f"there is no file {str(file)!r}", hint="check the path", code="file")
    if file.stat().st_size > FILE_BYTES_MAX:
        raise LimitExceeded(
            f"{str(file)!r} has {file.stat().st_size:,} bytes",
            hint=f"at most {FILE_BYTES_MAX:,} bytes are read",
            code="file_size",
        )
    return file.read_bytes()
