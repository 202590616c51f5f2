"""Style: how an organisation's documents look, whatever they say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from net30.kernel.errors import InputError, LimitExceeded
from net30.language.locales import locale_of

PAPERS = ("a4", "us-letter")
LOGO_BYTES_MAX = 1_000_000
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How documents look: template, language, logo (PNG, JPEG or SVG), brand colour, paper.

    `language` is empty for the document's own; `payment_link` is a URL with {number}, {amount} and
    {currency}; `templates` is a folder of own templates, looked in before the built-in ones.
    Raises InputError for values that no document could show.
    """

    template: str = "clean"
    language: str = ""
    logo: bytes | None = None
    colour: str = "#1f4e79"
    paper: str = "a4"
    payment_link: str = ""
    templates: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what would fail later, inside the typesetter."""
        if self.language:
            locale_of(self.language)
        _check(bool(_NAME.fullmatch(self.template)), "template", self.template, "e.g. clean")
        _check(bool(_COLOUR.fullmatch(self.colour)), "colour", self.colour, "write it as #1f4e79")
        _check(self.paper in PAPERS, "paper", self.paper, f"choose one of {', '.join(PAPERS)}")
        link = self.payment_link
        good_link = not link or link.startswith(("https://", "http://"))
        _check(good_link, "payment link", link, "start it with https://")
        if self.logo is not None and len(self.logo) > LOGO_BYTES_MAX:
            raise LimitExceeded(
                f"the logo has {len(self.logo):,} bytes",
                hint=f"at most {LOGO_BYTES_MAX:,}; save it smaller, or as SVG",
                code="logo_size",
            )


def _check(good: object, what: str, value: str, hint: str) -> None:
    if not good:
        raise InputError(f"{value!r} is not a {what} net30 knows", hint=hint, code="style")


DEFAULT = Style()
"""The look of an organisation that has chosen nothing."""
