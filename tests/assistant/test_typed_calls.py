"""A tool called by its own name: the form is a program's, the rules are those of any request."""

from __future__ import annotations

import pytest

from net30.assistant.evaluation import TODAY
from net30.assistant.intents.typed import typed_call
from net30.assistant.understanding.days import Calendar
from net30.assistant.understanding.scene import World
from tests.assistant.chat_cases import answers_of, own_books


def calls_of(text: str) -> list[dict[str, object]]:
    [calls] = answers_of([text], own_books())
    return calls


def is_typed(text: str) -> bool:
    books = own_books()
    world = World(books, books.customs, Calendar(TODAY, books.customs.date_order))
    return typed_call(text, world) is not None


@pytest.mark.parametrize(
    "text",
    [
        "get_ageing as_of=2026-10-31",
        'get_ageing(as_of="2026-10-31")',
        "get_ageing {'as_of': '2026-10-31'}".replace("'", '"'),
        '{"tool": "get_ageing", "args": {"as_of": "2026-10-31"}}',
        '{"name": "get_ageing", "arguments": {"as_of": "2026-10-31"}}',
    ],
)
def test_each_form_of_the_same_call_is_that_call(text: str) -> None:
    assert calls_of(text) == [{"tool": "get_ageing", "args": {"as_of": "2026-10-31"}}]


@pytest.mark.parametrize(
    "text",
    [
        "void_invoice number=INV-2026-0106",
        '{"tool": "send_invoice", "args": {"number": "INV-2026-0113"}}',
        'record_payment(number="INV-2026-0107", amount=4200)',
        "create_credit_note number=INV-2026-0106 amount=500",
    ],
)
def test_what_moves_money_or_leaves_the_house_waits_for_a_yes(text: str) -> None:
    assert [call["tool"] for call in calls_of(text)] == ["confirm"]


def test_an_amount_beyond_what_is_owed_is_asked_about() -> None:
    [call] = calls_of("record_payment number=INV-2026-0107 amount=4200.01")
    assert call == {"tool": "ask_clarification", "args": {"missing": ["amount"]}}
    [call] = calls_of("record_payment number=INV-2026-0107 amount=0")
    assert call == {"tool": "ask_clarification", "args": {"missing": ["amount"]}}


def test_an_amount_keeps_its_digits_and_never_becomes_a_float() -> None:
    [call] = calls_of(
        '{"client": "Zephyr Inc", "lines": [{"description": "audit", "unit_price": 0.10}]}'
    )
    args = call["args"]
    assert isinstance(args, dict)
    assert args["lines"] == [{"description": "audit", "unit_price": "0.10"}]


def test_a_client_whom_the_books_do_not_know_is_asked_about() -> None:
    [call] = calls_of('create_invoice client="Nobody & Co" description="audit" unit_price=90')
    assert call["args"] == {"missing": ["client"], "stranger": "Nobody & Co"}


def test_a_short_number_means_the_only_invoice_that_ends_so() -> None:
    assert calls_of("get_invoice number=104") == [
        {"tool": "get_invoice", "args": {"number": "INV-2026-0104"}}
    ]
    [call] = calls_of("get_invoice number=9999")
    assert call == {"tool": "ask_clarification", "args": {"missing": ["number"]}}


@pytest.mark.parametrize(
    "text",
    [
        "help me with the export",
        "export the clients to csv",
        "get_ageing of everything please",
        "get_ageing colour=blue",
        '{"tool": "drop_database", "args": {}}',
        '{"tool": "confirm", "args": {"tool": "void_invoice"}}',
        "{" * 200,
        "[1, 2]",
        "{}",
    ],
)
def test_words_and_what_no_tool_takes_are_no_typed_call(text: str) -> None:
    assert not is_typed(text)
