"""Swiss QR-bill: what a Swiss account can be paid by, and the payload its QR code carries.

Source: SIX, Swiss Implementation Guidelines QR-bill, version 2.3: structured addresses only.
"""

from __future__ import annotations

from dataclasses import dataclass

from net30.documents.view.epc import bare, is_creditor_reference, is_iban
from net30.documents.view.tidy import shown_inline
from net30.domain.invoice import Invoice
from net30.domain.party import Party
from net30.kernel.money import Money

MINOR_UNITS_MAX = 99_999_999_999
MESSAGE_CHARACTERS_MAX = 140
PAYLOAD_CHARACTERS_MAX = 997
QR_IBAN_FIRST, QR_IBAN_LAST = 30000, 31999
QR_REFERENCE_DIGITS = 27
_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)  # modulo 10, recursive


@dataclass(frozen=True, slots=True, kw_only=True)
class SwissParty:
    """A structured address, in the characters and lengths that the guidelines allow."""

    name: str
    street: str
    postcode: str
    town: str
    country: str

    @property
    def is_whole(self) -> bool:
        """Tell whether the mandatory fields are there."""
        return bool(self.name and self.town and self.country)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwissBill:
    """A payment that a Swiss QR-bill asks for; `kind` is QRR, SCOR or NON."""

    account: str
    creditor: SwissParty
    debtor: SwissParty | None
    amount: Money
    kind: str
    reference: str
    message: str


def swiss_bill(invoice: Invoice) -> SwissBill | None:
    """Return the bill, None where no Swiss account can take the amount by the rules."""
    due, paying = invoice.totals.due, invoice.payment
    if paying is None or due.currency not in {"CHF", "EUR"}:
        return None
    account = next((bare(a.account) for a in paying.accounts if _is_swiss(bare(a.account))), "")
    kind, reference = _reference(account, bare(paying.remittance))
    creditor = _party(invoice.payee or invoice.seller)
    debtor = _party(invoice.customer)
    payable = account and kind and creditor.is_whole and 1 <= due.minor <= MINOR_UNITS_MAX
    if not payable:
        return None
    message = "" if reference else _latin(shown_inline(paying.remittance or invoice.number))
    return SwissBill(
        account=account,
        creditor=creditor,
        debtor=debtor if debtor.is_whole else None,
        amount=due,
        kind=kind,
        reference=reference,
        message=message[:MESSAGE_CHARACTERS_MAX],
    )


def payload(bill: SwissBill) -> str:
    """Return the lines of the QR code, at most 997 characters."""
    lines = (
        "SPC", "0200", "1", bill.account, *_address(bill.creditor), *_address(None),
        f"{bill.amount.amount:f}", bill.amount.currency, *_address(bill.debtor),
        bill.kind, bill.reference, bill.message, "EPD",
    )  # fmt: skip
    written = "\n".join(lines)
    assert len(written) <= PAYLOAD_CHARACTERS_MAX, "the fields' own limits add up to less"
    return written


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


def _party(party: Party) -> SwissParty:
    address = party.address
    return SwissParty(
        name=_field(party.name, 70),
        street=_field(address.line1, 70),
        postcode=_field(address.postcode, 16),
        town=_field(address.city, 35),
        country=_field(address.country, 2),
    )


def _address(party: SwissParty | None) -> tuple[str, ...]:
    """Return the seven lines of an address: kind S, its fields, no separate house number."""
    if party is None:
        return ("",) * 7
    return "S", party.name, party.street, "", party.postcode, party.town, party.country


def _field(text: str, characters_max: int) -> str:
    return shown_inline(_latin(text))[:characters_max]


def _latin(text: str) -> str:
    """Keep the character set that the guidelines allow: Latin-1, Latin Extended-A, and a few."""
    return "".join(mark if mark < "\u0180" or mark in "ȘșȚț€" else "." for mark in text)
