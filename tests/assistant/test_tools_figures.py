"""Figures that tools tell, against a loop over the paper; by currency, never added."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from net30.assistant.arguments import Days, Percent
from net30.domain.customer import Customer
from net30.domain.party import Party
from net30.kernel.errors import InputError, NotFound
from net30.kernel.money import Money
from net30.services.save_customer import save_customer
from tests.assistant.shop import Shop, Sold, figures, open_shop
from tests.desk import TODAY, open_desk

CURRENCIES = ("EUR", "TND", "XOF")
QUARTER = TODAY - timedelta(days=89)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    yield shop
    shop.desk.app.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Shop]:
    desk = open_desk(tmp_path)
    desk.app.settle()
    yield Shop(desk)
    desk.app.close()


def added(rows: list[Sold], currency: str, amount: Callable[[Sold], int]) -> Money:
    total = 0
    for row in rows:
        if row.currency == currency:
            total += amount(row)
    return Money(total, currency)


def test_statistics_are_the_sums_of_the_period_and_of_the_day(shop: Shop) -> None:
    cells = figures(shop.run("get_statistics"))
    period = [row for row in shop.sold if QUARTER <= row.issued <= TODAY]
    for currency in CURRENCIES:
        issued = [row for row in period if row.currency == currency]
        invoiced = added(issued, currency, lambda row: row.amount)
        assert cells["invoiced", currency] == invoiced
        assert cells["invoice_count", currency] == len(issued)
        average = Decimal(invoiced.minor) / len(issued)
        assert cells["average_invoice", currency] == Money(
            int(average.quantize(Decimal(1), ROUND_HALF_UP)), currency
        )
        assert cells["collected", currency] == added(issued, currency, lambda row: row.paid)
        assert cells["still_open", currency] == added(issued, currency, lambda row: row.open)
        assert cells["outstanding", currency] == added(shop.sold, currency, lambda row: row.open)
        assert cells["overdue", currency] == added(shop.sold, currency, lambda row: row.overdue)


def test_statistics_of_a_client_a_currency_and_a_past_period(shop: Shop) -> None:
    cells = figures(shop.run("get_statistics", client="zephyr energie", from_="2026-01-01"))
    mine = [row for row in shop.sold if row.client == "Zephyr Énergie"]
    assert {currency for _, currency in cells} == {"EUR"}
    assert cells["invoiced", "EUR"] == added(mine, "EUR", lambda row: row.amount)
    assert cells["overdue", "EUR"] == added(mine, "EUR", lambda row: row.overdue)
    only = figures(shop.run("get_statistics", currency="tnd"))
    assert {currency for _, currency in only} == {"TND"}
    end = TODAY - timedelta(days=70)
    past = figures(shop.run("get_statistics", from_="2026-08-01", to=end.isoformat()))
    then = [row for row in shop.sold if date(2026, 8, 1) <= row.issued <= end]
    assert past["invoiced", "XOF"] == added(then, "XOF", lambda row: row.amount)
    assert past["invoice_count", "TND"] == 0
    assert past["average_invoice", "TND"] is None


def test_a_period_that_runs_into_the_future_ends_today(shop: Shop) -> None:
    result = shop.run("get_statistics", from_="2026-11-01", to="2026-11-30")
    assert (result.values["start"], result.values["end"]) == (date(2026, 11, 1), TODAY)


@pytest.mark.parametrize("name", ["get_statistics", "get_collection_rate", "analytics_report"])
def test_a_period_that_is_none_is_refused(shop: Shop, name: str) -> None:
    for start, end, code in (
        ("2026-11-02", "2026-11-01", "period"),
        ("2027-01-01", "2027-02-01", "future_period"),
        ("2027-01-01", None, "future_period"),
    ):
        with pytest.raises(InputError) as caught:
            shop.run(name, from_=start, to=end)
        assert caught.value.code == code


def test_an_unknown_client_is_refused_with_the_nearest_name(shop: Shop) -> None:
    with pytest.raises(NotFound) as caught:
        shop.run("get_statistics", client="Zefir Energie")
    assert "Zephyr Énergie" in str(caught.value.values["names"])


def test_the_collection_rate_is_the_share_of_what_fell_due(shop: Shop) -> None:
    rows = {row[0]: row[1:] for row in shop.run("get_collection_rate").rows}
    due = [row for row in shop.sold if QUARTER <= row.due <= TODAY]
    assert set(rows) == {row.currency for row in due}
    for currency, (rate, received, fell_due) in rows.items():
        assert isinstance(currency, str)
        paid = added(due, currency, lambda row: row.paid)
        whole = added(due, currency, lambda row: row.amount)
        assert (received, fell_due) == (paid, whole)
        share = (Decimal(paid.minor) / Decimal(whole.minor)).quantize(
            Decimal("0.0001"), ROUND_HALF_UP
        )
        assert rate == Percent(share * 100)


def bucket_of(row: Sold) -> str:
    late = (TODAY - row.due).days
    if late <= 0:
        return "not_due"
    for most, name in ((30, "d1_30"), (60, "d31_60"), (90, "d61_90")):
        if late <= most:
            return name
    return "d90_plus"


def test_the_ageing_adds_up_bucket_by_bucket(shop: Shop) -> None:
    cells = figures(shop.run("get_ageing"))
    for currency in CURRENCIES:
        for bucket in ("not_due", "d1_30", "d31_60", "d61_90", "d90_plus"):
            mine = [row for row in shop.sold if bucket_of(row) == bucket]
            assert cells[bucket, currency] == added(mine, currency, lambda row: row.open), bucket
        assert cells["outstanding", currency] == added(shop.sold, currency, lambda row: row.open)
    assert ("no_due_date", "XOF") not in cells


def test_the_ageing_of_an_earlier_day_knows_nothing_recorded_later(shop: Shop) -> None:
    day = TODAY - timedelta(days=4)  # all of the shop's books were written today
    assert shop.run("get_ageing", as_of=day.isoformat()).code == "ageing_none"
    with pytest.raises(InputError) as caught:
        shop.run("get_ageing", as_of="2027-01-01")
    assert caught.value.code == "future_day"


def test_unapplied_cash_has_a_row_of_its_own(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    row = shop.sell(shop.desk.acme, "1000", 50)
    shop.pay(row, row.amount)
    shop.run("create_credit_note", number=row.number)
    cells = figures(shop.run("get_ageing"))
    assert cells["unapplied", "XOF"] == Money(-row.amount, "XOF")
    shop.desk.app.close()


@pytest.mark.parametrize(
    ("by", "amount"),
    [
        ("revenue", lambda row: row.amount),
        ("outstanding", lambda row: row.open),
        ("late", lambda row: row.overdue),
    ],
)
def test_clients_are_ranked_in_each_currency(
    shop: Shop, by: str, amount: Callable[[Sold], int]
) -> None:
    result = shop.run("top_clients", by=by)
    found = {part.values["currency"]: part.rows for part in result.parts}
    for currency in CURRENCIES:
        sums: dict[str, int] = {}
        for row in shop.sold:
            if row.currency == currency:
                sums[row.client] = sums.get(row.client, 0) + amount(row)
        ranked = sorted(sums.items(), key=lambda one: -one[1])
        expected = [
            (place, name, Money(minor, currency))
            for place, (name, minor) in enumerate(ranked, start=1)
            if minor > 0
        ]
        assert list(found[currency]) == expected


def test_no_more_clients_are_shown_than_asked_for_and_the_sum_is_of_those(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    with shop.desk.app.change() as ctx:
        kivu = save_customer(ctx, Customer(id="", party=Party(name="Kivu"), currency="XOF"))
    shop.sell(kivu, "10", 3)
    shop.desk.app.settle()
    *_, francs = shop.run("top_clients", by="revenue", limit=1).parts
    assert [row[1] for row in francs.rows] == ["Acme Corp"]
    assert francs.parts == ()
    *_, both = shop.run("top_clients", by="revenue").parts
    assert both.parts[0].values["total"] == (added(shop.sold, "XOF", lambda row: row.amount),)
    with pytest.raises(ValidationError):
        shop.run("top_clients", by="revenue", limit=0)
    shop.desk.app.close()


def test_the_analytics_report_holds_figures_ageing_and_top_clients(shop: Shop) -> None:
    report = shop.run("analytics_report", from_="2026-01-01")
    statistics = figures(shop.run("get_statistics", from_="2026-01-01"))
    cells = figures(report)
    assert statistics.items() <= cells.items()
    days = (TODAY - date(2026, 1, 1)).days + 1
    for currency in CURRENCIES:
        owed = added(shop.sold, currency, lambda row: row.open).minor
        sales = added(shop.sold, currency, lambda row: row.amount).minor
        dso = (Decimal(owed) * days / sales).quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert cells["dso", currency] == Days(dso)
    assert [part.code for part in report.parts] == ["ageing", "top_outstanding", "top_revenue"]
    assert report.values["as_of"] == TODAY


def test_four_currencies_go_into_two_tables(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    shop.desk.issue("10", "1", currency="USD")
    shop.desk.app.settle()
    result = shop.run("get_statistics")
    assert (result.columns, result.parts[0].columns) == (("EUR", "TND", "USD"), ("XOF",))
    assert shop.run("get_ageing").parts[0].columns == ("XOF",)
    assert max(map(len, shop.say("get_statistics").splitlines()[1:])) <= 80
    shop.desk.app.close()


def test_a_company_without_invoices_is_told_so(empty: Shop) -> None:
    assert empty.run("get_statistics").code == "statistics_none"
    assert empty.run("analytics_report").code == "statistics_none"
    assert empty.run("get_collection_rate").code == "collection_rate_none"
    assert empty.run("get_ageing").code == "ageing_none"
    assert empty.run("top_clients", by="late").code == "top_none"
    assert empty.run("search_invoices").code == "found_none"


def test_francs_have_no_decimals_and_dinars_three(shop: Shop) -> None:
    text = shop.say("get_statistics", from_="2026-01-01")
    assert "14.567 TND" in text
    assert "2,023,701 FCFA" in text
    assert "€1,558.18" in text
