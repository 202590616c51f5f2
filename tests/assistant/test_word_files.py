"""Word files are compiled once: the same phrases, read quickly the next time."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from net30.assistant.understanding.lexicon import languages
from net30.assistant.understanding.word_files import forms_of, phrases_of


@pytest.mark.parametrize("language", languages())
def test_every_phrase_of_the_file_is_there_in_its_order(language: str) -> None:
    path = files("net30.assistant") / "words" / f"{language}.toml"
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    found = phrases_of(language)
    assert list(dict.fromkeys((category, value) for category, value, _ in found)) == [
        (category, value)
        for category, table in listed.items()
        for value, phrases in table.items()
        if phrases
    ]
    assert not any("(" in phrase for _, _, phrase in found)


def test_parts_in_parentheses_may_be_left_out() -> None:
    assert forms_of("hour(s)") == ["hour", "hours"]
    assert forms_of("per hour") == ["per hour"]
    assert len(forms_of("(the) invoice(s)")) == 4


def test_what_was_compiled_is_found_again(tmp_path: Path) -> None:
    program = (
        "from net30.assistant.understanding.word_files import phrases_of; "
        "print(len(phrases_of('en')))"
    )
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    told = [
        subprocess.run(
            [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert told[0] == told[1] == f"{len(phrases_of('en'))}\n"
    assert [path.name.partition(".")[0] for path in tmp_path.rglob("words/*.pyc")] == ["en"]
