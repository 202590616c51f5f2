"""Figures worked by hand, and what each figure says where it has no denominator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa
import pytest

from net30.insights.as_of import Period
from net30.insights.at_risk_rate import at_risk_rate
from net30.insights.bad_debt import bad_debt
from net30.insights.cash_at_stake import NO_SCORES, NOTHING_OPEN, cash_at_stake
from net30.insights.cei import cei
from net30.insights.concentration import concentration
from net30.insights.definitions import definition_of, definitions
from net30.insights.dso import dso
from net30.insights.dso_countback import dso_countback
from net30.insights.effort import effort
from net30.insights.health_score import SCALES, ForecastErrors, health_score
from net30.insights.mean_days_late import mean_days_late_weighted
from net30.insights.measured import rounded
from net30.insights.open_shares import open_shares
from net30.insights.roll_rate import roll_rate
from net30.insights.turnover import turnover
from net30.kernel.errors import InputError, LimitExceeded, NotFound
from net30.kernel.money import Money
from net30.services.company_figures import NO_FACTS, Asked, behind_figure, figures_of_ledger
from tests.ledger_rows import Row, asked, claim, ledger, money

D = date(2026, 11, 30)
QUARTER = Period(D - timedelta(days=89), D)
ONE = Decimal(1)
LONG_AGO = D - timedelta(days=600)
SOLD = ((11, 2_500), (10, 1_750), (9, 2_250), (8, 2_500), (7, 2_000), (6, 2_250))


def days(count: int) -> date:
    """So many days before the as-of date."""
    return D - timedelta(days=count)


def marked(fact: str, invoice_id: str, day: date, **extras: str) -> Row:
    """A reminder, promise or dispute, without customer or currency as our own events leave it."""
    row = replace(money(invoice_id, 0, day), fact=fact, extras=tuple(extras.items()))
    return replace(row, customer_id=None, currency=None)  # type: ignore[arg-type] # as in a ledger


def six_months(receivables: int) -> pa.Table:
    """Sales of six months, of which so much is left to pay."""
    rows = [claim(f"M{at}", sold, date(2026, at, 1), None) for at, sold in SOLD]
    total = sum(sold for _, sold in SOLD)
    return ledger(*rows, money("M6", total - receivables, D) if receivables <= total else rows[0])


def test_best_possible_dso_of_8000_not_due_on_30000_sold_in_28_days_is_7_5() -> None:
    books = ledger(
        claim("A", 8_000, days(10), days(-20)),
        claim("B", 22_000, days(27), days(3)),
        money("B", 10_000, days(1)),
    )
    found = asked(books, D, dso, Period(days(27), D))["XOF"]
    assert found.best_possible.value == Decimal("7.5")
    assert found.simple.value == Decimal("18.7")
    assert found.delinquent.value == Decimal("11.2")


@pytest.mark.parametrize(("receivables", "expected"), [(12_000, "166.3"), (13_000, "179.7")])
def test_dso_counted_back_from_30_november(receivables: int, expected: str) -> None:
    found = asked(six_months(receivables), D, dso_countback)["XOF"]
    assert found.value == Decimal(expected)


def test_dso_counted_back_stops_at_nothing_and_says_more_than_known_sales() -> None:
    paid = asked(six_months(0), D, dso_countback)["XOF"]
    assert paid.value == Decimal("0.0")
    books = ledger(
        claim("A", 100, date(2026, 10, 1), None), replace(money("Z", -900, D), fact="refund")
    )
    found = asked(books, D, dso_countback)["XOF"]
    assert found.value is None
    assert found.reason.startswith("more than 61 days")


def test_cei_of_100k_150k_120k_and_90k_is_81_25() -> None:
    books = ledger(
        claim("OLD", 100_000, days(120), days(100)),
        claim("NEW", 150_000, days(80), days(-10)),
        money("OLD", 70_000, days(20)),
        money("NEW", 60_000, days(20)),
    )
    found = asked(books, D, cei, QUARTER)["XOF"]
    assert found.index.value == Decimal("81.25")
    assert (found.opening.minor, found.sales.minor) == (100_000, 150_000)
    assert (found.closing.minor, found.closing_not_due.minor) == (120_000, 90_000)


def test_a_write_off_is_taken_off_the_sales_of_cei() -> None:
    given_up = replace(money("OLD", 30_000, days(5)), fact="write_off")
    books = ledger(claim("OLD", 100_000, days(120), days(100)), money("OLD", 70_000, days(9)),
                   given_up)  # fmt: skip
    found = asked(books, D, cei, QUARTER)["XOF"]
    assert (found.sales.minor, found.index.value) == (-30_000, Decimal("100.00"))
    lost = asked(books, D, bad_debt, QUARTER)["XOF"]
    assert (lost.rate.value, lost.rate.reason) == (None, "no sales in the period")
    year = asked(books, D, bad_debt, Period(days(364), D))["XOF"]
    assert (year.rate.value, year.rate_by_count.value) == (Decimal("0.3000"), Decimal("1.0000"))


def test_days_late_are_weighted_by_amount_and_early_counts_nothing() -> None:
    books = ledger(
        claim("EARLY", 1_000, days(60), days(30)), money("EARLY", 1_000, days(40)),
        claim("LATE", 2_000, days(60), days(30)), money("LATE", 500, days(25)),
        money("LATE", 1_500, days(20)),
        claim("OPEN", 1_000, days(60), days(30)),
    )  # fmt: skip
    found = asked(books, D, mean_days_late_weighted, QUARTER)["XOF"]
    assert found.value == Decimal("12.5")


def test_a_payment_that_bounced_makes_the_invoice_late_again() -> None:
    books = ledger(
        claim("A", 1_000, days(60), days(30)), money("A", 1_000, days(30)),
        money("A", -1_000, days(20)), money("A", 1_000, days(10)),
    )  # fmt: skip
    assert asked(books, D, mean_days_late_weighted, QUARTER)["XOF"].value == Decimal("20.0")


def test_only_what_was_due_90_to_179_days_ago_is_at_risk_or_not() -> None:
    books = ledger(
        claim("BAD", 1_000, days(150), days(100)), money("BAD", 1_000, days(5)),
        claim("GOOD", 3_000, days(150), days(100)), money("GOOD", 3_000, days(50)),
        claim("YOUNG", 9_000, days(150), days(89)), claim("OLD", 9_000, days(300), days(180)),
    )  # fmt: skip
    assert asked(books, D, at_risk_rate)["XOF"].rate.value == Decimal("0.2500")


def test_a_bucket_rolls_into_the_next_one_within_30_days() -> None:
    books = ledger(
        claim("A", 1_000, days(90), days(40)), claim("B", 3_000, days(90), days(40)),
        money("B", 3_000, days(3)),
        claim("C", 500, days(60), days(10)), claim("E", 500, days(40), days(-20)),
    )  # fmt: skip
    found = asked(books, D, roll_rate)["XOF"]
    assert found["d1_30"].value == Decimal("0.2500")
    assert found["not_due"].value == Decimal("0.5000")
    assert found["d61_90"].value is None
    assert "30 days earlier" in found["d61_90"].reason


def test_receivables_turn_over_sales_a_year_by_their_mean() -> None:
    books = ledger(claim("A", 1_000, days(200), None), claim("B", 3_000, days(30), None))
    found = asked(books, D, turnover, Period(days(72), D))["XOF"]
    assert found.value == Decimal("6.0000")


def test_shares_of_outstanding_by_amount_and_by_count() -> None:
    books = ledger(
        claim("A", 900, days(40), days(10)), claim("B", 50, days(5), days(-5)),
        claim("C", 50, days(5), days(0)),
    )  # fmt: skip
    found = asked(books, D, open_shares)["XOF"]
    assert (found.current.value, found.overdue.value) == (Decimal("0.1000"), Decimal("0.9000"))
    assert found.current_by_count.value == Decimal("0.6667")
    settled = asked(ledger(claim("A", 9, days(4), None), money("A", 9, D)), D, open_shares)["XOF"]
    assert settled.current.reason == "nothing is outstanding"


def test_ten_debtors_of_twelve_and_the_squares_of_all_shares() -> None:
    books = ledger(*(claim(f"I{at:02}", 100, days(40), days(9), customer_id=f"c{at:02}")
                     for at in range(12)))  # fmt: skip
    found = asked(books, D, concentration)["XOF"]
    assert found.top10_share.value == Decimal("0.8333")
    assert found.top10[0] == "c00"
    assert found.hhi.value == Decimal("0.0833")


def test_expected_days_late_cost_a_tenth_a_year_and_one_day_frees_a_day_of_sales() -> None:
    books = ledger(claim("A", 3_650_000, days(40), days(9)), claim("B", 80, days(40), None))
    scores = pa.table({"invoice_id": ["A"], "late_days": [10.0]})
    found = asked(books, D, cash_at_stake, QUARTER, scores, Decimal(10))["XOF"]
    assert (found.cost, found.unscored) == (Money(10_000, "XOF"), Money(80, "XOF"))
    assert found.one_day == Money(40_556, "XOF")
    without = asked(books, D, cash_at_stake, QUARTER, None, Decimal(10))["XOF"]
    assert (without.cost, without.cost_reason) == (None, NO_SCORES)
    paid = ledger(claim("A", 9, days(4), None), money("A", 9, D))
    assert asked(paid, D, cash_at_stake, QUARTER, scores, Decimal(10))["XOF"].cost_reason == (
        NOTHING_OPEN
    )


def test_effort_counts_what_was_done_and_says_what_nothing_is_known_of() -> None:
    promise = {"promised_on": days(5).isoformat(), "promised_minor": "500"}
    mistake = {"promised_on": days(4).isoformat(), "promised_minor": "500"}
    books = ledger(
        claim("A", 1_000, days(60), days(30)), claim("B", 1_000, days(60), days(30)),
        marked("reminder", "A", days(20)), marked("reminder", "A", days(200)),
        marked("promise", "A", days(15), **promise), money("A", 500, days(6)),
        marked("promise", "B", days(15), **promise),
        marked("promise", "B", days(9), **mistake),
        marked("promise_withdrawn", "B", days(9), **mistake),
        marked("dispute_opened", "A", days(30)), marked("dispute_closed", "A", days(20)),
        marked("dispute_opened", "B", days(8)), money(None, 70, days(3)),
    )  # fmt: skip
    found = asked(books, D, effort, QUARTER)["XOF"]
    assert (found.reminders_sent.value, found.promises_kept.value) == (ONE, Decimal("0.5000"))
    assert (found.disputes_open.value, found.disputes_mean_age.value) == (ONE, Decimal("8.0"))
    assert found.unapplied == Money(70, "XOF")
    silent = asked(ledger(claim("A", 1, days(6), None)), D, effort, QUARTER)["XOF"]
    assert silent.reminders_sent.reason == "no reminder is recorded"
    assert silent.promises_kept.reason == "no promise is recorded"


def test_the_health_score_drops_what_is_not_known_and_shares_its_weight() -> None:
    books = ledger(claim("A", 1_000, days(20), days(-10)))
    found = asked(books, D, health_score, QUARTER)["XOF"]
    assert set(found.dropped) == {"cei", "at_risk_rate", "forecast_error"}
    assert sum(part.weight.value or 0 for part in found.parts.values()) == Decimal("1.0000")
    # 20 x 100 (all current) + 20 x 100 (nothing late) + 10 x 0 (one customer), over 50
    assert found.score.value == Decimal("80.0")
    assert found.trend.reason == "none of the parts was known 30 days earlier too"
    errors = ForecastErrors(now={"XOF": Fraction(1, 4)})
    judged = asked(books, D, health_score, QUARTER, errors)["XOF"]
    assert judged.parts["forecast_error"].points.value == Decimal("50.0")


def test_the_weights_of_the_health_score_are_those_published() -> None:
    assert [scale.weight for scale in SCALES.values()] == [25, 20, 20, 15, 10, 10]
    assert SCALES["cei"].points(Fraction(80)) == 50
    assert SCALES["hhi"].points(Fraction(1)) == 0
    assert SCALES["pct_current"].points(Fraction(2)) == 100


@pytest.mark.parametrize("day", [LONG_AGO, D])
def test_without_facts_it_is_said_what_is_needed(day: date) -> None:
    books = ledger() if day == D else ledger(claim("A", 1, D, None))
    found = figures_of_ledger(books, Asked(as_of=day))
    assert (found.currencies, found.reason) == ((), NO_FACTS)


def test_all_void_leaves_nothing_but_reasons() -> None:
    credit = replace(money("A", 500, days(5)), fact="credit")
    books = ledger(claim("A", 500, days(9), days(2)), claim("C", -500, days(5), None), credit,
                   replace(credit, invoice_id="C", amount=500))  # fmt: skip
    (found,) = figures_of_ledger(books, Asked(as_of=D)).currencies
    assert found.values["outstanding"] == Money(0, "XOF")
    assert found.values["invoice_count"] == 0
    nothing = [key for key, value in found.values.items() if value is None]
    assert {"average_invoice", "dso_simple", "collection_rate", "pct_current"} <= set(nothing)
    assert all(found.reasons[key] for key in nothing)


def test_every_figure_that_is_shown_is_defined_in_two_languages() -> None:
    books = ledger(claim("A", 500, days(9), days(2)))
    (found,) = figures_of_ledger(books, Asked(as_of=D)).currencies
    assert set(found.values) == set(definitions())
    for key in found.values:
        assert definition_of(key).sentence("en") != definition_of(key).sentence("fr")
    with pytest.raises(NotFound, match="no figure 'dsr'"):
        definition_of("dsr")


def test_every_figure_tells_what_is_behind_it_or_which_figures_are() -> None:
    books = ledger(claim("A", 500, days(9), days(2)), money(None, 5, D))
    (found,) = figures_of_ledger(books, Asked(as_of=D)).currencies
    for key, value in found.values.items():
        for name in [f"{key}.{part}" for part in value] if isinstance(value, Mapping) else [key]:
            if key in {"expected_cash", "health_score"}:
                with pytest.raises(InputError, match="other figures"):
                    behind_figure(books, Asked(as_of=D), name)
            else:
                behind_figure(books, Asked(as_of=D), name)


def test_sums_beyond_what_money_holds_are_refused_not_wrapped() -> None:
    books = ledger(*(claim(f"I{at}", 10**18, days(9), days(2)) for at in range(12)))
    with pytest.raises(LimitExceeded):
        figures_of_ledger(books, Asked(as_of=D))


def test_halves_are_rounded_away_from_zero() -> None:
    assert rounded(Fraction(-1, 20), 1).value == Decimal("-0.1")
