from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from net30.kernel.errors import InputError
from net30.ledger import limits
from net30.ledger.compute import Column
from net30.ledger.faults import SHOWN_PER_CODE_MAX
from net30.ledger.imports.claims import CLAIMS
from net30.ledger.mapping import DateOrder, Layout, Role
from tests.ledger.sheets import claims, csv, errors, faults, xlsx

GOOD = "F1,acme,2026-01-05,2026-02-04,1250.50,EUR,2026-02-20"


def test_a_paid_invoice_is_read_whole() -> None:
    table, sheet = claims(
        csv(GOOD + ",Dakar", header="invoice_id,customer_id,issue_date,due_date,amount,currency,"
            "paid_date,branch")
    )  # fmt: skip
    assert table.schema == CLAIMS
    assert table.to_pylist() == [
        {
            "row": 2,
            "external_id": "F1",
            "number": "F1",
            "customer_ref": "acme",
            "customer": "acme",
            "email": "",
            "currency": "EUR",
            "amount": 125050,
            "net": None,
            "tax": None,
            "issue_date": date(2026, 1, 5),
            "due_date": date(2026, 2, 4),
            "paid_date": date(2026, 2, 20),
            "balance": 0,
            "method": "",
            "extras": [("branch", "Dakar")],
        }
    ]
    assert faults(sheet) == []


def test_an_unpaid_invoice_is_open_in_full() -> None:
    table, _ = claims(csv("F1,acme,2026-01-05,,1250.50,EUR,"))
    row = table.to_pylist()[0]
    assert (row["balance"], row["due_date"], row["paid_date"]) == (125050, None, None)


def test_the_good_rows_stand_and_each_bad_one_says_where_and_why() -> None:
    table, sheet = claims(
        csv(
            GOOD,
            ",acme,2026-01-05,,1,EUR,",
            "F3,,2026-01-05,,1,EUR,",
            "F4,acme,soon,,1,EUR,",
            "F5,acme,,,1,EUR,",
            "F6,acme,2026-01-05,never,1,EUR,",
            "F7,acme,2026-01-05,,much,EUR,",
            "F8,acme,2026-01-05,,1.005,EUR,",
            "F9,acme,2026-01-05,,1,EURO,",
            "F10,acme,2026-01-05,,1,EUR,2027-01-01",
            "F11,acme,2027-01-05,,1,EUR,",
            "F12,acme,2026-01-05,,,EUR,",
            "F13,acme,2026-01-05,,2,EUR,",
        )
    )
    assert table["external_id"].to_pylist() == ["F1", "F13"]
    assert table["row"].to_pylist() == [2, 14]
    assert set(errors(sheet)) == {
        ("invoice_id_missing", "rows[3].invoice_id"),
        ("customer_missing", "rows[4].customer_id"),
        ("date", "rows[5].issue_date"),
        ("date", "rows[6].issue_date"),
        ("date", "rows[7].due_date"),
        ("amount", "rows[8].amount"),
        ("amount", "rows[9].amount"),
        ("currency", "rows[10].currency"),
        ("in_the_future", "rows[11].paid_date"),
        ("in_the_future", "rows[12].issue_date"),
        ("amount", "rows[13].amount"),
    }
    messages = {finding.path: finding.message for finding in sheet.faults.shown}
    assert "'much'" in messages["rows[8].amount"]


def test_a_row_with_two_errors_is_told_once_and_counted_once() -> None:
    table, sheet = claims(csv(GOOD, ",,soon,,much,EURO,"))
    assert table.num_rows == 1
    assert sheet.faults.errors == 1


def test_of_many_faults_the_first_are_shown_and_all_are_counted() -> None:
    table, sheet = claims(csv(GOOD, *[f"F{at},acme,2026-01-05,,much,EUR," for at in range(2, 99)]))
    assert table.num_rows == 1
    assert len(sheet.faults.shown) == SHOWN_PER_CODE_MAX
    assert sheet.faults.counts["amount"] == sheet.faults.total == sheet.faults.errors == 97


