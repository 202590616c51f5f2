"""Coming schedules: the invoices that schedules will issue, as far as can be told today."""

from __future__ import annotations

from datetime import date

from net30.domain.customer import Customer
from net30.domain.drafting import draft
from net30.domain.schedule import Occurrence, Schedule
from net30.insights.revenue_projection import ScheduledInvoice
from net30.services.context import ReadContext
from net30.services.products.price_lines import price_lines

PAGE = 500


def coming_invoices(ctx: ReadContext, after: date, last: date) -> tuple[ScheduledInvoice, ...]:
    """Return what schedules issue after one day and up to another, computed as they would be now.

    Paused schedules issue nothing. Prices, taxes and terms are those of today.
    """
    found: list[ScheduledInvoice] = []
    company, place = ctx.company, ""
    while page := ctx.tx.page(Schedule, after=place, limit=PAGE):
        place = page[-1].value.id
        for stored in page:
            schedule = stored.value
            if schedule.paused:
                continue
            customer = ctx.tx.load(Customer, schedule.customer_id).value
            for day in schedule.days_until(last):
                if day <= after:
                    continue
                made = draft(
                    price_lines(ctx, schedule.invoice, customer),
                    invoice_id=schedule.id,
                    seller=company,
                    customer=customer,
                    today=day,
                )
                if made.totals.due.minor > 0:
                    found.append(
                        ScheduledInvoice(
                            day=day,
                            due=made.due_date or day,
                            customer_id=customer.id,
                            amount=made.totals.due,
                        )
                    )
    return tuple(sorted(found, key=lambda one: (one.day, one.customer_id, one.amount.minor)))


def issued_by_schedules(ctx: ReadContext) -> frozenset[str]:
    """Return the ids of the invoices that schedules have made: they are no new business."""
    found: list[str] = []
    place = ""
    while page := ctx.tx.page(Occurrence, after=place, limit=PAGE):
        place = page[-1].value.id
        found.extend(stored.value.invoice_id for stored in page)
    return frozenset(found)
