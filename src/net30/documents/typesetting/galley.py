"""Galley: a page made ready for the typesetter: every string drawable, breakable, isolated."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from net30.documents.report import Report
from net30.documents.typesetting.glyphs import breakable, drawable
from net30.documents.view.page import Page
from net30.kernel.findings import Finding, Severity

Json = str | int | None | list["Json"] | dict[str, "Json"]

_KEPT = frozenset({"svg", "link", "language", "direction", "kind", "page_of"})
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_ISOLATE, _END = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
CHARACTERS_NAMED_MAX = 10


@dataclass(frozen=True, slots=True)
class Galley:
    """What the typesetter is given, and what could not be drawn."""

    content: dict[str, Json]
    findings: tuple[Finding, ...]


def galley(page: Page | Report) -> Galley:
    """Return the page's strings as plain data for a template."""
    pull = _Pull(right_to_left=page.direction == "rtl")
    content = pull.fields(page, "")
    return Galley(content, tuple(pull.findings()))


@dataclass(slots=True)
class _Pull:
    right_to_left: bool
    missing: dict[str, frozenset[str]] = field(default_factory=dict)

    def fields(self, value: object, path: str) -> dict[str, Json]:
        assert dataclasses.is_dataclass(value)
        found: dict[str, Json] = {}
        for entry in dataclasses.fields(value):
            inner = getattr(value, entry.name)
            below = f"{path}.{entry.name}" if path else entry.name
            found[entry.name] = inner if entry.name in _KEPT else self.any(inner, below)
        return found

    def any(self, value: object, path: str) -> Json:
        if isinstance(value, str):
            return self.text(value, path)
        if isinstance(value, tuple):
            return [self.any(inner, f"{path}[{at}]") for at, inner in enumerate(value)]
        if value is None or isinstance(value, (bool, int)):
            return value
        if isinstance(value, dict):
            return {name: self.any(inner, f"{path}.{name}") for name, inner in value.items()}
        return self.fields(value, path)

    def text(self, text: str, path: str) -> str:
        drawn, missing = drawable(text)
        if missing:
            self.missing[path] = missing
        drawn = breakable(drawn)
        if self.right_to_left and drawn and not _RIGHT_TO_LEFT.search(drawn):
            # A phone or account number keeps its order inside Arabic text.
            return f"{_ISOLATE}{drawn}{_END}"
        return drawn

    def findings(self) -> Iterator[Finding]:
        for path, missing in self.missing.items():
            codes = [f"U+{ord(mark):04X}" for mark in sorted(missing)[:CHARACTERS_NAMED_MAX]]
            yield Finding(
                "glyph",
                path,
                f"{len(missing)} characters are in no font and show as �: {', '.join(codes)}",
                Severity.WARNING,
            )
