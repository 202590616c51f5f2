"""Names say what a thing is: the words of the style guide that say nothing stay out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.project import ROOT, SOURCE, committed, modules, place

EMPTY_WORDS = {
    *("util", "utils", "helper", "helpers", "manager", "handler", "processor", "common", "misc"),
    *("data", "info", "obj", "tmp", "do", "new2"),
}
# The seed documents' own names, kept as thin shims.
OF_THE_SEEDS = {"ServiceManager", "get_service_manager", "service_manager"}
# Method names that the standard library and FastAPI ask for.
OF_THE_LIBRARY = {"handle_data", "get_route_handler"}
# Names others gave the thing: RFC 2397, GraphQL's cursor connections.
OF_THE_TRADE = {"data_url", "_data_url", "PageInfo"}
# Names that a library reads, in the one place where it does: Strawberry's resolvers, and the
# envelope of Standard Webhooks.
READ_BY_LIBRARIES = {"info": "api/graphql/schema/", "data": "services/told.py"}


def words(name: str) -> set[str]:
    """Split snake_case and CamelCase into lower-case words."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def defined(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield the names a module gives: classes, functions, parameters, variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, node.name
        elif isinstance(node, ast.arg):
            yield node, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node, node.id


def test_no_name_in_the_source_says_nothing() -> None:
    empty = [
        f"{place(file, node)} {name}"
        for file, tree in modules().items()
        for node, name in defined(tree)
        if name not in OF_THE_SEEDS | OF_THE_LIBRARY | OF_THE_TRADE and words(name) & EMPTY_WORDS
        if READ_BY_LIBRARIES.get(name, "nowhere") not in place(file)
    ]
    assert empty == []


def test_no_file_name_in_the_source_says_nothing() -> None:
    inside = [file for file in committed() if file.is_relative_to(SOURCE) and file.suffix == ".py"]
    empty = [
        place(file)
        for file in inside
        for part in file.relative_to(ROOT / "src").with_suffix("").parts
        if part not in OF_THE_SEEDS and words(part) & EMPTY_WORDS
    ]
    assert empty == []


def test_words_are_found_in_both_spellings() -> None:
    assert words("InvoiceManagerHTTPInfo") == {"invoice", "manager", "http", "info"}
    assert words("tmp_rows") & EMPTY_WORDS == {"tmp"}
    assert words("update_domain") & EMPTY_WORDS == set()
    names = [name for _, name in defined(ast.parse("class A:\n    def b(self, data): c = 1"))]
    assert sorted(names) == ["A", "b", "c", "data", "self"]
    assert Path(SOURCE).is_dir()
