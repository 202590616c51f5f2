"""Imports: what other systems wrote: tables of past invoices, and invoices as files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from net30.api.answers.faulty import Faulty
from net30.api.resource import Resource
from net30.api.uploads import FILE, Upload
from net30.api.visit import Changing
from net30.domain.identity.roles import Permission
from net30.domain.invoice import Invoice
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding
from net30.kernel.money import digits_of
from net30.ledger.mapping import layout_of
from net30.services.context import Context
from net30.services.import_invoice import import_invoice
from net30.services.import_ledger import ImportReport, LedgerFile, import_ledger

routes = Resource("imports", "What other systems wrote: past invoices, and invoices as files.")

TEXT_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerForm:
    """Past invoices and payments as CSV, XLSX or Parquet, and how to read them.

    `layout` is a layout's name or its JSON, guessed when left out; `source` names the system it
    comes from; `currency` is that of rows without one; `sheet` that of a workbook.
    """

    layout: str = ""
    source: str = ""
    currency: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceForm:
    """An invoice in UBL, CII, Factur-X or our JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenInvoice:
    """The invoice as its file states it, and what is wrong with it."""

    id: str
    format: str
    is_new: bool
    invoice: Invoice
    findings: tuple[Finding, ...]


@routes.upload("/imports/ledger", Permission.IMPORTS_WRITE, form=LedgerForm, gives=ImportReport)
def import_past_invoices(
    visit: Changing,
    *,
    dry_run: Annotated[bool, Query(description="Tell what would happen; change nothing.")] = False,
    strict: Annotated[bool, Query(description="All rows or none.")] = False,
) -> Response:
    """Import past invoices and payments; reading the same file twice changes nothing."""
    sent = visit.upload()
    form = checked(sent, {"layout", "source", "currency", "sheet"})
    currency = form.get("currency", "").upper()
    if currency:
        digits_of(currency)
    layout = form.get("layout", "")
    request = LedgerFile(
        content=sent.content,
        layout=layout_of(layout) if layout else None,
        source=form.get("source", ""),
        currency=currency,
        sheet=form.get("sheet", ""),
        dry_run=dry_run,
        strict=strict,
    )
    said = sent.said + f"\ndry_run={dry_run} strict={strict}".encode()
    return visit.once(lambda ctx: import_ledger(ctx, request), said=said)


@routes.upload("/imports/invoices", Permission.IMPORTS_WRITE, form=InvoiceForm, gives=TakenInvoice)
def import_one_invoice(visit: Changing) -> Response:
    """Keep an invoice that someone else wrote, as it was stated; the same file is kept once.

    A file of which nothing can be read is refused with its findings.
    """
    sent = visit.upload()
    checked(sent, set())

    def taken(ctx: Context) -> TakenInvoice:
        found = import_invoice(ctx, sent.content)
        kept = found.received
        if kept is None:
            raise Faulty(found.findings)
        return TakenInvoice(
            id=kept.id,
            format=kept.format,
            is_new=found.is_new,
            invoice=kept.invoice,
            findings=found.findings,
        )

    return visit.once(taken, said=sent.said)


def checked(sent: Upload, known: set[str]) -> dict[str, str]:
    """Return the fields of a form; raise InputError for one that it does not have."""
    unknown = sorted(set(sent.fields) - known)
    if unknown:
        raise InputError(
            f"there is no field {unknown[0][:TEXT_CHARACTERS_MAX]!r} in this form",
            hint=f"there are: {', '.join(sorted({FILE, *known}))}",
            code="unknown_field",
        )
    return sent.fields
