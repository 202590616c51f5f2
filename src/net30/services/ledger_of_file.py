"""Ledger of a file: past invoices in any layout as facts, without importing them anywhere."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from net30.kernel.errors import InputError
from net30.ledger import compute
from net30.ledger.faults import Faults
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import read_claims
from net30.ledger.imports.facts import facts_of_claims, facts_of_payments, facts_together
from net30.ledger.imports.reimport import once
from net30.ledger.mapping import map_columns
from net30.ledger.readers.any_file import read_table
from net30.ledger.schema import FACTS

SOURCE = "file"


@dataclass(frozen=True, slots=True)
class FileLedger:
    """The facts of a file (ledger/schema.py), ids as they stand there, and what was wrong."""

    facts: pa.Table
    faults: Faults


def ledger_of_file(file: HistoryFile) -> FileLedger:
    """Return the good rows of a file as a ledger; nothing is kept.

    Raises InputError for what is no table, has no usable row, or lacks a needed column,
    LimitExceeded for too large a file.
    """
    faults = Faults(file.findings_per_code)
    sheet = read_table(file.content, file.sheet, faults)
    mapping = map_columns(sheet.headers, file.layout)
    claims = once(read_claims(sheet, mapping, file.defaults), faults)
    if not claims.num_rows:
        raise InputError(
            "no row of the file can be used",
            hint="give a table with one invoice a row",
            code="no_rows",
        )
    claims = claims.append_column("invoice_id", claims["external_id"])
    claims = claims.append_column("customer_id", compute.coded(claims["customer_ref"]))
    billed = compute.column(claims, "amount")
    facts = facts_together(
        facts_of_claims(claims, SOURCE),
        facts_of_payments(claims, billed, SOURCE, file.defaults.today),
    )
    return FileLedger(facts.cast(FACTS).unify_dictionaries().combine_chunks(), faults)
