"""When: the days of a sheet; the order of day and month is one for all its date columns."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from net30.ledger import compute
from net30.ledger.imports.claim_rows import ClaimRows
from net30.ledger.imports.day_text import days, has_order, proven_orders
from net30.ledger.mapping import DateOrder, Role

_ROLES = (Role.ISSUE_DATE, Role.DUE_DATE, Role.PAID_DATE)


def read_days(rows: ClaimRows, default: DateOrder, today: date) -> None:
    """Read the days; `default` decides where no date of the file proves its order."""
    texts = {
        role: column.dictionary_encode()
        for role in _ROLES
        if (column := rows.text(role)) is not None
    }
    words = [word for column in texts.values() for word in compute.texts(column.dictionary)]
    order = _order(rows, words, rows.mapping.layout.date_order or default)
    for role in _ROLES:
        if role not in texts:
            rows.done[role] = pa.nulls(len(rows), pa.date32())
            continue
        found, wrong = days(texts[role], order)
        if role is Role.ISSUE_DATE:
            wrong = compute.missing(found)
        rows.refuse("date", role, wrong, "{!r} is no date between 1900 and 2200")
        rows.done[role] = found
    _check(rows, today)


def _order(rows: ClaimRows, words: list[str], usual: DateOrder) -> DateOrder:
    proven = proven_orders(words)
    if len(proven) == 1:
        return next(iter(proven))
    reading = "the day first" if usual is DateOrder.DAY_FIRST else "the month first"
    if proven:
        rows.say(
            "date_mixed",
            Role.ISSUE_DATE,
            f"some dates have the day first, others the month: {reading} was taken",
        )
    elif has_order(words) and rows.mapping.layout.date_order is None:
        rows.say(
            "date_order",
            Role.ISSUE_DATE,
            f"every date could have the day or the month first: {reading} was taken; "
            "a layout's date_order says otherwise",
        )
    return usual


def _check(rows: ClaimRows, today: date) -> None:
    for role in (Role.ISSUE_DATE, Role.PAID_DATE):
        future = compute.known(compute.less(today, rows.done[role]))
        rows.refuse("in_the_future", role, future, "the day {!r} is still to come")
    early = compute.known(compute.less(rows.done[Role.DUE_DATE], rows.done[Role.ISSUE_DATE]))
    rows.note("due_before_issue", Role.DUE_DATE, early, "it was due {!r}, before its issue")
