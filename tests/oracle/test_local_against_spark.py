"""Files scored by Spark, and by threads here: the same bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.app import engine_for
from net30.services.score_file import score_file
from net30.settings import Settings
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
    written = []
    for name in ("local", "spark"):
        scoring = replace(scoring_of(tmp_path, model), output=tmp_path / f"{name}.parquet")
        report = score_file(scoring, engine_for(settings, name))
        assert report.engine == name
        assert report.scored == 401
        written.append(report.output.read_bytes())
    assert written[0] == written[1]
