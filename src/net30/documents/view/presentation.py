"""Presentation: from an invoice to the finished strings of its page, in one language."""

from __future__ import annotations

from net30.documents.style import Style
from net30.documents.view import facts, lines, parties, paying, sums
from net30.documents.view.countries import Country, country
from net30.documents.view.legal import fiscal_block, legal_mentions
from net30.documents.view.page import Page
from net30.documents.view.tidy import shown, shown_inline
from net30.documents.view.titles import title_of
from net30.domain.invoice import Invoice
from net30.language.in_words import can_spell, in_words
from net30.language.locales import LOCALES, direction
from net30.language.words import Words, words

FOOTER_CHARACTERS_MAX = 90


def present(invoice: Invoice, style: Style) -> Page:
    """Return what the document shows; nothing is computed that the invoice does not state."""
    language = language_of(invoice, style)
    say = words(language)
    rules = country(invoice.seller.address.country)
    title = title_of(invoice, say)
    number = shown_inline(invoice.number)
    return Page(
        language=language,
        direction=direction(language),
        title=title,
        number=number,
        draft="" if invoice.is_issued else say("Draft"),
        subject=shown_inline(f"{title} {invoice.number} · {invoice.seller.name}", 200),
        logo_alt=shown_inline(say("Logo of {name}", name=invoice.seller.name), 200),
        seller=parties.seller_block(invoice, say),
        customer=parties.customer_block(invoice, say),
        others=parties.other_blocks(invoice, say),
        facts=facts.facts_of(invoice, say),
        columns=lines.columns(invoice, say),
        rows=tuple(lines.row(line, invoice, say) for line in invoice.lines),
        sums=sums.sums_of(invoice, say),
        in_words=_in_words(invoice, say, rules),
        payment_heading=say("Payment"),
        payment=paying.payment_entries(invoice, style, say),
        notes_heading=say("Notes"),
        notes=tuple(shown(note.text) for note in invoice.notes),
        legal=legal_mentions(invoice, say, rules),
        fiscal=fiscal_block(invoice, say, rules),
        pay_code=paying.pay_code(invoice, style, say),
        slip=paying.slip(invoice, language),
        footer=_footer(invoice),
        # The typesetter alone knows the pages; it fills the two marks.
        page_of=say("Page {page} of {pages}", page="{page}", pages="{pages}"),
    )


def language_of(invoice: Invoice, style: Style) -> str:
    """Return the language to write in: the style's, else the invoice's, else English."""
    wanted = style.language or invoice.language.lower()[:2]
    return wanted if wanted in LOCALES else "en"


def _in_words(invoice: Invoice, say: Words, rules: Country) -> str:
    if not rules.amount_in_words or not can_spell(say.language):
        return ""
    if invoice.is_credit_note:
        frame = "This credit note comes to the sum of {words}."
    elif invoice.is_claim:
        frame = "This invoice comes to the sum of {words}."
    else:
        frame = "This offer comes to the sum of {words}."
    totals = invoice.totals
    # What was paid before does not lessen what the document comes to.
    amount = totals.gross if totals.prepaid else totals.due
    return say(frame, words=in_words(amount, say.language))


def _footer(invoice: Invoice) -> str:
    seller = invoice.seller
    parts = (seller.name, seller.legal_form)
    text = " · ".join(shown_inline(part) for part in parts if part)
    return shown_inline(text, FOOTER_CHARACTERS_MAX)
