"""What is written on a shade can be read, in the light and in the dark."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from net30.charts.shades import contrast, ink, shade

AA = 4.5


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_words_can_be_read_on_every_shade_of_a_heatmap(kind: str) -> None:
    theme = tomllib.loads((files("net30.ui") / "theme.toml").read_text())["theme"][kind]
    for at in range(101):
        colour = shade(theme["chartSequentialColors"], at / 100)
        assert contrast(ink(colour), colour) >= AA


@pytest.mark.parametrize(
    ("share", "colour"), [(0, "#000000"), (0.5, "#ff0000"), (0.75, "#ff8080"), (1, "#ffffff")]
)
def test_a_shade_lies_between_its_neighbours(share: float, colour: str) -> None:
    assert shade(("#000000", "#ff0000", "#ffffff"), share) == colour


def test_contrasts_are_those_of_wcag() -> None:
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert (ink("#0f766e"), ink("#b0e3dd")) == ("#ffffff", "#000000")
