"""Facts: the dates and references at the head of a document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from net30.documents.view.page import Entry
from net30.documents.view.tidy import shown_inline
from net30.domain.invoice import QUOTE, Invoice, PrecedingInvoice, References
from net30.domain.line import Period
from net30.language.amounts import currency_label
from net30.language.dates import write_date, write_days
from net30.language.words import Words


def facts_of(invoice: Invoice, say: Words) -> tuple[Entry, ...]:
    """Return dates, currency and references, the ones that are given."""
    return tuple(Entry(label, value) for label, value in _facts(invoice, say) if value)


def _facts(invoice: Invoice, say: Words) -> Iterator[tuple[str, str]]:
    yield say("Date"), write_date(invoice.issue_date, say.language)
    if invoice.due_date is not None:
        label = say("Valid until") if invoice.type_code == QUOTE else say("Due date")
        yield label, write_date(invoice.due_date, say.language)
    yield say("Place of issue"), shown_inline(invoice.place)
    yield say("Date of supply"), _day(invoice.tax_point, say)
    if invoice.delivery is not None:
        yield say("Delivery date"), _day(invoice.delivery.day, say)
    if invoice.period is not None:
        yield say("Period"), write_period(invoice.period, say)
    yield say("Currency"), _currency(invoice.currency, say.language)
    yield from _references(invoice.references, say)
    for earlier in invoice.preceding:
        yield say("Refers to invoice"), _preceding(earlier, say)


def write_period(period: Period, say: Words) -> str:
    """Write a period, either end of which may be open."""
    if period.start and period.end:
        return write_days(period.start, period.end, say.language)
    return _day(period.start or period.end, say)


def _references(references: References, say: Words) -> Iterator[tuple[str, str]]:
    thing = references.invoiced_object
    for label, value in (
        ("Your reference", references.buyer),
        ("Order", references.order),
        ("Sales order", references.sales_order),
        ("Contract", references.contract),
        ("Project", references.project),
        ("Tender", references.tender),
        ("Despatch advice", references.despatch_advice),
        ("Receiving advice", references.receiving_advice),
        ("Invoiced object", thing.value if thing else ""),
    ):
        yield say(label), shown_inline(value)


def _preceding(earlier: PrecedingInvoice, say: Words) -> str:
    number = shown_inline(earlier.number)
    return f"{number} ({_day(earlier.issued, say)})" if earlier.issued else number


def _day(day: date | None, say: Words) -> str:
    return write_date(day, say.language) if day else ""


def _currency(currency: str, language: str) -> str:
    label = currency_label(currency, language)
    # FCFA alone does not say which of the two francs; a code needs no second name.
    return currency if label == currency else f"{label} ({currency})"
