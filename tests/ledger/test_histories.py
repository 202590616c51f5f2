"""Histories of files: what is kept, what is left out and told."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from net30.kernel.errors import InputError
from net30.ledger.histories import (
    HISTORY,
    History,
    HistoryFile,
    first_day_after,
    read_history,
    without_credit_notes,
)
from net30.ledger.imports.claims import Defaults
from net30.ledger.writers import parquet

HEADER = "invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date,branch\n"
TODAY = date(2026, 6, 30)
FUTURE = {"in_the_future": 1, "currency_taken": 1}


def read(*rows: str, header: str = HEADER, today: date = TODAY) -> History:
    content = (header + "".join(f"{row}\n" for row in rows)).encode()
    return read_history(
        HistoryFile(content=content, defaults=Defaults(currency="EUR", today=today))
    )


def test_a_history_has_amounts_in_minor_units_and_further_columns_as_words() -> None:
    found = read(
        "A,c1,2026-01-01,2026-01-31,10.50,EUR,2026-02-03,north",
        "B,c2,2026-01-02,2026-02-01,900,XOF,,",
    )
    assert found.extras == ("branch",)
    assert found.table.schema.names == [*HISTORY.names, "branch"]
    assert found.table.to_pylist() == [
        {
            "invoice_id": "A",
            "customer_id": "c1",
            "issue_date": date(2026, 1, 1),
            "due_date": date(2026, 1, 31),
            "amount": 1050,
            "currency": "EUR",
            "paid_date": date(2026, 2, 3),
            "known_on": date(2026, 2, 3),
            "branch": "north",
        },
        {
            "invoice_id": "B",
            "customer_id": "c2",
            "issue_date": date(2026, 1, 2),
            "due_date": date(2026, 2, 1),
            "amount": 900,
            "currency": "XOF",
            "paid_date": None,
            "known_on": None,
            "branch": "",
        },
    ]
    assert not found.faults.total
    assert first_day_after(found.table) == date(2026, 2, 4)


def test_an_invoice_with_a_balance_is_still_open_whatever_its_paid_date_says() -> None:
    header = "invoice_id,customer_id,issue_date,due_date,amount,balance,paid_date\n"
    found = read("A,c,2026-01-01,2026-01-31,100,40,2026-02-03", header=header)
    assert found.table["paid_date"].to_pylist() == [None]


def test_rows_asked_about_may_lack_the_paid_date_and_be_issued_later_than_today() -> None:
    header = "invoice_id,customer_id,issue_date,due_date,amount\n"
    row = "A,c,2031-01-01,2031-01-31,100"
    assert read(row, header=header, today=date(2200, 12, 31)).table.num_rows == 1
    refused = read(row, header=header)
    assert (refused.table.num_rows, refused.faults.counts) == (0, FUTURE)


def test_every_row_that_cannot_be_used_is_told() -> None:
    found = read(
        "A,c,2026-01-01,2026-01-31,10,EUR,,",
        "A,c,2026-01-01,2026-01-31,10,EUR,,",
        "A,c,2026-01-01,2026-01-31,11,EUR,,",
        "B,c,2026-01-01,,10,EUR,,",
        "C,c,2026-01-01,2026-01-31,10,QQQ,,",
        "D,,2026-01-01,2026-01-31,10,EUR,,",
        "E,c,2026-13-01,2026-01-31,10,EUR,,",
        "F,c,2026-01-01,2026-01-31,ten,EUR,,",
        "G,c,2026-01-01,2026-01-31,10,EUR,2027-01-01,",
        "H,c,2026-01-01",
    )
    assert found.table["invoice_id"].to_pylist() == ["A"]
    assert found.rows == 10
    assert dict(found.faults.counts) == {
        "row_width": 1,
        "customer_missing": 1,
        "amount": 1,
        "currency": 1,
        "date": 1,
        "in_the_future": 1,
        "repeated": 1,
        "invoice_twice": 1,
        "due_missing": 1,
    }


def test_credits_and_amounts_of_nothing_teach_nothing() -> None:
    found = read("A,c,2026-01-01,2026-01-31,10,EUR,,", "B,c,2026-01-01,2026-01-31,-10,EUR,,")
    assert without_credit_notes(found.table, found.faults)["invoice_id"].to_pylist() == ["A"]
    assert found.faults.counts["not_an_invoice"] == 1


def test_a_file_without_rows_is_refused() -> None:
    with pytest.raises(InputError, match="no rows"):
        read()
    assert first_day_after(HISTORY.empty_table()) is None


def test_a_further_column_cannot_take_the_name_of_a_history_s_own() -> None:
    header = "invoice_id,customer_id,issue_date,due_date,amount,known_on\n"
    found = read("A,c,2026-01-01,2026-01-31,10,x", header=header)
    assert found.extras == ()
    assert found.faults.counts == {"column_left_out": 1, "currency_taken": 1}


@pytest.mark.parametrize("shown", [0, 3, 50])
def test_as_many_findings_of_a_kind_are_told_as_are_asked_for(shown: int) -> None:
    content = (HEADER + "A,c\n" * 9 + "".join(f"I{at},,,,,,,\n" for at in range(30))).encode()
    found = read_history(
        HistoryFile(
            content=content,
            defaults=Defaults(currency="EUR", today=TODAY),
            findings_per_code=shown,
        )
    )
    assert found.faults.counts == {"row_width": 9, "customer_missing": 30}
    assert len(found.faults.shown) == min(shown, 9) + min(shown, 30)
    assert not found.table.num_rows


def test_a_parquet_file_reads_the_same() -> None:
    csv = read("A,c1,2026-01-01,2026-01-31,10.50,EUR,2026-02-03,north")
    table = csv.table.drop_columns(["known_on"])
    amount = pa.array([10.5])
    content = parquet.write(table.set_column(table.column_names.index("amount"), "amount", amount))
    again = read_history(
        HistoryFile(content=content, defaults=Defaults(currency="EUR", today=TODAY))
    )
    assert again.table.equals(csv.table)
