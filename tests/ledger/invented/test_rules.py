"""The rules of the law can be seen in what was drawn: run days, terms, seasons, drift, comings."""

from __future__ import annotations

from datetime import date

import msgspec
import numpy as np
import pytest

from net30.ledger.invented.chance import Stream, chosen, doubled
from net30.ledger.invented.customers import NO_DAY, QUARTER_DAYS
from net30.ledger.invented.delays import NEVER
from net30.ledger.invented.invoices import day_number
from net30.ledger.invented.law import Part, Run, written_law, written_words
from net30.ledger.invented.naming import names
from net30.ledger.invented.run_days import RunDays
from net30.ledger.invented.seasons import in_season, month_ends, ramadan_starts, weekdays
from tests.ledger.invented.drawn import END, FIRST, batch, ledger

LAW = written_law()


def days(*texts: str) -> np.ndarray:
    return np.array([day_number(date.fromisoformat(text)) for text in texts])


def test_every_figure_of_the_law_says_where_it_comes_from() -> None:
    parts: list[Part] = [LAW.customers, LAW.amounts, LAW.issuing, LAW.shape, LAW.drift]
    for name in LAW.__struct_fields__:
        listed = getattr(LAW, name)
        parts += listed if isinstance(listed, tuple) else []
    assert len(parts) > 60
    assert all(part.source for part in parts)


def test_a_misspelt_figure_is_refused() -> None:
    raw = msgspec.to_builtins(LAW)
    raw["drift"]["companystep"] = 1
    with pytest.raises(msgspec.ValidationError, match="companystep"):
        msgspec.convert(raw, type(LAW))


def test_names_of_the_law_fit_together() -> None:
    words = written_words()
    assert set(words.trades) == {one.name for one in LAW.industries}
    assert set(words.towns) == {one.code for one in LAW.countries}
    assert {one.terms for one in LAW.countries} == {one.name for one in LAW.terms_used}
    assert all(len(one.shares) == len(LAW.terms) for one in LAW.terms_used)
    industries = {name for one in LAW.seasons for name in one.industries}
    assert industries <= {one.name for one in LAW.industries}
    for listed in (LAW.habits, LAW.runs, LAW.industries, LAW.sizes, LAW.countries, LAW.units):
        assert sum(one.share for one in listed) == pytest.approx(1)


def test_many_customers_of_one_trade_and_country_have_different_names() -> None:
    found = names(written_words(), [("trade", "CI")] * 9_000)
    assert len(set(found)) == 9_000
    assert max(map(len, found)) < 60


@pytest.mark.parametrize("name", ["Tuesdays", "Wednesdays", "Thursdays", "Fridays"])
def test_a_customer_with_a_weekly_run_pays_on_its_weekday(name: str) -> None:
    place = [one.name for one in LAW.runs].index(name)
    paid = batch().paid[ledger().customers.run[batch().issued.customer] == place]
    paid = paid[paid < NEVER]
    assert len(paid) > 500
    assert set(weekdays(paid)) == {LAW.runs[place].weekdays[0]}


def test_nobody_pays_at_a_weekend() -> None:
    assert set(weekdays(batch().paid[batch().paid < NEVER])) == {0, 1, 2, 3, 4}


def test_a_run_day_at_a_weekend_moves_to_the_next_working_day() -> None:
    run = Run(source="assumed", name="10th and last", share=1.0, month_days=(10, 31))
    first, last = days("2024-02-01", "2024-04-30")
    run_days = RunDays([run], first, last)
    asked = days("2024-02-01", "2024-02-10", "2024-02-13", "2024-03-30", "2024-04-01", "2024-04-02")
    none = np.zeros(len(asked), np.int64)
    # 10 February and 31 March 2024 are a Saturday and a Sunday.
    wanted = days(
        "2024-02-12", "2024-02-12", "2024-02-29", "2024-04-01", "2024-04-01", "2024-04-10"
    )
    assert run_days.following(none, asked).tolist() == wanted.tolist()
    before = days(
        "2024-01-31", "2024-01-31", "2024-02-12", "2024-03-11", "2024-04-01", "2024-04-01"
    )
    assert run_days.latest(none, asked).tolist() == before.tolist()


