"""Imports of real payment histories, and of made ones, against an obvious loop over the CSV."""

from __future__ import annotations

import csv
import gzip
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from net30.kernel.money import digits_of
from net30.ledger import compute
from net30.ledger.mapping import map_columns
from net30.ledger.readers.any_file import read_table
from net30.ledger.segments import read_ledger
from net30.services.check_books import check_books
from net30.services.import_ledger import ImportReport, LedgerFile, import_ledger
from tests.desk import Desk, open_desk

HISTORIES = Path(__file__).parents[2].parent / "shared" / "data" / "payments"
ROWS = {"ibm_ar": 2466, "hr_dev": 31907}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(tmp_path)


def history(name: str) -> bytes:
    """A real history, or skip."""
    file = HISTORIES / name / "data.csv.gz"
    if not file.exists():
        pytest.skip("the public payment histories are not beside this project")
    return file.read_bytes()


def take(desk: Desk, content: bytes) -> ImportReport:
    with desk.app.change() as ctx:
        report = import_ledger(ctx, LedgerFile(content=content))
    desk.app.settle()
    return report


def open_by_loop(content: bytes, as_of: date) -> dict[tuple[str, str], int]:
    """What each invoice had open at the end of a day, one row after the other."""
    result: dict[tuple[str, str], int] = {}
    for row in csv.DictReader(StringIO(content.decode())):
        currency = row["currency"]
        minor = int(Decimal(row["amount"]).scaleb(digits_of(currency)))
        issued = date.fromisoformat(row["issue_date"])
        paid = date.fromisoformat(row["paid_date"]) if row["paid_date"] else None
        if issued <= as_of:
            is_open = paid is None or paid > as_of
            result[row["invoice_id"], currency] = minor if is_open else 0
    return result


def open_by_ledger(desk: Desk, as_of: date) -> dict[tuple[str, str], int]:
    facts = read_ledger(desk.app.world.blobs, desk.app.organisation, as_of)
    sums = facts.group_by(["number", "currency"]).aggregate([("amount", "sum")])
    return {(row["number"], row["currency"]): row["amount_sum"] for row in sums.to_pylist()}


def check(desk: Desk, content: bytes, days: list[date]) -> None:
    for day in days:
        slow, ours = open_by_loop(content, day), open_by_ledger(desk, day)
        assert ours == slow, day
        totals: dict[str, int] = defaultdict(int)
        for (_, currency), minor in slow.items():
            totals[currency] += minor
        facts = read_ledger(desk.app.world.blobs, desk.app.organisation, day)
        for currency, total in totals.items():
            here = facts.filter(compute.equal(compute.text(facts["currency"]), currency))
            assert compute.total(here["amount"]) == total


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_real_history_has_the_balances_of_an_obvious_loop(desk: Desk, name: str) -> None:
    packed = history(name)
    report = take(desk, packed)
    assert (report.rows, report.invoices, report.errors) == (ROWS[name], ROWS[name], 0)
    content = gzip.decompress(packed)
    issued = sorted({row["issue_date"] for row in csv.DictReader(StringIO(content.decode()))})
    days = [date.fromisoformat(issued[len(issued) * part // 5]) for part in range(5)]
    check(desk, content, [*days, date(2026, 11, 21)])


@pytest.mark.parametrize("name", sorted(ROWS))
def test_what_is_known_only_later_never_reaches_the_ledger(name: str) -> None:
    packed = history(name)
    sheet = read_table(packed)
    mapping = map_columns(sheet.headers)
    assert not [header for header in mapping.extras if "ex_post" in header]
    later = [header for header in sheet.headers if header.endswith("_ex_post")]
    assert set(later) == {h for h in mapping.left_out if h.endswith("_ex_post")}


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_history_cut_at_a_day_and_read_in_again_whole_is_the_same_history(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    content = gzip.decompress(history(name)).decode()
    rows = list(csv.DictReader(StringIO(content)))[:3000]
    cut = sorted(row["issue_date"] for row in rows)[len(rows) * 3 // 5]
    then = [
        row | {"paid_date": row["paid_date"] if row["paid_date"] < cut else ""}
        for row in rows
        if row["issue_date"] < cut
    ]
    first, second = take(desk, written(then)), take(desk, written(rows))
    assert first.open_items > 0
    assert (second.payments, second.errors) == (first.open_items, 0)
    assert second.invoices == len(rows) - len(then)
    at_once = open_desk(tmp_path / "at once")
    take(at_once, written(rows))
    for day in (date.fromisoformat(cut), date(2026, 11, 21)):
        assert open_by_ledger(desk, day) == open_by_ledger(at_once, day)
    with desk.app.look() as ctx:
        assert not check_books(ctx).findings


def written(rows: list[dict[str, str]]) -> bytes:
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.mark.parametrize("seed", range(3))
def test_a_made_history_has_the_balances_of_an_obvious_loop(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    start = date(2025, 1, 1)
    rows = []
    for at in range(700):
        currency = chance.choice(["XOF", "EUR", "TND"])
        issued = start + timedelta(chance.randrange(500))
        paid = issued + timedelta(chance.randrange(0, 100))
        minor = chance.randrange(-(10**6), 10**12)
        rows.append(
            {
                "invoice_id": f"F/{at}",
                "customer_id": f"c {chance.randrange(40)}",
                "issue_date": issued.isoformat(),
                "due_date": chance.choice(["", (issued + timedelta(30)).isoformat()]),
                "amount": f"{Decimal(minor).scaleb(-digits_of(currency)):f}",
                "currency": currency,
                "paid_date": chance.choice(["", paid.isoformat()]),
            }
        )
    content = written(rows)
    report = take(desk, content)
    assert (report.invoices, report.errors) == (700, 0)
    check(desk, content, [start + timedelta(days) for days in (0, 90, 300, 600)])
