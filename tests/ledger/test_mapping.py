from __future__ import annotations

import json

import pytest

from net30.kernel.errors import InputError, NotFound
from net30.ledger.mapping import (
    LAYOUT_BYTES_MAX,
    DateOrder,
    Layout,
    Mapping,
    Role,
    layout_names,
    map_columns,
    named_layout,
    parse_layout,
)


def guessed(*headers: str) -> dict[str, str]:
    return {role.value: header for role, header in map_columns(headers).columns.items()}


def test_french_headers_are_understood() -> None:
    headers = (
        *("N° facture", "Client", "Date d'émission", "Échéance", "Montant TTC"),
        *("Devise", "Date de paiement"),
    )
    assert guessed(*headers) == {
        "number": "N° facture",
        "customer": "Client",
        "issue_date": "Date d'émission",
        "due_date": "Échéance",
        "amount": "Montant TTC",
        "currency": "Devise",
        "paid_date": "Date de paiement",
    }


def test_english_headers_are_understood_however_they_are_written() -> None:
    for headers in (
        ("Invoice Number", "Customer Name", "Invoice Date", "Due Date", "Total"),
        ("invoice_number", "customer_name", "invoice_date", "due_date", "total"),
        ("InvoiceNumber", "CustomerName", "InvoiceDate", "DueDate", "Total"),
        ("INVOICE NUMBER", "CUSTOMER NAME", "INVOICE DATE", "DUE DATE", "TOTAL"),
    ):
        assert list(guessed(*headers)) == ["number", "customer", "issue_date", "due_date", "amount"]


def test_the_public_histories_have_net30s_own_layout() -> None:
    headers = (
        *("invoice_id", "customer_id", "issue_date", "due_date", "amount", "currency", "country"),
        *("paperless_bill", "paperless_date_ex_post", "disputed_ex_post", "paid_date"),
    )
    mapping = map_columns(headers)
    assert mapping.layout.name == "net30"
    assert mapping.extras == ("country", "paperless_bill")
    assert set(mapping.left_out) == {"paperless_date_ex_post", "disputed_ex_post"}


def test_what_is_known_only_later_is_never_kept_whatever_a_layout_says() -> None:
    layout = Layout(
        name="own",
        columns={
            Role.NUMBER: ("n",),
            Role.CUSTOMER: ("c",),
            Role.ISSUE_DATE: ("d",),
            Role.AMOUNT: ("a",),
        },
        extras=("*", "late_ex_post"),
    )
    mapping = map_columns(("n", "c", "d", "a", "x", "late_EX_POST"), layout)
    assert mapping.extras == ("x",)
    with pytest.raises(InputError) as caught:
        map_columns(
            ("n", "c", "d", "a_ex_post"),
            Layout(name="own", columns=dict(layout.columns) | {Role.AMOUNT: ("a_ex_post",)}),
        )
    assert caught.value.code == "column_ex_post"


def test_a_guess_keeps_no_column_that_tells_how_things_ended() -> None:
    mapping = map_columns(
        ("Invoice", "Client", "Date", "Amount", "Region", "Days late", "Jours de retard", "isPaid")
    )
    assert mapping.layout.name == "guessed"
    assert mapping.extras == ("Region",)
    assert set(mapping.left_out) == {"Days late", "Jours de retard", "isPaid"}


def test_a_missing_column_is_told_with_those_found_and_how_to_name_it() -> None:
    with pytest.raises(InputError) as caught:
        map_columns(("Facture", "Client", "Truc"))
    assert "issue_date, amount" in caught.value.message
    assert "'Facture', 'Client', 'Truc'" in caught.value.hint
    assert "a layout is JSON" in caught.value.hint


def test_a_needed_column_that_stands_there_twice_is_told() -> None:
    with pytest.raises(InputError) as caught:
        map_columns(("number", "client", "date", "amount", "amount"))
    assert caught.value.code == "column_twice"


def test_a_further_column_that_stands_there_twice_is_left_out() -> None:
    mapping = map_columns(("number", "client", "date", "amount", "x", "x", ""))
    assert mapping.extras == ()
    assert "x" in mapping.left_out


def test_a_shown_mapping_can_be_saved_and_used_again() -> None:
    headers = ("N° facture", "Client", "Date", "Montant TTC", "Agence")
    shown = map_columns(headers)
    layout = parse_layout(shown.as_json().encode())
    again = map_columns(headers, layout)
    assert (again.columns, again.extras) == (shown.columns, shown.extras)


def test_every_layout_that_comes_with_net30_recognises_its_own_headers() -> None:
    assert set(layout_names()) >= {"net30", "ibm_ar", "hr_dev", "akaunting", "invoice_ninja"}
    for name in layout_names():
        layout = named_layout(name)
        headers = tuple(names[0] for names in layout.columns.values())
        mapping = map_columns(tuple(dict.fromkeys((*headers, *layout.signature))))
        assert mapping.layout.name == name
        assert set(mapping.columns) == set(layout.columns)


def test_the_ibm_sample_with_its_own_headers() -> None:
    headers = (
        *("countryCode", "customerID", "PaperlessDate", "invoiceNumber", "InvoiceDate"),
        *("DueDate", "InvoiceAmount", "Disputed", "SettledDate", "PaperlessBill"),
        *("DaysToSettle", "DaysLate"),
    )
    mapping = map_columns(headers)
    assert mapping.layout.name == "ibm_ar"
    assert mapping.layout.date_order is DateOrder.MONTH_FIRST
    assert mapping.layout.currency == "USD"
    assert mapping.extras == ("countryCode", "PaperlessBill")
    assert {"DaysLate", "DaysToSettle", "Disputed", "PaperlessDate"} <= set(mapping.left_out)


def test_an_unknown_layout_names_the_known_ones() -> None:
    with pytest.raises(NotFound) as caught:
        named_layout("sap")
    assert "akaunting" in caught.value.hint


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"columns": []}',
        b'{"columns": {"price": ["x"]}}',
        b'{"columns": {"amount": 5}}',
        b'{"columns": {}, "decimal_mark": ";"}',
        b'{"columns": {}, "date_order": "YMD"}',
        b"[" * 100_000,
        b" " * (LAYOUT_BYTES_MAX + 1),
        b"\xff\xfe",
    ],
)
def test_a_layout_that_cannot_be_read_says_how_one_looks(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        parse_layout(content)
    assert caught.value.code == "layout"
    assert "issue_date" in caught.value.hint


def test_a_layout_may_name_one_header_without_a_list() -> None:
    layout = parse_layout(json.dumps({"columns": {"amount": "Total"}, "extras": "*"}).encode())
    assert layout.columns == {Role.AMOUNT: ("Total",)}
    assert layout.extras == ("*",)
    assert isinstance(Mapping(layout=layout, columns={}).as_json(), str)
