from __future__ import annotations

import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from net30.domain.events import LedgerImported, RefundMade
from net30.kernel.errors import Unavailable
from net30.ledger.event_facts import facts_of
from net30.ledger.schema import FACTS, no_facts
from net30.ledger.segments import (
    BLOCK_SEQUENCES,
    Segment,
    import_blob,
    put_import,
    reach_of,
    read_ledger,
    read_ledger_with,
)
from net30.services.projections.ledger import rebuild
from tests.ledger.books import DAY, Books, issued, paid, xof
from tests.ledger_rows import claim, ledger

ROOT = Path(__file__).parents[2]


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path)


def test_a_ledger_without_events_is_empty(books: Books) -> None:
    assert reach_of(books.blobs, books.organisation) == 0
    assert read_ledger(books.blobs, books.organisation) == no_facts()


def test_facts_come_back_in_the_order_of_their_events(books: Books) -> None:
    books.write([issued("1"), paid("1", 60), issued("2", 50)])
    books.extend()
    facts = read_ledger(books.blobs, books.organisation, date(2026, 11, 30))
    assert facts.schema == FACTS
    assert facts["fact"].to_pylist() == ["invoice", "payment", "invoice"]
    assert facts["amount"].to_pylist() == [100, -60, 50]


def test_a_fact_known_later_is_not_seen_before(books: Books) -> None:
    books.write([issued("1")], known_on=date(2026, 11, 2))
    books.write([paid("1", 60)], known_on=date(2026, 11, 20))
    books.extend()
    read = [
        read_ledger(books.blobs, books.organisation, day).num_rows
        for day in (date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 19), date(2026, 11, 20))
    ]
    assert read == [0, 1, 1, 2]


def test_a_later_fact_has_the_customer_and_number_of_its_invoice(books: Books) -> None:
    books.write([issued("1", customer_id="delta"), paid("1", 60)])
    books.extend()
    payment = read_ledger(books.blobs, books.organisation).to_pylist()[1]
    # The payment says who paid; the number comes from the invoice.
    assert (payment["customer_id"], payment["number"]) == ("acme", "N-1")


def test_a_refund_of_a_payment_has_no_invoice_and_one_of_a_credit_note_has(books: Books) -> None:
    books.write(
        [
            issued("1", -40),
            RefundMade(source_id="i-1", customer_id="acme", amount=xof(10), day=DAY),
            RefundMade(source_id="p-9", customer_id="acme", amount=xof(5), day=DAY),
        ]
    )
    books.extend()
    rows = read_ledger(books.blobs, books.organisation).to_pylist()[1:]
    assert [(row["invoice_id"], row["amount"]) for row in rows] == [("i-1", 10), (None, 5)]


def test_taking_in_the_same_events_again_changes_nothing(books: Books) -> None:
    books.write([issued(str(at)) for at in range(5)])
    reach = books.extend()
    before = books.segments()
    assert books.extend() == reach
    assert books.segments() == before


def test_the_books_are_seen_with_events_that_no_segment_holds_yet(books: Books) -> None:
    books.write([issued("1")])
    books.extend()
    books.write([issued("2")])
    before = books.segments()
    with books.reading() as reading:
        facts = read_ledger_with(books.blobs, reading)
    assert facts["number"].to_pylist() == ["N-1", "N-2"]
    assert books.segments() == before


def test_however_events_were_batched_the_segments_are_the_same_bytes(tmp_path: Path) -> None:
    chance = random.Random(4)
    events = [
        issued(str(at)) if chance.random() < 0.6 else paid(str(at), 10, received=12)
        for at in range(2600)
    ]
    one, many = Books(tmp_path / "one"), Books(tmp_path / "many")
    one.write(events)
    one.extend()
    done = 0
    while done < len(events):
        step = chance.choice([1, 3, 200, 700])
        many.write(events[done : done + step])
        many.extend()
        done += step
    names = list(one.segments())
    assert list(many.segments()) == names
    assert len(names) == 3  # two full blocks and the tail
    # Event ids differ between two books: what else there is must not.
    ours = read_ledger(one.blobs, one.organisation).drop_columns(["fact_id"])
    assert ours == read_ledger(many.blobs, many.organisation).drop_columns(["fact_id"])
    before = many.segments()
    rebuild(many.desk.app.world, many.organisation)
    assert many.segments() == before


def test_blocks_merge_into_larger_ones(books: Books) -> None:
    assert BLOCK_SEQUENCES == (2**20, 2**15, 2**10)
    books.write([issued(str(at)) for at in range(1024 - _sequence(books))])
    books.extend()
    assert list(books.segments()) == [Segment(1, 1024).name]


def test_a_lost_segment_is_made_anew_from_the_events(books: Books) -> None:
    books.write([issued(str(at)) for at in range(1500)])
    books.extend()
    before = books.segments()
    books.blobs.delete(books.organisation, next(iter(before)))
    assert reach_of(books.blobs, books.organisation) == 0  # nothing after a gap counts
    books.extend()
    assert books.segments() == before


