"""The templates still look as the committed pictures show them."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.golden.pictures import BYTES_MAX, FOLDER, Picture, draw, pictures

DIFFERENCE_MAX = 2.0
"""Mean difference of the three colours, of 255: fonts are drawn a little differently by
each version of the renderer, and 160 colours are not all; a moved block is far above."""


@pytest.mark.parametrize("picture", list(pictures()), ids=lambda picture: picture.name)
def test_the_page_looks_as_in_its_picture(picture: Picture) -> None:
    file = FOLDER / f"{picture.name}.png"
    with Image.open(file) as shown:
        difference = ImageChops.difference(draw(picture), shown.convert("RGB"))
    mean = ImageStat.Stat(difference).mean
    assert max(mean) < DIFFERENCE_MAX, "python -m tests.golden.pictures redraws the pictures"
    assert file.stat().st_size < BYTES_MAX
