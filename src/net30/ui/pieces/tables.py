"""Tables: rows to read: amounts and numbers at the right, all in the language of the screen.

Streamlit writes numbers and days as the browser has them, and puts texts at the left; so each cell
is finished text here, but for days, which are sorted by when they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import streamlit as st

from net30.kernel.money import Money
from net30.ui.pieces.shown import day_column
from net30.ui.visit import Visit

NOTHING = "–"
SMALL = 10
"""From here on a number that is no count has one decimal, below it three."""
Columns = Mapping[str, Sequence[object]]


def table(
    visit: Visit,
    columns: Columns,
    *,
    alt: str,
    key: str | None = None,
    config: Mapping[str, Any] | None = None,  # Any: Streamlit tells no types of its columns
) -> None:
    """Show columns by their headings; `config` is of Streamlit, for those that are no plain text.

    A column's cells are of one kind: text, Money, number, day, or yes and no; None is a dash.
    """
    chosen = dict(config or {})
    cells: dict[str, list[object]] = {}
    for name, given in columns.items():
        if name in chosen:
            cells[name] = list(given)
            continue
        cells[name] = [_written(visit, one) for one in given]
        found = _config(visit, given)
        if found is not None:
            chosen[name] = found
    st.dataframe(
        cells, hide_index=True, placeholder=NOTHING, column_config=chosen, key=key, alt=alt
    )


def at_right() -> Any:  # Any: the same
    """Return how a column of finished amounts or numbers stands."""
    return st.column_config.TextColumn(alignment="right")


def _config(visit: Visit, given: Sequence[object]) -> Any:  # Any: the same
    first = next((one for one in given if one is not None), None)
    if isinstance(first, date) and not isinstance(first, datetime):
        return st.column_config.DateColumn(format=day_column(visit.t.language))
    if isinstance(first, Money | Decimal | int | float) and not isinstance(first, bool):
        return at_right()
    return None


def _written(visit: Visit, cell: object) -> object:
    """Return a cell as it is shown."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, Money):
        return visit.money(cell)
    if isinstance(cell, Decimal):
        return visit.number(cell)
    if isinstance(cell, int):
        return visit.number_of(cell)
    if isinstance(cell, float):
        digits = 1 if abs(cell) >= SMALL else 3
        return visit.number(Decimal(f"{cell:.{digits}f}"), digits)
    return cell
