"""net30 jobs, as it is typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from net30.app import App, open_app
from net30.cli import exits
from net30.cli.commands import run
from net30.domain.job import Job, JobState, moved
from net30.settings import Settings


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """A home with one job that is half way."""
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    app = open_app(Settings(home=tmp_path))
    now = datetime.now(UTC)
    job = Job(
        id="j1", kind="train", title="training", user="awa", began=now, began_step=now, heard=now
    )
    with app.change() as ctx:
        ctx.tx.save(moved(job, "trying", 5, 10, now), expected=0)
    yield app
    app.close()


def test_jobs_are_listed_and_stopped(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["jobs"]) == exits.DONE
    text = capsys.readouterr().out
    assert "50 %" in text
    assert "trying 5/10" in text
    assert run(["jobs", "cancel", "j1"]) == exits.DONE
    assert "training is asked to stop." in capsys.readouterr().out
    assert run(["jobs"]) == exits.DONE
    assert "stopping" in capsys.readouterr().out
    assert run(["jobs", "--json"]) == exits.DONE
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["percent"], told["job"]["cancel_asked"]) == (50, True)
    assert told["seconds_left"] is not None
    with app.look() as ctx:
        assert ctx.tx.load(Job, "j1").value.state is JobState.RUNNING


def test_an_unknown_job_is_told(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["jobs", "cancel", "x", "--json"]) != exits.DONE
    assert "no job" in capsys.readouterr().out
