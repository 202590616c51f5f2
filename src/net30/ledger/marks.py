"""Marks: a 64-bit number for each text, equal for equal texts, to find those that come twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from net30.ledger import compute

Marks = NDArray[np.uint64]
Ints = NDArray[np.int64]

_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(29)
_WORD_BYTES = 8
_KEEP = np.array([(1 << (8 * size)) - 1 for size in range(_WORD_BYTES + 1)], np.uint64)
"""By how many bytes of a word are a text's own: what keeps these and no others."""


def marks(texts: compute.Operand) -> Marks:
    """Return the mark of each text.

    Two different texts have one mark once in 2^64: whoever acts on equal marks looks at the texts.
    """
    column = compute.whole(texts).cast(pa.large_binary())
    _, ends, letters = column.buffers()
    if not len(column) or ends is None:
        return np.zeros(0, np.uint64)
    at = np.asarray(memoryview(ends).cast("B").cast("q"))[
        column.offset : column.offset + len(column) + 1
    ]
    lengths = np.diff(at)
    found = lengths.astype(np.uint64) * _MIX
    for left, word in _words(letters, at, lengths):
        mixed = (found ^ word) * _ODD
        mixed ^= mixed >> _SHIFT
        mixed *= _MIX
        mixed ^= mixed >> _SHIFT
        # A text that has ended stays as it is: what others there are in its column says nothing.
        found = np.where(left > 0, mixed, found)
    return found


def _words(letters: pa.Buffer | None, at: Ints, lengths: Ints) -> Iterator[tuple[Ints, Marks]]:
    """Return how much of each text is left and eight bytes of it as a number, then the next."""
    bytes_max = int(lengths.max())
    if letters is None or not bytes_max:
        return
    text = np.asarray(memoryview(letters).cast("B"))[at[0] : at[-1]]
    room = np.concatenate([text, np.zeros(_WORD_BYTES, np.uint8)])
    # Every eight bytes in a row, as a number each: they overlap, nothing is copied.
    every = np.ndarray((len(room) - _WORD_BYTES + 1,), "<u8", room, strides=(1,))
    start = at[:-1] - at[0]
    for first in range(0, bytes_max, _WORD_BYTES):
        left = np.clip(lengths - first, 0, _WORD_BYTES)
        word = every[np.minimum(start + first, len(every) - 1)]
        yield left, word & _KEEP[left]


def twice(found: Marks) -> Ints:
    """Return the places of all marks that come more than once, in order."""
    ordered = np.sort(found)
    return np.flatnonzero(_is_in(found, ordered[1:][ordered[1:] == ordered[:-1]]))


def among(found: Marks, others: Marks) -> NDArray[np.bool_]:
    """Return where a mark is one of the others."""
    ordered, asked = np.sort(others), np.sort(found)
    if not len(ordered):
        return np.zeros(len(found), np.bool_)
    place = np.minimum(np.searchsorted(ordered, asked), len(ordered) - 1)
    return _is_in(found, asked[ordered[place] == asked])


def _is_in(found: Marks, some: Marks) -> NDArray[np.bool_]:
    # Mostly there are none, or few.
    return np.isin(found, some) if len(some) else np.zeros(len(found), np.bool_)
