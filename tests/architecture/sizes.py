"""Sizes: the files and functions that pass our aims. A report, never a failure."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.project import modules, place

FILE_LINES = 300
FUNCTION_LINES = 50
PARAMETERS = 5
FOLDER_FILES = 15
PLUGIN_FOLDERS = {"documents", "insights", "tools", "projections", "versions", "services", "cli"}


def long_files() -> list[str]:
    """List source files beyond the aim, with their lines."""
    counted = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in modules()}
    return [
        f"{place(file)}: {lines} lines" for file, lines in counted.items() if lines > FILE_LINES
    ]


def large_functions() -> list[str]:
    """List functions beyond the aims of lines or parameters."""
    found = []
    for file, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                taken = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
                parameters = len([each for each in taken if each.arg not in {"self", "cls"}])
                if lines > FUNCTION_LINES or parameters > PARAMETERS:
                    found.append(
                        f"{place(file, node)} {node.name}: {lines} lines, {parameters} parameters"
                    )
    return found


def full_folders() -> list[str]:
    """List folders with more files than the aim; plugin rooms are free."""
    counted: dict[Path, int] = {}
    for file in modules():
        counted[file.parent] = counted.get(file.parent, 0) + 1
    return [
        f"{place(folder)}: {count} files"
        for folder, count in counted.items()
        if count > FOLDER_FILES and folder.name not in PLUGIN_FOLDERS
    ]


def report() -> bool:
    """Print what passes an aim: ask of each whether it still does one job."""
    lines = [*long_files(), *large_functions(), *full_folders()]
    print("\n".join(lines) or "nothing passes our aims")
    return True
