"""Evaluations: cases and fixtures as files, offline and with a language model; nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from net30.app import App, open_app
from net30.assistant.books import Books
from net30.assistant.evaluation import (
    TODAY,
    Case,
    evaluate,
    read_cases,
    summarise,
)
from net30.assistant.fixtures import Fixture, read_fixtures
from net30.assistant.rehearsal import Undoing, index, stock
from net30.domain.customer import Customer
from net30.domain.party import Party
from net30.kernel.errors import InputError
from net30.services.save_customer import save_customer
from net30.settings import Settings
from tests.desk import Clock

INVOICES = [
    {"number": "INV-2026-0030", "status": "overdue", "balance": "1000000"},
    {"number": "INV-2026-0031", "status": "partially_paid", "balance": "400000"},
    {"number": "INV-2026-0032", "status": "paid", "balance": "0"},
    {"number": "INV-2026-0033", "status": "void", "balance": "0"},
    {"number": "INV-2026-0034", "status": "draft", "balance": "1000000"},
]
FIXTURES = {
    "base": {
        "settings": {
            "default_currency": "XOF",
            "fcfa": "XOF",
            "dollar": "USD",
            "default_tax_rate": "18",
            "date_order": "DMY",
        },
        "clients": [
            {"name": "Baobab Logistique", "currency": "XOF", "email": "ap@baobab.example"},
            {"name": "Iroko SA", "currency": "EUR", "terms_days": 45},
        ],
        "invoices": [
            {
                "client": "Baobab Logistique",
                "currency": "XOF",
                "total": "1000000",
                "issue_date": "2026-09-01" if one["status"] == "overdue" else "2026-11-10",
                "summary": "customs clearing",
                **one,
            }
            for one in INVOICES
        ],
    }
}


def fixtures(listed: Mapping[str, Any] = FIXTURES) -> dict[str, Fixture]:
    return read_fixtures(json.dumps(listed).encode())


def case(text: str, *earlier: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "c1",
        "lang": "en",
        "fixture": "base",
        "turns": [*earlier, {"role": "user", "text": text}],
        "expect": [],
        **more,
    }


def read(*rows: dict[str, Any] | str) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    lines = [one if isinstance(one, str) else json.dumps(one) for one in rows]
    cases, findings = read_cases("\n".join(lines).encode(), fixtures())
    return cases, tuple(map(str, findings))


def answers(*rows: dict[str, Any]) -> list[list[dict[str, Any]]]:
    cases, findings = read(*rows)
    assert not findings
    written = [json.loads(one.as_line()) for one in evaluate(cases, fixtures())]
    return [one["calls"] for one in written]


def test_a_message_is_answered_over_the_fixtures_books() -> None:
    ((call,),) = answers(case("Invoice Baobab 3 days of clearing at 150k, net 10"))
    assert call["tool"] == "create_invoice"
    assert call["args"]["client"] == "Baobab Logistique"
    assert call["args"]["lines"][0]["unit_price"] == "150000"


def test_earlier_calls_rebuild_what_waits_for_a_yes() -> None:
    asked = {
        "tool": "confirm",
        "args": {"tool": "void_invoice", "args": {"number": "INV-2026-0030"}},
    }
    pending = {"tool": "void_invoice", "args": {"number": "INV-2026-0030"}, "pending": True}
    for made in (asked, pending):
        before = {"role": "assistant", "text": "Void it?", "calls": [made]}
        said = {"role": "user", "text": "void 30"}
        ((call,),) = answers(case("yes", said, before))
        assert call == {"tool": "void_invoice", "args": {"number": "INV-2026-0030"}}
    ((call,),) = answers(case("void 30"))
    assert call["tool"] == "confirm"


def test_alternatives_in_an_earlier_call_stand_for_the_first() -> None:
    made = {"tool": "search_invoices", "args": {"status": {"any": ["overdue", None]}}}
    before = {"role": "assistant", "text": "1 invoice", "calls": [made]}
    ((call,),) = answers(case("only those of Baobab", {"role": "user", "text": "late?"}, before))
    assert call["args"]["status"] == ["overdue"]


def test_the_summary_counts_languages_and_tells_times() -> None:
    cases, _ = read(case("help"), case("aide", id="c2", lang="fr"), case("?", id="c3", lang="fr"))
    told = summarise(evaluate(cases, fixtures()))
    assert (told.cases, dict(told.languages)) == (3, {"fr": 2, "en": 1})
    assert 0 < told.p50_ms <= told.p99_ms
    assert summarise(evaluate(cases[:1], fixtures())).p50_ms > 0
    assert summarise(evaluate(cases[:1], fixtures())).languages == {"en": 1}
    assert cases[0].today == TODAY


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("not JSON", "line 1"),
        ({"id": "x"}, "turns: Field required"),
        (case("help", fixture="none"), "there is no fixture 'none'; there are: base"),
        (case("help", turns=[]), "does not end with a user's message"),
        (case("help", today="31/02/2026"), "today"),
        ("", "no case"),
    ],
)
def test_a_bad_case_is_named_with_its_line(row: dict[str, Any] | str, told: str) -> None:
    _, findings = read(row)
    assert told in findings[0]
    assert findings[0].startswith("error")


def test_two_cases_of_one_id_are_told() -> None:
    _, findings = read(case("help"), case("aide"))
    assert "two cases 'c1'" in findings[0]


@pytest.mark.parametrize(
    "made",
    [
        {"tool": "drop_everything", "args": {}},
        {"tool": "get_invoice", "args": {"number": 5, "all": True}},
        {"tool": "get_invoice", "args": []},
        {"args": {}},
    ],
)
def test_an_earlier_call_that_no_tool_takes_is_passed_over_and_told(made: dict[str, Any]) -> None:
    before = {"role": "assistant", "text": "", "calls": [made]}
    cases, findings = read(case("help", before))
    assert findings[0].startswith("warning")
    assert cases[0].turns[0].calls == ()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"not JSON", "Invalid JSON"),
        (b"[]", "object"),
        (b'{"base": {"clients": []}}', "base.settings: Field required"),
        (json.dumps({str(at): {} for at in range(9)}).encode(), "more"),
    ],
)
def test_bad_fixtures_are_refused_with_the_place(content: bytes, told: str) -> None:
    with pytest.raises(InputError, match="fixtures cannot be read") as refused:
        read_fixtures(content)
    assert told in refused.value.message


@pytest.fixture
def stocked(tmp_path: Path) -> Iterator[App]:
    app = open_app(Settings(home=tmp_path), clock=Clock())
    with app.change() as ctx:
        stock(ctx, fixtures()["base"])
    app.settle()
    with app.look() as books:
        index(books, fixtures()["base"])
    yield app
    app.close()


def test_throwaway_books_hold_what_the_fixture_lists(stocked: App) -> None:
    listed = fixtures()["base"].books
    with stocked.look() as ctx:
        books = Books(ctx)
        for one in listed.invoices:
            found = books.invoice(one.reference)
            assert found is not None
            assert (found.status, found.total, found.balance) == (
                one.status,
                one.total,
                one.balance,
            )
        # A fixture says no language of the house: what is in none is answered in English.
        assert replace(books.customs(), language="") == listed.customs
        assert {one.reference for one in books.about(("customs",))} == {
            one.reference for one in listed.invoices
        }
        iroko = books.clients.named("Iroko SA")
        assert iroko is not None
        assert (iroko.currency, iroko.terms_days) == ("EUR", 45)
        assert books.customs().tax_rate == Decimal(18)


def test_a_rehearsed_change_is_seen_while_it_lasts_and_never_kept(stocked: App) -> None:
    house = Undoing(stocked)
    with house.look("awa") as before:
        last = before.tx.last_event()
    with house.change("awa") as ctx:
        added = save_customer(ctx, Customer(id="", party=Party(name="Zephyr Inc")))
        assert ctx.tx.load(Customer, added.id).value == added
    with house.look("awa") as after:
        assert after.tx.last_event() == last
