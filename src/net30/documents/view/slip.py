"""Slip: the receipt and payment part of a Swiss QR-bill, 210 x 105 mm.

Source: SIX, Style Guide QR-bill: the headings are prescribed, in German, French, Italian, English.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from net30.documents.view.page import Slip
from net30.documents.view.swiss import SwissBill, SwissParty
from net30.kernel.money import Money

GROUP = 4
QR_REFERENCE_GROUP = 5


def slip_of(bill: SwissBill, language: str) -> Slip:
    """Return the slip's texts; a language the style guide lacks gets English."""
    words = _words().get(language) or _words()["en"]
    return Slip(
        words=words,
        account=(_grouped(bill.account, GROUP), *_lines(bill.creditor)),
        reference=_reference(bill),
        message=bill.message,
        payer=_lines(bill.debtor) if bill.debtor else (),
        currency=bill.amount.currency,
        amount=_amount(bill.amount),
    )


@cache
def _words() -> dict[str, dict[str, str]]:
    text = (files("net30.documents.view") / "swiss_slip.json").read_text("utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)["words"]
    return found


def _lines(party: SwissParty) -> tuple[str, ...]:
    town = f"{party.postcode} {party.town}".strip()
    abroad = "" if party.country in {"CH", "LI"} else f"{party.country}-"
    return tuple(line for line in (party.name, party.street, abroad + town) if line)


def _reference(bill: SwissBill) -> str:
    if bill.kind == "QRR":  # two digits, then groups of five
        return f"{bill.reference[:2]} {_grouped(bill.reference[2:], QR_REFERENCE_GROUP)}"
    return _grouped(bill.reference, GROUP)


def _grouped(text: str, size: int) -> str:
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


def _amount(money: Money) -> str:
    """Write with a space between thousands and a point, as the style guide wants it everywhere."""
    return f"{money.amount:,f}".replace(",", " ")