def test_due_dates_follow_the_terms() -> None:
    issued = batch().issued
    for place, terms in enumerate(LAW.terms):
        mine = issued.terms == place
        due = issued.issued[mine] + terms.days
        assert mine.sum() > 100
        assert (issued.due[mine] == (month_ends(due) if terms.end_of_month else due)).all()


def test_europeans_have_no_terms_beyond_45_days_end_of_month() -> None:
    europe = [one.terms == "Europe" for one in LAW.countries]
    there = np.array(europe)[ledger().customers.country[batch().issued.customer]]
    names_there = {LAW.terms[place].name for place in batch().issued.terms[there]}
    assert "net 30" in names_there
    assert "60 days end of month" not in names_there


def test_ramadan_begins_within_a_day_or_two_of_the_sighted_one() -> None:
    # As announced in Saudi Arabia.
    seen = days("2023-03-23", "2024-03-11", "2025-03-01", "2026-02-18")
    found = [day_number(day) for day in ramadan_starts(2023, 2026)]
    assert np.abs(np.array(found) - seen).max() <= 1
    assert len(list(ramadan_starts(2030, 2030))) == 2


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("ramadan", "2024-03-20", "2024-04-20"),
        ("ramadan", "2030-12-31", "2030-06-30"),
        ("ramadan", "2031-01-02", "2031-03-02"),
        ("december", "2024-12-12", "2024-12-11"),
        ("december", "2025-01-03", "2025-01-04"),
        ("august", "2024-08-31", "2024-09-01"),
        ("month end", "2024-02-27", "2024-02-26"),
        ("new budget", "2024-02-20", "2024-02-21"),
    ],
)
def test_seasons_have_their_days(name: str, inside: str, outside: str) -> None:
    (season,) = [one for one in LAW.seasons if one.name == name]
    assert in_season(season, days(inside, outside)).tolist() == [True, False]


@pytest.mark.parametrize("name", [one.name for one in LAW.seasons])
def test_who_keeps_a_season_pays_later_what_falls_due_in_it(name: str) -> None:
    place = [one.name for one in LAW.seasons].index(name)
    season = LAW.seasons[place]
    customers, issued = ledger().customers, batch().issued
    keeps = customers.keeps[place][issued.customer]
    inside = in_season(season, issued.due)
    delay = np.clip(batch().paid - issued.due, -60, 120).astype(float)
    # Each customer against itself: what it pays in the season less what it pays outside.
    less = delay - _mean_of_each(issued.customer[~inside], delay[~inside], issued.customer)
    kept, others = less[inside & keeps].mean(), less[inside & ~keeps].mean()
    assert (inside & keeps).sum() > 50
    assert kept - others == pytest.approx(season.days, abs=max(2.0, season.days * 0.5))
    codes = {LAW.countries[at].code for at in customers.country[customers.keeps[place]]}
    assert not season.countries or codes <= set(season.countries)


def _mean_of_each(customer: np.ndarray, values: np.ndarray, asked: np.ndarray) -> np.ndarray:
    size = len(ledger().customers)
    total = np.bincount(customer, values, size)
    count = np.bincount(customer, minlength=size)
    found: np.ndarray = (total / np.maximum(count, 1))[asked]
    return found


def test_habits_drift_further_the_longer_a_ledger_runs() -> None:
    walk = ledger().customers.walk
    assert (walk[:, 0] == 0).all()
    assert walk.shape[1] == (END - FIRST) // QUARTER_DAYS + 1
    own = walk - walk.mean(axis=0)
    assert own[:, 8].std() == pytest.approx(1.2 * 8**0.5, rel=0.1)
    assert own[:, 8].std() > 2 * own[:, 1].std()


