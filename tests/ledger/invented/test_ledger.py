"""An invented ledger: the rows asked for, plausible and possible, and the same on every machine."""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pv
import pytest

from net30.kernel.errors import InputError, LimitExceeded
from net30.ledger import compute
from net30.ledger.histories import HistoryFile, read_history
from net30.ledger.imports.claims import Defaults
from net30.ledger.invented.files import Targets, write_ledger
from net30.ledger.invented.ledger import InventedLedger
from net30.ledger.invented.wish import ROWS_MAX, Wish
from net30.ledger.writers.csv import safe
from net30.services.import_ledger import LedgerFile, import_ledger
from tests.desk import TODAY, open_desk
from tests.ledger.invented.drawn import END, FIRST, batch, ledger

HASH_OF_SEED_1 = "69982a8d4908f72f6d0da3393dd9260c37ab38999b4b1798a233a19b808b47fe"


def told(_step: str, _done: int, _total: int) -> None:
    """Hear nothing."""


def written(path: Path, wish: Wish, *, truth: Path | None = None, balance: bool = False) -> bytes:
    write_ledger(InventedLedger(wish), Targets(ledger=path, truth=truth, balance=balance), told)
    return path.read_bytes()


def test_the_same_seed_gives_the_same_bytes_on_every_machine(tmp_path: Path) -> None:
    content = written(tmp_path / "a.csv", Wish(rows=2_000))
    assert content == written(tmp_path / "b.csv", Wish(rows=2_000))
    # A new hash is a new law: raise `version` in law.toml with it.
    assert hashlib.sha256(content).hexdigest() == HASH_OF_SEED_1
    parquet = [written(tmp_path / f"{name}.parquet", Wish(rows=2_000)) for name in "ab"]
    assert parquet[0] == parquet[1]


def test_another_seed_gives_another_ledger(tmp_path: Path) -> None:
    one, two = (written(tmp_path / "a.csv", Wish(rows=500, seed=seed)) for seed in (1, 2))
    assert one != two


def test_how_many_rows_are_made_at_a_time_changes_nothing() -> None:
    ledger = InventedLedger(Wish(rows=900))
    (whole,) = ledger.batches(balance=True)
    parts = list(ledger.batches(balance=True, rows_per_batch=70))
    assert len(parts) == 13
    assert pa.concat_tables([part.table for part in parts]).equals(whole.table)
    assert pa.concat_tables([part.truth() for part in parts]).equals(whole.truth())


@pytest.mark.parametrize("rows", [1, 2, 59, 1_001])
def test_there_are_exactly_so_many_rows(tmp_path: Path, rows: int) -> None:
    table = pv.read_csv(BytesIO(written(tmp_path / "a.csv", Wish(rows=rows))))
    assert table.num_rows == rows
    assert len(set(table["invoice_id"].to_pylist())) == rows


def test_nothing_is_issued_or_paid_outside_the_ledger_or_before_its_issue() -> None:
    table = batch().table
    paid = table["paid_date"].cast(pa.int32()).drop_null().to_numpy()
    assert paid.max() == END - 1
    assert table["paid_date"].null_count > 0
    issued, due = batch().issued.issued, batch().issued.due
    assert (issued.min(), issued.max()) == (FIRST, END - 1)
    assert (np.diff(issued) >= 0).all()
    assert (due >= issued).all()
    assert (batch().paid >= issued).all()


def test_francs_are_whole_and_other_amounts_have_their_currencys_decimals(tmp_path: Path) -> None:
    def amounts(currency: str) -> list[str]:
        content = written(tmp_path / "a.csv", Wish(rows=300, currency=currency))
        return [row["amount"] for row in csv.DictReader(content.decode().splitlines())]

    assert all(text.isdigit() and int(text) > 0 for text in amounts("XOF"))
    assert all(len(text.partition(".")[2]) == 2 for text in amounts("EUR"))
    assert all(len(text.partition(".")[2]) == 3 for text in amounts("TND"))


@pytest.mark.parametrize("currency", ["XOF", "EUR", "TND"])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_it_is_imported_and_read_as_a_history_without_findings(
    tmp_path: Path, currency: str, suffix: str
) -> None:
    content = written(
        tmp_path / f"a.{suffix}", Wish(rows=1_000, currency=currency), balance=suffix == "csv"
    )
    desk = open_desk(tmp_path / "home")
    with desk.app.change() as ctx:
        report = import_ledger(ctx, LedgerFile(content=content, source="demo"))
    desk.app.close()
    assert report.findings == ()
    assert (report.rows, report.invoices, report.left_out) == (1_000, 1_000, 0)
    assert report.open_items > 0
    assert set(report.extras) == {"business_unit", "industry", "country", "payment_terms"}
    history = read_history(
        HistoryFile(content=content, defaults=Defaults(currency="EUR", today=TODAY))
    )
    assert history.faults.total == 0
    assert history.table.num_rows == 1_000


