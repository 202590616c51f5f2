"""The queries that the double of Azure Cosmos DB understands: what the adapter asks, no more.

SELECT * (or fields) FROM c WHERE conditions joined by AND, ORDER BY one field. A field that is not
indexed is refused, and so is whatever else there is in the language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

Document = dict[str, Any]
Holds = Callable[[Document], bool]

_WHOLE = re.compile(
    r"SELECT (?P<fields>\*|c\.\w+(?:, c\.\w+)*) FROM c WHERE (?P<where>.+?)"
    r"(?: ORDER BY c\.(?P<order>\w+) (?P<way>ASC|DESC))?"
)
_COMPARED = re.compile(r"c\.(\w+) (=|<|>|<=|>=) (@\w+|'\w+')")
_IN = re.compile(r"c\.(\w+) IN \((@\w+(?:, @\w+)*)\)")
_CONTAINS = re.compile(r"ARRAY_CONTAINS\(c\.(\w+), (@\w+)\)")
_DEFINED = re.compile(r"IS_DEFINED\(c\.(\w+)\)")


class Unsupported(Exception):
    """What the double does not know."""


def answer(
    text: str, values: Mapping[str, Any], documents: Iterable[Document], indexed: Collection[str]
) -> list[Document]:
    """Return what a query finds."""
    asked = _WHOLE.fullmatch(text)
    if asked is None:
        raise Unsupported(f"the query {text!r}")
    conditions = [_condition(one, values, indexed) for one in asked["where"].split(" AND ")]
    found = [one for one in documents if all(holds(one) for holds in conditions)]
    if asked["order"]:
        order = _known(asked["order"], indexed)
        if any(type(one.get(order)) not in {str, int} for one in found):
            raise Unsupported(f"order by {order}, which some documents lack")
        found.sort(key=lambda one: _place(one[order]), reverse=asked["way"] == "DESC")
    if asked["fields"] == "*":
        return found
    names = [one.removeprefix("c.") for one in asked["fields"].split(", ")]
    return [{name: one[name] for name in names if name in one} for one in found]


def _condition(text: str, values: Mapping[str, Any], indexed: Collection[str]) -> Holds:
    if found := _COMPARED.fullmatch(text):
        name, sign, given = _known(found[1], indexed), found[2], found[3]
        wanted = given[1:-1] if given.startswith("'") else _value(given, values)
        return lambda one: _compared(one.get(name), sign, wanted)
    if found := _IN.fullmatch(text):
        name, names = _known(found[1], indexed), found[2].split(", ")
        wanted = [_value(one, values) for one in names]
        return lambda one: one.get(name) in wanted
    if found := _CONTAINS.fullmatch(text):
        name, wanted = _known(found[1], indexed), _value(found[2], values)
        return lambda one: wanted in one.get(name, [])
    if found := _DEFINED.fullmatch(text):
        name = _known(found[1], indexed)
        return lambda one: name in one
    raise Unsupported(f"the condition {text!r}")


def _known(name: str, indexed: Collection[str]) -> str:
    if name not in indexed:
        raise Unsupported(f"a question about {name}, which is not indexed")
    return name


def _value(name: str, values: Mapping[str, Any]) -> Any:
    if name not in values:
        raise Unsupported(f"the parameter {name} without a value")
    return values[name]


def _compared(found: Any, sign: str, wanted: Any) -> bool:
    if type(found) is not type(wanted):
        return False  # undefined, as in Cosmos
    left, right = _place(found), _place(wanted)
    match sign:
        case "=":
            return bool(left == right)
        case "<":
            return bool(left < right)
        case ">":
            return bool(left > right)
        case "<=":
            return bool(left <= right)
        case _:
            return bool(left >= right)


def _place(value: Any) -> Any:
    """Return what a value is ordered by: texts by their bytes."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
