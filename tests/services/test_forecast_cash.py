"""Forecasts of our own books: what is in them, kept as they were, and judged later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.schedule import Schedule, Unit
from net30.kernel.errors import InputError, Unavailable
from net30.ledger.segments import read_ledger
from net30.scoring.model import load_model
from net30.services.coming_schedules import coming_invoices, issued_by_schedules
from net30.services.company_figures import Foreseen
from net30.services.evaluate_forecast import ForecastEvaluation, evaluate_forecast
from net30.services.forecast_cash import Reach, forecast_cash, forecast_ledger
from net30.services.foreseen_figures import foreseen_figures
from net30.services.judge_forecasts import backtest, cash_forecast_error, judge_kept, judge_past
from net30.services.kept_forecasts import PREFIX, Forecast, kept_forecasts
from net30.services.plan_schedules import plan_schedules
from net30.services.run_schedules import run_schedules
from net30.services.save_schedule import save_schedule
from tests.desk import TODAY, Desk, open_desk
from tests.predicted_books import issued_to, open_books


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Books that these tests only look at."""
    desk = open_books(tmp_path_factory.mktemp("home"))
    yield desk
    desk.app.close()


def told(desk: Desk, as_of: date | None = None) -> Forecast:
    with desk.app.look() as ctx:
        return forecast_cash(ctx, as_of)


def test_all_that_is_open_is_in_the_forecast_once(books: Desk) -> None:
    found = told(books)
    cash = found.of("XOF")
    assert cash is not None
    assert [one.currency for one in found.cash] == ["XOF"]
    with books.app.look() as ctx:
        ledger = read_ledger(ctx.blobs, ctx.organisation)
    outstanding = sum(amount or 0 for amount in ledger["amount"].to_pylist())
    open_ = cash.spans[-1].parts["open"]
    assert 0 < open_.mean.minor < outstanding
    assert open_.p90.minor <= outstanding
    assert cash.spans[-1].parts["scheduled"].mean.minor == 0
    assert not cash.left_out
    assert found.revenue["XOF"][1].total.p10.minor > 0


def test_a_forecast_is_kept_and_read_again_the_same(books: Desk) -> None:
    first = told(books)
    with books.app.look() as ctx:
        kept = list(kept_forecasts(ctx))
    assert kept == [first]
    assert told(books) == first


