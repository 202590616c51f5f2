"""The page of a dunning letter: a PDF to print, post or attach, and what it asks for beside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from net30.documents.report import Grid, Report
from net30.documents.report.pdf import MEDIA_TYPE, write
from net30.domain.customer import Customer
from net30.domain.events import ReminderSent
from net30.domain.interest import late_interest
from net30.domain.open_item import OpenItem
from net30.domain.organisation import Organisation
from net30.kernel.money import sums_of
from net30.language.dates import write_date
from net30.language.dunning_letter import DunningLetter, Extras
from net30.language.locales import direction
from net30.ports.mail import Attachment
from net30.recommend.statutory import law_of

FILE_NAME = "letter.pdf"


def extras_of(company: Organisation, items: Sequence[OpenItem], sent: ReminderSent) -> Extras:
    """Return the fees of a letter, and the late interest of the law where its policy asks for it.

    Interest runs to the end of the day it was sent; a law's fixed sum counts once an invoice. A
    country whose law is not known here gives none.
    """
    asked = [item for item in items if item.id in sent.interest_of]
    law = law_of(sent.law or company.party.address.country) if asked else None
    if law is None:
        return Extras(fees=sent.fees)
    late = [item for item in asked if item.due_date and item.due_date < sent.day]
    fixed = (law.fee_in(item.amount.currency) for item in late)
    earned = sums_of(late_interest(item, law.rates, sent.day) for item in late)
    return Extras(
        law=law.name,
        interest=tuple(amount for amount in earned if amount),
        fixed=sums_of(fee for fee in fixed if fee),
        fees=sent.fees,
    )


def letter_page(
    company: Organisation, customer: Customer, letter: DunningLetter, day: date
) -> Attachment:
    """Return the letter as a PDF; the same letter gives the same bytes."""
    language = customer.language or company.language
    ways = Grid((), tuple((way.strip(),) for way in letter.ways), (False,))
    report = Report(
        title=letter.subject,
        seller=company.party.name,
        day=write_date(day, language),
        language=language,
        direction=direction(language),
        blocks=(
            _addressee(customer),
            letter.greeting,
            letter.opening,
            Grid(letter.columns, letter.rows, (False, False, False, True, True)),
            *letter.sums,
            letter.closing,
            *((letter.pay, ways) if letter.ways else ()),
            letter.thanks,
            letter.regards,
        ),
    )
    look = company.appearance
    return Attachment(
        filename=FILE_NAME,
        media_type=MEDIA_TYPE,
        content=write(report, look.colour, look.paper, day),
    )


def _addressee(customer: Customer) -> str:
    place = customer.party.address
    town = " ".join(part for part in (place.postcode, place.city) if part)
    lines = (customer.name, customer.party.contact.name, place.line1, place.line2, town)
    return "\n".join(line for line in (*lines, place.country) if line)
