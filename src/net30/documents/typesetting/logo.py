"""Logo: which kind of picture the bytes are."""

from __future__ import annotations

from net30.kernel.errors import InputError

_SIGNATURES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))
_SVG_HEAD_BYTES = 1000


def logo_format(logo: bytes) -> str:
    """Return png, jpg or svg; raise InputError for anything else.

    >>> logo_format(b"<svg/>")
    'svg'
    """
    for signature, name in _SIGNATURES:
        if logo.startswith(signature):
            return name
    if b"<svg" in logo[:_SVG_HEAD_BYTES]:
        return "svg"
    raise InputError("the logo is no picture net30 knows", hint="use PNG, JPEG or SVG", code="logo")
