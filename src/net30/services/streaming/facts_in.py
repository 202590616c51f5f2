"""Facts in: what one message of the facts' topic says, read strictly and told wrong by wrong.

A message is one JSON object, UTF-8, in the columns of the layout net30 (docs/ledger.md):

    {"fact": "invoice", "invoice_id": "F-17", "customer_id": "c9", "customer": "Baobab",
     "issue_date": "2026-11-02", "due_date": "2026-12-02", "amount": "1250.50", "currency": "EUR"}
    {"fact": "payment", "invoice_id": "F-17", "amount": "500", "paid_date": "2026-11-30"}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from net30.domain.payment import PaymentMethod
from net30.kernel.dates import parse_date
from net30.kernel.decimals import parse_decimal
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding
from net30.ledger.limits import CELL_CHARACTERS_MAX
from net30.ledger.mapping import EXTRAS_MAX, Role
from net30.ports.stream import Received
from net30.services.import_ledger import source_name

MESSAGE_BYTES_MAX = 65_536
ORGANISATION = "organisation"
USUAL_SOURCE = "stream"

_OWN_FIELDS = frozenset({"fact", "source", ORGANISATION})
_ROLES = frozenset(role.value for role in Role)
_DAYS = ("issue_date", "due_date", "paid_date")
_AMOUNTS = ("amount", "balance", "net", "tax")
_NEEDED = {
    "invoice": ("issue_date", "amount"),
    "credit_note": ("issue_date", "amount"),
    "payment": ("amount", "paid_date"),
}
_ANY_OF = (("invoice_id", "number"), ("customer_id", "customer"))
_PAYMENT_FIELDS = ("invoice_id", "number", "amount", "currency", "paid_date", "method")


class FactKind(StrEnum):
    """What a message can tell."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactIn:
    """What a message tells: its kind, where it comes from, and its fields as texts."""

    message: Received
    kind: FactKind
    source: str
    organisation: str
    cells: dict[str, str]

    @property
    def about(self) -> str:
        """Return what names the invoice among those of its source."""
        return self.cells.get("invoice_id") or self.cells.get("number", "")

    @property
    def extras(self) -> frozenset[str]:
        """Return the names of the fields that no column of the layout bears."""
        return frozenset(self.cells.keys() - _ROLES)


def read_fact(message: Received) -> FactIn | tuple[Finding, ...]:
    """Return what a message tells, or everything that is wrong with it."""
    if len(message.value) > MESSAGE_BYTES_MAX:
        return (
            Finding(
                "message_too_long",
                "",
                f"the message has {len(message.value):,} bytes; at most {MESSAGE_BYTES_MAX:,}",
            ),
        )
    try:
        said = json.loads(
            message.value.decode("utf-8"),
            parse_float=str,
            parse_int=str,
            parse_constant=_refused,
            object_pairs_hook=_once_each,
        )
    except (ValueError, RecursionError) as error:
        return (Finding("message_json", "", f"the message is no JSON: {str(error)[:120]}"),)
    if not isinstance(said, dict):
        return (Finding("message_json", "", "the message is no JSON object"),)
    found: list[Finding] = []
    cells = {name: _cell(name, value, found) for name, value in said.items()}
    kind = _kind(cells.pop("fact", ""), found)
    source = _source(cells.pop("source", ""), found)
    organisation = cells.pop(ORGANISATION, "") or message.headers.get(ORGANISATION, "")
    if kind is not None:
        _check(kind, cells, found)
    if kind is None or found:
        return tuple(found)
    return FactIn(message=message, kind=kind, source=source, organisation=organisation, cells=cells)


def _refused(word: str) -> str:
    raise ValueError(f"{word} is no number")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:  # Any: what JSON holds
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _cell(name: str, value: object, found: list[Finding]) -> str:
    if isinstance(value, bool) or not isinstance(value, str | None):
        found.append(Finding("message_value", name, "a value is a text, a number or null"))
        return ""
    text = (value or "").strip()
    if len(text) > CELL_CHARACTERS_MAX:
        found.append(
            Finding("cell_too_long", name, f"more than {CELL_CHARACTERS_MAX:,} characters")
        )
    return text


def _kind(text: str, found: list[Finding]) -> FactKind | None:
    try:
        return FactKind(text or FactKind.INVOICE)
    except ValueError:
        known = ", ".join(FactKind)
        found.append(Finding("fact", "fact", f"{text[:40]!r} is none of {known}"))
        return None


def _source(text: str, found: list[Finding]) -> str:
    try:
        return source_name(text or USUAL_SOURCE)
    except InputError as error:
        found.append(Finding("source", "source", error.message))
        return ""


def _check(kind: FactKind, cells: dict[str, str], found: list[Finding]) -> None:
    extras = [name for name in cells if name not in _ROLES]
    if kind is FactKind.PAYMENT:
        _check_payment(cells, found)
    elif len(extras) > EXTRAS_MAX:
        found.append(Finding("fact_columns", "", f"more than {EXTRAS_MAX} further fields"))
    groups = _ANY_OF[:1] if kind is FactKind.PAYMENT else _ANY_OF
    needed = (*groups, *((name,) for name in _NEEDED[kind]))
    found.extend(
        Finding("fact_missing", names[0], f"{' or '.join(names)} is missing")
        for names in needed
        if not any(cells.get(name) for name in names)
    )
    for name in _DAYS:
        _check_day(name, cells.get(name, ""), found)
    for name in _AMOUNTS:
        _check_amount(name, cells.get(name, ""), found)
    if kind is FactKind.CREDIT_NOTE and not cells.get("amount", "-").startswith("-"):
        # The layout has credit notes as claims below zero; here either way of saying it is right.
        cells["amount"] = f"-{cells['amount']}"
        if cells.get("balance", "").strip("-0."):
            cells["balance"] = f"-{cells['balance'].lstrip('-')}"
    if kind is not FactKind.PAYMENT:
        cells["invoice_id"] = cells.get("invoice_id") or cells.get("number", "")


def _check_payment(cells: dict[str, str], found: list[Finding]) -> None:
    if unknown := sorted(cells.keys() - set(_PAYMENT_FIELDS)):
        found.append(Finding("column_left_out", unknown[0], "a payment has no such field"))
    method = cells.get("method", "")
    if method and method not in set(PaymentMethod):
        known = ", ".join(PaymentMethod)
        found.append(Finding("fact_method", "method", f"{method[:40]!r} is none of {known}"))


def _check_day(name: str, text: str, found: list[Finding]) -> None:
    try:
        if text:
            parse_date(text)
    except InputError as error:
        found.append(Finding("date", name, error.message))


def _check_amount(name: str, text: str, found: list[Finding]) -> None:
    if not text:
        return
    try:
        parse_decimal(text)
    except InputError as error:
        found.append(Finding("amount", name, error.message))
