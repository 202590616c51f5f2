"""Who and what a row is about: invoice id, number, customer, and whether it claims anything."""

from __future__ import annotations

import pyarrow as pa

from net30.domain.customer import fold
from net30.kernel.findings import Severity
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.imports.claim_rows import ClaimRows, is_empty
from net30.ledger.mapping import Role

ID_CHARACTERS_MAX = 60
NAME_CHARACTERS_MAX = 200

NO_CLAIM_WORDS = (
    *("draft", "brouillon", "void", "voided", "cancelled", "canceled", "annulee", "annule"),
    *("deleted", "supprimee", "quote", "devis"),
)
"""States of rows that claim nothing: they are left out and counted."""


def read_names(rows: ClaimRows) -> None:
    """Read ids, numbers and customers, and leave out what claims nothing."""
    _read_numbers(rows)
    _read_customers(rows)
    for role in (Role.EMAIL, Role.METHOD):
        texts = rows.text(role)
        rows.done[role] = (rows.same("") if texts is None else texts).dictionary_encode()
    status = rows.words(Role.STATUS)
    if status is not None:
        none = compute.within(status, NO_CLAIM_WORDS)
        message = "a row that is {!r} claims nothing"
        rows.note("no_claim", Role.STATUS, none, message, Severity.NOTE)
        rows.leave_out(none)


def _read_numbers(rows: ClaimRows) -> None:
    # map_columns has made sure that one of the two is there.
    number, external = rows.text(Role.NUMBER), rows.text(Role.INVOICE_ID)
    role = Role.NUMBER if external is None else Role.INVOICE_ID
    ids = _whole_numbers(_either(external, number))
    rows.refuse("invoice_id_missing", role, is_empty(ids), "the row has no invoice id")
    _fit(rows, role, ids, ID_CHARACTERS_MAX)
    numbers = _whole_numbers(_either(number, external))
    rows.done["external_id"] = ids
    rows.done["number"] = compute.pick(is_empty(numbers), ids, numbers)
    _fit(rows, Role.NUMBER, rows.done["number"], ID_CHARACTERS_MAX)


def _read_customers(rows: ClaimRows) -> None:
    reference, name = rows.text(Role.CUSTOMER_ID), rows.text(Role.CUSTOMER)
    role = Role.CUSTOMER if reference is None else Role.CUSTOMER_ID
    names = _either(name, reference)
    if name is None:
        references = _whole_numbers(_either(reference, None))
    else:
        references = _known_as(name)
        if reference is not None:
            ids = _whole_numbers(reference)
            references = compute.pick(is_empty(ids), references, ids)
            names = compute.pick(is_empty(name), ids, name)
    rows.refuse("customer_missing", role, is_empty(references), "the row has no customer")
    _fit(rows, role, references, NAME_CHARACTERS_MAX)
    _fit(rows, Role.CUSTOMER, names, NAME_CHARACTERS_MAX)
    rows.done["customer_ref"] = references.dictionary_encode()
    rows.done["customer"] = names.dictionary_encode()


def _either(one: Column | None, other: Column | None) -> Column:
    column = other if one is None else one
    assert column is not None
    return column


def _known_as(names: Column) -> Column:
    """Return what tells customers without an id apart: their names, however they are typed."""
    words = names.dictionary_encode()
    folded = [fold(name) or name for name in compute.texts(words.dictionary)]
    return pa.array(folded, pa.string()).take(words.indices)


def _whole_numbers(texts: Column) -> Column:
    """Return ids without the .0 that a table program puts behind a column of numbers."""
    if not compute.every(compute.matches(texts, r"^(\d+\.0)?$")):
        return texts
    return compute.replaced(texts, r"\.0$", "")


def _fit(rows: ClaimRows, role: Role, texts: Column, characters_max: int) -> None:
    long = compute.less(characters_max, compute.length(texts))
    rows.refuse("text_too_long", role, long, f"it has more than {characters_max} characters")