def test_of_each_day_the_last_forecast_is_kept(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    first = told(desk)
    issued_to(desk, "Prompt SA")
    second = told(desk)
    desk.clock.day = TODAY + timedelta(days=1)
    third = told(desk)
    with desk.app.look() as ctx:
        assert list(kept_forecasts(ctx)) == [second, third]
        assert list(kept_forecasts(ctx, until=TODAY)) == [second]
        assert len(list(ctx.blobs.names(ctx.organisation, PREFIX))) == 2
    assert first != second
    desk.app.close()


def test_later_facts_change_no_forecast_of_a_past_day(tmp_path: Path) -> None:
    desk = open_books(tmp_path, learned=TODAY - timedelta(days=80))
    past = TODAY - timedelta(days=40)
    before = told(desk, past)
    issued_to(desk, "Prompt SA")
    with desk.app.look() as ctx:
        facts = read_ledger(ctx.blobs, ctx.organisation)
        model = load_model(ctx.models / "payments" / "v1")
    assert told(desk, past) == before
    known = facts.filter([one is not None and one <= past for one in facts["known_on"].to_pylist()])
    assert forecast_ledger(known, model, past) == forecast_ledger(facts, model, past)
    desk.app.close()


def test_a_later_fact_that_leaks_would_change_a_forecast_of_a_past_day(books: Desk) -> None:
    past = TODAY - timedelta(days=40)
    with books.app.look() as ctx:
        facts = read_ledger(ctx.blobs, ctx.organisation)
    told_then = forecast_ledger(facts, None, past)
    for kinds in (("payment",), ("invoice",)):
        assert forecast_ledger(leaked(facts, kinds, past), None, past) != told_then


def leaked(facts: pa.Table, kinds: tuple[str, ...], past: date) -> pa.Table:
    """The same ledger, had facts of some kinds been known on a day before they were."""
    there = [kind in kinds for kind in facts["fact"].to_pylist()]
    for name in ("day", "known_on", "issue_date"):
        days = [
            min(one, past) if moved and one is not None else one
            for one, moved in zip(facts[name].to_pylist(), there, strict=True)
        ]
        at = facts.column_names.index(name)
        facts = facts.set_column(at, facts.schema.field(name), pa.array(days, pa.date32()))
    return facts


def test_a_day_to_come_is_not_known(books: Desk) -> None:
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(InputError, match="is not known yet"):
        told(books, tomorrow)
    with books.app.look() as ctx:
        assert foreseen_figures(ctx, tomorrow) == Foreseen()


def test_books_that_nobody_writes_any_more_tell_nothing_of_business_to_come(
    tmp_path: Path,
) -> None:
    desk = open_books(tmp_path, learned=None)
    desk.clock.day = TODAY + timedelta(days=7 * 27)
    cash = told(desk).of("XOF")
    assert cash is not None
    assert cash.left_out == {"new": "not enough data: nothing was invoiced in the 26 weeks before"}
    assert cash.spans[-1].parts["new"].p90.minor == 0
    desk.app.close()


def test_a_schedule_brings_its_invoices_and_a_paused_one_none(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    line = NewLine(name="rent", unit_price=Decimal(100_000))
    every_week = Schedule(
        id="",
        invoice=NewInvoice(customer_id=desk.acme.id, lines=(line,)),
        start=TODAY + timedelta(days=1),
        unit=Unit.WEEK,
    )
    with desk.app.change() as ctx:
        saved = save_schedule(ctx, every_week)
    found = told(desk)
    cash = found.of("XOF")
    assert cash is not None
    month = found.revenue["XOF"][1]
    one = month.scheduled.minor // 5
    assert month.name == "30 days"
    assert month.scheduled.minor == 5 * one
    assert one >= 100_000
    assert 0 < cash.spans[-1].parts["scheduled"].mean.minor <= 13 * one
    with desk.app.change() as ctx:
        save_schedule(ctx, replace(saved, paused=True))
        assert coming_invoices(ctx, TODAY, TODAY + timedelta(days=90)) == ()
    desk.app.close()


def test_what_a_schedule_has_issued_is_open_and_no_new_business(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    line = NewLine(name="rent", unit_price=Decimal(100_000_000))
    rent = Schedule(id="", invoice=NewInvoice(customer_id=desk.acme.id, lines=(line,)), start=TODAY)
    before = told(desk).revenue["XOF"][-1].new
    with desk.app.change() as ctx:
        save_schedule(ctx, rent)
    with desk.app.look() as ctx:
        plan = plan_schedules(ctx, TODAY)
    (made,) = run_schedules(desk.app.change, plan).made
    desk.app.settle()
    with desk.app.look() as ctx:
        assert issued_by_schedules(ctx) == {made.invoice_id}
    found = told(desk)
    cash = found.of("XOF")
    assert cash is not None
    assert cash.spans[-1].parts["open"].p90.minor > 100_000_000
    assert found.revenue["XOF"][-1].new == before
    desk.app.close()


def test_kept_forecasts_are_judged_once_their_days_have_passed(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    told(desk)
    with desk.app.look() as ctx:
        assert judge_kept(ctx) == {}
        assert cash_forecast_error(ctx) == {}
    desk.clock.day = TODAY + timedelta(days=30)
    with desk.app.look() as ctx:
        verdict = judge_kept(ctx)["XOF"]
        foreseen = foreseen_figures(ctx)
    assert verdict.accuracy.judged == 1
    # Nothing has come in since: every forecast was too high.
    assert verdict.judged[0].actual.minor == 0
    assert verdict.accuracy.wape is None
    assert verdict.accuracy.reason == "nothing came in"
    assert foreseen.errors.now == {}
    assert set(foreseen.expected_cash) == {"XOF"}
    desk.app.close()


def test_past_days_are_forecast_again_by_models_of_their_day(tmp_path: Path) -> None:
    desk = open_books(tmp_path, learned=TODAY - timedelta(days=150))
    with desk.app.look() as ctx:
        verdict = judge_past(ctx)["XOF"]
    assert verdict.accuracy.judged >= 20
    assert verdict.open_only is not None
    assert verdict.accuracy.wape is not None
    assert verdict.accuracy.wape["net30"] < verdict.accuracy.wape["due_date"]
    desk.app.close()


def test_no_invoices_give_no_forecast_and_nothing_is_kept(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    found = told(desk)
    assert (found.cash, found.revenue) == ((), {})
    with desk.app.look() as ctx:
        assert list(kept_forecasts(ctx)) == []
        assert judge_past(ctx) == {}
    desk.app.close()


def test_one_invoice_is_forecast_and_new_business_is_not(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    invoice = desk.issue()
    desk.app.settle()
    cash = told(desk).of("XOF")
    assert cash is not None
    assert cash.left_out == {"new": "not enough data: needs four whole weeks of invoices"}
    assert cash.spans[-1].parts["open"].p90 == invoice.totals.due
    assert cash.spans[-1].parts["new"].mean.minor == 0
    desk.app.close()


def test_currencies_are_never_added(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    for currency in ("XOF", "EUR", "USD"):
        desk.issue(currency=currency)
    desk.app.settle()
    found = told(desk)
    assert [one.currency for one in found.cash] == ["EUR", "USD", "XOF"]
    for one in found.cash:
        assert {span.total.p90.currency for span in one.weeks} == {one.currency}
    desk.app.close()


def test_what_is_all_overdue_is_expected_later_not_yesterday(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.issue(issue_date=TODAY - timedelta(days=200), due_date=TODAY - timedelta(days=170))
    desk.app.settle()
    cash = told(desk).of("XOF")
    assert cash is not None
    by_end = [one.parts["open"].mean.minor for one in cash.weeks]
    assert by_end[0] > 0
    desk.app.close()


def test_a_ledger_without_a_model_says_so(books: Desk) -> None:
    with books.app.look() as ctx:
        ledger = read_ledger(ctx.blobs, ctx.organisation)
    found = forecast_ledger(ledger, None, TODAY)
    assert found.model is None
    assert found.cash[0].left_out == {"open": "no model was given"}


def test_a_damaged_kept_forecast_is_told(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    told(desk)
    with desk.app.look() as ctx:
        (name,) = ctx.blobs.names(ctx.organisation, PREFIX)
        ctx.blobs.put(ctx.organisation, name, b"{")
        with pytest.raises(Unavailable, match="cannot be read"):
            list(kept_forecasts(ctx))
    desk.app.close()


@pytest.mark.parametrize("reach", [{"weeks": 0}, {"weeks": 27}, {"days": (0,)}, {"days": ()}])
def test_a_reach_that_cannot_be_is_refused(reach: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Reach(**reach)  # type: ignore[arg-type] # its fields


def test_a_ledger_is_judged_by_the_model_we_bring_where_none_is_trained(books: Desk) -> None:
    with books.app.look() as ctx:
        ledger = read_ledger(ctx.blobs, ctx.organisation)
    report = evaluate_forecast(ForecastEvaluation(facts=ledger, models=0, step=28))
    assert (report.learned, report.refused) == ((), {})
    verdict = report.verdicts["XOF"]
    assert verdict.accuracy.judged == len(verdict.judged) >= 8
    assert set(verdict.accuracy.wape or {}) == {
        "net30",
        "last_period",
        "due_date",
        "customer_median",
    }
    with pytest.raises(InputError):
        evaluate_forecast(ForecastEvaluation(facts=ledger, models=99))
    with pytest.raises(InputError):
        evaluate_forecast(ForecastEvaluation(facts=ledger.slice(0, 0)))
    assert backtest(ledger, [], lambda _day: None) == {}


def test_a_model_that_is_trained_for_a_past_day_knows_nothing_later(books: Desk) -> None:
    with books.app.look() as ctx:
        ledger = read_ledger(ctx.blobs, ctx.organisation)
    steps: list[str] = []
    asked = ForecastEvaluation(facts=ledger, models=2, families=("small",), step=112)
    report = evaluate_forecast(asked, lambda step, _done, _total: steps.append(step))
    assert {*report.learned, *report.refused} == {
        report.first,
        report.first + (report.last - report.first) / 2,
    }
    assert report.last < TODAY
    assert {"learning", "looking back"} == set(steps)