def test_each_currency_has_its_own_decimals() -> None:
    table, _ = claims(
        csv(
            "F1,acme,2026-01-05,,90000,XOF,",
            "F2,acme,2026-01-05,,90000.00,xof,",
            "F3,acme,2026-01-05,,1.5,EUR,",
            "F4,acme,2026-01-05,,1.125,TND,",
        )
    )
    assert table["amount"].to_pylist() == [90000, 90000, 150, 1125]
    assert table["currency"].to_pylist() == ["XOF", "XOF", "EUR", "TND"]


def test_rows_without_a_currency_have_the_default_one() -> None:
    table, _ = claims(csv("F1,acme,2026-01-05,,90.000,,"), currency="XOF")
    assert table["currency"].to_pylist() == ["XOF"]
    assert table["amount"].to_pylist() == [90000]
    with pytest.raises(InputError):
        claims(csv(GOOD), currency="FRANC")


def test_a_guess_about_thousands_is_told() -> None:
    _, sheet = claims(csv("F1,acme,2026-01-05,,90.000,EUR,"))
    assert ("amount_grouping", "amount") in faults(sheet)
    _, sheet = claims(csv("F1,acme,2026-01-05,,90.000,TND,"))
    assert "decimals" in sheet.faults.shown[0].message


def test_a_layout_settles_how_numbers_and_dates_are_written() -> None:
    layout = Layout(
        name="own",
        columns={role: (role.value,) for role in Role},
        decimal_mark=".",
        date_order=DateOrder.MONTH_FIRST,
    )
    table, sheet = claims(csv("F1,acme,03/04/2026,,90.000,EUR,"), layout)
    assert table["amount"].to_pylist() == [9000]
    assert table["issue_date"].to_pylist() == [date(2026, 3, 4)]
    assert faults(sheet) == []


def test_what_the_dates_prove_stands_against_the_layout() -> None:
    layout = Layout(
        name="own",
        columns={role: (role.value,) for role in Role},
        date_order=DateOrder.MONTH_FIRST,
    )
    table, _ = claims(csv("F1,acme,03/04/2026,21/04/2026,9,EUR,"), layout)
    assert table["issue_date"].to_pylist() == [date(2026, 4, 3)]


def test_one_date_settles_the_order_of_all_date_columns() -> None:
    table, sheet = claims(
        csv("F1,acme,03/04/2026,05/02/2026,1,EUR,", "F2,acme,04/21/2026,05/01/2026,1,EUR,")
    )
    assert table["due_date"].to_pylist() == [date(2026, 5, 2), date(2026, 5, 1)]
    assert faults(sheet) == []


def test_dates_that_could_be_read_both_ways_are_told() -> None:
    table, sheet = claims(csv("F1,acme,03/04/2026,,1,EUR,"))
    assert table["issue_date"].to_pylist() == [date(2026, 4, 3)]
    assert ("date_order", "issue_date") in faults(sheet)
    table, _ = claims(csv("F1,acme,03/04/2026,,1,EUR,"), date_order=DateOrder.MONTH_FIRST)
    assert table["issue_date"].to_pylist() == [date(2026, 3, 4)]


def test_dates_in_both_orders_are_told_and_those_that_cannot_be_are_errors() -> None:
    table, sheet = claims(
        csv("F1,acme,21/04/2026,,1,EUR,", "F2,acme,04/21/2026,,1,EUR,", "F3,acme,1/2/2026,,1,EUR,")
    )
    assert table["external_id"].to_pylist() == ["F1", "F3"]
    assert ("date_mixed", "issue_date") in faults(sheet)
    assert ("date", "rows[3].issue_date") in errors(sheet)


def test_amounts_in_two_styles_are_told() -> None:
    _, sheet = claims(
        csv(
            'F1,acme,2026-01-05,,"1,5",EUR,',
            'F2,acme,2026-01-05,,"2,5",EUR,',
            "F3,acme,2026-01-05,,3.5,EUR,",
        )
    )
    assert ("amount_mixed", "amount") in faults(sheet)
    assert ("amount", "rows[4].amount") in errors(sheet)


