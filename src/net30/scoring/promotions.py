"""Promotions: which version of a model was made current when and by whom, and the way back.

    MODELS/<name>/promotions      one line of JSON each time the pointer was moved

The line is written before the pointer is moved: after a crash between the two the pointer counts,
and the line that came to nothing is passed over.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from net30.kernel.errors import InputError, NotFound
from net30.kernel.files import unavailable

LOG = "promotions"


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """A version that was made current; `back` when that undid the promotion before it."""

    version: str
    day: date
    by: str
    back: bool = False


def append(shelf: Path, promotion: Promotion) -> None:
    """Write one promotion behind the others; raise Unavailable when the disk refuses."""
    path = shelf / LOG
    line = msgspec.json.encode(promotion) + b"\n"
    try:
        # One write of a short line: two processes never tear each other's.
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise unavailable(error, path) from error


def promotions(shelf: Path) -> tuple[Promotion, ...]:
    """Return every promotion, the oldest first; raise InputError when a line cannot be read.

    A last line without its end was cut by a crash and never came to anything.
    """
    path = shelf / LOG
    if not path.is_file():
        return ()
    *lines, _cut = path.read_bytes().split(b"\n")
    try:
        return tuple(msgspec.json.decode(line, type=Promotion) for line in lines)
    except msgspec.DecodeError as error:
        raise InputError(
            f"{path} cannot be read: {error}",
            hint="take the damaged line out; the models themselves are not touched by it",
            code="promotions",
        ) from error


def before(history: Sequence[Promotion], current: str) -> str:
    """Return the version that was current before this one, going further back each time.

    Raises NotFound when there is none.
    """
    kept = list(history)
    if kept and kept[-1].version != current:
        kept.pop()
    stack: list[str] = []
    for promotion in kept:
        if promotion.back:
            stack = stack[:-1]
        elif [promotion.version] != stack[-1:]:
            stack.append(promotion.version)
    if stack[-1:] != [current] or len(stack) == 1:
        raise NotFound(
            f"there is nothing to go back to from {current}",
            hint="name a version: net30 models promote VERSION",
            code="no_version",
        )
    return stack[-2]
