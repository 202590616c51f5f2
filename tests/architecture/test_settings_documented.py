"""Every setting is in the table, in .env.example and in docs/settings.md."""

from __future__ import annotations

from tests.architecture import settings_pages


def test_the_settings_pages_say_what_the_table_says() -> None:
    stale = settings_pages.stale()
    assert stale == [], "run `python3 dev.py check --fix docs`"
