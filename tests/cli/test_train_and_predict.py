"""net30 train and net30 predict: files in, a model and scores out."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.cli import exits
from net30.cli.commands import run
from tests.cli.typed import Typed
from tests.features.ledgers import One
from tests.services.past_files import AS_OF, HEADER, csv_of, iso, past_rows

LEARNING = ("sklearn", "lightgbm", "xgboost", "scipy", "onnx", "keras", "optuna")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with past.csv, new.csv and models trained on the one."""
    made = tmp_path_factory.mktemp("files")
    (made / "past.csv").write_bytes(csv_of(past_rows()))
    asked = [
        One(customer=at % 14, issued=AS_OF + at, due=AS_OF + at + 30, amount=50_000, branch=1)
        for at in range(20)
    ]
    (made / "new.csv").write_bytes(csv_of(asked))
    words = ["train", "--ledger", str(made / "past.csv"), "--as-of", iso(AS_OF)]
    assert run([*words, "--family", "small", "-o", str(made / "models")]) == exits.DONE
    return made


@pytest.fixture
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That folder, as the one that commands are typed in."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NET30_HOME", str(folder / "home"))
    return folder / "home"


def predict(new: str, output: str) -> tuple[str, ...]:
    return ("predict", new, "--ledger", "past.csv", "--model", "models", "-o", output)


def test_scores_are_the_same_in_every_format(net30: Typed, folder: Path) -> None:
    for name in ("p.csv", "p.parquet", "p.xlsx"):
        code, out = net30(*predict("new.csv", name))
        assert code == exits.DONE, out
        assert "Scored 20 of 20 invoices by payments v1" in out
    rows = list(csv.DictReader((folder / "p.csv").read_text(encoding="utf-8").splitlines()))
    table = pq.read_table(folder / "p.parquet").to_pylist()
    sheet = list(openpyxl.load_workbook(folder / "p.xlsx").active.values)[1:]  # type: ignore[union-attr] # it has one
    for row, typed, cells in zip(rows, table, sheet, strict=True):
        assert row["invoice_id"] == typed["invoice_id"] == cells[0]
        assert float(row["p_late"]) == typed["p_late"] == cells[1]
        assert row["expected_date"] == typed["expected_date"].isoformat()
    assert not (folder / "p.findings.csv").exists()
    assert not (folder / "home").exists(), "a file of another company needs no books of our own"


def test_bad_rows_are_written_beside_the_scores_and_end_with_their_exit_code(
    net30: Typed, folder: Path
) -> None:
    rows = f"{HEADER}\nA,c1,{iso(AS_OF)},{iso(AS_OF + 9)},1,EUR,,b1\nB,c1,{iso(AS_OF)},,1,EUR,,b1\n"
    (folder / "bad.csv").write_text(rows)
    code, out = net30(*predict("bad.csv", "bad-out.csv"), "--json")
    assert code == exits.FAULTS
    told = json.loads(out)
    assert (told["rows"], told["scored"]) == (2, 1)
    findings = (folder / "bad-out.findings.csv").read_text(encoding="utf-8")
    assert "due_missing" in findings
    assert "rows[3].due_date" in findings
    # A later run without faults takes the old findings away.
    net30(*predict("new.csv", "bad-out.csv"))
    assert not (folder / "bad-out.findings.csv").exists()


def test_training_tells_the_figures_beside_the_rivals(net30: Typed) -> None:
    words = (
        "train",
        "--ledger",
        "past.csv",
        "--family",
        "small",
        "-o",
        "models2",
        "--name",
        "mine",
    )
    code, out = net30(*words)
    assert code == exits.DONE
    assert "customer_median" in out
    assert "Published as models2/mine/v1" in out
    code, out = net30(*words, "--json")
    assert json.loads(out)["folder"] == "models2/mine/v2"


@pytest.mark.parametrize(
    ("words", "says", "code"),
    [
        (("train", "--ledger", "past.csv"), "needs a folder", exits.INPUT),
        (("train", "--ledger", "none.csv", "-o", "m"), "there is no file", exits.NOT_FOUND),
        (
            ("train", "--ledger", "past.csv", "--family", "tarot", "-o", "m"),
            "no family 'tarot'",
            exits.INPUT,
        ),
        (("train", "-o", "m"), "0 invoices were issued", exits.INPUT),
        (predict("new.csv", "out.doc"), "is no csv", exits.INPUT),
        (
            ("predict", "new.csv", "--ledger", "past.csv", "--model", "nowhere", "-o", "o.csv"),
            "no model in nowhere",
            exits.NOT_FOUND,
        ),
    ],
)
def test_what_cannot_be_done_is_said_with_the_way_out(
    net30: Typed, words: tuple[str, ...], says: str, code: int
) -> None:
    found, out = net30(*words)
    assert found == code
    assert says in out


def test_predicting_loads_nothing_that_learns(folder: Path) -> None:
    words = [str(folder / word) if "." in word or word == "models" else word
             for word in predict("new.csv", "alone.csv")]  # fmt: skip
    script = (
        "import sys; from net30.cli.commands import run; code = run(sys.argv[1:]);"
        "loaded = {name.split('.')[0] for name in sys.modules};"
        f"learning = loaded & set({LEARNING!r});"
        "ours = [name for name in sys.modules if name.startswith('net30.training')];"
        "sys.exit(code or (f'{learning} {ours}' if learning or ours else 0))"
    )
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
