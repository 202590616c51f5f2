"""Fiscal clearance: the tax office's yes to an invoice, where a country demands one."""

from __future__ import annotations

from typing import Protocol

from net30.domain.invoice import FiscalStamp, Invoice


class FiscalClearance(Protocol):
    """A way to have invoices cleared (FNE in Côte d'Ivoire, e-MECeF in Benin ...)."""

    def stamp(self, invoice: Invoice) -> FiscalStamp:
        """Return the tax office's stamp; raise Unavailable when it does not answer."""
        ...
