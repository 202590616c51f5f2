"""HTML: the same content as the PDF, self-contained, and inert whatever anyone writes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import html as parser

from net30.documents import html
from net30.documents.style import Style
from net30.documents.view.presentation import present
from net30.domain.invoice import BankAccount, Note, PaymentInstructions
from net30.kernel.money import Money
from net30.language.locales import languages
from tests.documents import examples
from tests.documents.test_pdf import PNG, SVG


def _tree(data: bytes) -> parser.HtmlElement:
    return parser.document_fromstring(data.decode())


def test_the_page_says_what_the_pdf_says() -> None:
    for invoice in (examples.invoice(), examples.credit_note()):
        text = " ".join(_tree(html.write(invoice)).text_content().split())
        page = present(invoice, Style())
        for row in page.rows:
            assert " ".join(row.name.split()) in text
            assert " ".join(row.amount.split()) in text
        for total in page.sums:
            assert " ".join(total.amount.split()) in text
        assert " ".join(page.in_words.split()) in text
        for mention in (*page.legal, page.title, page.number):
            assert mention in text


@pytest.mark.parametrize("language", languages())
def test_every_language_has_its_direction(language: str) -> None:
    root = _tree(html.write(examples.invoice(), Style(language=language)))
    assert root.get("lang") == language
    assert root.get("dir") == ("rtl" if language == "ar" else "ltr")


def test_nothing_is_loaded_from_anywhere() -> None:
    style = Style(logo=PNG, payment_link="https://pay.example/{number}")
    tree = _tree(html.write(examples.invoice(), style))
    sources = [element.get("src") for element in tree.iter("img")]
    assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert (
        tree.xpath("//script | //link | //iframe | //object | //*[@onload] | //@background") == []
    )
    assert b"url(" not in html.write(examples.invoice(), style)
    (link,) = tree.xpath("//a/@href")
    assert link == "https://pay.example/FAC-2026-000118"


@pytest.mark.parametrize("logo", [PNG, SVG], ids=["png", "svg"])
def test_a_logo_stands_for_the_sellers_name(logo: bytes) -> None:
    tree = _tree(html.write(examples.invoice(), Style(logo=logo)))
    (image,) = tree.iter("img")
    assert image.get("alt") == "Logo de Société Ébène & Fils"


def test_markup_in_a_note_stays_text() -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}"
    tree = _tree(html.write(replace(examples.invoice(), notes=(Note(evil),))))
    assert tree.xpath("//script | //img") == []
    assert evil in tree.text_content()


def test_a_payment_code_is_drawn_inside_the_page() -> None:
    paying = PaymentInstructions(accounts=(BankAccount(account="DE89370400440532013000"),))
    whole = examples.invoice()
    totals = replace(whole.totals, due=Money(100, "EUR"))
    tree = _tree(html.write(replace(whole, payment=paying, totals=totals)))
    assert tree.xpath("//figure/*[local-name() = 'svg']")


def test_light_colours_carry_dark_text() -> None:
    assert b"--on-brand: #1c2127" in html.write(examples.invoice(), Style(colour="#f2c744"))
    assert b"--on-brand: #ffffff" in html.write(examples.invoice(), Style(colour="#0b7a5a"))


def test_a_draft_says_so_and_letter_paper_is_kept() -> None:
    data = html.write(replace(examples.invoice(), number=""), Style(paper="us-letter"))
    assert b'class="draft">Brouillon' in data
    assert b"size: letter" in data


def test_the_same_document_gives_the_same_bytes() -> None:
    assert html.write(examples.invoice()) == html.write(examples.invoice())
