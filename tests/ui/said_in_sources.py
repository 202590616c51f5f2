"""What the screens say, read from their sources: every English text that needs a translation."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import net30.ui

ROOM = Path(net30.ui.__file__).parent
SOURCES = sorted(ROOM.rglob("*.py"))
LABELLED = frozenset(
    "badge button caption checkbox download_button error expander form_submit_button header info "
    "markdown menu_button metric popover segmented_control selectbox subheader success tabs text "
    "text_area text_input title toast toggle warning write".split()
)
"""Streamlit's functions whose first argument people read."""


@cache
def texts() -> dict[str, set[str]]:
    """Every text that is said, and the files that say it."""
    found: dict[str, set[str]] = {}
    for file in SOURCES:
        for text in _of(ast.parse(file.read_text(encoding="utf-8"))):
            found.setdefault(text, set()).add(file.name)
    return found


def _of(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _name(node.func)
        if name in {"t", "later"}:
            yield from _constants(node.args[:1])
        elif name == "count":
            yield from _constants(node.args[1:3])
        elif name == "Place":
            yield from _constants([key.value for key in node.keywords if key.arg == "title"])


def bare_labels() -> list[str]:
    """Texts that a screen shows without asking for their translation, as file:line: text."""
    found = []
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in LABELLED and node.args:
                first = node.args[0]
                text = first.value if isinstance(first, ast.Constant) else ""
                if isinstance(text, str) and any(map(str.isalpha, text)):
                    found.append(f"{file.name}:{node.lineno}: {text}")
    return found


def _constants(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.IfExp):
            yield from _constants([node.body, node.orelse])


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""
