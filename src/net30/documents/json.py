"""JSON: an invoice with everything net30 knows of it, by a published JSON Schema."""

# The plugin's name is the format's, and imports here are absolute, so the standard module stays
# within reach.
from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from typing import Any

from net30.documents.codec import BROKEN, Faults, currencies_in, from_plain, schema_of, to_plain
from net30.documents.reading import Reading, too_many_lines
from net30.documents.style import Style
from net30.domain.invoice import Invoice
from net30.domain.rules import check
from net30.kernel.findings import Finding, has_errors
from net30.kernel.money import currency_digits

MEDIA_TYPE = "application/json"
SUFFIX = ".json"

FORMAT = "net30-invoice-1"
"""The first field of every document; a change that old readers cannot bear gets another number."""

JSON_BYTES_MAX = 30_000_000
"""Largest file read."""


def write(invoice: Invoice, style: Style = Style()) -> bytes:  # noqa: ARG001, B008 - one signature for every format; a Style is frozen
    """Return the invoice as JSON; `read` gives back an equal one, to the last field."""
    plain = {"format": FORMAT} | to_plain(invoice)
    return (json.dumps(plain, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def read(content: bytes) -> Reading:
    """Return the invoice of a JSON file, or None and a finding with a path for each fault."""
    faults: Faults = []
    plain = _parsed(content, faults)
    if not isinstance(plain, dict):
        found = faults or [Finding("json_type", "", "an object is wanted here")]
        return Reading(invoice=None, findings=tuple(found))
    stated = plain.pop("format", None)
    if stated != FORMAT:
        message = f"the format is {stated!r}; net30 reads {FORMAT!r}"
        return Reading(invoice=None, findings=(*faults, Finding("json_format", "format", message)))
    lines = plain.get("lines")
    faults += too_many_lines(len(lines) if isinstance(lines, list) else 0, "lines")
    if has_errors(faults):
        return Reading(invoice=None, findings=tuple(faults))
    invoice = from_plain(Invoice, plain, "", faults)
    if invoice is not BROKEN and invoice.currency not in currency_digits():
        message = f"{invoice.currency!r} is not a currency of ISO 4217"
        faults.append(Finding("json_currency", "currency", message))
        invoice = BROKEN
    if invoice is BROKEN:
        return Reading(invoice=None, findings=tuple(faults), profile=FORMAT)
    faults += _foreign_amounts(plain, invoice.currency)
    faults += check(invoice)
    return Reading(invoice=invoice, findings=tuple(faults), profile=FORMAT)


def schema() -> dict[str, Any]:
    """Return the JSON Schema, derived from the code; schema/invoice.schema.json publishes it."""
    definitions: dict[str, Any] = {}
    schema_of(Invoice, definitions)
    invoice = definitions.pop("Invoice")
    invoice["properties"] = {"format": {"const": FORMAT}} | invoice["properties"]
    invoice["required"] = ["format", *invoice["required"]]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        **invoice,
        "$defs": dict(sorted(definitions.items())),
    }


def published_schema() -> dict[str, Any]:
    """Return the JSON Schema as it is published with the package."""
    text = (files("net30.documents") / "schema" / "invoice.schema.json").read_text("utf-8")
    published: dict[str, Any] = json.loads(text)
    return published


def _parsed(content: bytes, faults: Faults) -> Any:
    if len(content) > JSON_BYTES_MAX:
        message = f"the file has {len(content):,} bytes; at most {JSON_BYTES_MAX:,} are read"
        faults.append(Finding("json_too_large", "", message))
        return None

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        plain = dict(pairs)
        if len(plain) < len(pairs):
            counted = Counter(name for name, _ in pairs)
            twice = [name for name, times in counted.items() if times > 1]
            faults.append(Finding("json_twice", "", f"a field stands twice: {', '.join(twice)}"))
        return plain

    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=once)
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8: {error.reason} at byte {error.start:,}"
        faults.append(Finding("json_encoding", "", message))
    except json.JSONDecodeError as error:
        message = f"the file is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        faults.append(Finding("json_syntax", "", message))
    except (RecursionError, ValueError):  # nested by thousands, or a number of thousands of digits
        faults.append(
            Finding("json_syntax", "", "the file is nested too deep or has an absurd number")
        )
    return None


def _foreign_amounts(plain: dict[str, Any], currency: str) -> list[Finding]:
    return [
        Finding("json_currency", path, f"an amount in {stated}, but the invoice is in {currency}")
        for path, stated in currencies_in(plain)
        if stated != currency and path != "totals.tax_in_tax_currency"
    ]
