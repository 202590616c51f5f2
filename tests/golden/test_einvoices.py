"""Golden e-invoices: the bytes that one invoice gives, so a change of them is seen and meant.

`python -m tests.golden.test_einvoices` writes them anew.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from net30.documents import cii, json, ubl
from tests.documents.einvoices import credit, full

FOLDER = Path(__file__).parent / "einvoices"
WRITERS: dict[str, Callable[[], bytes]] = {
    "invoice.ubl.xml": lambda: ubl.write(full()),
    "credit-note.ubl.xml": lambda: ubl.write(credit(full())),
    "invoice.cii.xml": lambda: cii.write(full()),
    "invoice.json": lambda: json.write(full()),
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_invoice_gives_the_bytes_it_always_gave(name: str) -> None:
    assert WRITERS[name]().decode() == (FOLDER / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, write in WRITERS.items():
        (FOLDER / name).write_bytes(write())
