"""The README's tour, typed as it stands: every line of its output is true.

Dates and numbers follow the day of the run, so they are compared by their shape only; amounts,
names and sentences are compared as they are.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from net30.cli.commands import run

README = Path(__file__).parents[2] / "README.md"
NOT_OUTPUT = "  ... and where"


def tour() -> list[tuple[list[str], list[str]]]:
    """The commands of the README's tour, each with the lines it says it prints."""
    block = next(
        text for text in README.read_text(encoding="utf-8").split("```") if "$ net30" in text
    )
    steps = []
    for part in block.split("$ net30 ")[1:]:
        command, *lines = part.strip().splitlines()
        steps.append((shlex.split(command), [line for line in lines if line.strip()]))
    return steps


def shape(line: str) -> str:
    """A line with its dates and numbers made alike, and spaces and rules of any width one."""
    line = re.sub("[\u00a0\u202f]", " ", line)
    line = re.sub(r"\d{4}-\d\d-\d\d|\b\d{1,2}(er)? [^\W\d]+\.? \d{4}\b", "DAY", line)
    line = re.sub(r"\b([A-Z]{2,3})-\d{4}-\d+", r"\1-NUMBER", line)
    return re.sub("-{2,}", "--", re.sub(" +", " ", line))


def number_in(text: str) -> str:
    found = re.search(r"INV-\d{4}-\d+", text)
    assert found
    return found[0]


def test_every_line_of_the_readmes_tour_is_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    assert run(["demo", "--once"]) == 0
    made = capsys.readouterr().out
    (words, expected), *steps = tour()
    assert words[:2] == ["ask", "--issue"]
    for line in expected:
        if not line.startswith(NOT_OUTPUT):
            assert shape(line) in shape(made)
    number = number_in(made)
    for words, expected in steps:
        run([number if word.startswith("INV-") else word for word in words])
        printed = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
        assert [shape(line) for line in printed] == [shape(line) for line in expected]


def test_the_demo_opened_twice_keeps_its_history_and_adds_one_invoice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    run(["demo", "--once"])
    first = number_in(capsys.readouterr().out)
    run(["demo", "--once"])
    second = number_in(capsys.readouterr().out)
    assert int(second[-6:]) == int(first[-6:]) + 1
