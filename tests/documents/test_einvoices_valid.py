"""What net30 writes is valid: the official schemas and rules find nothing, on random ones too."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings

from net30.documents import cii, ubl
from net30.domain.invoice import Invoice
from net30.domain.rules import check
from net30.kernel.findings import has_errors
from tests.documents.einvoices import african, credit, full, plain, untaxed
from tests.documents.judge import faults_of
from tests.strategies import invoices


def faults(written: Iterable[Invoice], folder: Path) -> list[str]:
    """What the judge finds in both formats of some invoices."""
    documents = {}
    for at, invoice in enumerate(written):
        documents[f"{at} ubl"] = ubl.write(invoice)
        documents[f"{at} cii"] = cii.write(invoice)
    found = faults_of(documents, folder)
    return [f"{name}: {fault}" for name, some in found.items() for fault in some]


def test_every_term_in_its_place_is_valid(tmp_path: Path) -> None:
    written = [
        full(),
        credit(full()),
        plain(),
        credit(plain()),
        african(),
        credit(african()),
        untaxed(),
    ]

    # A card, a direct debit and two accounts in one document serve the table, not the trade.
    assert faults(written, tmp_path) == []


@pytest.mark.slow
def test_random_invoices_are_valid(tmp_path: Path) -> None:
    drawn: list[Invoice] = []

    @settings(max_examples=60)
    @given(invoices())
    def draw(invoice: Invoice) -> None:
        assert [fault for fault in check(invoice) if has_errors([fault])] == []
        drawn.append(invoice)

    draw()

    assert faults(drawn, tmp_path) == []
