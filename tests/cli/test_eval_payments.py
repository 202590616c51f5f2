"""net30 eval payments: a history in, the whole table out; the public judge counts the same."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.cli import exits
from tests.cli.typed import Typed, typing
from tests.services.past_files import csv_of, past_rows

SHARED = Path(__file__).parents[2].parent / "shared"
JUDGE = SHARED / "eval" / "payments" / "payeval.py"
THEIRS = {
    "n": "n",
    "late_rate": "late_rate",
    "late30_rate": "late30_rate",
    "accuracy": "late_acc",
    "auc": "late_auc",
    "brier": "late_brier",
    "ece": "late_ece",
    "precision": "late_precision",
    "recall": "late_recall",
    "ap30": "late30_ap",
    "brier30": "late30_brier",
    "precision30": "late30_precision",
    "mae": "mae_days",
    "cover": "cover80",
    "width": "width80",
    "interval_score": "interval_score80",
    "cash": "cash_week_wape",
}
"""Our names of figures -> those of the public judge."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the past of a company."""
    made = tmp_path_factory.mktemp("evaluated")
    (made / "past.csv").write_bytes(csv_of(past_rows(600), ["I900,c1,2019-05-01,,10.00,EUR,,b1"]))
    return made


@pytest.fixture
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That folder, as the one that commands are typed in."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NET30_HOME", str(folder / "home"))
    return folder / "home"


@pytest.fixture
def net30(home: Path, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Type a command there."""
    del home
    return typing(capsys, "eval", "payments")


def test_people_read_the_tables_the_setups_and_the_differences(net30: Typed, folder: Path) -> None:
    code, out = net30(
        *("--ledger", "past.csv", "--family", "small", "--rolling", "2", "--draws", "20"),
        *("-o", "figures.csv", "--predictions", "told"),
    )
    assert code == exits.DONE, out
    assert "past.csv (SHA-256 " in out
    assert "due_missing" in out
    assert "are still unpaid and are not judged" in out
    assert "chosen: small (ridge " in out
    assert "told at once" in out
    assert "told in 2 windows, each with its own ledger" in out
    assert "customer_median_fresh" in out
    assert "  brier: chosen -" in out
    rows = list(csv.DictReader((folder / "figures.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["ledger"] for row in rows} == {"frozen", "rolling"}
    assert len(list((folder / "told").glob("*/*.csv"))) == 10
    assert not (folder / "home").exists(), "a file of another company needs no books of our own"


def test_programs_read_the_same_and_a_seed_repeats_it(net30: Typed) -> None:
    words = ("--ledger", "past.csv", "--family", "small", "--draws", "5", "--seed", "3", "--json")
    code, out = net30(*words)
    assert code == exits.DONE, out
    told = json.loads(out)
    assert told["frozen"]["figures"]["chosen"] == told["frozen"]["figures"]["small"]
    assert told["frozen"]["figures"]["small"]["ap30"] is None
    assert {one["figure"] for one in told["frozen"]["differences"]} >= {"brier", "mae"}
    assert "rolling" not in told
    assert "of the customer median's errors" in told["learners"][0]["beats_the_baseline"]
    assert json.loads(net30(*words)[1]) == told


def test_without_draws_there_are_figures_and_no_intervals(net30: Typed) -> None:
    code, out = net30("--ledger", "past.csv", "--family", "small", "--draws", "0")
    assert code == exits.DONE, out
    assert "(" not in next(line for line in out.splitlines() if "│ small" in line)
    assert "from customer_median_fresh" not in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--ledger", "past.csv", "-o", "figures.pdf"), "is no csv, parquet, xlsx"),
        (("--ledger", "past.csv", "--family", "oracle"), "there is no family 'oracle'"),
        (("--ledger", "nowhere.csv"), "there is no file 'nowhere.csv'"),
        (("--ledger", "past.csv", "--rolling", "1000"), "rolling 1000 is not from 0 to 100"),
    ],
)
def test_what_cannot_be_done_is_refused(net30: Typed, words: tuple[str, ...], told: str) -> None:
    code, out = net30(*words)
    assert code not in (exits.DONE, None)
    assert told in out


def test_too_short_a_history_is_refused_with_its_figures(net30: Typed, folder: Path) -> None:
    (folder / "short.csv").write_bytes(csv_of(past_rows(90)))
    code, out = net30("--ledger", "short.csv")
    assert code != exits.DONE
    assert "of 90 invoices 18 were issued on" in out


def theirs(root: Path, *words: str) -> dict[str, Any]:  # Any: the judge's own JSON
    """What the public judge prints of the data sets of a folder."""
    program = [sys.executable, str(JUDGE), "--root", str(root), *words, "--json"]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def assert_same(ours: Mapping[str, Any], judged: Mapping[str, float], within: float = 1e-9) -> None:
    for name, other in THEIRS.items():
        if ours[name] is None:
            assert str(judged[other]) == "nan", name
        else:
            assert ours[name] == pytest.approx(judged[other], abs=within), name


@pytest.mark.skipif(not JUDGE.exists(), reason="the public judge is not beside the project")
@pytest.mark.skipif(
    not (find_spec("pandas") and find_spec("sklearn")), reason="the public judge needs pandas"
)
def test_the_public_judge_counts_the_same(net30: Typed, folder: Path) -> None:
    (folder / "made").mkdir()
    (folder / "made" / "data.csv").write_bytes(csv_of(past_rows(600)))
    code, out = net30(
        *("--ledger", "made/data.csv", "--family", "small", "--rolling", "3", "--draws", "10"),
        *("--predictions", "judged", "--json"),
    )
    assert code == exits.DONE, out
    told = json.loads(out)
    judged = theirs(
        folder, "score", "made", str(folder / "judged" / "rolling" / "small.csv"), "--boot", "10"
    )
    ours = told["rolling"]["figures"]
    assert_same(ours["small"], judged["rows"]["system"])
    assert_same(ours["due_date"], judged["rows"]["due_date"])
    # Of payments that a customer made on one day the public judge passes some over.
    assert_same(ours["customer_median_fresh"], judged["rows"]["customer_median"], 0.2)
    for name in ("auc", "brier", "mae", "cash", "interval_score"):
        expected = judged["system_ci95"][THEIRS[name]]
        assert told["rolling"]["intervals"]["small"][name] == pytest.approx(expected), name