def test_a_stale_shorter_segment_is_passed_over_and_tidied_up(books: Books) -> None:
    books.write([issued("1"), issued("2")])
    first = books.extend()
    (tail,) = books.segments().items()
    books.write([issued("3")])
    books.extend()
    # A slower process puts back the tail that it had made before.
    books.blobs.put(books.organisation, *tail)
    assert tail[0] == Segment(1, first).name
    assert read_ledger(books.blobs, books.organisation).num_rows == 3
    books.write([issued("4")])
    books.extend()
    assert len(books.segments()) == 1
    assert read_ledger(books.blobs, books.organisation).num_rows == 4


def test_overlapping_segments_tell_each_fact_once(books: Books) -> None:
    books.write([issued(str(at)) for at in range(6)])
    reach = books.extend()
    with books.reading() as reading:
        events = reading.events()
    last = facts_of(events[-3:])
    from net30.ledger.writers.parquet import encode_facts

    middle = Segment(reach - 2, reach)
    books.blobs.put(books.organisation, middle.name, encode_facts(last))
    assert read_ledger(books.blobs, books.organisation).num_rows == 6


def test_an_import_is_read_from_the_blob_that_its_event_names(books: Books) -> None:
    facts = ledger(claim("a", 70, DAY, None), claim("b", 30, DAY, None))
    digest = put_import(books.blobs, books.organisation, facts)
    books.write([issued("1"), LedgerImported(segment=digest, source="test", rows=2)])
    reach = books.extend()
    read = read_ledger(books.blobs, books.organisation)
    assert read["amount"].to_pylist() == [100, 70, 30]
    assert set(read["sequence"].to_pylist()[1:]) == {reach}


def test_an_import_told_in_several_events_counts_once(books: Books) -> None:
    digest = put_import(books.blobs, books.organisation, ledger(claim("a", 70, DAY, None)))
    told = LedgerImported(segment=digest, source="test", rows=1)
    books.write([told, told])
    books.extend()
    books.write([told])
    with books.reading() as reading:
        assert read_ledger_with(books.blobs, reading).num_rows == 1
    books.extend()
    assert read_ledger(books.blobs, books.organisation).num_rows == 1


def test_a_lost_import_is_told_not_passed_over(books: Books) -> None:
    digest = put_import(books.blobs, books.organisation, ledger(claim("a", 70, DAY, None)))
    books.write([LedgerImported(segment=digest, source="test", rows=1)])
    books.extend()
    books.blobs.delete(books.organisation, import_blob(digest))
    with pytest.raises(Unavailable) as caught:
        read_ledger(books.blobs, books.organisation)
    assert caught.value.code == "ledger_lost"
    assert "backup" in caught.value.hint


def test_the_same_facts_are_the_same_blob_whatever_dictionaries_they_had(books: Books) -> None:
    facts = ledger(claim("a", 70, DAY, None), claim("b", 30, DAY, None, customer_id="delta"))
    alone = facts.slice(0, 1)  # its dictionary still knows delta
    fresh = ledger(claim("a", 70, DAY, None))
    ours = put_import(books.blobs, books.organisation, alone)
    assert ours == put_import(books.blobs, books.organisation, fresh)


def test_other_blobs_beside_the_segments_are_not_read(books: Books) -> None:
    books.write([issued("1")])
    books.extend()
    books.blobs.put(books.organisation, "ledger/events/notes.txt", b"x")
    books.blobs.put(books.organisation, "ledger/imported/notes.txt", b"x")
    assert read_ledger(books.blobs, books.organisation).num_rows == 1


def test_another_organisation_sees_nothing(books: Books) -> None:
    books.write([issued("1")])
    books.extend()
    assert read_ledger(books.blobs, "another").num_rows == 0


DRAIN = """
import sys
from pathlib import Path
from net30.app import open_app
from net30.ledger.segments import extend_ledger, read_ledger
from net30.settings import Settings
app = open_app(Settings(home=Path(sys.argv[1])))
for _ in range(int(sys.argv[2])):
    with app.world.store.reading(app.organisation) as books:
        extend_ledger(app.world.blobs, books)
    read_ledger(app.world.blobs, app.organisation)
"""


def test_two_processes_that_drain_at_once_make_one_ledger(books: Books, tmp_path: Path) -> None:
    books.write([issued("first")])
    drains = [
        subprocess.Popen([sys.executable, "-c", DRAIN, str(tmp_path), "40"], cwd=ROOT)
        for _ in range(2)
    ]
    for at in range(60):
        books.write([issued(f"{at}-{one}") for one in range(30)])
    assert [drain.wait(timeout=100) for drain in drains] == [0, 0]
    books.extend()
    facts = read_ledger(books.blobs, books.organisation)
    assert facts.num_rows == 1 + 60 * 30
    assert len(set(facts["fact_id"].to_pylist())) == facts.num_rows
    before = books.segments()
    rebuild(books.desk.app.world, books.organisation)
    assert books.segments() == before


def test_a_table_of_facts_keeps_its_schema_in_parquet(books: Books) -> None:
    facts = ledger(claim("a", 70, DAY, None))
    digest = put_import(books.blobs, books.organisation, facts)
    from net30.ledger.writers.parquet import decode_facts

    again = decode_facts(books.blobs.get(books.organisation, import_blob(digest)))
    assert again.schema == FACTS
    assert again == facts
    assert isinstance(again, pa.Table)


def _sequence(books: Books) -> int:
    with books.reading() as reading:
        return len(reading.events())
