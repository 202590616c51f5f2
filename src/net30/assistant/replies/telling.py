"""Telling: a result as sentences and tables, in the language it is told in."""

from __future__ import annotations

from collections.abc import Iterator

from net30.assistant.arguments import Result
from net30.assistant.replies.catalogue import headers, words
from net30.assistant.replies.table import set_list, set_table
from net30.assistant.replies.writing import is_figure, write, write_cell
from net30.documents.report import Grid


def tell(result: Result, language: str) -> str:
    """Return the text that tells a result: a sentence, its table, and its parts below.

    An empty line stands between them, as Markdown wants it; a list follows its sentence at once.
    """
    text = ""
    for block in set_out(result, language):
        is_list = isinstance(block, Grid) and not block.header
        gap = "\n" if is_list else "\n\n"
        text += gap * bool(text) + (block if isinstance(block, str) else _set(block, language))
    return text


def set_out(result: Result, language: str) -> Iterator[str | Grid]:
    """Yield a result's sentences and tables in their order; a table without header is a list."""
    values = {name: write(value, language) for name, value in result.values.items()}
    said = words(language, "say")[result.code].format_map(values)
    if said:
        yield said
    if result.rows:
        yield _grid(result, language)
    for part in result.parts:
        yield from set_out(part, language)


def _grid(result: Result, language: str) -> Grid:
    own = headers(language, result.code)
    return Grid(
        header=own + result.columns if own else (),
        rows=tuple(tuple(write_cell(cell, language) for cell in row) for row in result.rows),
        right=tuple(any(map(is_figure, column)) for column in zip(*result.rows, strict=True)),
    )


def _set(grid: Grid, language: str) -> str:
    return set_table(grid, language) if grid.header else set_list(grid.rows)
