"""The scorer of the cases: what counts as the same answer, and what does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.assistant.case_scoring import World, is_exact, same_tools, unconfirmed

CLIENT = {"name": "Kouamé & Fils", "currency": "XOF", "terms_days": 30, "email": "k@k.example"}
INVOICE = {"number": "INV-2026-0031", "client": "Kouamé & Fils", "status": "overdue"}
FIXTURE = {
    "settings": {
        "default_currency": "XOF",
        "default_tax_rate": "18",
        "default_terms_days": 30,
        "next_number": "INV-2026-0054",
    },
    "clients": [CLIENT],
    "invoices": [{**INVOICE, "balance": "4000", "total": "5000"}],
}
WORLD = World(FIXTURE, date(2026, 11, 21))
LINE = {"description": "consulting", "quantity": "2", "unit": "hour", "unit_price": "90000"}

Calls = list[dict[str, Any]]


def call(name: str, /, **args: object) -> dict[str, Any]:
    return {"tool": name, "args": args}


def confirm(name: str, /, **args: object) -> dict[str, Any]:
    return call("confirm", tool=name, args=args)


def exact(expected: Calls, answered: Calls, **case: object) -> bool:
    return is_exact({"expect": expected, **case}, answered, WORLD)


def invoice(**more: object) -> dict[str, Any]:
    return call("create_invoice", **{"client": "Kouamé & Fils", "lines": [LINE], **more})


@pytest.mark.parametrize(
    ("expected", "answered"),
    [
        (invoice(), invoice(client="kouame fils", currency="XOF", issue_date="2026-11-21")),
        (invoice(due_date="2026-12-21"), invoice()),
        (invoice(due_date="2026-12-01"), invoice(terms_days=10)),
        (invoice(), invoice(lines=[{**LINE, "tax_rate": "18.0", "unit": "heures"}])),
        (invoice(), invoice(notes="thanks")),
        (
            invoice(lines=[{"description": "bags", "unit_price": {"any": ["9", "10"]}}]),
            invoice(
                lines=[
                    {"description": "bags", "quantity": "1", "unit": "bag"}
                    | {"unit_price": "10.00"}
                ]
            ),
        ),
        (call("get_statistics", to={"any": ["2026-12-31", None]}), call("get_statistics")),
        (
            confirm("record_payment", number="INV-2026-0031"),
            confirm("record_payment", number="inv-2026-0031", amount="4000", date="2026-11-21"),
        ),
        (confirm("send_invoice", number="$last"), confirm("send_invoice", number="INV-2026-0054")),
        (
            confirm("void_invoice", number="INV-2026-0031"),
            {**call("void_invoice", number="INV-2026-0031"), "pending": True},
        ),
        (
            call("send_reminder", client="Kouamé & Fils"),
            confirm("send_reminder", number=INVOICE["number"]),
        ),
        (
            call("search_invoices", client="Kouamé & Fils"),
            call("search_invoices", text="kouame fils", limit=50),
        ),
        (
            call("search_invoices", status=["overdue", "issued"]),
            [call("search_invoices", status="issued"), call("search_invoices", status="overdue")],
        ),
        (
            call("search_invoices", status="draft,issued,partially_paid,overdue,paid,void"),
            call("search_invoices"),
        ),
        (
            call("ask_clarification", missing=["client"], also=["amount"]),
            call("ask_clarification", missing=["client", "amount"], options=["A"]),
        ),
        (invoice(), [call("get_invoice", number="INV-2026-0031"), invoice()]),
        (
            call("export", what="overdue invoices", format="xlsx"),
            call("export", what="overdue_invoices", format="xlsx"),
        ),
        (call("top_clients", by="late"), call("top_clients", by="late", limit=10)),
        (
            confirm(
                "record_payment", number="INV-2026-0031", amount={"approx": "33.3", "tol": "0.1"}
            ),
            confirm("record_payment", number="INV-2026-0031", amount="33.34"),
        ),
    ],
)
def test_the_same_request_in_other_words_is_exact(
    expected: dict[str, Any], answered: dict[str, Any] | Calls
) -> None:
    given = answered if isinstance(answered, list) else [answered]
    assert exact([expected], given)
    assert same_tools({"expect": [expected]}, given)


@pytest.mark.parametrize(
    ("expected", "answered"),
    [
        (invoice(), invoice(client="Acme")),
        (invoice(), invoice(currency="EUR")),
        (invoice(), invoice(terms_days=10)),
        (invoice(), invoice(lines=[{**LINE, "quantity": "3"}])),
        (invoice(), invoice(lines=[{**LINE, "unit": "day"}])),
        (invoice(), invoice(lines=[{**LINE, "description": "transport of sand"}])),
        (invoice(), invoice(lines=[LINE, LINE])),
        (invoice(), invoice(lines=[{**LINE, "unit_price": "ninety"}])),
        (
            invoice(lines=[{"description": "bags", "unit_price": "9"}]),
            invoice(lines=[{"description": "bags", "unit_price": "9", "unit": "month"}]),
        ),
        (call("get_ageing"), call("get_ageing", as_of="2026-10-31")),
        (call("get_ageing", as_of="2026-10-31"), call("get_ageing", as_of="yesterday")),
        (call("search_invoices"), call("search_invoices", status="paid")),
        (call("search_invoices"), call("search_invoices", limit=3)),
        (
            call("ask_clarification", missing=["client"]),
            call("ask_clarification", missing=["amount"]),
        ),
        (confirm("void_invoice", number="INV-1"), confirm("send_invoice", number="INV-1")),
        (confirm("void_invoice", number="INV-1"), call("void_invoice", number="INV-1")),
        (
            invoice(lines=[{"description": "a", "unit_price": "1"}]),
            invoice(lines=[{"description": "b", "unit_price": "1"}]),
        ),
    ],
)
def test_another_request_is_not_exact(expected: dict[str, Any], answered: dict[str, Any]) -> None:
    assert not exact([expected], [answered])


def test_the_order_of_calls_counts_only_where_the_case_says_so() -> None:
    first, second = call("help"), call("get_ageing")
    assert exact([first, second], [second, first])
    assert not exact([first, second], [second, first], ordered=True)
    assert not exact([first, second], [first])


def test_any_of_several_answers_may_do() -> None:
    case = {"expect": [call("refuse")], "expect_any": [[call("refuse")], [call("help")]]}
    assert is_exact(case, [call("help")], WORLD)
    assert not same_tools(case, [call("get_ageing")])


def test_a_look_up_is_no_plain_reply() -> None:
    assert exact([], [])
    assert not exact([], [call("search_invoices")])


def test_a_write_that_nobody_confirmed_is_told() -> None:
    void = call("void_invoice", number="INV-2026-0031")
    assert unconfirmed({"expect": [confirm("void_invoice", number="1")]}, [void]) == {
        "void_invoice"
    }
    assert unconfirmed({"expect": [void]}, [void]) == set()
