"""What a workbook says of its cells: which parts are sheets, which styles are days, its texts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from posixpath import normpath

from net30.kernel.dates import YEAR_MAX, YEAR_MIN
from net30.ledger.limits import TEXT_BYTES_MAX, check_limit
from net30.ledger.readers.workbook_parts import Attributes, Workbook

SHEETS_MAX = 255

# ECMA-376 part 1, 18.8.30: the built-in number formats that show a day.
_DAY_FORMATS = frozenset(map(str, (*range(14, 18), 22, *range(27, 32), 34, 35, 36, *range(50, 59))))
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ZERO_1900 = date(1899, 12, 30)
_ZERO_1904 = date(1904, 1, 1)
"""Day 0 of workbooks, and that of those from old Macintoshes."""


@dataclass(slots=True)
class _Told:
    """The attributes of all elements, in their order."""

    elements: list[tuple[str, Attributes]] = field(default_factory=list)
    done: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        self.elements.append((name, attributes))

    def text(self, text: str) -> None:
        """Texts are not wanted here."""

    def end(self, name: str) -> None:
        self.elements.append((f"/{name}", {}))


@dataclass(slots=True)
class _Texts:
    """The texts that cells refer to, without pronunciation marks."""

    texts: list[str] = field(default_factory=list)
    done: bool = False
    pieces: list[str] = field(default_factory=list)
    wanted: bool = False
    aside: bool = False
    size: int = 0

    def start(self, name: str, attributes: Attributes) -> None:
        del attributes
        self.wanted = name == "t" and not self.aside
        self.aside = self.aside or name == "rPh"

    def text(self, text: str) -> None:
        if self.wanted:
            self.pieces.append(text)

    def end(self, name: str) -> None:
        self.wanted = False
        if name == "rPh":
            self.aside = False
        elif name == "si":
            text = unescaped("".join(self.pieces))
            self.texts.append(text)
            self.pieces.clear()
            self.size += len(text)
            check_limit("bytes of text", self.size, TEXT_BYTES_MAX)


def sheet_parts(workbook: Workbook) -> dict[str, str]:
    """Return the part that holds each sheet, in the order of their tabs."""
    targets = {
        attributes.get("Id"): attributes.get("Target", "")
        for name, attributes in _told(workbook, "xl/_rels/workbook.xml.rels")
        if name == "Relationship"
    }
    found = {}
    for name, attributes in _told(workbook, "xl/workbook.xml"):
        if name == "sheet":
            # Its prefix is free: r:id as a rule.
            relation = next((attributes[key] for key in attributes if key.endswith(":id")), None)
            target = targets.get(relation, "")
            part = target.removeprefix("/") if target[:1] == "/" else normpath(f"xl/{target}")
            if workbook.has(part):
                found[attributes.get("name", "")] = part
            check_limit("sheets", len(found), SHEETS_MAX)
    return found


def day_styles(workbook: Workbook) -> frozenset[str]:
    """Return the cell styles whose numbers are days."""
    shows_day = dict.fromkeys(_DAY_FORMATS, True)
    styles: list[bool] = []
    of_cells = False
    for name, attributes in _told(workbook, "xl/styles.xml"):
        if name == "numFmt":
            code = _NOT_CODE.sub("", attributes.get("formatCode", "")).lower()
            shows_day[attributes.get("numFmtId", "")] = "y" in code or "d" in code
        elif name in {"cellXfs", "/cellXfs"}:
            of_cells = name == "cellXfs"
        elif name == "xf" and of_cells:
            styles.append(shows_day.get(attributes.get("numFmtId", ""), False))
    return frozenset(str(at) for at, is_day in enumerate(styles) if is_day)


def day_zero(workbook: Workbook) -> date:
    """Return the day that the workbook counts from."""
    told = dict(_told(workbook, "xl/workbook.xml")).get("workbookPr", {})
    return _ZERO_1904 if told.get("date1904") in {"1", "true"} else _ZERO_1900


def day_text(number: float, zero: date) -> str | None:
    """Return the day that a number stands for, or None when it stands for none."""
    try:
        day = zero + timedelta(days=int(number))
    except (OverflowError, ValueError):
        return None
    return day.isoformat() if YEAR_MIN <= day.year <= YEAR_MAX else None


def shared_texts(workbook: Workbook) -> list[str]:
    """Return the texts that cells refer to by their place."""
    texts = _Texts()
    workbook.read("xl/sharedStrings.xml", texts)
    return texts.texts


def unescaped(text: str) -> str:
    """Return a text with the characters that its escapes stand for: _x000D_ is a line end.

    >>> unescaped("a_x0041_b_x005F_x0041_")
    'aAb_x0041_'
    """
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _told(workbook: Workbook, part: str) -> list[tuple[str, Attributes]]:
    told = _Told()
    for _ in workbook.read_on(part, told):
        check_limit("elements", len(told.elements), 1_000_000)
    return told.elements


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 halves of a pair
