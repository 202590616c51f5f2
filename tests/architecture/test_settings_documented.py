"""Every setting is on the pages made from the table, and the table knows who reads it."""

from __future__ import annotations

import re

from net30.settings import SETTINGS
from tests.architecture import settings_pages
from tests.architecture.project import modules, room


def test_the_settings_pages_say_what_the_table_says() -> None:
    stale = settings_pages.stale()
    assert stale == [], "run `python3 dev.py check --fix docs`"


def test_the_table_says_truly_which_settings_are_read() -> None:
    readers: dict[str, set[str]] = {}
    for file in modules():
        for name in re.findall(r"\bsettings\.([a-z_]+)", file.read_text(encoding="utf-8")):
            readers.setdefault(name, set()).add(room(file))
    for row in SETTINGS:
        if row.read_by:
            assert row.read_by in readers.get(row.name, set()), f"{row.read_by}: {row.name}"
        else:
            assert row.name not in readers, f"say in the table who reads {row.name}"
