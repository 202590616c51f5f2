"""Party: who sells, who must pay, who is paid; with the identifiers that tax offices know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value and the scheme that issued it (ISO 6523 ICD such as 0002 for SIREN, or empty)."""

    value: str
    scheme: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address (BG-5, BG-8, BG-15); `country` is an ISO 3166-1 alpha-2 code."""

    line1: str = ""
    line2: str = ""
    line3: str = ""
    postcode: str = ""
    city: str = ""
    subdivision: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to ask (BG-6, BG-9)."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A seller (BG-4), customer (BG-7) or payee (BG-10).

    `vat_id` (BT-31, BT-48) carries a country prefix; `tax_id` (BT-32) is the local number: NINEA,
    NCC, NIU, IFU, NIF; `legal_id` (BT-30, BT-47) is the register's: RCCM, SIREN; `legal_form`
    (BT-33) is free text such as "SARL au capital de 1 000 000 FCFA". What a country calls these
    numbers is data of the documents room.
    """

    name: str
    trading_name: str = ""
    ids: tuple[Identifier, ...] = ()
    legal_id: Identifier | None = None
    vat_id: str = ""
    tax_id: str = ""
    legal_form: str = ""
    tax_regime: str = ""
    tax_office: str = ""
    endpoint: Identifier | None = None
    address: Address = Address()
    contact: Contact = Contact()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRepresentative:
    """Who answers for the seller's VAT (BG-11)."""

    name: str
    vat_id: str
    address: Address = Address()
