"""Board line: whose figures these are, as of which day, of how many invoices."""

from __future__ import annotations

from collections.abc import Callable

from net30.kernel.money import Money
from net30.ui.first_screen.board import Board, Standing
from net30.ui.visit import Visit


def board_line(visit: Visit, board: Board, standing: Standing, write: Callable[[str], str]) -> str:
    """Return the line above the figures; `write` makes text of the books safe for where it goes."""
    values = standing.figures.values
    count, average = values["invoice_count"], values["average_invoice"]
    assert isinstance(count, int)
    return visit.t(
        "{company} as of {day}, read at {time}. {invoices} in 90 days, {average} each. "
        "Changes are against the end of last month.",
        company=write(board.company),
        day=visit.day(board.as_of),
        time=board.read_at.strftime("%H:%M:%S"),
        invoices=visit.t.count(count, "{n} invoice", "{n} invoices"),
        average=write(visit.money(average)) if isinstance(average, Money) else "–",
    )
