"""The part of OData and of the simple query syntax that the double of Azure AI Search knows.

What is not known, or breaks the service's rules (a field that may not be filtered by), raises
BadRequest: a double that guesses would let a wrong question pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
Test = Callable[[Document], bool]
Matcher = Callable[[str, Sequence[str]], Test]
"""What tells whether a simple query matches, over some fields."""

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<instant>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"
    r"|(?P<number>-?\d+)|(?P<mark>[(),])"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_.]*))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "gt": lambda one, other: one is not None and one > other,
    "lt": lambda one, other: one is not None and one < other,
    "ge": lambda one, other: one is not None and one >= other,
    "le": lambda one, other: one is not None and one <= other,
}
_KINDS = {"text": "Edm.String", "instant": "Edm.DateTimeOffset", "number": "Edm.Int64"}
"""What each kind of constant may be compared with."""


class BadRequest(Exception):
    """What the service would answer with 400."""


@dataclass(slots=True)
class Filter:
    """A $filter on its way to a test of documents."""

    text: str
    fields: Mapping[str, Mapping[str, Any]]
    matcher: Matcher
    at: int = 0

    def test(self) -> Test:
        """Return the test; raise BadRequest for anything that is not known."""
        found = self._either()
        if self.text[self.at :].strip():
            raise BadRequest(f"unexpected text at {self.at}: {self.text[self.at : self.at + 40]!r}")
        return found

    def _either(self) -> Test:
        tests = [self._both()]
        while self._next_is("or"):
            tests.append(self._both())
        return lambda document: any(test(document) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._next_is("and"):
            tests.append(self._one())
        return lambda document: all(test(document) for test in tests)

    def _one(self) -> Test:
        if self._next_is("not"):
            inner = self._one()
            return lambda document: not inner(document)
        if self._next_is("("):
            inner = self._either()
            self._need(")")
            return inner
        kind, name = self._token()
        if kind != "name":
            raise BadRequest(f"a field or a function was expected, not {name!r}")
        if name == "search.in":
            return self._in()
        if name == "search.ismatch":
            return self._matches()
        return self._comparison(name)

    def _comparison(self, name: str) -> Test:
        field = self._filterable(name)
        _, operator = self._token()
        if operator not in _COMPARE:
            raise BadRequest(f"there is no operator {operator!r}")
        constant = self._constant(field, operator)
        compare = _COMPARE[operator]
        return lambda document: compare(document.get(name), constant)

    def _constant(self, field: Mapping[str, Any], operator: str) -> Any:
        kind, text = self._token()
        if kind == "name" and text == "null":
            if operator not in {"eq", "ne"}:
                raise BadRequest("null is only equal or not equal")
            return None
        readers: dict[str, Callable[[str], Any]] = {
            "text": _unquoted,
            "instant": str,
            "number": int,
        }
        value = readers.get(kind, _refused)(text)
        if _KINDS[kind] != field["type"]:
            raise BadRequest(f"{field['name']} is {field['type']}, not {text}")
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise BadRequest(f"{text} is no Edm.Int64")
        return value

    def _in(self) -> Test:
        self._need("(")
        _, name = self._token()
        self._filterable(name)
        self._need(",")
        values = self._text()
        self._need(",")
        separators = self._text()
        self._need(")")
        listed = set(re.split(f"[{re.escape(separators)}]", values))
        return lambda document: document.get(name) in listed

    def _matches(self) -> Test:
        self._need("(")
        query = self._text()
        self._need(",")
        fields = [name.strip() for name in self._text().split(",")]
        self._need(",")
        if self._text() != "simple":
            raise BadRequest("double: only the simple syntax")
        self._need(",")
        if self._text() != "all":
            raise BadRequest("double: only the mode all")
        self._need(")")
        return self.matcher(query, fields)

    def _filterable(self, name: str) -> Mapping[str, Any]:
        field = self.fields.get(name)
        if field is None:
            raise BadRequest(f"there is no field {name!r}")
        if not field.get("filterable"):
            raise BadRequest(f"{name!r} is not filterable")
        return field

    def _text(self) -> str:
        kind, text = self._token()
        if kind != "text":
            raise BadRequest(f"a text was expected, not {text!r}")
        return _unquoted(text)

    def _need(self, mark: str) -> None:
        if not self._next_is(mark):
            raise BadRequest(f"{mark!r} was expected at {self.at}")

    def _next_is(self, wanted: str) -> bool:
        found = _TOKEN.match(self.text, self.at)
        if found is None or found.group(found.lastgroup or 0) != wanted:
            return False
        self.at = found.end()
        return True

    def _token(self) -> tuple[str, str]:
        found = _TOKEN.match(self.text, self.at)
        if found is None or found.lastgroup is None:
            raise BadRequest(f"cannot be read at {self.at}: {self.text[self.at : self.at + 40]!r}")
        self.at = found.end()
        return found.lastgroup, found.group(found.lastgroup)


def _unquoted(text: str) -> str:
    return text[1:-1].replace("''", "'")


def _refused(text: str) -> Any:
    raise BadRequest(f"a constant was expected, not {text!r}")


# --- the simple query syntax ---------------------------------------------------------------------

Cut = Callable[[str], Sequence[str]]
"""What cuts a text of a question into tokens."""
_QUERY = re.compile(r'\s*(?:"(?P<phrase>[^"]*)"|(?P<mark>[()+|])|(?P<word>[^\s()+|"*~\\-]+))')


@dataclass(slots=True)
class Simple:
    """A query in the simple syntax: phrases, words, +, | and parentheses; + binds all alike."""

    text: str
    in_a_row: Callable[[Sequence[str]], Test]
    cut: Cut
    at: int = 0

    def test(self) -> Test:
        """Return the test; raise BadRequest for anything that is not known."""
        found = self._list()
        if self.text[self.at :].strip():
            raise BadRequest(f"double: the query cannot be read at {self.at}: {self.text!r}")
        return found

    def _list(self) -> Test:
        tests, ways = [self._one()], set[str]()
        while (mark := self._mark("+|")) or self._more():
            ways.add(mark or "+")
            tests.append(self._one())
        if len(ways) > 1:
            raise BadRequest("double: + and | side by side need parentheses")
        join = any if ways == {"|"} else all
        return lambda document: join(test(document) for test in tests)

    def _one(self) -> Test:
        if self._mark("("):
            inner = self._list()
            if not self._mark(")"):
                raise BadRequest("a parenthesis is not closed")
            return inner
        found = _QUERY.match(self.text, self.at)
        if found is None or found.lastgroup not in {"phrase", "word"}:
            raise BadRequest(f"double: the query cannot be read at {self.at}: {self.text!r}")
        self.at = found.end()
        tokens = self.cut(found.group(found.lastgroup))
        if not tokens:
            raise BadRequest("double: an empty phrase")
        return self.in_a_row(tokens)

    def _more(self) -> bool:
        found = _QUERY.match(self.text, self.at)
        return found is not None and (found.lastgroup != "mark" or found.group("mark") == "(")

    def _mark(self, marks: str) -> str:
        found = _QUERY.match(self.text, self.at)
        if found is None or not found.group("mark") or found.group("mark") not in marks:
            return ""
        self.at = found.end()
        return found.group("mark")
