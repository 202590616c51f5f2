"""Figures by month see what was known at each month's end, and today's are those of today."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from net30.services.figures_by_month import figures_by_month, month_ends
from tests.desk import TODAY, open_desk


def test_the_last_month_is_today_and_earlier_ones_end_on_their_last_day() -> None:
    assert month_ends(date(2026, 3, 31), 3) == (
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
    )


def test_an_invoice_counts_from_the_month_it_was_issued_in(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.clock.day = TODAY - timedelta(days=60)
    desk.issue("10000", "1")
    desk.clock.day = TODAY
    desk.app.settle()
    with desk.app.look() as ctx:
        rows = figures_by_month(ctx)["XOF"]
    assert [one.outstanding.minor for one in rows][-3:] == [11_800, 11_800, 11_800]
    assert rows[-1].overdue.minor == 11_800
    assert rows[-1].day == TODAY
    desk.app.close()


def test_books_without_invoices_have_no_figures(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    with desk.app.look() as ctx:
        assert figures_by_month(ctx) == {}
    desk.app.close()
