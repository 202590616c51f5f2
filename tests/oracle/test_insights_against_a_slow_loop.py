"""Every insight against a slow, obvious loop over the same random ledger, on any as-of day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings

from net30.insights.as_of import Known, Period, known_at
from net30.insights.behaviour_changes import behaviour_changes
from net30.insights.benchmarks import benchmarks
from net30.insights.churn import churn
from net30.insights.churn_judged import churn_judged
from net30.insights.customer_cohorts import customer_cohorts
from net30.insights.customer_performance import customer_performance
from net30.insights.customer_segments import customer_segments
from net30.insights.duplicate_invoices import HABIT, WITHIN_DAYS, duplicate_invoices
from net30.insights.financial_impact import FinancialImpact, financial_impact
from net30.insights.invoice_cohorts import invoice_cohorts
from net30.insights.measured import Measure
from net30.insights.payment_patterns import DELAYS, UNPAID, TermsKept, payment_patterns
from net30.insights.revenue_by_month import revenue_by_month
from net30.insights.seasonality import Cell, seasonality
from net30.kernel.dates import end_of_month
from tests.ledger_rows import Row, ledger
from tests.random_books import (
    AS_OF,
    FIRST,
    SlowInvoice,
    currencies,
    every_invoice,
    known,
    random_books,
    slow_invoices,
)

PERIOD = Period(FIRST + timedelta(days=150), FIRST + timedelta(days=330))
LEDGERS = settings(max_examples=25)


def half_up(value: Fraction, places: int) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def ratio(part: int, whole: int, places: int = 4) -> Decimal | None:
    return half_up(Fraction(part, whole), places) if whole > 0 else None


def same(measure: Measure, value: Decimal | None) -> bool:
    return measure.value == value and (value is not None) != bool(measure.reason)


def mean_delay(invoices: Iterable[SlowInvoice]) -> Decimal | None:
    due = [one for one in invoices if one.has_matured]
    return ratio(sum(one.billed * one.delay for one in due), sum(one.billed for one in due), 1)


def month(day: date) -> date:
    return day.replace(day=1)


@LEDGERS
@given(rows=random_books(), as_of=AS_OF)
def test_revenue_by_month_and_its_growth(rows: list[Row], as_of: date) -> None:
    with known_at(ledger(*rows), as_of) as facts:
        found = revenue_by_month(facts, months=600)
    for currency in currencies(rows, as_of):
        invoices = slow_invoices(rows, as_of, currency)
        sums: Counter[date] = Counter()
        for one in invoices:
            sums[month(one.issued)] += one.billed
        for row in found[currency]:
            assert row.invoiced.minor == sums[row.month]
            of_month = [one for one in invoices if month(one.issued) == row.month]
            assert row.open.minor == sum(one.balance for one in of_month)
            assert row.collected.minor == sum(one.collected for one in of_month)
            assert row.invoice_count == len(of_month)
            before = month(row.month - timedelta(days=1))
            year = row.month.replace(year=row.month.year - 1)
            for growth, base in ((row.growth, sums[before]), (row.growth_year, sums[year])):
                over = end_of_month(row.month) <= as_of
                expected = ratio(row.invoiced.minor - base, base) if over else None
                assert same(growth, expected)
        assert sum(row.invoiced.minor for row in found[currency]) == sum(sums.values())
        assert found[currency][-1].month == month(as_of)


@LEDGERS
@given(rows=random_books(), as_of=AS_OF)
def test_payment_patterns_and_kept_terms(rows: list[Row], as_of: date) -> None:
    with known_at(ledger(*rows), as_of) as facts:
        found = payment_patterns(facts, PERIOD)
    for currency, patterns in found.items():
        paid = [
            row
            for row in known(rows, as_of)
            if row.fact == "payment"
            and row.invoice_id
            and row.currency == currency
            and PERIOD.start <= row.day <= PERIOD.end
        ]
        total = sum(-row.amount for row in paid)
        assert patterns.received.minor == total
        for at, part in enumerate(patterns.weekdays):
            mine = [row for row in paid if row.day.weekday() == at]
            assert part.amount.minor == sum(-row.amount for row in mine)
            assert part.count == len(mine)
            assert same(part.share, ratio(part.amount.minor, total))
        for part in patterns.days_of_month:
            mine = [row for row in paid if row.day.day == int(part.name)]
            assert part.amount.minor == sum(-row.amount for row in mine)
        methods = {part.name: part.amount.minor for part in patterns.methods}
        assert methods == dict(
            sum((Counter({row.method or "not told": -row.amount}) for row in paid), Counter())
        )
        check_terms(patterns.terms, slow_invoices(rows, as_of, currency))


def check_terms(terms: TermsKept, invoices: Sequence[SlowInvoice]) -> None:
    due = [
        one
        for one in invoices
        if one.has_matured and PERIOD.start <= (one.row.due_date or FIRST) <= PERIOD.end
    ]
    kept = [one for one in due if one.settled_on and one.delay <= 0]
    amount = sum(one.billed for one in due)
    assert (terms.due.minor, terms.due_count) == (amount, len(due))
    assert same(terms.kept, ratio(sum(one.billed for one in kept), amount))
    assert same(terms.kept_by_count, ratio(len(kept), len(due)))
    bars = {bar.name: (bar.amount.minor, bar.count) for bar in terms.delays}
    unpaid = [one for one in due if one.settled_on is None]
    assert bars[UNPAID] == (sum(one.billed for one in unpaid), len(unpaid))
    lows = [-10_000, *(beyond for _, beyond in DELAYS)]
    for name, low, high in zip(bars, lows, [*lows[1:], 10_000], strict=False):
        inside = [one for one in due if one.settled_on and low <= one.delay < high]
        assert bars[name] == (sum(one.billed for one in inside), len(inside))


@LEDGERS
@given(rows=random_books(), as_of=AS_OF)
def test_seasonality(rows: list[Row], as_of: date) -> None:
    with known_at(ledger(*rows), as_of) as facts:
        found = seasonality(facts)
    for currency in currencies(rows, as_of):
        invoices = slow_invoices(rows, as_of, currency)
        seasons = found[currency]
        for cell in seasons.years:
            check_cell(cell, invoices, lambda day: (day.year, day.month))
        for cell in seasons.weekdays:
            check_cell(cell, invoices, lambda day: (day.month, day.isoweekday()))
        assert sum(cell.count for cell in seasons.years) == len(invoices)
        day, complete = month(min(one.issued for one in invoices)), []
        while end_of_month(day) <= as_of:
            complete.append(day)
            day = end_of_month(day) + timedelta(days=1)
        assert seasons.complete_months == len(complete)
        if len(complete) < 12:
            assert {one.invoiced.value for one in seasons.index} == {None}
            continue
        means = []
        for at in range(1, 13):
            months = [day for day in complete if day.month == at]
            of_it = [one.billed for one in invoices if month(one.issued) in months]
            means.append(Fraction(sum(of_it), len(months)))
        usual = sum(means, Fraction(0)) / 12
        for index, mean in zip(seasons.index, means, strict=True):
            assert same(index.invoiced, half_up(mean / usual, 4) if usual else None)


def check_cell(cell: Cell, invoices: Sequence[SlowInvoice], place: object) -> None:
    assert callable(place)
    here = (cell.row, cell.column)
    issued = [one for one in invoices if place(one.issued) == here]
    due = [one for one in invoices if one.row.due_date and place(one.row.due_date) == here]
    assert (cell.invoiced.minor, cell.count) == (sum(one.billed for one in issued), len(issued))
    assert same(cell.delay, mean_delay(due))


@LEDGERS
@given(rows=random_books(), as_of=AS_OF)
def test_customer_performance(rows: list[Row], as_of: date) -> None:
    with known_at(ledger(*rows), as_of) as facts:
        found = customer_performance(facts, PERIOD)
    for currency in currencies(rows, as_of):
        invoices = slow_invoices(rows, as_of, currency)
        customers = {one.row.customer_id for one in invoices}
        assert {one.customer_id for one in found[currency]} == customers
        ranked = [(-one.invoiced.minor, one.customer_id) for one in found[currency]]
        assert ranked == sorted(ranked)
        for row in found[currency]:
            own = [one for one in invoices if one.row.customer_id == row.customer_id]
            issued = [one for one in own if PERIOD.start <= one.issued <= PERIOD.end]
            due = [one for one in own if one.has_matured]
            late = [one for one in own if one.is_late]
            assert row.invoiced.minor == sum(one.billed for one in issued)
            assert row.collected.minor == sum(one.collected for one in issued)
            assert row.invoice_count == len(issued)
            assert row.open.minor == sum(one.balance for one in own)
            assert row.overdue.minor == sum(one.balance for one in own if one.is_overdue)
            assert same(row.mean_delay, mean_delay(own))
            by_franc = sorted(one.delay for one in due for _ in range(one.billed))
            median = by_franc[(len(by_franc) - 1) // 2] if by_franc else None
            assert row.median_delay.value == median
            amount = sum(one.billed for one in due)
            assert same(row.late_share, ratio(sum(one.billed for one in late), amount))
            assert same(row.late_share_by_count, ratio(len(late), len(due)))
            paid = [
                one.day
                for one in known(rows, as_of)
                if (one.fact, one.currency) == ("payment", currency)
                and one.customer_id == row.customer_id
            ]
            assert row.last_payment == max(paid, default=None)
            assert row.last_invoice == max(one.issued for one in own)


@LEDGERS
@given(rows=random_books(), as_of=AS_OF)
def test_cohorts_of_customers_and_invoices(rows: list[Row], as_of: date) -> None:
    with known_at(ledger(*rows), as_of) as facts:
        customers, months = customer_cohorts(facts), invoice_cohorts(facts)
    for currency in currencies(rows, as_of):
        invoices = slow_invoices(rows, as_of, currency)
        first: dict[str, date] = {}
        for one in sorted(invoices, key=lambda one: one.issued):
            first.setdefault(one.row.customer_id, month(one.issued))
        for cohort in customers[currency]:
            members = {who for who, day in first.items() if day == cohort.first_month}
            assert cohort.customers == len(members)
            day = cohort.first_month
            for life in cohort.months:
                bought = [
                    one
                    for one in invoices
                    if one.row.customer_id in members and month(one.issued) == day
                ]
                active = {one.row.customer_id for one in bought}
                assert life.active == len(active)
                assert same(life.retained, ratio(len(active), len(members)))
                assert life.revenue.minor == sum(one.billed for one in bought)
                day = end_of_month(day) + timedelta(days=1)
            assert end_of_month(day) > as_of
        for row in months[currency]:
            of_month = [one for one in invoices if month(one.issued) == row.month]
            billed = sum(one.billed for one in of_month)
            assert (row.invoiced.minor, row.invoice_count) == (billed, len(of_month))
            for paid in row.paid:
                received = sum(
                    -change.amount
                    for one in of_month
                    for change in one.changes
                    if change.fact in {"payment", "discount", "refund"}
                    and (change.day - one.issued).days <= paid.days
                )
                is_old = end_of_month(row.month) + timedelta(days=paid.days) <= as_of
                assert same(paid.share, ratio(received, billed) if is_old else None)


@LEDGERS
@given(rows=random_books(), as_of=AS_OF)
def test_benchmarks_by_industry(rows: list[Row], as_of: date) -> None:
    with known_at(ledger(*rows), as_of) as facts:
        found = benchmarks(facts, ())
    for currency, figures in found.items():
        due = [one for one in slow_invoices(rows, as_of, currency) if one.has_matured]
        groups: dict[str, list[SlowInvoice]] = defaultdict(list)
        for one in due:
            for name in {"all", *(text.strip().lower() for _, text in one.row.extras)}:
                groups[name].append(one)
        assert {one.industry for one in figures} == set(groups)
        for row in figures:
            mine = groups[row.industry]
            assert row.invoice_count == len(mine)
            assert same(row.late_share, ratio(sum(one.is_late for one in mine), len(mine)))
            late = sum(max(one.delay, 0) for one in mine)
            assert same(row.days_late, ratio(late, len(mine), 1))


@LEDGERS
@given(rows=random_books(invoices=8), as_of=AS_OF)
def test_the_cost_of_waiting_day_by_day(rows: list[Row], as_of: date) -> None:
    with known_at(ledger(*rows), as_of) as facts:
        found = financial_impact(facts, PERIOD, Decimal(12))
    for currency in currencies(rows, as_of):
        check_impact(found[currency], every_invoice(rows, as_of, currency), as_of)


def check_impact(impact: FinancialImpact, invoices: list[SlowInvoice], as_of: date) -> None:
    every = overdue = still_open = 0
    by_customer: Counter[str] = Counter()
    for count in range(PERIOD.days):
        day = PERIOD.start + timedelta(days=count)
        for one in invoices:
            amount = max(one.open_on(day), 0) if day <= as_of else 0
            every += amount
            if one.row.due_date and day > one.row.due_date:
                overdue += amount
                by_customer[one.row.customer_id] += amount
                still_open += amount if one.balance > 0 else 0
    daily = Fraction(12, 36_500)
    assert impact.opportunity_cost.minor == half_up(every * daily, 0)
    assert impact.cost_of_delay.minor == half_up(overdue * daily, 0)
    assert impact.cost_of_delay_open.minor == half_up(still_open * daily, 0)
    assert impact.mean_overdue.minor == half_up(Fraction(overdue, PERIOD.days), 0)
    savings = {one.action: one for one in impact.savings}
    slowest = sum(sorted(by_customer.values())[-10:])
    assert savings["ten_slowest_customers_on_time"].frees.minor == half_up(
        Fraction(slowest, PERIOD.days), 0
    )
    for saving in impact.savings:
        assert (saving.low is None) == bool(saving.reason)
        assert saving.low is None or saving.high is None or saving.low <= saving.high


@LEDGERS
@given(rows=random_books(), as_of=AS_OF)
def test_pairs_that_may_be_one_invoice(rows: list[Row], as_of: date) -> None:
    with known_at(ledger(*rows), as_of) as facts:
        found = duplicate_invoices(facts)
    for currency in currencies(rows, as_of):
        alike: dict[tuple[str, int], list[SlowInvoice]] = defaultdict(list)
        for one in slow_invoices(rows, as_of, currency):
            alike[one.row.customer_id, one.billed].append(one)
        expected = set()
        for group in alike.values():
            group.sort(key=lambda one: (one.issued, one.row.invoice_id))
            runs = [[group[0]]]
            for one in group[1:]:
                if (one.issued - runs[-1][-1].issued).days <= WITHIN_DAYS:
                    runs[-1].append(one)
                else:
                    runs.append([one])
            expected |= {
                (run[0].row.invoice_id, run[1].row.invoice_id)
                for run in runs
                if 1 < len(run) < HABIT
            }
        assert {pair.invoice_ids for pair in found.get(currency, ())} == expected


@settings(max_examples=12)
@given(rows=random_books(), as_of=AS_OF)
def test_what_becomes_known_later_changes_no_insight_of_an_earlier_day(
    rows: list[Row], as_of: date
) -> None:
    def everything(facts: Known) -> list[object]:
        return [
            revenue_by_month(facts),
            payment_patterns(facts, PERIOD),
            seasonality(facts),
            customer_performance(facts, PERIOD),
            customer_cohorts(facts),
            invoice_cohorts(facts),
            benchmarks(facts, ()),
            financial_impact(facts, PERIOD, Decimal(10)),
            duplicate_invoices(facts),
            behaviour_changes(facts),
            customer_segments(facts),
            churn(facts),
            churn_judged(facts),
        ]

    with (
        known_at(ledger(*rows), as_of) as whole,
        known_at(ledger(*known(rows, as_of)), as_of) as erased,
    ):
        assert everything(whole) == everything(erased)
