"""Own templates: customers' Typst, set where it can reach nothing and take no time from others."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from pypdf import PdfReader

from net30.documents import pdf
from net30.documents.style import Style
from net30.documents.typesetting.own_templates import FILES_MAX, SECONDS_MAX
from net30.kernel.errors import InputError, LimitExceeded
from tests.documents import examples

HELLO = """#import "../parts.typ": *
#show: sheet.with(font: "Inter")
= #view.title
Ours: #view.number, #view.sums.last().amount
#line-table()
"""


def _write(templates: Path, source: str) -> bytes:
    folder = templates / "ours"
    folder.mkdir(exist_ok=True)
    (folder / "invoice.typ").write_text(source, encoding="utf-8")
    return pdf.write(examples.invoice(), Style(template="ours", templates=templates))


def _refusal(templates: Path, source: str) -> InputError:
    with pytest.raises(InputError) as refusal:
        _write(templates, source)
    return refusal.value


def test_an_own_template_is_set_with_our_parts(tmp_path: Path) -> None:
    text = PdfReader(io.BytesIO(_write(tmp_path, HELLO))).pages[0].extract_text()
    assert "Ours: FAC-2026-000118" in text
    assert "Désignation" in text


def test_an_own_template_may_have_folders_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "ours" / "pieces").mkdir(parents=True)
    (tmp_path / "ours" / "pieces" / "a.typ").write_text("#let word = [from a piece]")
    source = HELLO + '\n#import "pieces/a.typ": word\n#word'
    text = PdfReader(io.BytesIO(_write(tmp_path, source))).pages[0].extract_text()
    assert "from a piece" in text


def test_a_built_in_template_is_found_behind_an_own_folder(tmp_path: Path) -> None:
    assert pdf.write(examples.invoice(), Style(templates=tmp_path)) == pdf.write(examples.invoice())


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../../../../../../etc/passwd")',
        '#import "@preview/cetz:0.3.0"',
        '#import ("@pre" + "view/cetz:0.3.0")',
        '#image("https://example.com/x.png")',
        '#set document(title: "x")\n#nonsense()',
        "#let f(n) = f(n + 1)\n#f(0)",
    ],
)
def test_what_reaches_outside_is_refused(tmp_path: Path, source: str) -> None:
    refusal = _refusal(tmp_path, source)
    assert refusal.code == "template"
    assert "root:" not in refusal.message


@pytest.mark.slow
def test_a_template_without_end_is_stopped(tmp_path: Path) -> None:
    start = time.monotonic()
    refusal = _refusal(tmp_path, "#for a in range(9000) { for b in range(9000) { let c = a * b } }")
    assert refusal.code == "template"
    assert time.monotonic() - start < SECONDS_MAX + 2


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "link.txt").symlink_to(secret)
    refusal = _refusal(tmp_path, '#read("link.txt")')
    assert refusal.code == "template_link"


def test_a_template_of_too_many_files_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    folder.mkdir()
    for at in range(FILES_MAX + 1):
        (folder / f"{at}.txt").write_text("x")
    with pytest.raises(LimitExceeded):
        _write(tmp_path, HELLO)
