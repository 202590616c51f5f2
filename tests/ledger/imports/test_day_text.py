from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from net30.ledger.imports.day_text import days, has_order, proven_orders, read_day
from net30.ledger.mapping import DateOrder

DMY, MDY = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03",
        "2026/11/3",
        "2026.11.03",
        " 2026-11-03 ",
        "2026-11-03T23:59:59-08:00",
        "2026-11-03 00:00:00",
        "20261103",
        "20261103.0",
        "03/11/2026",
        "3-11-2026",
        "3.11.26",
        "03 11 2026",
        "03/11/2026 10:15",
        "3 nov. 2026",
        "3 novembre 2026",
        "03-Nov-2026",
        "Nov 3, 2026",
        "46329",
        "46329.75",
    ],
)
def test_the_third_of_november_2026(text: str) -> None:
    assert read_day(text, DMY) == date(2026, 11, 3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "31/02/2026",
        "2026-13-01",
        "2026-02-30",
        "99999999",
        "1899-12-31",
        "2201-01-01",
        "3 brumaire 2026",
        "Foo 3, 2026",
        "2026-11",
        "00000",
        "1/1/1",
        "٣/١١/٢٠٢٦",
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert read_day(text, DMY) is None


def test_march_or_april() -> None:
    assert read_day("03/04/2026", DMY) == date(2026, 4, 3)
    assert read_day("03/04/2026", MDY) == date(2026, 3, 4)


def test_a_day_above_twelve_proves_the_order() -> None:
    assert proven_orders(["03/04/2026", "21/04/2026"]) == {DMY}
    assert proven_orders(["03/04/2026", "04/21/2026"]) == {MDY}
    assert proven_orders(["21/04/2026", "04/21/2026"]) == {DMY, MDY}
    assert proven_orders(["03/04/2026", "2026-04-21", "31/31/2026"]) == set()


def test_iso_dates_have_no_order_to_prove() -> None:
    assert not has_order(["2026-04-21", ""])
    assert has_order(["03/04/2026"])


def test_french_and_english_months() -> None:
    assert read_day("3 août 2021", DMY) == read_day("3 aug 2021", DMY) == date(2021, 8, 3)
    assert read_day("1 février 2020", DMY) == read_day("1 Feb 2020", DMY) == date(2020, 2, 1)


def test_a_column_keeps_its_rows_and_tells_the_wrong_ones() -> None:
    texts = pa.array(["2026-11-03", "", "soon", "2026-11-03", "NULL", "0000-00-00", "nan"])
    found, wrong = days(texts.dictionary_encode(), DMY)
    third = date(2026, 11, 3)
    assert found.to_pylist() == [third, None, None, third, None, None, None]
    assert wrong.to_pylist() == [False, False, True, False, False, False, False]


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_day_is_read_as_it_was_written(day: date) -> None:
    assert read_day(day.isoformat(), DMY) == day
    assert read_day(day.strftime("%Y%m%d"), DMY) == day
    assert read_day(f"{day.day}/{day.month}/{day.year}", DMY) == day
    assert read_day(f"{day.month}/{day.day}/{day.year}", MDY) == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert read_day(text, DMY) is None or isinstance(read_day(text, DMY), date)