def test_an_instalment_is_seen_in_the_balance() -> None:
    table, amount = batch().table, batch().issued.amount
    balance = table["balance"].to_numpy()
    is_open = table["paid_date"].is_null().to_numpy()
    assert (balance[~is_open] == 0).all()
    assert (balance[is_open] > 0).all()
    part = balance[is_open] < amount[is_open]
    assert 0.005 < part.mean() < 0.3
    ways = ["usual", *(one.name for one in ledger().law.detours)]
    assert {ways[way] for way in batch().way[is_open][part]} == {"instalments"}


def test_customers_are_told_apart_by_name_and_no_cell_is_a_formula() -> None:
    table = batch().table.select(["customer_id", "customer"]).group_by(["customer_id", "customer"])
    pairs = table.aggregate([])
    assert len(set(pairs["customer"].to_pylist())) == pairs.num_rows > 500
    assert len(set(pairs["customer_id"].to_pylist())) == pairs.num_rows
    sample = batch().table.slice(0, 5_000)
    assert safe(sample).equals(sample)


def test_few_customers_buy_most_and_amounts_spread_over_orders_of_magnitude() -> None:
    counts = np.sort(np.bincount(batch().issued.customer))[::-1]
    assert counts[: len(counts) // 10].sum() > 0.4 * counts.sum()
    low, middle, high = np.quantile(batch().issued.amount, [0.05, 0.5, 0.95])
    assert middle / low > 5
    assert high / middle > 5


def test_a_file_says_that_it_is_invented(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    written(tmp_path / "a.parquet", Wish(rows=10))
    metadata = pq.read_schema(tmp_path / "a.parquet").metadata
    assert b"invented by net30 demo-data" in metadata[b"source"]
    assert "seed 1" in Wish(rows=10).source
    assert "DEMO-" in str(compute.column(batch().table, "invoice_id")[0])


def test_the_counts_told_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    counted = write_ledger(InventedLedger(Wish(rows=800)), Targets(ledger=path), told)
    table = next(iter(InventedLedger(Wish(rows=800)).batches())).table
    assert counted.rows == 800
    assert counted.open == table["paid_date"].null_count
    assert 0 < counted.late < 800


@pytest.mark.parametrize(
    ("wish", "kind", "code"),
    [
        ({"rows": 0}, LimitExceeded, "invented_rows"),
        ({"rows": ROWS_MAX + 1}, LimitExceeded, "invented_rows"),
        ({"rows": 1, "seed": -1}, InputError, "invented_seed"),
        ({"rows": 1, "currency": "XXX"}, InputError, "invented_currency"),
        ({"rows": 1, "months": 0}, LimitExceeded, "invented_months"),
        ({"rows": 1, "months": 241}, LimitExceeded, "invented_months"),
        ({"rows": 1, "first_day": date(1989, 12, 31)}, InputError, "invented_days"),
        ({"rows": 1, "first_day": date(2100, 1, 1)}, InputError, "invented_days"),
    ],
)
def test_what_cannot_be_made_is_refused(
    wish: dict[str, object], kind: type[InputError], code: str
) -> None:
    with pytest.raises(kind) as refusal:
        Wish(**wish)  # type: ignore[arg-type] # its fields
    assert refusal.value.code == code
    assert refusal.value.hint


@pytest.mark.parametrize("name", ["a.xlsx", "a"])
def test_other_formats_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="ends in neither"):
        Targets(ledger=tmp_path / name)
    with pytest.raises(InputError, match="ends in neither"):
        Targets(ledger=tmp_path / "a.csv", truth=tmp_path / name)


def test_a_ledger_and_its_truth_need_two_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="and its truth"):
        Targets(ledger=tmp_path / "a.csv", truth=tmp_path / "a.csv")


def test_the_earliest_and_the_latest_ledgers_can_be_made(tmp_path: Path) -> None:
    for first_day, months in ((date(1990, 1, 31), 1), (date(2080, 2, 29), 240)):
        content = written(tmp_path / "a.csv", Wish(rows=50, first_day=first_day, months=months))
        assert content.count(b"\n") == 51
