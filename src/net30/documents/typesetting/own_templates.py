"""Own templates: customers' Typst files, compiled where they can do no harm.

A template is a folder with an invoice.typ. Its files are copied beside our parts into a folder
of their own (symbolic links refused), and a child process compiles them there: killed after
SECONDS_MAX, limited in memory, without network or packages.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from net30.documents.style import Style
from net30.documents.typesetting.compiler import BUILT_IN
from net30.kernel.errors import InputError, LimitExceeded

SECONDS_MAX = 8
FILES_MAX = 200
BYTES_MAX = 20_000_000
DIAGNOSTIC_CHARACTERS_MAX = 600


def own_template(style: Style) -> Path | None:
    """Return the folder of the style's own template, None where a built-in one is meant."""
    if style.templates is None:
        return None
    folder = style.templates / style.template
    return folder if (folder / "invoice.typ").is_file() else None


def compile_own(folder: Path, inputs: Mapping[str, str], day: date) -> bytes:
    """Return the PDF of an own template.

    Raises InputError with Typst's own words where it fails, links outside, imports packages or
    takes longer than SECONDS_MAX; LimitExceeded where it has too many or too large files.
    """
    with tempfile.TemporaryDirectory(prefix="net30-template-") as scratch:
        root = Path(scratch)
        for part in BUILT_IN.glob("*.typ"):
            shutil.copy(part, root)
        _copy(folder, root / folder.name)
        order = {"root": scratch, "template": folder.name, "inputs": dict(inputs), "day": str(day)}
        return _run(folder.name, json.dumps(order))


def _copy(folder: Path, target: Path) -> None:
    size = 0
    for count, path in enumerate(_files(folder), 1):
        size += path.stat().st_size
        if count > FILES_MAX or size > BYTES_MAX:
            raise LimitExceeded(
                f"the template {folder.name!r} is too large",
                hint=f"at most {FILES_MAX} files and {BYTES_MAX // 10**6} MB",
                code="template_size",
            )
        copied = target / path.relative_to(folder)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or folder.is_symlink():
            raise InputError(
                f"the template {folder.name!r} has a symbolic link, {path.name!r}",
                hint="put the file itself there",
                code="template_link",
            )
        if path.is_file():
            yield path


def _run(name: str, order: str) -> bytes:
    command = [sys.executable, "-I", "-m", "net30.documents.typesetting.child"]
    try:
        done = subprocess.run(
            command, input=order.encode(), capture_output=True, timeout=SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        raise _refused(name, f"it took longer than {SECONDS_MAX} seconds") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()[-DIAGNOSTIC_CHARACTERS_MAX:]
        raise _refused(name, said or f"it was stopped (exit code {done.returncode})")
    return done.stdout


def _refused(name: str, why: str) -> InputError:
    return InputError(
        f"the template {name!r} cannot be set: {why}",
        hint="correct its invoice.typ, or choose a built-in template",
        code="template",
    )
