"""Ledger import: rows a second from CSV to the ledger's Parquet, beside a loop over csv.DictReader.

Both read the same file of invoices with their payments, check every date, amount and currency, and
end with the facts in memory; ours also compares them with the ledger and writes Parquet.
"""

from __future__ import annotations

import csv
import random
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

from bench.bench import Row, best_of, compare
from net30.app import open_app
from net30.kernel.money import Money
from net30.ledger import compute
from net30.ledger.imports.claims import Defaults, read_claims
from net30.ledger.imports.facts import (
    facts_of_claims,
    facts_of_payments,
    facts_together,
    scoped_ids,
)
from net30.ledger.imports.reimport import compared, once
from net30.ledger.mapping import map_columns
from net30.ledger.readers.any_file import read_table
from net30.ledger.schema import no_facts
from net30.ledger.writers.parquet import encode_facts
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.settings import Settings

ROWS = 200_000
LOOP_ROWS = 20_000
ROWS_A_SECOND_GOAL = 100_000
RATIO_GOAL = 3.0
TODAY = date(2026, 11, 21)
SOURCE = "bench"


def measure() -> list[Row]:
    """Measure the import alone, beside the loop, and through the books."""
    content, short = _history(ROWS), _history(LOOP_ROWS)
    seconds = best_of(lambda: to_ledger(content), times=3)
    loop = best_of(lambda: by_loop(short), times=2) * (ROWS / LOOP_ROWS)
    books = _through_the_books(content)
    return [
        compare(
            f"{ROWS:,} rows CSV to ledger",
            (f"net30: {ROWS / seconds:,.0f} rows/s", seconds),
            (f"csv.DictReader + Decimal: {ROWS / loop:,.0f} rows/s", loop),
            goal=RATIO_GOAL,
        ),
        Row(
            case="the same, as a figure",
            ours=f"{ROWS / seconds:,.0f} rows/s",
            ours_seconds=seconds,
            goal=f"{ROWS_A_SECOND_GOAL:,} rows/s",
            met=ROWS / seconds >= ROWS_A_SECOND_GOAL,
        ),
        Row(
            case="with 2,000 customers and 1 % open items in SQLite",
            ours=f"{ROWS / books:,.0f} rows/s",
            ours_seconds=books,
        ),
    ]


def to_ledger(content: bytes) -> bytes:
    """Return the Parquet of the facts of a CSV."""
    sheet = read_table(content)
    mapping = map_columns(sheet.headers)
    claims = once(read_claims(sheet, mapping, Defaults(currency="XOF", today=TODAY)), sheet.faults)
    ids = scoped_ids(SOURCE, compute.column(claims, "external_id"))
    claims = claims.append_column("invoice_id", ids)
    claims = claims.append_column("customer_id", claims["customer_ref"])
    fresh = compared(claims, no_facts(), SOURCE, sheet.faults).fresh
    return encode_facts(
        facts_together(
            facts_of_claims(fresh, SOURCE),
            facts_of_payments(fresh, compute.column(fresh, "amount"), SOURCE, TODAY),
        )
    )


def by_loop(content: bytes) -> list[dict[str, object]]:
    """Return the facts of a CSV, the way one would write it down."""
    facts: list[dict[str, object]] = []
    for row in csv.DictReader(StringIO(content.decode())):
        amount = Money.of(Decimal(row["amount"]), row["currency"])
        issued = date.fromisoformat(row["issue_date"])
        fact = {
            "fact": "invoice",
            "invoice_id": f"{SOURCE}.{row['invoice_id']}",
            "customer_id": row["customer_id"],
            "currency": amount.currency,
            "amount": amount.minor,
            "day": issued,
            "issue_date": issued,
            "due_date": date.fromisoformat(row["due_date"]),
            "extras": {"branch": row["branch"]},
        }
        facts.append(fact)
        if row["paid_date"]:
            paid = date.fromisoformat(row["paid_date"])
            facts.append(fact | {"fact": "payment", "amount": -amount.minor, "day": paid})
    return facts


def _through_the_books(content: bytes) -> float:
    with tempfile.TemporaryDirectory() as home:
        app = open_app(replace(Settings(home=Path(home))))
        start = time.perf_counter()
        with app.change() as ctx:
            report = import_ledger(ctx, LedgerFile(content=content, source=SOURCE))
        seconds = time.perf_counter() - start
        app.close()
    assert report.invoices == ROWS, report
    return seconds


def _history(rows: int) -> bytes:
    chance = random.Random(30)
    lines = ["invoice_id,customer_id,issue_date,due_date,amount,currency,branch,paid_date"]
    for at in range(rows):
        issued = date(2024, 1, 1) + timedelta(days=at * 700 // rows)
        paid = issued + timedelta(days=chance.randrange(10, 60))
        lines.append(
            f"F-{at:07},C{chance.randrange(2000)},{issued},{issued + timedelta(30)},"
            f"{chance.randrange(100, 10**7) / 100:.2f},EUR,B{at % 9},"
            f"{paid if at % 100 else ''}"
        )
    return "\n".join(lines).encode()
