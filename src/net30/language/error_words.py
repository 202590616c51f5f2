"""Error words: what an error or a finding says, in the languages that have words for its code.

English is what the books say themselves; another language is one file in errors/, a sentence for
a code. Of French nothing may be missing; the others have what people meet most. The values in a
message (a number, a day, an amount) are the same in all of them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from net30.kernel.errors import Net30Error
from net30.kernel.findings import Finding

LANGUAGES = ("fr", "es", "pt", "de", "ar")
_QUOTED = re.compile(r"'([^']{1,200})'|\"([^\"]{1,200})\"")
_VALUES = re.compile(
    _QUOTED.pattern
    + r"|(?<!e\.g\. )(?<![-+\w./:[])(?!net30\b)"
    + r"([-+\w./:[\]]*\d(?:[-+\w.,/:[\]]*[\w\]])?(?: [A-Z]{3}\b)?)"
)
"""What is quoted, and words with a digit: amounts with their currency, days, numbers, paths."""
VALUES_MAX = 16
_LIST = re.compile(r"(?:there are: |use one of |one of )(.+)")
"""A hint that lists what there is."""
_WANTED = " is wanted here"
"""How a finding ends that says of what type a value should be."""


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """An error in words; `whole` when all of it is in the language that was asked for."""

    title: str
    detail: str
    hint: str
    whole: bool


def words_of(error: Net30Error, status: int, title: str, language: str) -> ErrorWords:
    """Return an error's title, detail and hint in a language, what it lacks in English."""
    if language not in LANGUAGES:
        return ErrorWords(title, error.message, error.hint, whole=True)
    table = error_table(language)
    detail = _detail(table, error.code, error.message)
    hint = _hint(table["hint"].get(error.code), error.hint) if error.hint else ""
    return ErrorWords(
        title=table["title"].get(str(status), title),
        detail=error.message if detail is None else detail,
        hint=error.hint if hint is None else hint,
        whole=detail is not None and hint is not None,
    )


def finding_in(finding: Finding, language: str) -> Finding:
    """Return a finding in a language, where it has words for it.

    {it} is the field that it is about, {cell} what the English message has in quotes, {wanted} the
    type that a value should have. A finding that is an error's, such as what another program
    refused or a value that cannot be, has the error's words.
    """
    if language not in LANGUAGES:
        return finding
    table = error_table(language)
    message = finding.message
    wanted = message.partition(_WANTED)[0] if _WANTED in message else ""
    said = {"it": finding.path.rpartition(".")[2], "cell": _it(message)}
    said["wanted"] = table["wanted"].get(wanted, "")
    if finding.code in table["finding"]:
        told = _told(table["finding"][finding.code], message, said)
    else:
        told = _detail(table, finding.code.removeprefix("json_"), message)
    return Finding(finding.code, finding.path, told or message, finding.severity)


def _hint(sentence: str | None, english: str) -> str | None:
    """Return a hint, with what there is where only the English one lists it."""
    listed = _LIST.fullmatch(english)
    if sentence is None or listed is None or listed[1].partition(",")[0] in sentence:
        return sentence
    return f"{sentence}: {listed[1]}"


def _detail(table: Mapping[str, Mapping[str, str]], code: str, message: str) -> str | None:
    """Return an error's words: {it} is what its message has in quotes."""
    return _told(table["detail"].get(code), message, {"it": _it(message)})


def _told(sentence: str | None, message: str, said: Mapping[str, str]) -> str | None:
    """Return a sentence with what a message says: {rest} follows ": ", {number} is its last one.

    A sentence without a mark has the message's values after it, in brackets.
    """
    values = [next(filter(None, found)) for found in _VALUES.findall(message)]
    number = next((one for one in reversed(values) if one.isdecimal()), "")
    said = {**said, "rest": message.partition(": ")[2], "number": number}
    told = _filled(sentence, said)
    if told is None or told != sentence:
        return told
    lost = [one for one in dict.fromkeys(values) if one not in told]
    if not lost or len(lost) > VALUES_MAX:
        return told
    stop = "." if told.endswith(".") else ""
    return f"{told.removesuffix(stop)} ({'; '.join(lost)}){stop}"


def _it(message: str) -> str:
    """Return what a message has in quotes: the name, number or text it is about."""
    found = _QUOTED.search(message)
    return (found[1] or found[2]) if found else ""


def _filled(sentence: str | None, said: Mapping[str, str]) -> str | None:
    if sentence is None or any(f"{{{mark}}}" in sentence and not it for mark, it in said.items()):
        return None
    return sentence.format_map(said)


@cache
def error_table(language: str) -> dict[str, dict[str, str]]:
    """Return a language's words: titles by HTTP's number, the others by code."""
    path = files("net30.language") / "errors" / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
