"""Files scored by Spark, and by threads here: the same bytes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.services.follow_folder import SCORED, Following
from net30.services.score_file import Engine, score_file
from net30.settings import Settings
from net30.wiring.parts import engine_for
from tests.java import java_home
from tests.scoring.small_model import write_model
from tests.services.batches import scoring_of


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_spark_and_local_write_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java_home(tmp_path)))
    model = write_model(tmp_path / "model")
    settings = Settings(spark_master="local[2]")
    scoring = scoring_of(tmp_path, model)
    (tmp_path / "new").mkdir()
    shutil.copy(scoring.asked.path, tmp_path / "new" / "b.csv")
    written = []
    for name in ("local", "spark"):
        engine = engine_for(settings, name)

        def score(new: Path, result: Path, engine: Engine = engine) -> None:
            asked = replace(scoring.asked, path=new)
            report = score_file(replace(scoring, asked=asked, output=result), engine)
            assert (report.engine, report.scored) == (engine(1).name, 401)

        # As each file that comes into a folder is scored.
        followed = Following(folder=tmp_path / "new", results=tmp_path / name, score=score)
        assert (followed.look(), followed.look()) == (0, 1)
        written.append((tmp_path / name / f"b.csv{SCORED}").read_bytes())
    assert written[0] == written[1]
