"""Swiss QR code: the payload that Swiss banking apps read.

Source: SIX, Swiss Implementation Guidelines QR-bill, version 2.3: structured addresses only.
"""

from __future__ import annotations

from net30.documents.view.epc import bare, is_creditor_reference, is_iban
from net30.documents.view.tidy import shown_inline
from net30.domain.invoice import Invoice
from net30.domain.party import Party

MINOR_UNITS_MAX = 99_999_999_999
MESSAGE_CHARACTERS_MAX = 140
PAYLOAD_CHARACTERS_MAX = 997
QR_IBAN_FIRST, QR_IBAN_LAST = 30000, 31999
QR_REFERENCE_DIGITS = 27
_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)  # modulo 10, recursive


def payload(invoice: Invoice) -> str:
    """Return the payload, or nothing where no Swiss account can take the amount."""
    due, paying = invoice.totals.due, invoice.payment
    if paying is None or due.currency not in {"CHF", "EUR"}:
        return ""
    account = next((bare(a.account) for a in paying.accounts if _is_swiss(bare(a.account))), "")
    kind, reference = _reference(account, bare(paying.remittance))
    if not account or not kind or not 1 <= due.minor <= MINOR_UNITS_MAX:
        return ""
    creditor = _party(invoice.payee or invoice.seller)
    if "" in (creditor[1], creditor[5], creditor[6]):
        return ""  # name, town and country are mandatory
    message = "" if reference else shown_inline(paying.remittance or invoice.number)
    debtor = _party(invoice.customer)
    if "" in (debtor[1], debtor[5], debtor[6]):
        debtor = ("",) * len(debtor)
    ultimate_creditor = ("",) * 7
    lines = (
        "SPC", "0200", "1", account, *creditor, *ultimate_creditor, f"{due.amount:f}", due.currency,
        *debtor, kind, reference, message[:MESSAGE_CHARACTERS_MAX], "EPD",
    )  # fmt: skip
    written = "\n".join(lines)
    return written if len(written) <= PAYLOAD_CHARACTERS_MAX else ""


def is_qr_reference(text: str) -> bool:
    """Tell whether a bare text is a 27-digit QR reference with a right check digit.

    >>> is_qr_reference("210000000003139471430009017")
    True
    """
    if len(text) != QR_REFERENCE_DIGITS or not (text.isascii() and text.isdigit()):
        return False
    carry = 0
    for digit in text[:-1]:
        carry = _CARRY[(carry + int(digit)) % 10]
    return (10 - carry) % 10 == int(text[-1])


def _is_swiss(account: str) -> bool:
    return account.startswith(("CH", "LI")) and is_iban(account)


def _reference(account: str, reference: str) -> tuple[str, str]:
    """Return the kind and the reference; no kind where the account's rule is not kept."""
    takes_qr = account[4:9].isdigit() and QR_IBAN_FIRST <= int(account[4:9]) <= QR_IBAN_LAST
    if takes_qr:
        return ("QRR", reference) if is_qr_reference(reference) else ("", "")
    if is_creditor_reference(reference):
        return "SCOR", reference
    return "NON", ""


def _party(party: Party) -> tuple[str, ...]:
    """Return a structured address: kind, name, street, number, postcode, town, country."""
    address = party.address
    fields = ((party.name, 70), (address.line1, 70), ("", 16), (address.postcode, 16),
              (address.city, 35), (address.country, 2))  # fmt: skip
    return ("S", *(shown_inline(_latin(text))[:most] for text, most in fields))


def _latin(text: str) -> str:
    """Keep the character set that the guidelines allow: Latin-1, Latin Extended-A, and a few."""
    allowed = "ȘșȚț€"
    return "".join(mark if mark < "\u0180" or mark in allowed else "." for mark in text)
