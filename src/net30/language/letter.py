"""Letters: the short text that goes with a document, in the customer's language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from net30.domain.invoice import Invoice
from net30.kernel.money import Money, sums_of
from net30.language.amounts import write_money
from net30.language.dates import write_date
from net30.language.locales import locale_of


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject line and a text."""

    subject: str
    text: str


def invoice_letter(invoice: Invoice, language: str, title: str) -> Letter:
    """Return the letter that goes with a document; `title` is what the document is called.

    Raises InputError for a language net30 does not write.
    """
    locale_of(language)
    words = _letters("invoice")[language]
    due = ""
    if invoice.due_date and invoice.totals.due.minor > 0:
        due = words["due"].format(day=write_date(invoice.due_date, language))
    values = {
        "title": title,
        "number": invoice.number,
        "seller": invoice.seller.name,
        "customer": invoice.customer.contact.name or invoice.customer.name,
        "issued": write_date(invoice.issue_date, language),
        "amount": write_money(invoice.totals.due, language),
        "due": due,
    }
    subject = " ".join(words["subject"].format(**values).split())
    return Letter(subject=subject, text=words["text"].format(**values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """An invoice that a reminder lists: what is open of it, and for how many days it is due."""

    number: str
    issued: date
    due: date
    balance: Money
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderFacts:
    """What a reminder says: who writes to whom, of what, as of which day, and how to pay.

    `ways_to_pay` are labels with values, such as an account and its holder; there may be none.
    """

    seller: str
    customer: str
    day: date
    overdue: tuple[Overdue, ...]
    ways_to_pay: tuple[tuple[str, str], ...] = ()


def reminder_letter(facts: ReminderFacts, language: str) -> Letter:
    """Return the letter that reminds of overdue invoices; currencies are totalled one by one.

    Raises InputError for a language net30 does not write.
    """
    locale_of(language)
    words = _letters("reminder")[language]
    ways = "".join(
        "\n" + words["way"].format(label=label, value=value)
        for label, value in facts.ways_to_pay
        if value
    )
    values = {
        "number": facts.overdue[0].number,
        "seller": facts.seller,
        "customer": facts.customer,
        "day": write_date(facts.day, language),
        "lines": "\n".join(_overdue_line(one, words["line"], language) for one in facts.overdue),
        "total": _totals((one.balance for one in facts.overdue), language),
        "pay": f" {words['pay']}{ways}" if ways else "",
    }
    subject = words["subject_one" if len(facts.overdue) == 1 else "subject"].format(**values)
    return Letter(subject=" ".join(subject.split()), text=words["text"].format(**values))


def _overdue_line(overdue: Overdue, line: str, language: str) -> str:
    return line.format(
        number=overdue.number,
        issued=write_date(overdue.issued, language),
        due=write_date(overdue.due, language),
        open=write_money(overdue.balance, language),
        days=overdue.days,
    )


def _totals(amounts: Iterable[Money], language: str) -> str:
    return " · ".join(write_money(amount, language) for amount in sums_of(amounts))


@cache
def _letters(name: str) -> dict[str, dict[str, str]]:
    path = files("net30.language") / "letters" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
