"""The tiles of the first screen: each figure with its change, its course and its meaning."""

from __future__ import annotations

import pytest

from net30.ui.first_screen.tile_row import FALLS, RISES, Tile, tiles_as_html


@pytest.mark.parametrize(
    ("better", "change", "mood"),
    [(RISES, 3.0, "good"), (RISES, -3.0, "bad"), (FALLS, 3.0, "bad"), (FALLS, -3.0, "good")],
)
def test_a_change_is_good_where_the_figure_should_go(better: str, change: float, mood: str) -> None:
    tile = Tile(called=("DSO", "dso"), value="42", better=better, change=change, change_text="3")
    assert f'class="tile-change tile-{mood}"' in tiles_as_html([tile], "light")


def test_what_does_not_change_is_neither_and_what_has_no_past_says_nothing() -> None:
    still = Tile(called=("CEI", "cei"), value="80", change=0.0, change_text="0")
    new = Tile(called=("CEI", "cei"), value="80", course=(1.0,))
    assert "±0" in tiles_as_html([still], "dark")
    assert "tile-change" not in tiles_as_html([new], "dark")
    assert "tile-course" not in tiles_as_html([new], "dark"), "one month is no course"
    assert "tile-course" in tiles_as_html(
        [Tile(called=("", ""), value="", course=(1.0, 1.0))], "dark"
    )


def test_text_of_the_books_is_only_text() -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    tile = Tile(called=(hostile, hostile), value=hostile, note=hostile, meaning=hostile,
                change=1.0, change_text=hostile)  # fmt: skip
    assert "<img" not in tiles_as_html([tile], "light")
