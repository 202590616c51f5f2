"""One-page PDF: net30's Typst template beside WeasyPrint and ReportLab making the same page.

All three set the same finished strings of a twelve-line French invoice, once without and once with
a payment QR code: WeasyPrint from our HTML, ReportLab from tables and paragraphs in code, with the
same columns, rules, colours and page numbers (Noto Sans, since it takes no OpenType-CFF font).
Only ours is also PDF/A-3b and tagged for screen readers. Every call sets another invoice number,
so that no cache answers. Seconds are CPU seconds of one page, all threads together, the least of
several: making a page waits for nothing, and neighbours on the machine do not blur them.
"""

from __future__ import annotations

import importlib.metadata
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from weasyprint import HTML  # type: ignore[import-untyped] # it has no types

from bench.bench import Row, compare
from bench.pages import reportlab_page
from net30.documents import html, pdf
from net30.documents.style import DEFAULT
from net30.documents.view import epc
from net30.documents.view.presentation import present
from net30.domain.invoice import BankAccount, Invoice, PaymentInstructions
from net30.kernel.money import Money
from tests.documents import examples

WEASYPRINT_GOAL, REPORTLAB_GOAL = 10, 2
TIMES, WEASYPRINT_TIMES = 25, 4


def measure() -> list[Row]:
    """Time one page made each way, the fastest of several: without and with a payment QR code."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    pages = (("one-page PDF", _invoice()), ("one-page PDF with QR code", _with_code(_invoice())))
    return [row for case, invoice in pages for row in _compared(case, invoice)]


def _compared(case: str, invoice: Invoice) -> Iterator[Row]:
    ours = ("net30 (Typst)", _cpu_seconds(pdf.write, invoice, TIMES))
    others: list[tuple[str, Callable[[Invoice], bytes], float]] = [
        ("weasyprint", _weasyprint, WEASYPRINT_GOAL),
        ("reportlab", _reportlab, REPORTLAB_GOAL),
    ]
    for name, make, goal in others:
        times = WEASYPRINT_TIMES if name == "weasyprint" else TIMES
        yield compare(case, ours, (_named(name), _cpu_seconds(make, invoice, times)), goal=goal)


def _invoice() -> Invoice:
    whole = examples.invoice()
    lines = tuple(
        replace(line, name=name, description="")
        for line, name in zip(whole.lines, examples.LATIN_NAMES, strict=True)
    )
    return replace(whole, lines=lines, customer=examples.LATIN_CUSTOMER)


def _with_code(invoice: Invoice) -> Invoice:
    account = BankAccount(account="DE89370400440532013000", holder="Ebene GmbH")
    due = Money(13_364_919, "EUR")
    totals = replace(invoice.totals, due=due)
    paying = PaymentInstructions(means="58", accounts=(account,))
    return replace(invoice, payment=paying, totals=totals)


def _cpu_seconds(make: Callable[[Invoice], bytes], invoice: Invoice, times: int) -> float:
    """Return the least CPU seconds of several pages, each under the next number."""
    spent = []
    for number in range(times):
        numbered = replace(invoice, number=f"FAC-2026-{number:06}")
        start = time.process_time()
        make(numbered)
        spent.append(time.process_time() - start)
    return min(spent)


def _named(package: str) -> str:
    return f"{package} {importlib.metadata.version(package)}"


def _weasyprint(invoice: Invoice) -> bytes:
    made = HTML(string=html.write(invoice).decode()).write_pdf()
    assert isinstance(made, bytes)
    return made


def _reportlab(invoice: Invoice) -> bytes:
    return reportlab_page.write(present(invoice, DEFAULT), epc.payload(invoice))
