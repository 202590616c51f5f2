"""The project as these tests see it: its files, and the rooms' syntax trees."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "net30"


@cache
def committed() -> tuple[Path, ...]:
    """List the files under version control that are there, and new ones not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = (ROOT / name for name in sorted(set(listed.split("\0"))) if name)
    return tuple(file for file in files if file.is_file())


@cache
def texts() -> dict[Path, str]:
    """Return the committed files that are text."""
    found: dict[Path, str] = {}
    for file in committed():
        content = file.read_bytes()
        if b"\0" not in content[:8192]:
            found[file] = content.decode("utf-8", errors="replace")
    return found


@cache
def modules() -> dict[Path, ast.Module]:
    """Return the syntax tree of every source file."""
    return {
        file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(SOURCE.rglob("*.py"))
    }


def room(file: Path) -> str:
    """Name the room a source file stands in: its first folder, or its own name."""
    return file.relative_to(SOURCE).parts[0].removesuffix(".py")


def place(file: Path, node: ast.AST | None = None) -> str:
    """Name a place as editors do: path:line."""
    line = getattr(node, "lineno", 0)
    return f"{file.relative_to(ROOT).as_posix()}" + (f":{line}" if line else "")
