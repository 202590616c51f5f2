"""A schedule is kept, changed and found by its customer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from net30.domain.aggregates import Key
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.schedule import Schedule
from net30.kernel.errors import NotFound
from net30.services.save_schedule import save_schedule
from tests.desk import Desk


def monthly(customer_id: str) -> Schedule:
    line = NewLine(name="hosting", unit_price=Decimal(85_000))
    invoice = NewInvoice(customer_id=customer_id, lines=(line,))
    return Schedule(id="", invoice=invoice, start=date(2026, 12, 31))


def test_a_monthly_invoice_is_kept_changed_and_found_by_its_customer(desk: Desk) -> None:
    with desk.app.change() as ctx:
        kept = save_schedule(ctx, monthly(desk.acme.id))
        save_schedule(ctx, replace(kept, paused=True))
    with desk.app.look() as ctx:
        (found,) = ctx.tx.find(Schedule, Key.CUSTOMER, desk.acme.id)
    assert found.value == replace(kept, paused=True)
    days = list(found.value.days_until(date(2027, 3, 1)))
    assert days == [date(2026, 12, 31), date(2027, 1, 31), date(2027, 2, 28)]


def test_a_schedule_needs_a_customer_and_a_changed_one_must_exist(desk: Desk) -> None:
    with pytest.raises(NotFound), desk.app.change() as ctx:
        save_schedule(ctx, monthly("nobody"))
    with pytest.raises(NotFound), desk.app.change() as ctx:
        save_schedule(ctx, replace(monthly(desk.acme.id), id="gone"))
