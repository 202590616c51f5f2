"""Reasons why a figure is missing: each that an insight can give is told in French too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import net30
from net30.services.reporting.words import report_words

INSIGHTS = Path(net30.__file__).parent / "insights"
NUMBER = re.compile(r"\d+(?:-\d+)*")


def reasons_of(text: str) -> Iterator[str]:
    """Texts given to `unknown(...)`, to `reason=` or to a name `reason`, numbers as {}."""
    tree = ast.parse(text)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        for given in given_as_reason(node):
            if isinstance(given, ast.JoinedStr):
                parts = [
                    part.value if isinstance(part, ast.Constant) else "0" for part in given.values
                ]
                yield "".join(map(str, parts))
            elif isinstance(given, ast.Constant) and given.value:
                yield str(given.value)
            elif isinstance(given, ast.Name) and given.id in constants:
                yield constants[given.id]


def given_as_reason(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Call(func=ast.Name(id="unknown"), args=[given, *_]):
            return [given]
        case ast.keyword(arg="reason", value=given):
            return [given]
        case ast.Assign(targets=[ast.Name(id="reason")], value=given):
            return [given]
    return []


def test_every_reason_of_an_insight_has_a_french_text() -> None:
    found = {
        NUMBER.sub("{}", reason)
        for path in INSIGHTS.glob("*.py")
        for reason in reasons_of(path.read_text(encoding="utf-8"))
    }
    assert len(found) > 15
    missing = found - report_words("fr").texts["reasons"].keys()
    assert not missing
