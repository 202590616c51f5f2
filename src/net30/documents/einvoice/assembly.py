"""Assembly: the invoice from the fields of its document, with a finding for each gap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from lxml import etree

from net30.documents.einvoice.shape import Fields
from net30.documents.einvoice.source import Source, path_of
from net30.domain.invoice import (
    CREDIT_NOTE,
    INVOICE,
    Delivery,
    Invoice,
    PaymentInstructions,
    References,
    Totals,
)
from net30.domain.line import AllowanceCharge, Line, Period
from net30.domain.party import Party
from net30.domain.tax import TaxRate, TaxSubtotal
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding, Severity
from net30.kernel.money import Money, digits_of

NOT_DEFINED = "1"
"""UNTDID 4461 code for a document that says how to pay but not by which means."""

_INSIDE: dict[str, type] = {
    "references": References,
    "delivery": Delivery,
    "period": Period,
}


def currency_of(text: str | None, root: etree._Element) -> tuple[str, list[Finding]]:
    """Return the document's currency (BT-5), or an empty text with the reason."""
    currency = (text or "").strip().upper()
    try:
        digits_of(currency)
    except InputError as error:
        message = error.message if currency else "the currency is missing"
        return "", [Finding("BR-05", path_of(root), message)]
    return currency, []


def assemble(flat: Fields, source: Source, *, credit_note: bool = False) -> Invoice | None:
    """Return the invoice of a document's fields, or None when it has no date to be of."""
    root = source.root
    fields = _nested(flat)
    if "issue_date" not in fields:
        source.report(
            "BR-03",
            root,
            "the issue date is missing, so there is no invoice to keep",
            Severity.ERROR,
        )
        return None
    for name, rule, what in (("number", "BR-02", "number"), ("type_code", "BR-04", "type code")):
        if name not in fields:
            source.report(rule, root, f"the {what} is missing", Severity.ERROR)
    fields.setdefault("type_code", CREDIT_NOTE if credit_note else INVOICE)
    for name, rule in (("seller", "BR-06"), ("customer", "BR-07")):
        if name not in fields:
            source.report(rule, root, f"the {name} is missing", Severity.ERROR)
            fields[name] = Party(name="")
    payment = _payment(fields.pop("payment", None), source)
    for name, kind in _INSIDE.items():
        if name in fields:
            fields[name] = kind(**fields[name])
    breakdown: tuple[TaxSubtotal, ...] = fields.pop("breakdown", ())
    lines: tuple[Line, ...] = fields.pop("lines", ())
    # BT-120 and BT-121 stand in the breakdown alone; the domain has them with each rate.
    rates = {row.rate.group: row.rate for row in breakdown}
    return Invoice(
        id="",
        currency=source.currency,
        payment=payment,
        lines=tuple(replace(line, tax=_reasoned(line.tax, rates, source)) for line in lines),
        allowances=_entries(fields.pop("allowances", ()), rates, source),
        charges=_entries(fields.pop("charges", ()), rates, source),
        totals=_totals(fields.pop("totals", {}), breakdown, source),
        **fields,
    )


def _nested(flat: Fields) -> Fields:
    fields: Fields = {}
    for name, value in flat.items():
        outer, _, inner = name.partition(".")
        if inner:
            fields.setdefault(outer, {})[inner] = value
        else:
            fields[outer] = value
    return fields


def _payment(fields: Mapping[str, Any] | None, source: Source) -> PaymentInstructions | None:
    if not fields:
        return None
    if "means" not in fields:
        source.report(
            "BR-49",
            source.root,
            "the means of payment is missing; taken as 'not defined'",
            Severity.NOTE,
        )
    return PaymentInstructions(**({"means": NOT_DEFINED} | dict(fields)))


def _totals(stated: Fields, breakdown: tuple[TaxSubtotal, ...], source: Source) -> Totals:
    """Return the totals as stated; a demanded one that is missing follows from the others."""
    zero = Money.zero(source.currency)
    if "tax" not in stated:
        stated["tax"] = Money.total((row.tax for row in breakdown), source.currency)
        if breakdown:
            _missing(source, "BT-110", "the VAT total", stated["tax"], Severity.NOTE)
    for name in ("allowances", "charges", "prepaid", "rounding"):
        stated.setdefault(name, zero)
    if "net" not in stated:
        known = stated.get("line_net", zero)
        stated["net"] = known - stated["allowances"] + stated["charges"]
        _missing(source, "BR-13", "the total without VAT", stated["net"])
    if "line_net" not in stated:
        stated["line_net"] = stated["net"] + stated["allowances"] - stated["charges"]
        _missing(source, "BR-12", "the sum of the lines", stated["line_net"])
    if "gross" not in stated:
        stated["gross"] = stated["net"] + stated["tax"]
        _missing(source, "BR-14", "the total with VAT", stated["gross"])
    if "due" not in stated:
        stated["due"] = stated["gross"] - stated["prepaid"] + stated["rounding"]
        _missing(source, "BR-15", "the amount due", stated["due"])
    return Totals(breakdown=breakdown, **stated)


def _missing(
    source: Source, rule: str, what: str, taken: Money, severity: Severity = Severity.ERROR
) -> None:
    source.report(rule, source.root, f"{what} is missing; taken as {taken}", severity)


def _entries(
    entries: Iterable[AllowanceCharge], rates: Mapping[Any, TaxRate], source: Source
) -> tuple[AllowanceCharge, ...]:
    return tuple(
        entry if entry.tax is None else replace(entry, tax=_reasoned(entry.tax, rates, source))
        for entry in entries
    )


def _reasoned(stated: TaxRate, rates: Mapping[Any, TaxRate], source: Source) -> TaxRate:
    known = rates.get(stated.group, stated)
    said = (stated.reason, stated.reason_code)
    if any(word and word not in (known.reason, known.reason_code) for word in said):
        message = f"a reason that the VAT breakdown lacks: {' '.join(said).strip()!r}"
        source.report("not_carried", source.root, message, Severity.NOTE)
    return known
