"""Processes that write one SQLite file take turns, whoever of them writes most."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Event

import pytest

from net30.adapters.sql import Database
from net30.adapters.sql.gate import Gate
from net30.adapters.sql.sqlite import Sqlite
from net30.kernel.errors import Unavailable


@contextmanager
def opened(path: Path, wait_seconds: float = 10) -> Iterator[Database]:
    """Open a file as a process of its own would: nothing is shared but the file."""
    with closing(Database(Sqlite(str(path), wait_seconds=wait_seconds))) as database:
        yield database


def test_who_writes_all_the_time_lets_the_other_in(tmp_path: Path) -> None:
    path, stop = tmp_path / "net30.db", Event()
    with opened(path) as busy, opened(path) as calm, ThreadPoolExecutor(2) as people:
        with busy.writing() as connection:
            connection.execute("CREATE TABLE told (word TEXT)")

        def write_on() -> int:
            times = 0
            while not stop.is_set():
                with busy.writing() as connection:
                    connection.execute("INSERT INTO told (word) VALUES ('busy')")
                    time.sleep(0.002)
                times += 1
            return times

        try:
            under_way = [people.submit(write_on) for _ in range(2)]
            waits = []
            for _ in range(10):
                began = time.monotonic()
                with calm.writing() as connection:
                    connection.execute("INSERT INTO told (word) VALUES ('calm')")
                waits.append(time.monotonic() - began)
        finally:
            stop.set()
        assert sum(one.result(10) for one in under_way) > len(waits)
        assert sorted(waits)[len(waits) // 2] < 1, waits


def test_who_holds_the_file_for_too_long_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "net30.db"
    with (
        opened(path) as first,
        opened(path, 0.1) as second,
        first.writing(),
        pytest.raises(Unavailable) as refused,
        second.writing(),
    ):
        raise AssertionError("two write at once")
    assert refused.value.code == "busy"


def test_a_gate_that_another_holds_for_too_long_leaves_sqlite_s_own_lock(tmp_path: Path) -> None:
    with ExitStack() as stack:
        gates = [Gate(tmp_path / "turn", wait) for wait in (10, 0.1)]
        for gate in gates:
            stack.callback(gate.close)
        raws = [stack.enter_context(closing(sqlite3.connect(tmp_path / "a.db"))) for _ in gates]
        with gates[0]._held(time.monotonic() + 1):  # noqa: SLF001 - as a process that hangs there
            gates[1].begin(raws[1].cursor())
            assert raws[1].in_transaction


def test_a_folder_that_may_not_be_written_has_no_gate(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as raw:
        gate = Gate(tmp_path / "absent" / "turn", 1)
        gate.begin(raw.cursor())
        assert raw.in_transaction
        gate.close()
