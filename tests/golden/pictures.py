"""The pictures of the templates in docs/pictures: `python -m tests.golden.pictures` redraws them.

Each shows the first page of one example, as a person sees it, in 160 colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped] # it has none
from PIL import Image

from net30.documents import pdf
from net30.documents.style import Style
from net30.domain.invoice import Invoice
from tests.documents import examples

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SCALE = 1.5
COLOURS = 160
BYTES_MAX = 150_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A file name, and the document and look it shows."""

    name: str
    invoice: Invoice
    style: Style


def pictures() -> Iterator[Picture]:
    """Return every template with an invoice and a credit note, and one page in Arabic."""
    for template in pdf.templates():
        yield Picture(f"{template}-invoice", examples.invoice(), Style(template=template))
        english = Style(template=template, language="en")
        yield Picture(f"{template}-credit-note", examples.credit_note(), english)
    arabic = Style(template="clean", language="ar", colour="#0b7a5a")
    yield Picture("clean-arabic", examples.invoice(), arabic)


def draw(picture: Picture) -> Image.Image:
    """Return the first page."""
    document = pypdfium2.PdfDocument(pdf.write(picture.invoice, picture.style))
    page: Image.Image = document[0].render(scale=SCALE).to_pil()
    return page.convert("RGB")


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in pictures():
        small = draw(picture).quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(FOLDER / f"{picture.name}.png", optimize=True)


if __name__ == "__main__":
    main()
