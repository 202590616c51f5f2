"""Letters: complete in every language, and silent about money where none is due."""

from __future__ import annotations

from dataclasses import replace

import pytest

from net30.domain.invoice import Invoice
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.language.dates import write_date
from net30.language.letter import invoice_letter
from net30.language.locales import languages
from tests.documents import examples


def _owing_nothing() -> Invoice:
    invoice = examples.invoice()
    return replace(invoice, totals=replace(invoice.totals, due=Money(0, "XOF")))


@pytest.mark.parametrize("language", languages())
def test_a_letter_names_number_seller_and_the_day_to_pay(language: str) -> None:
    letter = invoice_letter(examples.invoice(), language, "T")
    assert "FAC-2026-000118" in letter.subject
    assert "Société Ébène & Fils" in letter.text + letter.subject
    due = examples.invoice().due_date
    assert due is not None
    assert write_date(due, language) in letter.text
    assert write_date(due, language) not in invoice_letter(_owing_nothing(), language, "T").text


def test_a_letter_in_another_language_is_refused() -> None:
    with pytest.raises(InputError):
        invoice_letter(examples.invoice(), "tlh", "T")
