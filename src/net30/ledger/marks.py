"""Marks: a 64-bit number for each text, equal for equal texts, to find those that come twice."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from net30.ledger import compute

Marks = NDArray[np.uint64]

_ODD = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(29)
_WORD_BYTES = 8


def marks(texts: compute.Operand) -> Marks:
    """Return the mark of each text.

    Two different texts have one mark once in 2^64: whoever acts on equal marks looks at the texts.
    """
    column = compute.whole(texts).cast(pa.large_binary())
    _, ends, letters = column.buffers()
    if not len(column) or ends is None:
        return np.zeros(0, np.uint64)
    at = np.frombuffer(ends, np.int64)[column.offset : column.offset + len(column) + 1]
    lengths = np.diff(at)
    words = int(lengths.max()) // _WORD_BYTES + 1
    padded = np.zeros((len(column), words * _WORD_BYTES), np.uint8)
    if letters is not None and at[-1] > at[0]:
        rows = np.repeat(np.arange(len(column)), lengths)
        places = np.arange(at[-1] - at[0]) - np.repeat(at[:-1] - at[0], lengths)
        padded[rows, places] = np.frombuffer(letters, np.uint8)[at[0] : at[-1]]
    found = lengths.astype(np.uint64) * _MIX
    for word in padded.view("<u8").T:
        found = (found ^ word) * _ODD
        found ^= found >> _SHIFT
        found *= _MIX
        found ^= found >> _SHIFT
    return found


def twice(found: Marks) -> NDArray[np.int64]:
    """Return the places of all marks that come more than once, in order."""
    order = np.argsort(found, kind="stable")
    same = found[order][1:] == found[order][:-1]
    either = np.zeros(len(found), np.bool_)
    either[1:] |= same
    either[:-1] |= same
    return np.sort(order[either])


def among(found: Marks, others: Marks) -> NDArray[np.bool_]:
    """Return where a mark is one of the others."""
    ordered = np.sort(others)
    place = np.minimum(np.searchsorted(ordered, found), max(len(ordered) - 1, 0))
    return ordered[place] == found if len(ordered) else np.zeros(len(found), np.bool_)
