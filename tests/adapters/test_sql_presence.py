"""Presence: many work with a file together, one moves it alone, and the dead are forgotten."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from net30.adapters.sql.presence import Presence
from tests.adapters.test_sql_opening import as_nobody

STAYING = """
import sys
from pathlib import Path
from net30.adapters.sql.presence import Presence
part = Presence(Path(sys.argv[1]))
print(part.enter(alone=sys.argv[2] == "alone"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net30.db-open"


@contextmanager
def another_process(path: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    """Have another process take part, together or alone, until it is killed."""
    command = (sys.executable, "-c", STAYING, str(path), how)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline().strip() == "True"
        yield other
        other.kill()


def test_many_work_together_and_nobody_is_alone_meanwhile(path: Path) -> None:
    one, two, mover = Presence(path), Presence(path), Presence(path)
    assert one.enter(alone=False)
    assert two.enter(alone=False)
    assert not mover.enter(alone=True)
    one.leave()
    assert not mover.enter(alone=True)
    two.leave()
    assert mover.enter(alone=True)
    assert not one.enter(alone=False)
    assert not two.enter(alone=True)
    mover.leave()
    assert one.enter(alone=False)
    one.leave()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_another_process_is_seen_until_it_is_killed(path: Path) -> None:
    mover = Presence(path)
    with another_process(path, "together") as other:
        assert not mover.enter(alone=True)
        other.kill()
        other.wait()
        assert mover.enter(alone=True)
    mover.leave()
    with another_process(path, "alone"):
        assert not mover.enter(alone=False)


def test_a_folder_that_may_not_be_written_is_no_matter_of_presence(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with as_nobody():
        assert Presence(folder / "net30.db-open").enter(alone=True)
