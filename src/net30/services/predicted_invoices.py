"""Predicted invoices: the open ones with their chances and days, as other programs get them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from net30.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedInvoice:
    """An open invoice with the chances of being late and the days it is expected on."""

    invoice_id: str
    customer_id: str
    amount: Money
    balance: Money
    issue_date: date
    due_date: date
    p_late: float | None
    p_late30: float | None
    expected: date | None
    earliest: date | None
    latest: date | None
    band: str | None


def predicted_invoice(row: Mapping[str, Any]) -> PredictedInvoice:  # Any: as pyarrow gives it
    """Return a row of the scored open items (scoring/open_items.py) as it is told."""
    return PredictedInvoice(
        invoice_id=row["invoice_id"],
        customer_id=row["customer_id"],
        amount=Money(row["amount"], row["currency"]),
        balance=Money(row["balance"], row["currency"]),
        issue_date=row["issue_date"],
        due_date=row["due_date"],
        p_late=row["p_late"],
        p_late30=row["p_late30"],
        expected=row["expected_date"],
        earliest=row["q10"],
        latest=row["q90"],
        band=row["band"],
    )
