"""Insights beyond the figures: worked numbers, reasons, and their edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from net30.insights.as_of import Period
from net30.insights.behaviour_changes import Of, behaviour_changes
from net30.insights.benchmarks import (
    benchmarks,
    difference,
    published_figures,
    read_published,
)
from net30.insights.churn import churn
from net30.insights.churn_judged import churn_judged
from net30.insights.customer_cohorts import customer_cohorts
from net30.insights.customer_performance import customer_performance
from net30.insights.customer_segments import LANGUAGES, customer_segments, rules
from net30.insights.duplicate_invoices import duplicate_invoices
from net30.insights.financial_impact import financial_impact
from net30.insights.invoice_cohorts import invoice_cohorts
from net30.insights.measured import Measure
from net30.insights.payment_patterns import payment_patterns
from net30.insights.revenue_by_month import revenue_by_month
from net30.insights.seasonality import seasonality
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.language.locales import languages
from tests.ledger_rows import Row, asked, claim, ledger, money

D = date(2026, 11, 30)
PERIOD = Period(date(2026, 9, 2), D)


def days(count: int) -> date:
    """So many days before the as-of date."""
    return D - timedelta(days=count)


def xof(amount: int) -> Money:
    return Money(amount, "XOF")


def monthly(amounts: dict[date, int], **more: object) -> list[Row]:
    """An invoice on each of these days, due 30 days later."""
    return [
        claim(f"I{day}{more.get('customer_id', '')}", amount, day, day + timedelta(days=30), **more)
        for day, amount in amounts.items()
    ]


def test_revenue_of_150_after_100_grew_by_half_and_december_against_december() -> None:
    rows = monthly({date(2025, 10, 5): 200, date(2026, 9, 5): 100, date(2026, 10, 5): 150})
    found = {row.month: row for row in asked(ledger(*rows), D, revenue_by_month)["XOF"]}
    october = found[date(2026, 10, 1)]
    assert october.growth == Measure(Decimal("0.5000"))
    assert october.growth_year == Measure(Decimal("-0.2500"))
    assert found[date(2026, 9, 1)].growth.reason == "nothing was invoiced in 2026-08"
    assert found[date(2025, 10, 1)].growth.reason == "the ledger begins after 2025-09"
    assert found[date(2026, 11, 1)].growth == Measure(Decimal("-1.0000"))


def test_a_month_that_is_not_over_does_not_shrink() -> None:
    rows = monthly({date(2026, 10, 5): 100, date(2026, 11, 5): 50})
    last = asked(ledger(*rows), days(1), revenue_by_month)["XOF"][-1]
    assert (last.is_over, last.growth) == (False, Measure(None, "the month is not over"))


def test_terms_are_kept_by_what_was_settled_on_the_due_date_at_the_latest() -> None:
    rows = [
        claim("A", 300, days(60), days(30)),
        money("A", 300, days(30), method="wire"),
        claim("B", 100, days(60), days(30)),
        money("B", 100, days(29), method="cash"),
        claim("C", 100, days(60), days(30)),
        claim("D", 900, days(20), days(0)),
    ]
    found = asked(ledger(*rows), D, payment_patterns, PERIOD)["XOF"]
    assert (found.terms.kept.value, found.terms.kept_by_count.value) == (
        Decimal("0.6000"),
        Decimal("0.3333"),
    )
    assert {part.name: part.share.value for part in found.methods} == {
        "cash": Decimal("0.2500"),
        "wire": Decimal("0.7500"),
    }
    bars = {bar.name: bar.amount for bar in found.terms.delays if bar.count}
    assert bars == {"on_the_day": xof(300), "late_1_7": xof(100), "unpaid": xof(100)}


def test_patterns_without_money_and_without_anything_due_say_so() -> None:
    due_only = ledger(claim("A", 300, days(60), days(30)))
    patterns = asked(due_only, D, payment_patterns, PERIOD)["XOF"]
    assert patterns.weekdays[0].share.reason == "no money came in the period"
    paid = ledger(claim("A", 300, days(60), None), money("A", 300, days(30)))
    terms = asked(paid, D, payment_patterns, PERIOD)["XOF"].terms
    assert (terms.kept.value, bool(terms.kept.reason)) == (None, True)


def test_a_calendar_month_of_twice_the_usual_has_an_index_of_two() -> None:
    months = {date(2025, 12, 3): 220, **{date(2026, month, 3): 100 for month in range(1, 12)}}
    months[date(2026, 11, 3)] = 100
    found = asked(ledger(*monthly(months)), D, seasonality)["XOF"]
    index = {one.month: one.invoiced.value for one in found.index}
    assert (index[12], index[3]) == (Decimal("2.0000"), Decimal("0.9091"))
    assert found.complete_months == 12


def test_eleven_months_have_no_seasons() -> None:
    months = {date(2026, month, 3): 100 for month in range(1, 12)}
    found = asked(ledger(*monthly(months)), D, seasonality)["XOF"]
    assert found.index[0].invoiced.reason == "needs 12 complete months; there are 11"
    delays = [cell.delay.value for cell in found.years]
    assert delays[0] is None  # what January issued falls due in February
    assert delays[1] is not None


def test_the_delay_of_a_large_invoice_weighs_more_and_early_counts_below_zero() -> None:
    rows = [
        claim("A", 900, days(100), days(70)),
        money("A", 900, days(60)),
        claim("B", 100, days(100), days(70)),
        money("B", 100, days(90)),
    ]
    row = asked(ledger(*rows), D, customer_performance, Period(days(365), D))["XOF"][0]
    assert row.mean_delay.value == Decimal("7.0")
    assert row.median_delay.value == 10
    assert (row.late_share.value, row.late_share_by_count.value) == (
        Decimal("0.9000"),
        Decimal("0.5000"),
    )
    assert row.last_payment == days(60)


def test_a_written_off_invoice_stays_late_and_a_voided_one_is_gone() -> None:
    note = claim("N", -500, days(50), None)
    rows = [
        claim("A", 100, days(100), days(70)),
        replace(money("A", 100, days(60)), fact="write_off"),
        claim("B", 500, days(100), days(70)),
        note,
        replace(money("B", 500, days(50)), fact="credit"),
        replace(money("N", -500, days(50)), fact="credit"),
    ]
    row = asked(ledger(*rows), D, customer_performance, Period(days(365), D))["XOF"][0]
    assert (row.late_share.value, row.overdue, row.invoice_count) == (Decimal(1), xof(0), 1)
    assert row.mean_delay.value == Decimal("70.0")


def six_customers() -> list[Row]:
    """From a champion with ten invoices to one who came 300 days ago and never again."""
    rows: list[Row] = []
    for place, customer in enumerate("abcdef"):
        for at in range(10 - 2 * place or 1):
            issued = days(5 + 50 * place + 20 * at)
            number = f"{customer}{at}"
            due = issued + timedelta(days=10)
            amount = 1_000 * (6 - place)
            rows.append(claim(number, amount, issued, due, customer_id=customer))
            rows.append(money(number, amount, due, customer_id=customer))
    return rows


def test_each_client_has_a_segment_with_its_reason_in_english_and_french() -> None:
    found = asked(ledger(*six_customers()), D, customer_segments)["XOF"]
    segments = {one.customer.customer_id: one for one in found}
    champion = segments["a"]
    assert (champion.segment, champion.name["fr"]) == ("champion", "champion")
    assert champion.scores
    assert (champion.scores.recency, champion.scores.monetary) == (5, 5)
    assert champion.reason["en"].startswith("buys lately, often and much, and pays on time: 10 inv")
    assert "0\N{NO-BREAK SPACE}% des échéances en retard" in champion.reason["fr"]
    assert segments["f"].segment == "dormant"
    assert all(set(one.reason) == set(LANGUAGES) for one in found)


@pytest.mark.parametrize(("days_late", "segment"), [(0, "loyal"), (40, "loyal_late")])
def test_who_buys_often_and_pays_late_is_not_called_loyal_alone(
    days_late: int, segment: str
) -> None:
    rows = six_customers()
    for at in range(12):  # often, and little each time
        issued, number = days(60 + 20 * at), f"g{at}"
        due = issued + timedelta(days=10)
        rows.append(claim(number, 10, issued, due, customer_id="g"))
        rows.append(money(number, 10, due + timedelta(days=days_late), customer_id="g"))
    found = asked(ledger(*rows), D, customer_segments)["XOF"]
    assert {one.customer.customer_id: one.segment for one in found}["g"] == segment


def test_a_thousand_times_the_amounts_gives_the_same_segments() -> None:
    rows = six_customers()
    large = [replace(row, amount=1_000 * row.amount) for row in rows]
    small, great = (asked(ledger(*each), D, customer_segments)["XOF"] for each in (rows, large))
    assert [one.segment for one in small] == [one.segment for one in great]


def test_four_customers_have_no_fifths() -> None:
    rows = [claim(name, 100, days(40), days(10), customer_id=name) for name in "abcd"]
    found = asked(ledger(*rows), D, customer_segments)["XOF"]
    assert {(one.scores, one.segment) for one in found} == {(None, "")}
    assert found[0].reason["fr"] == "pas assez de clients : il en faut 5, il y en a 4"


def test_the_last_segment_fits_everybody_and_each_says_why_in_every_language() -> None:
    last = rules()[-1]
    assert (last.recency_min, last.recency_max, last.monetary_min) == (1, 5, 1)
    assert last.late_share_min is None
    assert all(set(rule.reason) == set(LANGUAGES) for rule in rules())
    assert all(set(rule.name) == set(languages()) for rule in rules())


def regular(customers: int = 12, gap: int = 30, silent: int = 0) -> list[Row]:
    """Customers invoiced every so many days for a year, the first few silent for 200 days."""
    rows: list[Row] = []
    for at in range(customers):
        until = 200 if at < silent else 5
        for count in range(12):
            issued = days(until + gap * count)
            name = f"c{at:02}"
            rows.append(claim(f"{name}.{count}", 100, issued, None, customer_id=name))
    return rows


def test_who_was_silent_for_much_longer_than_usual_is_most_at_risk() -> None:
    found = asked(ledger(*regular(silent=1)), D, churn)["XOF"]
    assert found[0].customer_id == "c00"
    assert found[0].chance is not None
    assert found[1].chance is not None
    assert found[0].chance > 0.9
    assert found[1].chance < 0.2


def test_two_invoices_are_too_few_and_a_year_of_silence_is_no_risk_any_more() -> None:
    rows = [
        *regular(),
        *(claim(f"x{count}", 100, days(count), None, customer_id="x") for count in (40, 50)),
        *(claim(f"y{count}", 100, days(count), None, customer_id="y") for count in (400, 430, 460)),
    ]
    reasons = {one.customer_id: one.reason for one in asked(ledger(*rows), D, churn)["XOF"]}
    assert reasons["x"] == "needs 3 invoices on different days; there are 2"
    assert reasons["y"] == "lost already: nothing was invoiced for 400 days"
    few = asked(ledger(*regular(customers=9)), D, churn)["XOF"]
    assert few[0].reason == "needs 10 customers with 3 invoices each"


def test_chances_are_judged_on_the_time_after_they_were_said() -> None:
    """Six stopped 160 days ago and six 270 days ago; the others go on."""
    rows: list[Row] = []
    for at in range(30):
        ends = 160 if at < 6 else 270 if at < 12 else 3
        for count in range(15):
            name = f"c{at:02}"
            issued = days(ends + (20 + at) * count)
            rows.append(claim(f"{name}.{count}", 100, issued, None, customer_id=name))
    judged = asked(ledger(*rows), D, churn_judged)["XOF"]
    assert (judged.day, judged.customers, judged.lost) == (days(90), 30, 12)
    assert judged.auc is not None
    assert judged.auc > 0.5
    assert judged.brier is not None
    assert judged.baseline_brier is not None
    nobody = asked(ledger(*regular()), D, churn_judged)["XOF"]
    assert (nobody.auc, nobody.lost) == (None, 0)
    assert nobody.reason.startswith("needs 5 customers lost and 5 kept")


def test_of_two_customers_of_june_one_comes_back_in_july() -> None:
    rows = [
        claim("A", 100, date(2026, 6, 3), None, customer_id="a"),
        claim("B", 200, date(2026, 6, 9), None, customer_id="b"),
        claim("C", 50, date(2026, 7, 9), None, customer_id="b"),
    ]
    cohort = asked(ledger(*rows), date(2026, 8, 15), customer_cohorts)["XOF"][0]
    assert (cohort.first_month, cohort.customers) == (date(2026, 6, 1), 2)
    assert [(one.active, one.revenue) for one in cohort.months] == [(2, xof(300)), (1, xof(50))]
    assert cohort.months[1].retained.value == Decimal("0.5000")


def test_a_month_that_is_too_young_has_no_share_paid_in_90_days() -> None:
    rows = [
        claim("A", 400, date(2026, 9, 1), None),
        money("A", 100, date(2026, 10, 1)),
        money("A", 200, date(2026, 10, 2)),
    ]
    paid = asked(ledger(*rows), D, invoice_cohorts)["XOF"][0].paid
    assert [one.share.value for one in paid] == [Decimal("0.2500"), Decimal("0.7500"), None]
    assert paid[2].share.reason == "not all of its invoices are 90 days old before 2026-12-29"


def test_our_industries_stand_beside_published_ones_by_their_other_names() -> None:
    rows = [
        claim("A", 1, days(60), days(30), extras=(("industry", "Banking"),)),
        claim("B", 9, days(60), days(30), extras=(("sector", "beekeeping"),)),
        money("B", 9, days(30)),
    ]
    found = asked(ledger(*rows), D, benchmarks, published_figures())["XOF"]
    assert [one.industry for one in found] == ["all", "banking", "beekeeping"]
    everybody, bank, bees = found
    assert (everybody.late_share.value, everybody.days_late.value) == (
        Decimal("0.5000"),
        Decimal("15.0"),
    )
    assert {one.industry for one in bank.published} == {"finance"}
    assert {one.industry for one in bees.published} == {"all"}
    assert all(one.source and one.date.year >= 2024 for one in published_figures())
    assert difference(bank.late_share, Decimal("0.69")).value == Decimal("0.3100")
    assert difference(bank.late_share, None).reason == "not published"
    assert difference(Measure(None, "why"), Decimal(1)).reason == "why"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("industry,late_share\nall,0.5\n", "no column source, date"),
        ("industry,late_share,source,date\nall,57,me,2026-01-01\n", "line 2 of the benchmarks"),
        ("industry,late_share,source,date\nall,x,me,2026-01-01\n", "not a number"),
        ("industry,late_share,source,date\nall,0.5,,2026-01-01\n", "source is empty"),
        ("industry,late_share,source,date\nall,0.5,me,soon\n", "is not a date"),
    ],
)
def test_a_file_of_benchmarks_that_cannot_be_read_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_published(text)


def test_too_many_benchmarks_are_refused() -> None:
    line = "all,0.5,me,2026-01-01\n"
    with pytest.raises(InputError, match="too many"):
        read_published("industry,late_share,source,date\n" + line * 10_001)


def test_36500_open_for_nine_days_past_due_cost_90_at_ten_per_cent() -> None:
    rows = [claim("A", 36_500, days(39), days(9)), claim("OLD", 1, days(300), days(-1))]
    found = asked(ledger(*rows), D, financial_impact, PERIOD, Decimal(10))["XOF"]
    assert found.cost_of_delay == found.cost_of_delay_open == xof(90)
    assert found.opportunity_cost == xof(400)  # 40 days of 36,500; 90 days of 1 are nothing
    assert found.mean_overdue == xof(3_650)
    savings = {one.action: one for one in found.savings}
    assert savings["dso_one_day_less"].frees == xof(406)
    assert savings["all_paid_by_due_date"].saves_a_year == xof(365)
    low, high = savings["all_paid_by_due_date"].low, savings["all_paid_by_due_date"].high
    assert (low, high) == (xof(0), xof(1_095))


def test_a_cost_that_ended_is_of_settled_invoices_and_a_young_ledger_has_no_range() -> None:
    rows = [claim("A", 36_500, days(49), days(19)), money("A", 36_500, days(8))]
    found = asked(ledger(*rows), D, financial_impact, PERIOD, Decimal(10))["XOF"]
    assert (found.cost_of_delay_open, found.cost_of_delay_settled) == (xof(0), xof(100))
    assert found.savings[0].low is None
    assert found.savings[0].reason == "needs 3 complete months; there are 2"


def test_the_same_invoice_twice_in_a_week_is_told_and_a_habit_is_not() -> None:
    rows = [
        claim("A1", 700, days(40), None),
        claim("A2", 700, days(37), None),
        *(claim(f"W{week}", 90, days(7 * week), None) for week in range(8)),
        claim("B1", 700, days(40), None, customer_id="other"),
    ]
    (pair,) = asked(ledger(*rows), D, duplicate_invoices)["XOF"]
    assert (pair.invoice_ids, pair.days_apart, pair.both_paid) == (("A1", "A2"), 3, False)
    assert pair.amount == xof(700)


def test_a_customer_who_suddenly_pays_a_month_late_is_told_and_a_steady_one_is_not() -> None:
    rows: list[Row] = []
    for name, late in (("sudden", 30), ("steady", 1)):
        for at in range(40):
            due = days(8 + 9 * at)
            issued = due - timedelta(days=30)
            number = f"{name}{at}"
            waits = (late if at < 9 else 1) + at % 3
            rows.append(claim(number, 100, issued, due, customer_id=name))
            paid = min(due + timedelta(days=waits), D)
            rows.append(money(number, 100, paid, customer_id=name))
    found = asked(ledger(*rows), D, behaviour_changes)["XOF"]
    assert [(one.customer_id, one.of) for one in found.changes] == [("sudden", Of.DELAY)]
    assert found.changes[0].before == 2
    assert found.changes[0].lately > 20  # type: ignore[operator] # days, a Decimal
    assert found.tested == 4
    assert found.false_alarm_rate is not None
    assert found.false_alarm_rate <= 0.02


def test_a_customer_whose_invoices_grow_tenfold_is_told_in_money() -> None:
    rows = [
        claim(f"I{at}", (1_000 if at < 10 else 100) + at, days(8 + 8 * at), None)
        for at in range(40)
    ]
    (change,) = asked(ledger(*rows), D, behaviour_changes)["XOF"].changes
    assert (change.of, change.before, change.lately) == (Of.AMOUNT, xof(125), xof(1_004))


def test_books_without_invoices_have_nothing_to_tell() -> None:
    empty = ledger(money(None, 50, days(2)))
    whole: list[object] = [
        asked(empty, D, figure)
        for figure in (
            revenue_by_month,
            seasonality,
            customer_segments,
            churn,
            churn_judged,
            customer_cohorts,
            invoice_cohorts,
            duplicate_invoices,
            behaviour_changes,
        )
    ]
    whole.append(asked(empty, D, payment_patterns, PERIOD))
    whole.append(asked(empty, D, customer_performance, PERIOD))
    whole.append(asked(empty, D, benchmarks, ()))
    whole.append(asked(empty, D, financial_impact, PERIOD, Decimal(10)))
    assert whole == [{}] * len(whole)


def test_before_the_first_fact_there_is_nothing_to_tell() -> None:
    early = days(1_000)
    rows = monthly({days(400): 100, days(30): 100})
    assert asked(ledger(*rows), early, revenue_by_month) == {}
    assert asked(ledger(*rows), early, seasonality) == {}
    assert asked(ledger(*rows), early, financial_impact, Period(early, early), Decimal(10)) == {}
