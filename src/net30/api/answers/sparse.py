"""Sparse: answers with some of their fields only, those that the question names.

GET /api/v1/invoices?fields=number,balance,invoice.totals.due
"""

from __future__ import annotations

import re
from typing import Any

from net30.api.answers.faulty import Faulty
from net30.api.description.shapes import Definitions, Schema, shape_of
from net30.kernel.findings import Finding
from net30.kernel.jsonable import Json

PARAMETER = "fields"
FIELDS_MAX = 100
PATTERN = r"^[A-Za-z0-9_.,-]{1,2000}$"
Tree = dict[str, "Tree"]
"""The fields that are wanted, by name; one without any below it is wanted whole."""


def tree_of(text: str) -> Tree:
    """Return the fields of a text such as `number,balance,customer.party.name`."""
    tree: Tree = {}
    for path in text.split(",")[:FIELDS_MAX]:
        branch = tree
        for name in path.strip().split("."):
            branch = branch.setdefault(name, {})
    return tree


def pruned(value: Json, tree: Tree) -> Json:
    """Return JSON with the wanted fields only; of a list, those of each entry."""
    if not tree:
        return value
    if isinstance(value, list):
        return [pruned(one, tree) for one in value]
    if isinstance(value, dict):
        return {name: pruned(value[name], below) for name, below in tree.items() if name in value}
    return value


class Fields:
    """Which fields an answer has, told from its type."""

    def __init__(self, kind: Any) -> None:  # Any: a type, or a union of types
        """Know the fields of answers of a type; of a list, those of its rows."""
        self._known: Definitions = {}
        self._shape = shape_of(kind, self._known)

    def check(self, text: str) -> None:
        """Raise Faulty for fields that there are not, with each of them."""
        rows = self._resolved(self._shape)
        if "items" in rows.get("properties", {}):
            rows = rows["properties"]["items"]
        missing = list(self._missing(rows, tree_of(text), ""))
        if not re.fullmatch(PATTERN, text):
            missing = [text]
        if text.count(",") >= FIELDS_MAX:
            missing.append(f"more than {FIELDS_MAX}")
        if missing:
            there = ", ".join(self._names(rows)) or "letters, digits and _, points between"
            raise Faulty(
                [
                    Finding(
                        "unknown_field",
                        "query.fields",
                        f"there is no field {path[:80]!r}; there are: {there}",
                    )
                    for path in missing
                ]
            )

    def _names(self, schema: Schema) -> tuple[str, ...]:
        """Return the fields of a record, of a list those of its rows."""
        found = self._resolved(schema)
        if found.get("type") == "array":
            return self._names(found.get("items", {}))
        return tuple(found.get("properties", {}))

    def _missing(self, schema: Schema, tree: Tree, before: str) -> list[str]:
        found = self._resolved(schema)
        if found.get("type") == "array":
            return self._missing(found.get("items", {}), tree, before)
        options = [one for one in found.get("anyOf", ()) if one.get("type") != "null"]
        if options:
            return min((self._missing(one, tree, before) for one in options), key=len)
        if "properties" in found:
            return self._of_record(found["properties"], tree, before)
        below = found.get("additionalProperties")
        if isinstance(below, dict):  # any name may be there
            return [path for part in tree.values() for path in self._missing(below, part, before)]
        return [] if below or not found else [f"{before}{name}" for name in tree]

    def _of_record(self, properties: Schema, tree: Tree, before: str) -> list[str]:
        missing = []
        for name, below in tree.items():
            if name not in properties:
                missing.append(f"{before}{name}")
            elif below:
                missing += self._missing(properties[name], below, f"{before}{name}.")
        return missing

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self._known[schema["$ref"].rpartition("/")[2]]
        return schema
