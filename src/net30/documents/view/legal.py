"""Legal: what a country's law wants said on the document, and what its tax office has said."""

from __future__ import annotations

from collections.abc import Iterator

from net30.documents.view import qr
from net30.documents.view.countries import Country
from net30.documents.view.page import Code, Entry, Fiscal
from net30.documents.view.paying import code_of
from net30.documents.view.sums import CATEGORY_NAMES
from net30.documents.view.tidy import shown, shown_inline
from net30.domain.invoice import FiscalStamp, Invoice
from net30.language.words import Words


def legal_mentions(invoice: Invoice, say: Words, rules: Country) -> tuple[str, ...]:
    """Return the reasons for untaxed amounts, then what the seller's country prescribes."""
    return tuple(dict.fromkeys((*_reasons(invoice, say), *_country(invoice, say, rules))))


def fiscal_block(invoice: Invoice, say: Words, rules: Country) -> Fiscal | None:
    """Return the tax office's stamp; where one is required and absent, say so plainly."""
    stamp = invoice.stamp
    if stamp is not None:
        return Fiscal(
            heading=say("Certified by the tax authority"),
            cleared=True,
            entries=(
                Entry(say("Authority number"), shown_inline(stamp.authority_number)),
                Entry(say("Code"), shown_inline(stamp.code)),
                Entry(say("Certified on"), shown_inline(stamp.stamped_at)),
            ),
            code=_code(stamp, say),
        )
    required = rules.clearance_on(invoice.issue_date)
    if required is None or not invoice.is_claim:
        return None
    text = say("Not certified by the tax authority ({system})", system=required.system)
    return Fiscal(heading=text, cleared=False)


def _code(stamp: FiscalStamp, say: Words) -> Code | None:
    drawn = qr.draw(shown_inline(stamp.qr_payload))
    return code_of(drawn, say("Tax authority"), say("QR code of the tax authority"))


def _reasons(invoice: Invoice, say: Words) -> Iterator[str]:
    for group in invoice.totals.breakdown:
        named = CATEGORY_NAMES.get(group.rate.category)
        reason = shown(group.rate.reason)
        if named and reason:
            yield f"{say(named)}: {reason}"


def _country(invoice: Invoice, say: Words, rules: Country) -> Iterator[str]:
    if not invoice.is_claim or invoice.is_credit_note:
        return
    yield from (rules.say(mention, say.language) for mention in rules.mentions)
    if rules.no_discount is not None and invoice.discount is None:
        yield rules.say(rules.no_discount, say.language)
