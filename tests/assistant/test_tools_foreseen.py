"""What the assistant foresees: cash, risk, and whom to call, against the services' own figures."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from net30.assistant.answer import Outcome
from net30.assistant.arguments import Clause, Result, Word
from net30.assistant.ask import ask
from net30.assistant.replies.catalogue import reply_languages, words
from net30.assistant.replies.table import COLUMNS_MAX, width_of
from net30.assistant.replies.telling import tell
from net30.assistant.tools import forecast_cash, list_recommendations, risk_report
from net30.domain.customer import Customer
from net30.insights.measured import Measure
from net30.kernel.money import Money
from net30.mcp.written import written
from net30.recommend.next_call import call_rules
from net30.services.collect_today import collect_today
from net30.services.company_figures import Asked, company_figures
from net30.services.foreseen_figures import foreseen_figures
from net30.services.receivables_risk import Standing, receivables_risk
from net30.services.save_customer import save_customer
from tests.assistant.shop import Shop, figures, open_shop, plain
from tests.desk import TODAY, Desk, open_desk
from tests.predicted_books import open_books

ASKED: tuple[tuple[str, dict[str, int]], ...] = (
    ("forecast_cash", {"horizon_days": 90}),
    ("risk_report", {}),
    ("list_recommendations", {}),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = open_shop(tmp_path_factory.mktemp("shop"))
    yield shop
    shop.desk.app.close()


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Books with a year behind them and no model of their own."""
    desk = open_books(tmp_path_factory.mktemp("past"), learned=None)
    yield desk
    desk.app.close()


def part(result: Result, code: str) -> Result:
    return next(one for one in result.parts if one.code == code)


def codes(result: Result) -> list[str]:
    return [one.code for one in result.parts]


