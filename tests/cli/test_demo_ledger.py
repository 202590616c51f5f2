"""net30 demo-data: an invented ledger from the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from net30.cli import exits
from tests.cli.typed import Typed


def test_a_ledger_is_written_and_imported_without_findings(net30: Typed, tmp_path: Path) -> None:
    words = ("demo-data", "--rows", "300", "--seed", "4", "--from", "2025-01-01", "--months", "6")
    code, out = net30(*words, "-o", "a.csv")
    assert code == exits.DONE
    assert "Wrote 300 invoices" in out
    assert "no figure reached on it is accuracy" in out
    assert not (tmp_path / "home").exists()
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 300
    assert min(row["issue_date"] for row in rows) >= "2025-01-01"
    assert max(row["issue_date"] for row in rows) < "2025-07-01"
    assert max(row["paid_date"] for row in rows) < "2025-07-01"
    code, out = net30("import", "ledger", "a.csv", "--json")
    assert code == exits.DONE
    assert json.loads(out)["invoices"] == 300
    assert json.loads(out)["findings"] == []


def test_the_true_chances_are_written_beside_it(net30: Typed, tmp_path: Path) -> None:
    words = ("demo-data", "--rows", "50", "--currency", "eur", "--balance", "-o", "a.parquet")
    code, out = net30(*words, "--truth", "t.csv")
    assert code == exits.DONE
    assert "Wrote the true chances to t.csv" in out
    rows = list(csv.DictReader((tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 50
    assert all(0 <= float(row["p_late30"]) <= float(row["p_late"]) <= 1 for row in rows)


def test_programs_get_json_that_says_it_is_invented(net30: Typed) -> None:
    code, out = net30("demo-data", "--rows", "20", "-o", "a.csv", "--json")
    assert code == exits.DONE
    told = json.loads(out)
    assert told["written"]["rows"] == 20
    assert "no customer, invoice or payment is real" in told["source"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--rows", "0", "-o", "a.csv"], exits.INPUT),
        (["--rows", "5", "-o", "a.xlsx"], exits.INPUT),
        (["--rows", "5", "-o", "a.csv", "--currency", "ZZZ"], exits.INPUT),
        (["--rows", "5", "-o", "a.csv", "--from", "yesterday"], exits.INPUT),
        (["--rows", "5", "-o", "file/a.csv"], exits.UNAVAILABLE),
        (["-o", "a.csv"], exits.USAGE),
        (["--rows", "5"], exits.USAGE),
    ],
)
def test_refusals_have_their_exit_codes_and_write_nothing(
    net30: Typed, tmp_path: Path, words: list[str], code: int
) -> None:
    (tmp_path / "file").write_text("no folder")
    assert net30("demo-data", *words)[0] == code
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_help_says_that_it_is_invented_and_is_no_accuracy(net30: Typed) -> None:
    told = " ".join(net30("demo-data", "--help")[1].split())
    assert "Nothing in it is real" in told
    assert "never quoted as accuracy" in told
