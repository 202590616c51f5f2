"""Setting kinds: how the text that somebody gave becomes a value, or is refused.

Each reads one text and raises ValueError with what would do instead: "a whole number from 1 to 9".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from pathlib import Path

from net30.kernel.web_address import read_reach

SECONDS_MAX = 86_400


def path(text: str) -> Path:
    """Return a path; ~ is who runs it."""
    if "\0" in text:
        raise ValueError("a path without zero bytes")
    return Path(text).expanduser()


def url(text: str) -> str:
    """Return a URL with a scheme."""
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*:\S+", text):
        raise ValueError("a URL such as sqlite:///net30.db, folder:blobs or smtp://host:25")
    return text


def address(text: str) -> str:
    """Return a web address without a path, or nothing."""
    if text and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?", text):
        raise ValueError("an address without a path, such as https://books.example")
    return text.rstrip("/")


def optional_url(text: str) -> str:
    """Return a URL, or nothing."""
    return url(text) if text else ""


def one_of(*choices: str) -> Callable[[str], str]:
    """Return what reads one of several words, however they are capitalised."""

    def read(text: str) -> str:
        for choice in choices:
            if text.casefold() == choice.casefold():
                return choice
        raise ValueError("one of " + ", ".join(choices))

    return read


def between(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number of a range."""

    def read(text: str) -> int:
        if re.fullmatch(r"[0-9]{1,12}", text) and least <= int(text) <= most:
            return int(text)
        raise ValueError(f"a whole number from {least} to {most}")

    return read


def yes(text: str) -> bool:
    """Return whether a text says yes."""
    choice = one_of("true", "yes", "on", "1", "false", "no", "off", "0")(text)
    return choice in {"true", "yes", "on", "1"}


def seconds(text: str) -> tuple[int, ...]:
    """Return several numbers of seconds."""
    return tuple(between(1, SECONDS_MAX)(part.strip()) for part in text.strip("[]").split(","))


def caches(names: Collection[str]) -> Callable[[str], str]:
    """Return what reads a table of caches of some names, as the JSON it was."""

    def read(text: str) -> str:
        _check_caches(text, names)
        return text

    return read


def _check_caches(text: str, names: Collection[str]) -> None:
    wanted = 'JSON such as {"statistics": {"ttl": 300, "max_size": 10}}'
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(wanted) from error
    if not isinstance(table, dict):
        raise ValueError(wanted)  # noqa: TRY004 - a setting's fault is a ValueError
    if unknown := sorted(set(table) - set(names)):
        raise ValueError(f"caches of these names: {', '.join(names)} (not {', '.join(unknown)})")
    for row in table.values():
        if not isinstance(row, dict) or set(row) != {"ttl", "max_size"}:
            raise ValueError(wanted)
        if not all(type(number) is int and number > 0 for number in row.values()):
            raise ValueError(wanted)


def networks(text: str) -> str:
    """Return networks, as they were written."""
    try:
        read_reach(text)
    except ValueError as error:
        raise ValueError("networks or addresses, such as 10.1.0.0/16, 10.2.3.4") from error
    return text


def topic(text: str) -> str:
    """Return the name of a topic; empty for none."""
    if text == "none":
        return ""
    if text and not re.fullmatch(r"[A-Za-z0-9._-]{1,200}", text):
        raise ValueError("a topic: letters, digits, . _ and -; or none")
    return text


def words(text: str) -> str:
    """Return words and what each stands for, as they were written."""
    word = r"[A-Za-z0-9._-]{1,100}"
    if text and not re.fullmatch(rf"\s*{word}={word}(\s*,\s*{word}={word})*\s*", text):
        raise ValueError("words and what each stands for, such as acme=main, lagune=second")
    return text
