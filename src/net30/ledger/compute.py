"""Compute: what the ledger asks of Arrow, column in, column out.

Arrow's own functions know more forms than its type stubs do. Here each is one function with one
type: it takes columns, chunked or not, or plain values, and returns one whole column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute

Column: TypeAlias = "pa.Array[Any]"  # Any: which type of scalar is told by the schema
Value: TypeAlias = "str | int | bool | date | Decimal | pa.Scalar[Any] | None"
Operand: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any] | Value"

_pc: Any = pyarrow.compute  # Any: the stubs lack the forms used here
_pa: Any = pa


def whole(column: Operand) -> Column:
    """Return a column in one piece."""
    if not isinstance(column, pa.ChunkedArray):
        return _column(column)
    # Arrow copies even a single piece to make it one.
    return _column(column.chunk(0) if column.num_chunks == 1 else column.combine_chunks())


def column(table: pa.Table, name: str) -> Column:
    """Return a column of a table in one piece."""
    return whole(table[name])


def text(one: Operand) -> Column:
    """Return a dictionary column as plain text."""
    return whole(one).cast(pa.string())


def coded(one: Operand) -> pa.DictionaryArray[Any, Any]:
    """Return a column as a dictionary of its words and their places."""
    column = whole(one)
    coded = column if isinstance(column, pa.DictionaryArray) else column.dictionary_encode()
    assert isinstance(coded, pa.DictionaryArray)
    return coded


def by_word(one: Operand, tell: Callable[[Column], Column]) -> Column:
    """Return what is told of each text; of a dictionary column each word is asked about once."""
    column = whole(one)
    if isinstance(column, pa.DictionaryArray):
        return tell(column.dictionary).take(column.indices)
    return tell(column)


def recoded(
    column: pa.DictionaryArray[Any, Any], change: Callable[[Column], Column]
) -> pa.DictionaryArray[Any, Any]:
    """Return a column with its words changed: those that rows use, once each, as they come up.

    Null counts as a word: `change` gets it, and gives none back.
    """
    used: Any = column.indices.dictionary_encode(null_encoding="encode")  # Any: not in the stubs
    words = coded(change(column.dictionary.take(used.dictionary)))  # two may have become one
    return coded(
        _pa.DictionaryArray.from_arrays(words.indices.take(used.indices), words.dictionary)
    )


def texts(one: Operand) -> list[str]:
    """Return the texts of a column that has no nulls."""
    return [str(value) for value in whole(one).to_pylist()]


def numbered(start: int, stop: int, step: int = 1) -> Column:
    """Return the whole numbers from start to stop, without it."""
    return _column(_pa.arange(start, stop, step))


def repeat(value: Value, times: int) -> Column:
    """Return a column of one value."""
    return _column(_pa.repeat(_operand(value), times))


def some(mask: Operand) -> bool:
    """Tell whether any row is true."""
    return bool(_pc.any(mask).as_py())


def every(mask: Operand) -> bool:
    """Tell whether no row is false."""
    return _pc.all(mask).as_py() is not False


def count(mask: Operand) -> int:
    """Return how many rows are true."""
    return int(_pc.sum(mask).as_py() or 0)


def total(numbers: Operand) -> int:
    """Return the sum of whole numbers."""
    return int(_pc.sum(numbers).as_py() or 0)


def most(numbers: Operand) -> int:
    """Return the largest of whole numbers, 0 where there is none."""
    return int(_pc.max(numbers).as_py() or 0)


def earliest(days: Operand) -> date | None:
    """Return the first day of a column; None where there is none."""
    found: date | None = _pc.min(days).as_py()
    return found


def latest(days: Operand) -> date | None:
    """Return the last day of a column; None where there is none."""
    found: date | None = _pc.max(days).as_py()
    return found


def distinct(one: Operand) -> list[Any]:  # Any: as the column's scalars are
    """Return the different values of a column, as they come up, without null."""
    return [value for value in _pc.unique(one).to_pylist() if value is not None]


def both(one: Operand, other: Operand) -> Column:
    """Return where both are true."""
    return _call("and_", one, other)


def either(one: Operand, other: Operand) -> Column:
    """Return where one is true."""
    return _call("or_", one, other)


def but_not(one: Operand, other: Operand) -> Column:
    """Return where the one is true and the other is not."""
    return _call("and_not", one, other)


def no(mask: Operand) -> Column:
    """Return where it is false."""
    return _call("invert", mask)


def known(mask: Operand) -> Column:
    """Return where it is true, null counting as false."""
    return _call("fill_null", mask, False)


def equal(one: Operand, other: Operand) -> Column:
    """Return where two are equal."""
    return _call("equal", one, other)


def differ(one: Operand, other: Operand) -> Column:
    """Return where two are not equal."""
    return _call("not_equal", one, other)


def less(one: Operand, other: Operand) -> Column:
    """Return where the one is less."""
    return _call("less", one, other)


def at_most(one: Operand, other: Operand) -> Column:
    """Return where the one is not greater."""
    return _call("less_equal", one, other)


def missing(one: Operand) -> Column:
    """Return where there is nothing."""
    return _call("is_null", one)


def present(one: Operand) -> Column:
    """Return where there is something."""
    return _call("is_valid", one)


def within(one: Operand, values: Sequence[str] | Column) -> Column:
    """Return where the value is among these."""
    among = values if isinstance(values, pa.Array) else pa.array(list(values), pa.string())
    column = whole(one)
    if len(among) == 1 and among.null_count == 0 and column.type == among.type:
        # A fifth of the time: is_in hashes the whole column.
        return or_else(_call("equal", column, among[0]), False)
    return _column(whole(_pc.is_in(column, value_set=among)))


def place_in(one: Operand, values: Operand) -> Column:
    """Return the place of each value among these, null where it is not there."""
    return _column(whole(_pc.index_in(one, value_set=whole(values))))


def pick(mask: Operand, then: Operand, otherwise: Operand) -> Column:
    """Return the one where the mask is true, else the other."""
    return _call("if_else", mask, then, otherwise)


def first_of(*columns: Operand) -> Column:
    """Return the first of these that is not null, row by row."""
    return _call("coalesce", *columns)


def plus(one: Operand, other: Operand) -> Column:
    """Return the sum."""
    return _call("add", one, other)


def minus(one: Operand, other: Operand) -> Column:
    """Return the difference."""
    return _call("subtract", one, other)


def times(one: Operand, other: Operand) -> Column:
    """Return the product."""
    return _call("multiply", one, other)


def divided(one: Operand, other: Operand) -> Column:
    """Return the whole quotient."""
    return _call("divide", one, other)


def size(one: Operand) -> Column:
    """Return numbers without their sign."""
    return _call("abs", one)


def sign(one: Operand) -> Column:
    """Return -1, 0 or 1."""
    return _call("sign", one)


def rounded(one: Operand) -> Column:
    """Return whole numbers."""
    return whole(_pc.round(one, ndigits=0))


def later(one: Operand, other: Operand) -> Column:
    """Return the greater of two, row by row."""
    return _call("max_element_wise", one, other)


def running_sum(one: Operand) -> Column:
    """Return the sums up to each row."""
    return _call("cumulative_sum", one)


def running_max(one: Operand) -> Column:
    """Return the greatest up to each row."""
    return _call("cumulative_max", one)


def matches(one: Operand, pattern: str) -> Column:
    """Return where a regular expression (RE2) is found."""
    return whole(_pc.match_substring_regex(one, pattern=pattern))


def replaced(one: Operand, pattern: str, replacement: str) -> Column:
    """Return texts with every match of a regular expression (RE2) replaced."""
    return whole(_pc.replace_substring_regex(one, pattern=pattern, replacement=replacement))


def swapped(one: Operand, part: str, replacement: str) -> Column:
    """Return texts with every such part replaced, letter for letter."""
    return whole(_pc.replace_substring(one, pattern=part, replacement=replacement))


def groups(one: Operand, pattern: str, *names: str) -> list[Column]:
    """Return the named groups of a regular expression (RE2); null where it does not match."""
    found = _pc.extract_regex(one, pattern=pattern)
    return [whole(_pc.struct_field(found, name)) for name in names]


def trimmed(one: Operand) -> Column:
    """Return texts without blanks around them."""
    return _call("utf8_trim_whitespace", one)


def upper(one: Operand) -> Column:
    """Return texts in capitals."""
    return _call("utf8_upper", one)


def lower(one: Operand) -> Column:
    """Return texts in small letters."""
    return _call("utf8_lower", one)


def length(one: Operand) -> Column:
    """Return how many characters texts have."""
    return _call("utf8_length", one)


def byte_length(one: Operand) -> Column:
    """Return how many bytes values have."""
    return _call("binary_length", one)


def printable(one: Operand) -> Column:
    """Return where texts have only characters that are seen."""
    return _call("utf8_is_printable", one)


def only_bytes(texts: Operand, first: int, last: int) -> bool:
    """Tell whether all bytes of all texts lie between two: a thousandth of a second a million."""
    column = whole(texts)
    if not pa.types.is_string(column.type) or column.null_count:
        return False
    _, ends, letters = column.buffers()
    if ends is None or letters is None or not len(column):
        return True
    at = memoryview(ends).cast("B").cast("i")[column.offset : column.offset + len(column) + 1]
    text = np.asarray(memoryview(letters).cast("B"))[at[0] : at[-1]]
    return not len(text) or bool(text.min() >= first and text.max() <= last)


def glued(*parts: Operand, by: str = "") -> Column:
    """Return texts one behind the other, row by row."""
    return _call("binary_join_element_wise", *parts, by)


def or_else(one: Operand, value: Value) -> Column:
    """Return a column with a value where there was nothing."""
    return _call("fill_null", one, value)


def map_of(offsets: Column, names: Column, values: Column) -> Column:
    """Return one map a row, from all names and values and where each row begins."""
    return _column(_pa.MapArray.from_arrays(offsets, names, values))


def keys_of(maps: Operand) -> set[str]:
    """Return the names that stand in maps."""
    column: Any = whole(maps)  # Any: an array of maps, which the stubs do not tell
    return set(distinct(column.keys)) if len(column) else set()


def looked_up(maps: Operand, name: str) -> Column:
    """Return what each map has under a name, the first where there are several; null for none."""
    column: Any = whole(maps)  # Any: an array of maps, which the stubs do not tell
    # Arrow's own map_lookup makes a value of each row: twenty times as long.
    ends = np.asarray(column.offsets)
    row = np.repeat(np.arange(len(column)), np.diff(ends))
    keys = column.keys.slice(ends[0], len(row))
    found = np.flatnonzero(_pc.equal(keys, name).to_numpy(zero_copy_only=False))[::-1]
    place = np.full(len(column), -1)
    place[row[found]] = found + ends[0]
    nothing = (place < 0) | column.is_null().to_numpy(zero_copy_only=False)
    return whole(column.items.take(pa.array(place, mask=nothing)))


def _call(function: str, *operands: Operand) -> Column:
    return whole(getattr(_pc, function)(*map(_operand, operands)))


def _operand(value: Operand) -> Any:  # Any: what Arrow's functions take
    return value if isinstance(value, pa.Array | pa.ChunkedArray | pa.Scalar) else _pa.scalar(value)


def _column(value: Any) -> Column:  # Any: what Arrow's functions return
    assert isinstance(value, pa.Array), type(value)
    return value