@pytest.mark.parametrize("days", [1, 7, 30, 60, 90, 180])
def test_cash_is_told_by_currency_and_by_the_weeks_within_the_horizon(
    past: Desk, days: int
) -> None:
    with past.app.look() as ctx:
        found = forecast_cash.run(ctx, forecast_cash.Args(horizon_days=days))
    assert found.values == {"days": days, "end": TODAY + timedelta(days=days)}
    ((currency, low, middle, high),) = found.rows
    assert currency == "XOF"
    assert isinstance(low, Money)
    assert isinstance(middle, Money)
    assert isinstance(high, Money)
    assert low <= middle <= high
    weeks = part(found, "forecast_weeks").rows
    begun = [row[0] for row in weeks]
    monday = TODAY + timedelta(days=2)  # today is a Saturday: one day of this week is left
    assert begun[0] == TODAY + timedelta(days=1)
    assert begun[1:] == [monday + timedelta(days=7 * week) for week in range(len(weeks) - 1)]
    assert len(weeks) == min(13, 1 + (days - 1) // 7)
    assert codes(found)[-1] == "predicted_cold_enough"


def test_an_hour_later_the_usual_forecast_is_the_same(past: Desk) -> None:
    with past.app.look() as ctx:
        first, again = (forecast_cash.run(ctx, forecast_cash.Args()) for _ in range(2))
    assert first == again


def test_a_horizon_that_is_too_far_is_told_with_the_longest_one(shop: Shop) -> None:
    given = ask(shop.desk.app, "How much cash will come in over the next year?")
    assert given.outcome is Outcome.FAILED
    assert given.text == "I forecast at most 180 days ahead, and 365 are asked for; say fewer."
    assert "180 jours" in ask(shop.desk.app, "Prévision de trésorerie sur un an").text


def test_a_short_past_leaves_new_business_out_and_says_so(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.issue()
    desk.app.settle()
    given = ask(desk.app, "show the cash forecast")
    assert "Not in it:\n- XOF · new business: the books hold too few invoices" in given.text
    assert "needs 200 settled invoices; so far: 0" in given.text
    desk.app.close()


def test_weeks_of_three_currencies_are_shown_and_the_others_named(tmp_path: Path) -> None:
    shop = open_shop(tmp_path)
    with shop.desk.app.change() as ctx:
        acme = ctx.tx.load(Customer, shop.desk.acme.id).value
        dollar = save_customer(
            ctx, replace(acme, id="", party=replace(acme.party, name="Dollar Inc"), currency="USD")
        )
    shop.sell(dollar, "10", 5)
    found = shop.run("forecast_cash")
    weeks = [one.values["currency"] for one in found.parts if one.code == "forecast_weeks"]
    assert [row[0] for row in found.rows] == ["XOF", "EUR", "TND", "USD"]
    assert weeks == ["XOF", "EUR", "TND"]
    assert part(found, "forecast_more").values == {"currencies": "USD"}
    shop.desk.app.close()


def test_risk_is_that_of_the_service(shop: Shop) -> None:
    with shop.desk.app.look() as ctx:
        found = risk_report.run(ctx, risk_report.Args())
        wanted = {one.currency: one for one in receivables_risk(ctx).currencies}
    assert [row[0] for row in found.rows] == ["XOF", "EUR", "TND"]
    for currency, exposure, lost, _, lgd in found.rows:
        loss = wanted[str(currency)].loss
        assert (exposure, lost) == (loss.exposure, loss.expected)
        assert isinstance(lgd, Clause)
        assert lgd.name == "assumed"
    clients = {
        (row[0], row[1]) for one in found.parts if one.code == "risk_clients" for row in one.rows
    }
    assert clients == {
        (row.customer, row.loss.exposure) for one in wanted.values() for row in one.customers
    }
    advice = part(found, "risk_advice").rows
    assert {row[0] for row in advice} == {"Acme Corp", "Zephyr Énergie", "Sfax Textiles"}
    assert codes(found)[-1] == "predicted_cold"


def test_a_loss_that_was_measured_and_what_has_no_due_date_are_told(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.issue()
    desk.app.settle()
    with desk.app.look() as ctx:
        found = receivables_risk(ctx)
    measured = replace(
        found.currencies[0].loss,
        lgd=Measure(Decimal("0.1234")),
        lgd_cases=12,
        lgd_assumed=False,
        unscored=Money(700, "XOF"),
    )
    changed = replace(found, currencies=(replace(found.currencies[0], loss=measured),))
    told = risk_report.told(changed, "XOF", Result("risk_terms"))
    text = plain(tell(told, "en"))
    assert "12.3% of 12 cases" in text
    assert "Open without a due date, and so not in it: 700 FCFA" in text
    desk.app.close()


def test_what_is_recommended_is_the_worklist_and_advice_that_no_call_gives(shop: Shop) -> None:
    with shop.desk.app.look() as ctx:
        found = list_recommendations.run(ctx, list_recommendations.Args())
        wanted = collect_today(ctx).calls
    assert [row[0] for row in found.rows] == [call.customer for call in wanted]
    for row, call in zip(found.rows, wanted, strict=True):
        overdue, stake, reason, action = row[1:]
        assert isinstance(overdue, Clause)
        assert overdue.values["amount"] == call.open
        assert isinstance(stake, Clause)
        assert stake.values["amount"] == call.at_stake
        assert reason == Word("call_reason", call.reason)
        assert action == Word("call_action", call.action)
    advised = [row[2] for row in part(found, "risk_advice").rows]
    assert advised
    assert not [one for one in advised if isinstance(one, Clause) and one.name == "reminder"]


def test_who_is_left_over_is_counted(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    day = TODAY - timedelta(days=50)
    with desk.app.change() as ctx:
        acme = ctx.tx.load(Customer, desk.acme.id).value
        others = [
            save_customer(ctx, replace(acme, id="", party=replace(acme.party, name=f"Client {n}")))
            for n in range(7)
        ]
    for one in others:
        desk.issue(customer_id=one.id, issue_date=day, due_date=day + timedelta(days=30))
    desk.app.settle()
    with desk.app.look() as ctx:
        found = list_recommendations.run(ctx, list_recommendations.Args())
    assert len(found.rows) == 5
    assert part(found, "calls_more").values == {"more": 2}
    desk.app.close()


def test_every_word_that_the_services_can_need_is_there() -> None:
    assert set(words("en", "call_action")) == {rule.action for rule in call_rules()}
    assert set(words("en", "standing")) == {standing.value for standing in Standing}


@pytest.mark.parametrize("language", reply_languages())
def test_what_is_foreseen_is_told_in_every_language(shop: Shop, language: str) -> None:
    for name, args in ASKED:
        text = shop.say(name, language, **args)
        assert "{" not in text
        tables = [line for line in text.splitlines() if line.startswith("|")]
        assert all(width_of(line) <= COLUMNS_MAX for line in tables)
        assert "default v1" in text


def test_an_mcp_client_gets_amounts_and_codes(shop: Shop) -> None:
    with shop.desk.app.look() as ctx:
        reason = collect_today(ctx).calls[0].reason
    rows = str(written(ask(shop.desk.app, "what do you recommend?")))
    assert "'call': 'overdue'" in rows
    assert f"'{reason}'" in rows


def rows(shop: Shop, what: str) -> list[dict[str, str]]:
    place = shop.run("export", what=what, format="csv").values["place"]
    return list(csv.DictReader(StringIO(Path(str(place)).read_text(encoding="utf-8"))))


def test_the_forecast_is_exported_with_all_weeks_of_all_currencies(shop: Shop) -> None:
    given = ask(shop.desk.app, "export the forecast as xlsx")
    assert given.outcome is Outcome.DONE
    assert str(given.results[0].values["place"]).endswith("forecast.xlsx")
    found = rows(shop, "cash forecast")
    assert {row["currency"] for row in found} == {"XOF", "EUR", "TND"}
    assert len(found) == 3 * (1 + 13 + 3)
    told = {row[0]: row[2] for row in shop.run("forecast_cash").rows}
    for row in found:
        if row["period"] == "30 days":
            middle = told[row["currency"]]
            assert isinstance(middle, Money)
            assert Decimal(row["p50"]) == middle.amount
            assert date.fromisoformat(row["to"]) == TODAY + timedelta(days=30)


def test_risk_and_calls_are_exported_client_by_client(shop: Shop) -> None:
    risk = {row["customer"]: row for row in rows(shop, "risk")}
    assert set(risk) == {"Acme Corp", "Zephyr Énergie", "Sfax Textiles"}
    assert Decimal(risk["Acme Corp"]["exposure"]) == 1_435_201
    assert risk["Acme Corp"]["lgd_assumed"] == "yes"
    calls = rows(shop, "recommendations")
    assert [row["place"] for row in calls] == ["1", "2", "3"]
    assert calls[0]["customer"] == "Acme Corp"
    assert set(calls[0]["invoices"].split()) == {shop.sold[1].number, shop.sold[2].number}


def test_the_analytics_report_has_the_figures_that_net30_figures_shows(shop: Shop) -> None:
    cells = figures(shop.run("analytics_report"))
    with shop.desk.app.look() as ctx:
        asked = Asked(as_of=TODAY, cost_of_capital=ctx.company.cost_of_capital)
        wanted = company_figures(ctx, asked, foreseen_figures(ctx))
    assert len(wanted.currencies) == 3
    for one in wanted.currencies:
        for name in ("dso_best_possible", "cei"):
            shown = cells[name, one.currency]
            assert getattr(shown, "value", None) == one.values[name]
        health = one.values["health_score"]
        assert isinstance(health, dict)
        assert cells["health_score", one.currency] == health["score"]
