"""Received: an invoice that someone else wrote, kept as it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from net30.domain.invoice import Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedInvoice:
    """Another's invoice with its amounts as stated, the original's blob and its SHA-256."""

    id: str
    invoice: Invoice
    format: str
    blob: str
    sha256: str
    received_at: datetime
