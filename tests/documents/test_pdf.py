"""PDF: what is on the page, the same bytes each time, and what makes it archivable."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pikepdf
import pytest
from pypdf import PdfReader

from net30.documents import pdf
from net30.documents.pdf import Attachment
from net30.documents.style import Style
from net30.domain.invoice import Invoice, Note
from net30.kernel.errors import InputError
from net30.kernel.findings import Severity
from net30.language.locales import languages
from tests.documents import examples

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441"
    "54789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><rect width="9" height="3"/></svg>'
)
CASES = [(name, make) for name in pdf.templates() for make in ("invoice", "credit_note")]


def _example(name: str) -> Invoice:
    return {"invoice": examples.invoice, "credit_note": examples.credit_note}[name]()


def _text(data: bytes) -> str:
    pages = PdfReader(io.BytesIO(data)).pages
    return _words("\n".join(page.extract_text() for page in pages))


def _words(text: str) -> str:
    # Thin and no-break spaces are spaces to a reader of extracted text.
    return " ".join(text.replace("\u202f", " ").replace("\u200b", "").split())


@pytest.mark.parametrize("template", pdf.templates())
def test_the_invoice_says_everything_once_computed(template: str) -> None:
    text = _text(pdf.write(examples.invoice(), Style(template=template)))
    for expected in (
        "Facture", "FAC-2026-000118", "21 novembre 2026", "21 décembre 2026",
        "Société Ébène & Fils", "NCC 1934567 K", "RCCM CI-ABJ-2019-B-04217",
        "Conseil en organisation", "40 heures", "90 000", "3 240 000", "12,5 jours", "4 062 500",
        "緑茶 Thé vert Sencha", "Huile d'olive « première pression »", "3 × 2,5 mm²",
        "Sous-total 13 347 450", "Remise commerciale 5 % sur 12 206 250 -610 313",
        "Total HT 12 680 077", "TVA 9 % sur 1 084 140 97 573", "TVA 18 % sur 11 595 937 2 087 269",
        "Total TTC 14 864 919", "Déjà réglé -1 500 000", "13 364 919 FCFA",
        "quatorze millions huit cent soixante-quatre mille neuf cent dix-neuf francs CFA TTC.",
        "CI93 CI00 8011 1301 1342 9120 0589", "2 % d'escompte jusqu'au 1er décembre 2026",
        "Non certifiée par l'administration fiscale (FNE)", "intérêts au taux légal",
        "Page 1 sur 1", "BC-2026-0457", "Merci de votre confiance.",
    ):  # fmt: skip
        assert expected in text


@pytest.mark.parametrize("template", pdf.templates())
def test_the_credit_note_names_its_invoice_and_its_stamp(template: str) -> None:
    text = _text(pdf.write(examples.credit_note(), Style(template=template, language="en")))
    for expected in ("Credit note", "Refers to invoice FAC-2026-000118", "Amount credited",
                     "727,248 FCFA", "Certified by the tax authority", "7F3A-99C2-4E11-B0D6",
                     "seven hundred twenty-seven thousand"):  # fmt: skip
        assert expected in text
    assert "Amount due" not in text
    assert "Payment" not in text


@pytest.mark.parametrize(("template", "name"), CASES)
def test_the_same_document_gives_the_same_bytes(template: str, name: str) -> None:
    style = Style(template=template, logo=SVG, colour="#0b7a5a", paper="us-letter")
    assert pdf.write(_example(name), style) == pdf.write(_example(name), style)


@pytest.mark.parametrize(("template", "name"), CASES)
def test_qpdf_finds_nothing_wrong_and_the_file_claims_pdf_a_3b_and_ua_1(
    template: str, name: str
) -> None:
    with pikepdf.open(io.BytesIO(pdf.write(_example(name), Style(template=template)))) as document:
        assert document.check_pdf_syntax() == []
        with document.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "B")
            assert about["pdfuaid:part"] == "1"
            assert _example(name).number in about["dc:title"]
        assert document.Root.Lang == "fr"
        assert document.Root.MarkInfo.Marked


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("template", pdf.templates())
def test_every_template_speaks_every_language(template: str, language: str) -> None:
    data = pdf.write(examples.invoice(), Style(template=template, language=language))
    assert "FAC-2026-000118" in _text(data)


def test_a_second_page_repeats_the_head_of_the_table() -> None:
    invoice = examples.invoice()
    long = replace(invoice, lines=invoice.lines * 4)
    pages = PdfReader(io.BytesIO(pdf.write(long))).pages
    assert len(pages) > 1
    for page in pages[:-1]:
        assert "Désignation" in page.extract_text()
    assert f"Page 2 sur {len(pages)}" in _words(pages[1].extract_text())


def test_a_draft_says_so() -> None:
    draft = replace(examples.invoice(), number="")
    assert "Brouillon" in _text(pdf.write(draft))
    assert "Brouillon" not in _text(pdf.write(examples.invoice()))


def test_factur_x_carries_its_xml_as_an_alternative() -> None:
    xml = "<?xml version='1.0'?><rsm:Invoice>é</rsm:Invoice>".encode()
    attachment = Attachment(filename="factur-x.xml", content=xml, description="Factur-X")
    data = pdf.write(examples.invoice(), attachment=attachment)
    with pikepdf.open(io.BytesIO(data)) as document:
        assert document.attachments["factur-x.xml"].get_file().read_bytes() == xml
        (listed,) = document.Root.AF
        assert listed.AFRelationship == "/Alternative"


@pytest.mark.parametrize("logo", [PNG, SVG], ids=["png", "svg"])
def test_a_logo_is_drawn(logo: bytes) -> None:
    plain = pdf.write(examples.invoice())
    assert len(pdf.write(examples.invoice(), Style(logo=logo))) != len(plain)


@pytest.mark.parametrize("logo", [b"GIF89a", PNG[:40], b"<svg><broken"])
def test_a_broken_logo_is_refused_with_a_hint(logo: bytes) -> None:
    with pytest.raises(InputError) as refusal:
        pdf.write(examples.invoice(), Style(logo=logo))
    assert refusal.value.code == "logo"
    assert "PNG" in refusal.value.hint


def test_an_unknown_template_names_the_known_ones() -> None:
    with pytest.raises(InputError) as refusal:
        pdf.write(examples.invoice(), Style(template="baroque"))
    assert "classic, clean, compact" in refusal.value.hint


def test_absurdly_long_figures_wrap_inside_their_column() -> None:
    line = replace(examples.invoice().lines[1], quantity=Decimal(10**30))
    (page,) = PdfReader(
        io.BytesIO(pdf.write(replace(examples.invoice(), lines=(line,)), Style(language="en")))
    ).pages
    figures = "".join(page.extract_text().replace("\u200b", "").split())
    assert "1" + ",000" * 10 in figures


def test_threads_write_at_the_same_time() -> None:
    invoices = [replace(examples.invoice(), number=f"FAC-{at}") for at in range(12)]
    alone = [pdf.write(invoice) for invoice in invoices]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(pdf.write, invoices)) == alone


def test_what_no_font_draws_is_shown_as_a_mark_and_named() -> None:
    strange = replace(examples.invoice(), notes=(Note("Kelv \U00012000 et \U0001f680"),))
    (finding,) = pdf.findings(strange)
    assert (finding.code, finding.path, finding.severity) == ("glyph", "notes[0]", Severity.WARNING)
    assert "U+12000" in finding.message
    assert "Kelv �" in _text(pdf.write(strange))
    assert pdf.findings(examples.invoice()) == ()