def test_a_customer_that_turns_pays_otherwise_from_that_day_on() -> None:
    customers = ledger().customers
    (turned,) = np.nonzero(customers.turns < NO_DAY)
    assert len(turned) / len(customers) == pytest.approx(LAW.drift.turning_share, abs=0.04)
    day = customers.turns[turned]
    before, after = (customers.habit_days(turned, at, FIRST) for at in (day - 1, day))
    kept = (day - FIRST) % QUARTER_DAYS > 0
    assert after[kept] - before[kept] == pytest.approx(customers.turn[turned][kept])


def test_customers_come_and_go_and_some_stop_paying_for_good() -> None:
    customers, issued = ledger().customers, batch().issued
    who = issued.customer
    assert (issued.issued >= customers.comes[who]).all()
    assert (issued.issued < customers.goes[who]).all()
    assert (customers.comes > FIRST).mean() == pytest.approx(LAW.customers.new_share, abs=0.05)
    assert (customers.goes < END).any()
    stopped = issued.issued >= customers.stops[who]
    assert stopped.any()
    assert (batch().paid[stopped] == NEVER).all()
    assert (issued.issued[stopped] - customers.stops[who][stopped] <= 75).all()


def test_subscribers_get_the_same_amount_again_and_again() -> None:
    customers, issued = ledger().customers, batch().issued
    same = issued.doublings == 0
    subscribed = customers.repeats[issued.customer]
    assert same[subscribed].mean() == pytest.approx(LAW.customers.repeats, abs=0.02)
    assert not same[~subscribed].any()


def test_some_get_their_invoices_on_fridays_or_at_the_months_end() -> None:
    customers, issued = ledger().customers, batch().issued
    billing = customers.billing[issued.customer]
    ends = billing < LAW.issuing.end_of_month_share
    weekly = ~ends & (billing < LAW.issuing.end_of_month_share + LAW.issuing.weekly_share)
    assert (weekdays(issued.issued[weekly]) == 4).mean() > 0.98
    # At a weekend the month's end moves to the next working day.
    from_end = (issued.issued[ends] - month_ends(issued.issued[ends] - 2)) % 31
    assert (from_end <= 2).mean() > 0.95
    assert (weekdays(issued.issued) == 6).mean() < 0.02


def test_disputes_come_more_often_in_construction_and_with_large_amounts() -> None:
    disputed = batch().way == 1
    industry = ledger().customers.industry[batch().issued.customer]
    names_of = [one.name for one in LAW.industries]
    construction = industry == names_of.index("construction")
    trade = industry == names_of.index("trade")
    assert disputed[construction].mean() > 1.5 * disputed[trade].mean()
    large = batch().issued.doublings >= 1
    assert disputed[large].mean() > 1.3 * disputed[~large].mean()


def test_a_stream_is_the_same_whatever_else_is_drawn() -> None:
    one, two = Stream(1, "a"), Stream(1, "a")
    whole = one.uniform(10)
    assert np.concatenate([two.uniform(3), two.uniform(7)]).tolist() == whole.tolist()
    assert Stream(1, "b").uniform(10).tolist() != whole.tolist()
    assert Stream(2, "a").uniform(10).tolist() != whole.tolist()


def test_normal_numbers_and_powers_are_what_they_should_be() -> None:
    found = Stream(3, "n").normal(200_000)
    assert found.mean() == pytest.approx(0, abs=0.01)
    assert found.std() == pytest.approx(1, abs=0.01)
    assert (np.abs(found) > 1.96).mean() == pytest.approx(0.05, abs=0.003)
    exponents = np.array([-3.5, 0.0, 0.5, 1.0, 10.25])
    assert doubled(exponents) == pytest.approx(2.0**exponents, rel=1e-7)


def test_weights_of_nothing_are_never_chosen() -> None:
    assert chosen(np.array([0.0, 0.49, 0.51, 0.999999]), [1.0, 0.0, 1.0]).tolist() == [0, 0, 2, 2]
