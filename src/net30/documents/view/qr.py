"""QR codes as SVG, drawn by segno."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import segno

QUIET_ZONE_MODULES = 4
PAYLOAD_BYTES_MAX = 1000
# SIX style guide: the code is 46 mm wide, the Swiss cross in its middle 7 mm.
SWISS_CODE_MM, SWISS_CROSS_MM = 46, 7
_CROSS = (
    '<g transform="translate({at} {at}) scale({scale})">'
    '<rect width="20" height="20" fill="#fff"/><rect x="1" y="1" width="18" height="18"/>'
    '<rect x="8.35" y="4.5" width="3.3" height="11" fill="#fff"/>'
    '<rect x="4.5" y="8.35" width="11" height="3.3" fill="#fff"/></g></svg>'
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG and the number of modules on a side of the code in it, quiet zone aside."""

    svg: str
    modules: int


def draw(payload: str) -> Drawing | None:
    """Return a QR code of a text, error correction M, with its quiet zone on white.

    None for an empty text or one of more bytes than a phone reads from paper.
    """
    if not 0 < len(payload.encode()) <= PAYLOAD_BYTES_MAX:
        return None
    code = _code(payload)
    return Drawing(_svg(code), _modules(code))


def draw_swiss(payload: str) -> Drawing:
    """Return a Swiss QR code: the same, with the cross in the middle."""
    code = _code(payload)
    modules = _modules(code)
    cross = modules * SWISS_CROSS_MM / SWISS_CODE_MM
    at = QUIET_ZONE_MODULES + (modules - cross) / 2
    drawn = _svg(code).removesuffix("</svg>")
    return Drawing(drawn + _CROSS.format(at=f"{at:.3f}", scale=f"{cross / 20:.4f}"), modules)


def _modules(code: segno.QRCode) -> int:
    return int(code.symbol_size(border=0)[0])


def _code(payload: str) -> segno.QRCode:
    return segno.make(payload, error="m", encoding="utf-8", micro=False, boost_error=False)


def _svg(code: segno.QRCode) -> str:
    buffer = BytesIO()
    code.save(
        buffer, kind="svg", border=QUIET_ZONE_MODULES, xmldecl=False, nl=False, light="#fff",
        svgclass=None, lineclass=None, omitsize=True,
    )  # fmt: skip
    return buffer.getvalue().decode()