def test_an_amount_that_names_another_currency_is_an_error() -> None:
    table, sheet = claims(
        csv(
            "F1,acme,2026-01-05,,5 €,EUR,",
            "F2,acme,2026-01-05,,5 €,XOF,",
            "F3,acme,2026-01-05,,5 FCFA,XOF,",
            "F4,acme,2026-01-05,,USD 5,EUR,",
            "F5,acme,2026-01-05,,$5,CAD,",
        )
    )
    assert table["external_id"].to_pylist() == ["F1", "F3", "F5"]
    assert errors(sheet) == [
        ("amount_currency", "rows[3].amount"),
        ("amount_currency", "rows[5].amount"),
    ]


HEADER = "number,customer,issue_date,amount,balance,status,paid_date"


def test_a_balance_says_what_is_open() -> None:
    table, sheet = claims(
        csv(
            "F1,Acme,2026-01-05,100,40,,",
            "F2,Acme,2026-01-05,100,0,,2026-02-01",
            "F3,Acme,2026-01-05,100,100,,",
            "F4,Acme,2026-01-05,100,30,,2026-02-01",
            "F5,Acme,2026-01-05,-100,-100,,",
            header=HEADER,
        )
    )
    assert table["balance"].to_pylist() == [4000, 0, 10000, 3000, -10000]
    assert faults(sheet) == []


def test_a_balance_beyond_the_amount_is_an_error() -> None:
    table, sheet = claims(
        csv("F1,Acme,2026-01-05,100,101,,", "F2,Acme,2026-01-05,100,-1,,", header=HEADER)
    )
    assert table.num_rows == 0
    assert errors(sheet) == [("balance", "rows[2].balance"), ("balance", "rows[3].balance")]


def test_a_paid_invoice_without_a_day_is_left_out_and_told() -> None:
    table, sheet = claims(
        csv(
            "F1,Acme,2026-01-05,100,0,,",
            "F2,Acme,2026-01-05,100,,Paid,",
            "F3,Acme,2026-01-05,100,,Payée,",
            "F4,Acme,2026-01-05,100,,Sent,",
            "F5,Acme,2026-01-05,0,0,Paid,2026-01-05",
            header=HEADER,
        )
    )
    assert table["number"].to_pylist() == ["F4", "F5"]
    assert sheet.faults.counts == {"paid_without_date": 3}
    assert sheet.faults.errors == 0


def test_drafts_and_voided_invoices_claim_nothing() -> None:
    table, sheet = claims(
        csv(
            *[
                f"F{at},Acme,2026-01-05,100,,{status},"
                for at, status in enumerate(["Draft", "Brouillon", "VOID", "Annulée", "Overdue"])
            ],
            header=HEADER,
        )
    )
    assert table["number"].to_pylist() == ["F4"]
    assert sheet.faults.counts == {"no_claim": 4}


def test_customers_without_an_id_are_told_apart_by_their_folded_names() -> None:
    table, _ = claims(
        csv(
            "F1,Société Générale,2026-01-05,1,,,",
            "F2,SOCIETE GENERALE,2026-01-05,1,,,",
            "F3,!!!,2026-01-05,1,,,",
            header=HEADER,
        )
    )
    assert table["customer_ref"].to_pylist() == ["societe generale", "societe generale", "!!!"]
    assert table["customer"].to_pylist()[:2] == ["Société Générale", "SOCIETE GENERALE"]


def test_a_customer_may_have_an_id_or_a_name_or_both() -> None:
    table, sheet = claims(
        csv(
            "F1,c1,Acme,2026-01-05,1",
            "F2,,Acme,2026-01-05,1",
            "F3,c3,,2026-01-05,1",
            "F4,,,2026-01-05,1",
            header="number,customer id,customer,date,amount",
        )
    )
    assert table["customer_ref"].to_pylist() == ["c1", "acme", "c3"]
    assert table["customer"].to_pylist() == ["Acme", "Acme", "c3"]
    assert errors(sheet) == [("customer_missing", "rows[5].customer_id")]


def test_a_number_of_its_own_is_shown_instead_of_the_id() -> None:
    table, _ = claims(
        csv("17,FA-1,acme,2026-01-05,1", "18,,acme,2026-01-05,1",
            header="invoice id,invoice number,customer,date,amount")
    )  # fmt: skip
    assert table["external_id"].to_pylist() == ["17", "18"]
    assert table["number"].to_pylist() == ["FA-1", "18"]


