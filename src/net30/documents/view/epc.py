"""EPC: the QR payload that European banking apps read for a SEPA credit transfer.

Source: European Payments Council, EPC069-12, Quick Response Code guidelines, version 002.
"""

from __future__ import annotations

import re

from net30.documents.view.tidy import shown_inline
from net30.domain.invoice import Invoice

MINOR_UNITS_MAX = 99_999_999_999
NAME_CHARACTERS_MAX = 70
TEXT_CHARACTERS_MAX = 140
PAYLOAD_BYTES_MAX = 331
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}")
_IBAN_MODULUS = 97


def payload(invoice: Invoice) -> str:
    """Return the payload, or nothing where a SEPA transfer cannot pay the invoice."""
    due, paying = invoice.totals.due, invoice.payment
    if paying is None or due.currency != "EUR" or not 1 <= due.minor <= MINOR_UNITS_MAX:
        return ""
    account = next((entry for entry in paying.accounts if is_iban(bare(entry.account))), None)
    if account is None:
        return ""
    reference = bare(paying.remittance)
    structured = reference if is_creditor_reference(reference) else ""
    text = "" if structured else shown_inline(paying.remittance or invoice.number)
    name = shown_inline(account.holder or (invoice.payee or invoice.seller).name)
    lines = (
        "BCD", "002", "1", "SCT", bare(account.bic) if _is_bic(bare(account.bic)) else "",
        name[:NAME_CHARACTERS_MAX], bare(account.account), f"EUR{due.amount:f}", "", structured,
        text[:TEXT_CHARACTERS_MAX],
    )  # fmt: skip
    written = "\n".join(lines).rstrip("\n")
    return written if len(written.encode()) <= PAYLOAD_BYTES_MAX else ""


def bare(text: str) -> str:
    """Return an account or reference without spaces, in capitals."""
    return "".join(text.split()).upper()


def is_iban(account: str) -> bool:
    """Tell whether a bare account number is an IBAN with a right check sum (ISO 13616).

    >>> is_iban("DE89370400440532013000")
    True
    """
    return bool(_IBAN.fullmatch(account)) and _remainder(account) == 1


def is_creditor_reference(text: str) -> bool:
    """Tell whether a bare text is an ISO 11649 reference (RF18...) with a right check sum."""
    return bool(re.fullmatch(r"RF\d{2}[A-Z0-9]{1,21}", text)) and _remainder(text) == 1


def _remainder(text: str) -> int:
    moved = text[4:] + text[:4]
    return int("".join(str(int(mark, 36)) for mark in moved)) % _IBAN_MODULUS


def _is_bic(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?", text))
