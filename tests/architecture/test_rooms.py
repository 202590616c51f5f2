"""The rooms keep their one direction of imports and their one wiring place."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from importlinter.cli import lint_imports

from tests.architecture.project import ROOT, SOURCE, modules, place, room

PURE = {"kernel", "domain", "ports"}
TOPS_AND_FACES = {
    *("cli", "asgi", "service_manager", "analytics_dashboard", "app"),
    *("api", "mcp", "portal", "ui", "worker"),
}
# Reading these twice gives two answers; a time to wait (monotonic, perf_counter) is no date.
WORLD = {
    "os.environ",
    "os.getenv",
    "date.today",
    "datetime.date.today",
    "datetime.now",
    "datetime.utcnow",
    "datetime.datetime.now",
    "time.time",
}


def imported(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Yield every import statement with the module it names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, node.module or ""


def test_import_contracts_hold() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == 0


def test_kernel_domain_and_ports_need_the_standard_library_only() -> None:
    allowed = set(sys.stdlib_module_names) | {"net30"}
    strangers = [
        f"{place(file, node)} imports {name}"
        for file, tree in modules().items()
        if room(file) in PURE
        for node, name in imported(tree)
        if name.split(".")[0] not in allowed
    ]
    assert strangers == []


def test_no_room_reads_a_pickle() -> None:
    unsafe = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"}
    readers = [
        f"{place(file, node)} imports {name}"
        for file, tree in modules().items()
        for node, name in imported(tree)
        if name.split(".")[0] in unsafe
    ]
    assert readers == []


def test_only_app_and_wiring_name_an_adapter_in_a_text() -> None:
    """A folder of adapters may load its own parts by name; linters see neither."""
    named = re.compile(r"""["']net30\.adapters\.?(\w*)""")
    namers = [
        f"{place(file)} names {found.group()}"
        for file in modules()
        for found in named.finditer(file.read_text(encoding="utf-8"))
        if room(file) not in {"app", "wiring"}
        and not (found[1] and file.is_relative_to(SOURCE / "adapters" / found[1]))
    ]
    assert namers == []


def test_only_adapters_commit() -> None:
    callers = [
        place(file, node)
        for file, tree in modules().items()
        if room(file) != "adapters"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]
    assert callers == []


def test_nothing_below_app_reads_the_environment_or_the_clock() -> None:
    readers = [
        f"{place(file, node)} reads {ast.unparse(node)}"
        for file, tree in modules().items()
        if room(file) not in TOPS_AND_FACES
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Load)
        and ast.unparse(node) in WORLD
    ]
    assert readers == []


def test_every_room_says_what_it_is() -> None:
    silent = [
        place(file)
        for file, tree in modules().items()
        if file.name == "__init__.py" and not ast.get_docstring(tree)
    ]
    assert silent == []


def test_a_forbidden_import_would_be_seen() -> None:
    tree = ast.parse(
        "def later():\n    from sqlalchemy.orm import Session\n    import pickle as p\n"
    )
    assert [name for _, name in imported(tree)] == ["sqlalchemy.orm", "pickle"]
    assert room(Path(ROOT / "src/net30/kernel/money.py")) == "kernel"
    assert room(Path(ROOT / "src/net30/app.py")) == "app"
