"""Large files: whatever the pieces and parts, and however often a run is killed, one answer."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.kernel.errors import InputError, NotFound
from net30.ledger.history_pieces import HistoryPath
from net30.services.score_file import Scoring, ScoringReport, score_file
from net30.settings import Settings
from net30.wiring.parts import engine_for
from tests.scored import Files, scored
from tests.scoring.small_model import write_model
from tests.services.batches import NEW, PAST, scoring_of
from tests.services.past_files import HEADER

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model"))


def run(scoring: Scoring) -> ScoringReport:
    return score_file(scoring, engine_for(Settings(), "local"))


def written(report: ScoringReport) -> tuple[bytes, bytes]:
    assert report.findings_file
    return report.output.read_bytes(), report.findings_file.read_bytes()


@pytest.fixture(scope="module")
def whole(model: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """What comes out when everything is one piece and one part."""
    files = Files(history=PAST, asked=NEW, folder=tmp_path_factory.mktemp("whole"))
    report = scored(model, files).report
    assert report.scored == 401
    assert report.finding_counts == {
        "row_width": 1,
        "currency": 2,
        "customer_missing": 1,
        "due_missing": 1,
        "already_paid": 1,
        "invoice_twice": 1,
        "repeated": 1,
    }
    return written(report)


@pytest.mark.parametrize("rows_a_part", [17, 60, 100_000])
def test_no_division_changes_a_score_or_a_finding(
    tmp_path: Path, model: Path, whole: tuple[bytes, bytes], rows_a_part: int
) -> None:
    assert written(run(scoring_of(tmp_path, model, rows_a_part))) == whole


@pytest.mark.parametrize(
    ("step", "times"), [("reading", 1), ("dividing", 1), ("scoring", 4), ("writing", 1)]
)
def test_a_run_that_was_killed_goes_on_and_ends_with_the_same_bytes(
    tmp_path: Path, model: Path, whole: tuple[bytes, bytes], step: str, times: int
) -> None:
    script = [sys.executable, "-m", "tests.services.batch_killed", str(tmp_path), str(model)]
    killed = subprocess.run([*script, step, str(times)], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert not (tmp_path / "scores.parquet").exists()
    assert (tmp_path / "scores.parquet.parts").is_dir()
    report = run(scoring_of(tmp_path, model))
    assert written(report) == whole
    assert (report.resumed > 0) is (step in {"scoring", "writing"})
    assert (report.resumed == report.scored) is (step == "writing")
    assert not (tmp_path / "scores.parquet.parts").exists()


def test_what_another_question_left_is_not_taken(
    tmp_path: Path, model: Path, whole: tuple[bytes, bytes]
) -> None:
    script = [sys.executable, "-m", "tests.services.batch_killed", str(tmp_path), str(model)]
    assert subprocess.run([*script, "scoring", "4"], cwd=ROOT, check=False).returncode == -9
    other = Files(
        history=PAST, asked=NEW + b"Z,c1,2020-02-20,2020-03-20,1,EUR,,b1\n", folder=tmp_path
    )
    report = scored(model, other).report
    assert report.resumed == 0
    assert report.scored == 402
    assert written(report) != whole


def test_typed_columns_of_parquet_say_the_same_as_text(
    tmp_path: Path, model: Path, whole: tuple[bytes, bytes]
) -> None:
    """The good rows of the CSV with days and numbers as Parquet's own."""
    files = {}
    for name, content in (("history", PAST), ("asked", NEW)):
        lines = [line for line in content.decode().splitlines() if line.count(",") == 7]
        good = [lines[0], *(line for line in lines[1:] if line != lines[0] and "ZZZ" not in line)]
        table = pv.read_csv(BytesIO("\n".join(good).encode()))
        columns = {name: table[name] for name in HEADER.split(",")}
        columns["branch"] = columns["branch"].cast(pa.string())
        files[name] = tmp_path / f"{name}.parquet"
        pq.write_table(pa.table(columns), files[name])
    scoring = scoring_of(tmp_path, model)
    typed = replace(
        scoring,
        history=replace(scoring.history, path=files["history"]),
        asked=replace(scoring.asked, path=files["asked"]),
    )
    assert run(typed).output.read_bytes() == whole[0]


def test_a_workbook_and_csv_hold_what_parquet_holds(tmp_path: Path, model: Path) -> None:
    reports = {
        kind: score_file(
            replace(scoring_of(tmp_path, model), output=tmp_path / f"o.{kind}"),
            engine_for(Settings(), "local"),
        )
        for kind in ("csv", "parquet", "xlsx")
    }
    assert len({tuple(report.bands.items()) for report in reports.values()}) == 1
    told = pv.read_csv(reports["csv"].output).to_pylist()
    for one, other in zip(told, pq.read_table(reports["parquet"].output).to_pylist(), strict=True):
        assert one == other


def test_nothing_to_score_is_an_empty_table(tmp_path: Path, model: Path) -> None:
    asked = f"{HEADER}\nA,c1,2019-01-01,2019-02-01,1,EUR,2019-01-05,b\n".encode()
    found = scored(model, Files(history=PAST, asked=asked, folder=tmp_path))
    assert found.scores.num_rows == found.report.scored == 0
    assert found.report.finding_counts == {"already_paid": 1}


@pytest.mark.parametrize(
    ("output", "code"), [("scores.doc", "export_format"), ("history", "export_format")]
)
def test_an_output_that_cannot_be_is_refused(tmp_path: Path, output: str, code: str) -> None:
    with pytest.raises(InputError) as refused:
        Files(history=PAST, asked=NEW, folder=tmp_path, output=output).scoring(None)
    assert refused.value.code == code


def test_a_file_is_never_written_over_what_it_was_read_from(tmp_path: Path) -> None:
    scoring = Files(history=PAST, asked=NEW, folder=tmp_path).scoring(None)
    path = tmp_path / "past.csv"
    path.write_bytes(PAST)
    with pytest.raises(InputError, match="read and written"):
        replace(scoring, history=replace(scoring.history, path=path), output=path)


def test_a_file_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no file"):
        HistoryPath(
            path=tmp_path / "none.csv", defaults=scoring_of(tmp_path, tmp_path).asked.defaults
        )
