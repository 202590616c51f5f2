from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.kernel.errors import InputError, Unavailable
from net30.services.follow_folder import REFUSED, SCORED, Following
from net30.services.score_file import score_file
from net30.settings import Settings
from net30.wiring.parts import engine_for
from tests.scoring.small_model import write_model
from tests.services.batches import NEW, scoring_of


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "new").mkdir()
    return tmp_path


def following(place: Path, results: str = "results") -> Following:
    """Follow `new`; the history and the model are those of the batch tests."""
    model = place / "model"
    if not model.exists():
        write_model(model)
    scoring = scoring_of(place, model)
    chosen = engine_for(Settings(), "local")

    def score(new: Path, result: Path) -> object:
        file = replace(scoring.asked, path=new)
        return score_file(replace(scoring, asked=file, output=result), chosen)

    return Following(folder=place / "new", results=place / results, score=score)


def test_a_file_is_scored_once_when_it_has_come_to_rest(place: Path) -> None:
    followed = following(place)
    file = place / "new" / "today.csv"
    file.write_bytes(NEW[: len(NEW) // 2])
    assert followed.look() == 0
    file.write_bytes(NEW)  # it still grew
    assert followed.look() == 0
    assert followed.look() == 1
    result = place / "results" / f"today.csv{SCORED}"
    first = result.read_bytes()
    assert (followed.look(), followed.look()) == (0, 0)
    shutil.rmtree(place / "results")  # as if the process had been killed before
    again = following(place)
    assert (again.look(), again.look()) == (0, 1)
    assert result.read_bytes() == first


def test_a_file_that_is_written_anew_is_scored_anew(place: Path) -> None:
    followed = following(place)
    file = place / "new" / "today.csv"
    file.write_bytes(NEW)
    assert (followed.look(), followed.look()) == (0, 1)
    result = place / "results" / f"today.csv{SCORED}"
    later = result.stat().st_mtime_ns + 10**9
    os.utime(file, ns=(later, later))
    assert (followed.look(), followed.look()) == (0, 1)


def test_a_file_that_is_none_is_refused_and_the_others_go_on(place: Path) -> None:
    (place / "new" / "a.csv").write_text("nothing,here\n1,2\n")
    (place / "new" / "b.csv").write_bytes(NEW)
    (place / "new" / ".hidden.csv").write_bytes(NEW)
    (place / "new" / "notes.txt").write_text("no table")
    followed = following(place)
    assert (followed.look(), followed.look()) == (0, 2)
    told = json.loads((place / "results" / f"a.csv{REFUSED}").read_text())
    assert told["code"] == "columns_missing"
    kept = {one.name for one in (place / "results").iterdir() if one.suffix != ".csv"}
    assert kept >= {f"a.csv{REFUSED}", f"b.csv{SCORED}"}
    assert (followed.look(), followed.look()) == (0, 0)


def test_a_file_waits_while_the_engine_does_not_work(place: Path) -> None:
    followed = following(place)

    def down(_new: Path, _result: Path) -> None:
        raise Unavailable("no cluster")

    (place / "new" / "b.csv").write_bytes(NEW)
    well, followed.score = followed.score, down
    assert (followed.look(), followed.look()) == (0, 0)
    followed.score = well
    assert followed.look() == 1


def test_the_results_are_not_among_what_is_read(place: Path) -> None:
    with pytest.raises(InputError, match="read and written"):
        following(place, results="new")
    with pytest.raises(InputError, match="no folder"):
        Following(folder=place / "none", results=place, score=lambda _new, _result: None)
