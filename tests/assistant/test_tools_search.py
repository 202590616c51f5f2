"""Searching invoices from a conversation: every filter, every order, totals of all found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from net30.assistant.calls import make_call
from net30.assistant.tools.search_invoices import ROWS_SHOWN
from net30.domain.invoice import QUOTE
from net30.kernel.errors import InputError, NotFound
from net30.kernel.money import Money
from tests.assistant.shop import Shop, open_shop
from tests.desk import TODAY


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    yield shop
    shop.desk.app.close()


def numbers(shop: Shop, **args: object) -> list[object]:
    return [row[0] for row in shop.run("search_invoices", **args).rows]


def test_a_status_finds_what_is_in_it(shop: Shop) -> None:
    overdue = {row.number for row in shop.sold if row.overdue}
    assert set(numbers(shop, status="overdue")) == overdue
    paid = {row.number for row in shop.sold if not row.open}
    assert set(numbers(shop, status=["paid"])) == paid
    still_open = {row.number for row in shop.sold if row.open}
    several = numbers(shop, status="issued, partially_paid,overdue")
    assert set(several) == still_open
    assert len(numbers(shop, status="draft")) == 1
    with pytest.raises(InputError) as caught:
        numbers(shop, status="late")
    assert caught.value.code == "status"


def test_filters_must_all_hold(shop: Shop) -> None:
    acme = [row for row in shop.sold if row.client == "Acme Corp"]
    assert set(numbers(shop, client="acme corp", status=["paid", "overdue", "issued"])) == {
        row.number for row in acme
    }
    week = TODAY - timedelta(days=12)
    young = {row.number for row in shop.sold if row.issued >= week}
    assert set(numbers(shop, issued_from=week.isoformat(), status="issued")) == young
    before = TODAY - timedelta(days=60)
    old = {row.number for row in shop.sold if row.issued <= before}
    assert set(numbers(shop, issued_to=before.isoformat())) == old
    soon = (TODAY + timedelta(days=25)).isoformat()
    due = {row.number for row in shop.sold if TODAY <= row.due <= TODAY + timedelta(days=25)}
    assert set(numbers(shop, due_from=TODAY.isoformat(), due_to=soon)) == due
    assert len(numbers(shop, text="consulting")) == len(shop.sold) + 1


def test_amounts_are_of_the_currency_said_or_of_the_companys(shop: Shop) -> None:
    francs = {row.number for row in shop.sold if row.currency == "XOF" and row.amount >= 300_000}
    assert set(numbers(shop, min_amount="300000")) == francs
    euros = {row.number for row in shop.sold if row.currency == "EUR" and row.amount <= 20_000}
    assert set(numbers(shop, max_amount="200", currency="eur")) == euros
    assert set(numbers(shop, currency="TND")) == {
        row.number for row in shop.sold if row.currency == "TND"
    }


@pytest.mark.parametrize(
    ("sort", "key", "descending"),
    [
        ("amount", "amount", False),
        ("-amount", "amount", True),
        ("balance desc", "open", True),
        ("balance", "open", False),
        ("issue_date asc", "issued", False),
        ("-due_date", "due", True),
    ],
)
def test_every_order_is_kept(shop: Shop, sort: str, key: str, *, descending: bool) -> None:
    found = numbers(shop, sort=sort, currency="XOF", status=["issued", "overdue", "partially_paid"])
    by_number = {row.number: getattr(row, key) for row in shop.sold}
    values = [by_number[str(number)] for number in found]
    assert len(values) == 3
    assert values == sorted(values, reverse=descending)


@pytest.mark.parametrize("sort", ["colour", "-", "amount sideways", "number"])
def test_an_order_that_is_none_is_refused(shop: Shop, sort: str) -> None:
    with pytest.raises(InputError) as caught:
        numbers(shop, sort=sort)
    assert caught.value.code == "sort"


def test_the_total_is_of_all_that_was_found_by_currency_and_without_drafts(shop: Shop) -> None:
    (total,) = shop.run("search_invoices").parts
    assert total.code == "found_total"
    for name, amount in (("total", "amount"), ("open", "open")):
        sums = total.values[name]
        assert isinstance(sums, tuple)
        assert [money.currency for money in sums] == ["EUR", "TND", "XOF"]
        for money in sums:
            minor = sum(getattr(r, amount) for r in shop.sold if r.currency == money.currency)
            assert money.minor == minor
    (drafts,) = shop.run("search_invoices", status="draft").parts
    assert (drafts.code, drafts.values["total"]) == ("total", (Money(12, "XOF"),))


def test_a_limit_is_kept_and_totalled(shop: Shop) -> None:
    result = shop.run("search_invoices", sort="-amount", currency="XOF", limit=2)
    assert len(result.rows) == 2
    biggest = sorted((row.amount for row in shop.sold if row.currency == "XOF"), reverse=True)[:2]
    assert result.parts[0].values["total"] == (Money(sum(biggest), "XOF"),)
    with pytest.raises(ValidationError):
        make_call("search_invoices", {"limit": 0})


def test_more_than_a_page_is_counted_totalled_and_told_how_to_see(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    for _ in range(ROWS_SHOWN):
        shop.sell(shop.desk.acme, "1000", 45)
    shop.desk.app.settle()
    result = shop.run("search_invoices", status="overdue")
    late = [row for row in shop.sold if row.overdue]
    assert (len(result.rows), result.values["count"]) == (ROWS_SHOWN, len(late))
    total, more = result.parts
    sums = total.values["open"]
    assert isinstance(sums, tuple)
    assert sums[-1] == Money(sum(r.open for r in late if r.currency == "XOF"), "XOF")
    assert (more.code, dict(more.values)) == (
        "found_more",
        {"shown": ROWS_SHOWN, "count": len(late)},
    )
    assert f"Shown: 20 of {len(late)}" in shop.say("search_invoices", status="overdue")
    shop.desk.app.close()


def test_offers_are_found_but_claim_nothing(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    quote = shop.desk.issue("777", "1", type_code=QUOTE)
    shop.desk.app.settle()
    result = shop.run("search_invoices", text=quote.number)
    assert [row[0] for row in result.rows] == [quote.number]
    assert result.parts[0].code == "total"
    shop.desk.app.close()


def test_a_misspelt_name_shows_whose_invoices_are_near(shop: Shop) -> None:
    result = shop.run("search_invoices", text="zephir energi")
    assert result.parts[-1].code == "did_you_mean"
    assert "Zephyr Énergie" in str(result.parts[-1].values["names"])
    with pytest.raises(NotFound):
        shop.run("search_invoices", client="Umbrella")


def test_the_only_invoice_found_is_what_it_means_afterwards(shop: Shop) -> None:
    (number,) = (row.number for row in shop.sold if row.currency == "TND")
    assert shop.run("search_invoices", currency="TND").reference == number
    assert shop.run("search_invoices").reference == ""
