"""Letters: the short text that goes with a document, in the customer's language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from net30.domain.invoice import Invoice
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


@cache
def _letters(name: str) -> dict[str, dict[str, str]]:
    path = files("net30.language") / "letters" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
