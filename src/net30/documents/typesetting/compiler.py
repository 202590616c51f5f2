"""Compiler: runs Typst over a template; the same input always gives the same bytes."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import typst

DOCUMENTS = Path(__file__).parent.parent
BUILT_IN = DOCUMENTS / "typst"
FONTS = DOCUMENTS / "fonts"
STANDARDS: list[typst.PDFStandard] = ["a-3b", "ua-1"]

_thread = threading.local()


def compile_pdf(
    root: Path, template: str, inputs: Mapping[str, str], day: date, main: str = "invoice.typ"
) -> bytes:
    """Return the PDF (PDF/A-3b and PDF/UA-1) of the template's main file, dated `day`.

    Raises typst.TypstError when the template or what it is given cannot be set.
    """
    pdf = _compiler(root / template / main, root).compile(
        format="pdf",
        sys_inputs=dict(inputs),
        pdf_standards=STANDARDS,
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    assert isinstance(pdf, bytes)
    return pdf


def _compiler(file: Path, root: Path) -> typst.Compiler:
    # One compiler shared by two threads raises "Already borrowed"; a new one costs 30 ms.
    kept: dict[tuple[Path, Path], typst.Compiler] | None = getattr(_thread, "kept", None)
    if kept is None:
        kept = _thread.kept = {}
    found = kept.get((file, root))
    if found is None:
        found = kept[file, root] = typst.Compiler(
            str(file),
            root=str(root),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            package_path=str(root / "no-packages"),
            package_cache_path=str(root / "no-packages"),
        )
    return found


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
