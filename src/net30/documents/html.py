"""HTML: an invoice as one self-contained web page, for mail, portal and print."""

from __future__ import annotations

import base64
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from net30.documents.style import DEFAULT, Style
from net30.documents.typesetting.logo import logo_format
from net30.documents.view.presentation import present
from net30.domain.invoice import Invoice

MEDIA_TYPE = "text/html; charset=utf-8"
SUFFIX = ".html"

_LOGO_TYPES = {"png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml"}
_DARK_BELOW = 140


def write(invoice: Invoice, style: Style = DEFAULT) -> bytes:
    """Return the invoice as an HTML page that loads nothing from anywhere."""
    page = present(invoice, style)
    rendered = _template().render(
        page=page,
        colour=style.colour,
        on_colour=_text_on(style.colour),
        paper="letter" if style.paper == "us-letter" else "A4",
        logo=_data_url(style.logo) if style.logo else "",
    )
    return rendered.encode()


@cache
def _template() -> Template:
    # Everything is escaped but the QR codes, which net30 draws itself: numbers and path letters.
    environment = Environment(
        loader=PackageLoader("net30.documents", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("invoice.html")


def _data_url(logo: bytes) -> str:
    # Inside an <img>, a browser runs no script of an SVG and loads nothing from outside.
    kind = _LOGO_TYPES[logo_format(logo)]
    return f"data:{kind};base64,{base64.b64encode(logo).decode()}"


def _text_on(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    # Rec. 601 luma: what stands on a light colour is dark.
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    return "#ffffff" if luma < _DARK_BELOW else "#1c2127"
