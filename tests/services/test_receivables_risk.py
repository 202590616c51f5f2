"""Receivables risk and what-ifs: sums that can be counted again by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from net30.domain.aggregates import Key
from net30.domain.customer import Customer, fold
from net30.domain.drafting import NewInvoice, NewLine
from net30.insights.expected_loss import ASSUMED_LGD, NO_MODEL, default_parts
from net30.insights.measured import half_up
from net30.kernel.errors import InputError, NotFound
from net30.kernel.money import Money
from net30.services.create_draft import create_draft
from net30.services.receivables_risk import Standing, receivables_risk
from net30.services.save_customer import save_customer
from net30.services.score_open_items import score_open_items
from net30.services.what_if import other_terms, pays_later
from tests.desk import TODAY, Desk, open_desk
from tests.predicted_books import open_books


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Seven customers with a past, a model of their own, and some open invoices."""
    desk = open_books(tmp_path_factory.mktemp("home"))
    yield desk
    desk.app.close()


def test_expected_loss_is_the_sum_of_balance_times_pd_times_lgd(desk: Desk) -> None:
    with desk.app.look() as ctx:
        risk = receivables_risk(ctx)
        scored = score_open_items(ctx)
    (one,) = risk.currencies
    parts = [int(part) for part in default_parts(scored)]
    rows = list(zip(scored.table.to_pylist(), parts, strict=True))
    assert rows
    weighted = sum(Fraction(row["balance"] * part, 1_000_000) for row, part in rows)
    assert one.loss.lgd_assumed  # the books are younger than a year and 90 days
    assert one.loss.expected == Money(half_up(weighted * ASSUMED_LGD), "XOF")
    assert one.loss.exposure == Money(sum(row["balance"] for row, _ in rows), "XOF")
    assert sum(band.minor for band in one.loss.bands.values()) == one.loss.exposure.minor
    by_customer = {customer.customer_id: customer.exposure.minor for customer in one.loss.customers}
    assert sum(by_customer.values()) == one.loss.exposure.minor
    losses = [customer.expected.minor for customer in one.loss.customers]
    assert losses == sorted(losses, reverse=True)


def test_what_is_more_than_90_days_late_is_in_default(desk: Desk) -> None:
    with desk.app.look() as ctx:
        scored = score_open_items(ctx)
    parts = default_parts(scored)
    for row, part in zip(scored.table.to_pylist(), parts, strict=True):
        late = (TODAY - row["due_date"]).days
        assert 0 <= part <= 1_000_000
        if late >= 90:
            assert part == 1_000_000


def test_drafts_count_against_the_limit_of_a_customer(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    with desk.app.look() as ctx:
        first = receivables_risk(ctx, shown=1).currencies[0].customers[0]
    assert first.standing is Standing.NO_LIMIT
    with desk.app.change() as ctx:
        found = ctx.tx.find(Customer, Key.NAME, fold(first.customer))[0].value
        save_customer(ctx, replace(found, credit_limit=first.loss.exposure))
    with desk.app.look() as ctx:
        assert receivables_risk(ctx, shown=1).currencies[0].customers[0].standing is Standing.WITHIN
    with desk.app.change() as ctx:
        line = NewLine(name="consulting", unit_price=Decimal(100))
        create_draft(ctx, NewInvoice(customer_id=found.id, lines=(line,)))
    desk.app.settle()
    with desk.app.look() as ctx:
        row = receivables_risk(ctx, shown=1).currencies[0].customers[0]
    assert row.uninvoiced == Money(118, "XOF")
    assert row.standing is Standing.OVER
    with desk.app.change() as ctx:
        held = ctx.tx.load(Customer, found.id).value
        save_customer(ctx, replace(held, hold=True))
    with desk.app.look() as ctx:
        assert receivables_risk(ctx, shown=1).currencies[0].customers[0].standing is Standing.HELD
    desk.app.close()


def test_advice_is_that_about_the_largest_open_invoice(desk: Desk) -> None:
    with desk.app.look() as ctx:
        (one,) = receivables_risk(ctx, shown=3).currencies
        past = receivables_risk(ctx, TODAY - timedelta(days=5), shown=3)
    assert any(row.advice for row in one.customers)
    assert all(row.about for row in one.customers)
    assert not any(row.advice or row.about for one in past.currencies for row in one.customers)


def test_books_without_anything_open_have_no_risk(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    with desk.app.look() as ctx:
        assert receivables_risk(ctx).currencies == ()
        with pytest.raises(NotFound, match="nobody owes anything"):
            pays_later(ctx, 30)
        with pytest.raises(InputError, match="0 invoices were issued"):
            other_terms(ctx, 15)
    desk.app.close()


def test_without_a_due_date_an_invoice_is_told_and_not_scored(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.issue()
    desk.app.settle()
    with desk.app.look() as ctx:
        (one,) = receivables_risk(ctx).currencies
    assert one.loss.reason != NO_MODEL
    assert one.loss.exposure + one.loss.unscored == Money(4_248_000, "XOF")
    desk.app.close()


def test_a_customer_who_pays_later_brings_less_soon_and_costs_its_days(desk: Desk) -> None:
    with desk.app.look() as ctx:
        (late,) = pays_later(ctx, 30)
        (same,) = pays_later(ctx, 30, late.customer)
        (long,) = pays_later(ctx, 60)
    assert same == late
    assert late.cost == Money(half_up(Fraction(late.open.minor * 30 * 10, 365 * 100)), "XOF")
    for span, longer in zip(late.spans, long.spans, strict=True):
        assert longer.then.minor <= span.then.minor <= span.now.minor
        assert longer.now == span.now
    assert late.spans[0].then.minor < late.spans[0].now.minor


@pytest.mark.parametrize("currency", ["XOF", "EUR", "TND"])
def test_no_more_is_expected_than_is_open_whatever_the_decimals_of_the_currency(
    tmp_path: Path, currency: str
) -> None:
    desk = open_desk(tmp_path)
    desk.issue("1500", "1", currency=currency)
    desk.app.settle()
    with desk.app.look() as ctx:
        (late,) = pays_later(ctx, 7)
    assert late.open.currency == currency
    for span in late.spans:
        assert 0 < span.then.minor <= span.now.minor <= late.open.minor
    assert late.spans[-1].now.minor * 2 > late.open.minor
    desk.app.close()


def test_a_customer_who_owes_nothing_and_days_that_cannot_be_are_refused(desk: Desk) -> None:
    with desk.app.look() as ctx:
        with pytest.raises(NotFound, match="Acme Corp owes nothing"):
            pays_later(ctx, 30, "Acme Corp")
        for days in (0, 366):
            with pytest.raises(InputError, match="days"):
                pays_later(ctx, days)
        for terms in (-1, 401):
            with pytest.raises(InputError, match="terms"):
                other_terms(ctx, terms)


def test_the_same_terms_change_nothing_and_shorter_ones_free_their_days(desk: Desk) -> None:
    with desk.app.look() as ctx:
        (usual,) = other_terms(ctx, 30)
        (shorter,) = other_terms(ctx, 7)
    assert shorter.sales == usual.sales
    assert shorter.saved.low <= shorter.saved.expected <= shorter.saved.high
    assert shorter.saved.expected > usual.saved.expected
    per_day = Fraction(shorter.sales.minor, 90)
    assert abs(shorter.freed.minor - per_day * Fraction(shorter.saved.expected)) <= 1
