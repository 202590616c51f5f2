"""Numbering: from a pattern and a sequence number to the number on the document."""

from __future__ import annotations

import re
from collections.abc import Iterable

from net30.domain.invoice import CREDIT_NOTE_CODES, DEPOSIT, PRO_FORMA, QUOTE
from net30.kernel.errors import InputError

NUMBER_CHARACTERS_MAX = 40
_SEQUENCE = re.compile(r"\{seq(?::0(\d{1,2}))?\}")

DEFAULT_PATTERNS = (
    ("invoice", "INV-{year}-{seq:06}"),
    ("credit_note", "CN-{year}-{seq:06}"),
    ("deposit", "DEP-{year}-{seq:06}"),
    ("quote", "QUO-{year}-{seq:06}"),
    ("pro_forma", "PRO-{year}-{seq:06}"),
)
"""The series an organisation starts with; each counts by itself, from 1 every year."""

_SERIES = {DEPOSIT: "deposit", PRO_FORMA: "pro_forma", QUOTE: "quote"}


def series_of(type_code: str) -> str:
    """Return the series that a document of this type (BT-3) is numbered in."""
    if type_code in CREDIT_NOTE_CODES:
        return "credit_note"
    return _SERIES.get(type_code, "invoice")


def check_pattern(pattern: str) -> str:
    """Return a pattern that gives every document of a year its own number.

    Raises InputError when {seq} or {year} is missing or twice, another {field} is there, or
    characters that cannot be seen.
    Numbers start again each year, so a pattern without the year would repeat them.
    """
    rest = _SEQUENCE.sub("", pattern.replace("{year}", ""))
    counts = len(_SEQUENCE.findall(pattern)), pattern.count("{year}")
    if counts != (1, 1) or set("{}") & set(rest) or not _is_plain(pattern):
        raise InputError(
            f"{pattern!r} is not a number pattern",
            hint="use {year} and {seq} once each, e.g. INV-{year}-{seq:06}",
            code="number_pattern",
        )
    if len(format_number(pattern, 9999, 10**9)) > NUMBER_CHARACTERS_MAX:
        raise InputError(
            f"{pattern!r} gives numbers of over {NUMBER_CHARACTERS_MAX} characters",
            hint="shorten the text before the year",
            code="number_pattern",
        )
    return pattern


def check_patterns(patterns: Iterable[tuple[str, str]]) -> None:
    """Raise InputError for a bad pattern, or when two series would give the same numbers.

    Series that are not named have their default pattern, and count too.
    """
    seen: dict[str, str] = {}
    for series, pattern in (dict(DEFAULT_PATTERNS) | dict(patterns)).items():
        shape = _SEQUENCE.sub("{seq}", check_pattern(pattern))
        other = seen.setdefault(shape, series)
        if other != series:
            raise InputError(
                f"{series} and {other} would get the same numbers from {pattern!r}",
                hint="begin each series with its own letters, e.g. CN-{year}-{seq:06}",
                code="number_pattern",
            )


def format_number(pattern: str, year: int, sequence: int) -> str:
    """Return the number on the document.

    >>> format_number("INV-{year}-{seq:06}", 2026, 42)
    'INV-2026-000042'
    """
    return _SEQUENCE.sub(
        lambda match: f"{sequence:0{match[1] or 1}d}", pattern.replace("{year}", str(year))
    )


def _is_plain(pattern: str) -> bool:
    return pattern.isprintable() and pattern == pattern.strip()


def sequence_in(pattern: str, number: str) -> tuple[int, int] | None:
    """Return (year, sequence) of a number that the pattern made, or None for another's number."""
    shape = re.escape(pattern).replace(r"\{year\}", "(?P<year>[0-9]{4})")
    shape = re.sub(r"\\\{seq(:0\d{1,2})?\\\}", "(?P<seq>[0-9]{1,40})", shape)
    match = re.fullmatch(shape, number)
    if match is None:
        return None
    year, sequence = int(match["year"]), int(match["seq"])
    # INV-2026-42 is not what INV-{year}-{seq:06} makes of 42.
    return (year, sequence) if format_number(pattern, year, sequence) == number else None