def test_ids_that_a_program_took_for_numbers_are_whole_again() -> None:
    table, _ = claims(csv("1930438491.0,200769623.0,20200125.0,20200210.0,54273.28,USD,"))
    row = table.to_pylist()[0]
    assert (row["external_id"], row["customer_ref"]) == ("1930438491", "200769623")
    assert row["due_date"] == date(2020, 2, 10)


def test_unseen_characters_and_formula_guards_are_taken_off() -> None:
    table, _ = claims(
        csv(
            "F\u202e1,'=acme,2026-01-05,,1,EUR,",
            "F\x002\u200f,A\x07cme,2026-01-05,,1,EUR,",
        )
    )
    assert table["external_id"].to_pylist() == ["F1", "F2"]
    assert table["customer"].to_pylist() == ["=acme", "Acme"]


def test_long_ids_and_names_are_errors() -> None:
    table, sheet = claims(
        csv(f"{'9' * 61},acme,2026-01-05,,1,EUR,", f"F2,{'x' * 201},2026-01-05,,1,EUR,")
    )
    assert table.num_rows == 0
    assert errors(sheet) == [
        ("text_too_long", "rows[2].invoice_id"),
        ("text_too_long", "rows[3].customer_id"),
    ]
    assert limits.CELL_CHARACTERS_MAX > 201


def test_a_due_date_before_the_issue_is_told_but_kept() -> None:
    table, sheet = claims(csv("F1,acme,2026-01-05,2026-01-04,1,EUR,"))
    assert table.num_rows == 1
    assert faults(sheet) == [("due_before_issue", "rows[2].due_date")]


def test_a_workbook_reads_like_its_csv() -> None:
    day = date(2026, 1, 5)
    from_xlsx, _ = claims(
        xlsx(
            HEADER.split(","),
            ["F1", "Acme", day, 1250.5, 1.125, "", None],
            ["F2", "Acme", day, 90000.0, 40.0, "", None],
        )
    )
    # 1.125 EUR has one decimal too many: it is an error there too, not 1,125 EUR.
    assert from_xlsx["number"].to_pylist() == ["F2"]
    from_csv, _ = claims(csv("F2,Acme,2026-01-05,90000,40,,", header=HEADER))
    same = from_xlsx.drop_columns(["row"])
    assert same == from_csv.drop_columns(["row"])


def test_a_table_without_rows_gives_no_claims() -> None:
    table, sheet = claims(csv())
    assert (table.num_rows, table.schema, faults(sheet)) == (0, CLAIMS, [])


def test_empty_cells_of_further_columns_are_not_kept() -> None:
    table, _ = claims(
        csv("F1,acme,2026-01-05,2026-02-05,1,Dakar,", "F2,acme,2026-01-05,2026-02-05,1,,X",
            "F3,acme,2026-01-05,2026-02-05,1,,",
            header="invoice_id,customer_id,issue_date,due_date,amount,branch,seller")
    )  # fmt: skip
    assert table["extras"].to_pylist() == [[("branch", "Dakar")], [("seller", "X")], []]


def test_the_layout_may_bring_the_currency() -> None:
    layout = Layout(name="own", columns={role: (role.value,) for role in Role}, currency="XAF")
    table, _ = claims(csv("F1,acme,2026-01-05,,1,,"), layout)
    assert table["currency"].to_pylist() == ["XAF"]
    with pytest.raises(InputError):
        claims(csv(GOOD), replace(layout, currency="XXQ"))


def test_further_columns_of_many_rows_are_turned_batch_by_batch() -> None:
    from net30.ledger.imports.extras import ROWS_PER_BATCH, extras_map

    rows = ROWS_PER_BATCH + 3
    columns: dict[str, Column] = {
        "branch": pa.array([str(at) for at in range(rows)]),
        "seller": pa.array(["" if at % 2 else "Awa" for at in range(rows)]),
    }
    maps = extras_map(columns, rows)
    assert len(maps) == rows
    assert maps.slice(rows - 2).to_pylist() == [
        [("branch", str(rows - 2))],
        [("branch", str(rows - 1)), ("seller", "Awa")],
    ]
    assert extras_map({"seller": columns["branch"]}, rows).slice(0, 1).to_pylist() == [
        [("seller", "0")]
    ]
