"""net30 report: a file of each format, and what it found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from net30.cli import exits
from tests.cli.typed import Typed
from tests.desk import open_desk


@pytest.fixture(autouse=True)
def _books(home: Path) -> None:
    """Books of one invoice."""
    desk = open_desk(home)
    desk.issue()
    desk.app.settle()
    desk.app.close()


def test_the_ending_of_the_file_chooses_the_format(net30: Typed, tmp_path: Path) -> None:
    asked = ("report", "ageing", "--as-of", "2026-11-21", "--language", "en", "-o")
    beginnings = {"pdf": b"%PDF", "html": b"<!doctype", "xlsx": b"PK", "csv": b'"section"'}
    for ending, beginning in beginnings.items():
        code, said = net30(*asked, f"aged.{ending}")
        assert code == exits.DONE, said
        assert (tmp_path / f"aged.{ending}").read_bytes().startswith(beginning)
    assert "Ageing XOF: 0 FCFA of 4,248,000 FCFA (0%) is past due." in said.replace("\xa0", " ")


def test_a_program_is_told_what_was_found(net30: Typed) -> None:
    words = ("--as-of", "2026-11-21", "--language", "fr", "-o", "r.csv", "--json")
    code, said = net30("report", "ageing", *words)
    told = json.loads(said)
    assert code == exits.DONE
    assert told["file"] == "r.csv"
    assert told["sections"][0]["heading"] == "Balance âgée"


def test_what_cannot_be_written_is_refused(net30: Typed, tmp_path: Path) -> None:
    code, said = net30("report", "ageing", "-o", "r.docx")
    assert code == exits.INPUT
    assert "pdf, html, xlsx, csv" in said
    assert not (tmp_path / "r.docx").exists()
    assert net30("report", "sales", "-o", "r.pdf")[0] == exits.INPUT


def test_a_day_before_the_books_says_what_is_missing(net30: Typed) -> None:
    code, said = net30(
        "report", "ageing", "--as-of", "2020-01-01", "--language", "en", "-o", "r.csv"
    )
    assert code == exits.DONE
    assert "Not enough data" in said
