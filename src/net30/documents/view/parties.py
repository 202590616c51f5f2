"""Parties: names, addresses and registrations as a document shows them."""

from __future__ import annotations

from collections.abc import Iterator

from net30.documents.view.countries import country
from net30.documents.view.page import Entry, PartyBlock
from net30.documents.view.tidy import shown, shown_inline
from net30.domain.invoice import Invoice
from net30.domain.party import Address, Identifier, Party
from net30.language.countries import country_name
from net30.language.words import Words

# ISO 6523 codes that readers know by a name.
SCHEMES = {"0002": "SIREN", "0009": "SIRET", "0060": "DUNS", "0088": "GLN", "0199": "LEI"}


def seller_block(invoice: Invoice, say: Words) -> PartyBlock:
    """Return the seller with every number the tax office asks for."""
    return _block(say("From"), invoice.seller, say, _home(invoice))


def customer_block(invoice: Invoice, say: Words) -> PartyBlock:
    """Return the customer."""
    return _block(say("Bill to"), invoice.customer, say, _home(invoice))


def other_blocks(invoice: Invoice, say: Words) -> tuple[PartyBlock, ...]:
    """Return the payee, tax representative and delivery address, where there are any."""
    return tuple(_others(invoice, say))


def _others(invoice: Invoice, say: Words) -> Iterator[PartyBlock]:
    home = _home(invoice)
    if invoice.payee is not None:
        yield _block(say("Pay to"), invoice.payee, say, home)
    if invoice.tax_representative is not None:
        agent = invoice.tax_representative
        yield PartyBlock(
            heading=say("Tax representative"),
            name=shown_inline(agent.name),
            lines=address_lines(agent.address, say, home),
            numbers=(Entry(say("VAT no."), shown_inline(agent.vat_id)),),
        )
    delivery = invoice.delivery
    if delivery is not None and (delivery.name or delivery.address):
        yield PartyBlock(
            heading=say("Deliver to"),
            name=shown_inline(delivery.name),
            lines=address_lines(delivery.address or Address(), say, home),
        )


def address_lines(address: Address, say: Words, home: str) -> tuple[str, ...]:
    """Return an address line by line; its country only where it is not `home`."""
    town = " ".join(part for part in (address.postcode, address.city) if part)
    abroad = "" if address.country == home else country_name(address.country, say.language)
    parts = (address.line1, address.line2, address.line3, town, address.subdivision, abroad)
    return tuple(shown(part) for part in parts if part)


def _block(heading: str, party: Party, say: Words, home: str) -> PartyBlock:
    trading = party.trading_name if party.trading_name != party.name else ""
    extra = tuple(shown(part) for part in (trading, party.legal_form) if part)
    contact = (party.contact.name, party.contact.phone, party.contact.email)
    return PartyBlock(
        heading=heading,
        name=shown_inline(party.name),
        lines=extra + address_lines(party.address, say, home),
        numbers=tuple(_numbers(party, say)),
        contact=tuple(shown_inline(part) for part in contact if part),
    )


def _numbers(party: Party, say: Words) -> Iterator[Entry]:
    rules = country(party.address.country)
    for identifier in party.ids:
        yield _identifier(identifier, say("Id"))
    if party.legal_id is not None:
        yield _identifier(party.legal_id, rules.legal_id or say("Register"))
    for label, value in (
        (rules.tax_id or say("Tax no."), party.tax_id),
        (say("VAT no."), party.vat_id),
        (say("Tax regime"), party.tax_regime),
        (say("Tax office"), party.tax_office),
    ):
        if value:
            yield Entry(label, shown_inline(value))


def _identifier(identifier: Identifier, otherwise: str) -> Entry:
    return Entry(SCHEMES.get(identifier.scheme, otherwise), shown_inline(identifier.value))


def _home(invoice: Invoice) -> str:
    """Return the country both parties share; then no address needs to name it."""
    seller, customer = invoice.seller.address.country, invoice.customer.address.country
    return seller if seller == customer else "none"
