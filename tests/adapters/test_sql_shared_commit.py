"""Changes that wait for one another share a commit: together durable, each undone by itself."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from net30.adapters.sql import Connection, Database
from net30.adapters.sql.sqlite import Sqlite
from net30.adapters.sql.turns import Turns
from net30.kernel.errors import InputError, Unavailable

INSERT = "INSERT INTO told (word) VALUES (:word)"


class Watched(Sqlite):
    """A database that notes what is said to it."""

    def __init__(self, path: str, *, wait_seconds: float = 10) -> None:
        super().__init__(path, wait_seconds=wait_seconds)
        self.said: list[str] = []

    def connect(self, *, writing: bool) -> sqlite3.Connection:
        """Open a connection that is listened to."""
        raw = super().connect(writing=writing)
        if writing:
            raw.set_trace_callback(lambda sql: self.said.append(sql.partition(" ")[0]))
        return raw

    def count(self, word: str) -> int:
        """Return how many statements began so."""
        return self.said.count(word)


@dataclass(slots=True)
class Desk:
    """A database and people who write into it."""

    dialect: Watched
    database: Database
    people: ThreadPoolExecutor
    under_way: list[Future[None]] = field(default_factory=list)

    def writes(self, word: str, then: Callable[[Connection], object] = bool) -> Future[None]:
        """Have one more person write a word; who comes later stands behind."""

        def write() -> None:
            with self.database.writing() as connection:
                connection.execute(INSERT, {"word": word})
                then(connection)

        before = len(self.under_way)
        self.under_way.append(self.people.submit(write))
        if before:
            self.wait_for_line(before)
        return self.under_way[-1]

    def wait_for_line(self, length: int) -> None:
        """Wait until so many stand in line."""
        assert self.database._shared  # noqa: SLF001 - the line is what is tested
        line = self.database._shared._turns._line  # noqa: SLF001 - the same
        until = time.monotonic() + 10
        while len(line) < length:
            assert time.monotonic() < until
            time.sleep(0.001)

    def words(self) -> set[str]:
        """Return what others can see."""
        with self.database.reading() as connection:
            return {word for (word,) in connection.rows("SELECT word FROM told LIMIT 100")}


@contextmanager
def opened(folder: Path, *, wait_seconds: float = 10, open_seconds: float = 60) -> Iterator[Desk]:
    dialect = Watched(str(folder / "shared.db"), wait_seconds=wait_seconds)
    database = Database(dialect, open_seconds=open_seconds)
    with closing(database), ThreadPoolExecutor(8) as people:
        with database.writing() as connection:
            connection.execute("CREATE TABLE told (word TEXT)")
        dialect.said.clear()
        yield Desk(dialect, database, people)


@contextmanager
def held(desk: Desk) -> Iterator[Future[None]]:
    """Have somebody write who does not end before the block does."""
    inside, leave = threading.Event(), threading.Event()

    def wait(_: Connection) -> None:
        inside.set()
        assert leave.wait(10)

    first = desk.writes("first", wait)
    assert inside.wait(10)
    try:
        yield first
    finally:
        leave.set()


def test_people_who_wait_for_one_another_share_a_commit_in_their_order(tmp_path: Path) -> None:
    order: list[str] = []
    with opened(tmp_path) as desk:
        with held(desk):
            for word in ("second", "third", "fourth"):
                desk.writes(word, lambda _, word=word: order.append(word))  # type: ignore[misc]
        for one in desk.under_way:
            one.result(10)
        assert order == ["second", "third", "fourth"]
        assert desk.words() == {"first", "second", "third", "fourth"}
        assert (desk.dialect.count("BEGIN"), desk.dialect.count("COMMIT")) == (1, 1)
        assert desk.dialect.count("SAVEPOINT") == len(desk.under_way)


def test_nobody_is_told_before_the_commit_and_nobody_sees_it(tmp_path: Path) -> None:
    inside, leave = threading.Event(), threading.Event()

    def last(_: Connection) -> None:
        inside.set()
        assert leave.wait(10)

    with opened(tmp_path) as desk:
        with held(desk) as first:
            desk.writes("second", last)
        assert inside.wait(10)  # the first has ended its change by now
        assert not first.done()
        assert desk.words() == set()
        leave.set()
        first.result(10)
        assert desk.words() == {"first", "second"}


def test_who_came_first_does_not_wait_for_all_who_come(tmp_path: Path) -> None:
    with opened(tmp_path, open_seconds=0) as desk:
        with held(desk):
            desk.writes("second")
        for one in desk.under_way:
            one.result(10)
        assert desk.dialect.count("COMMIT") == len(desk.under_way)


def test_one_that_fails_undoes_nothing_of_the_others(tmp_path: Path) -> None:
    def fail(_: Connection) -> None:
        raise InputError("no")

    with opened(tmp_path) as desk:
        with held(desk) as first:
            second, third = desk.writes("second", fail), desk.writes("third")
        first.result(10)
        third.result(10)
        with pytest.raises(InputError):
            second.result(10)
        assert desk.words() == {"first", "third"}
        assert desk.dialect.count("COMMIT") == 1


def test_what_the_database_undoes_by_itself_is_lost_for_all_of_them(tmp_path: Path) -> None:
    def full(connection: Connection) -> None:
        pages = connection.rows("PRAGMA page_count")[0][0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        connection.execute(INSERT, {"word": "x" * 100_000})

    with opened(tmp_path) as desk:
        with held(desk) as first:
            second = desk.writes("second", full)
        for one in (first, second):
            with pytest.raises(Unavailable, match="no space is left"):
                one.result(10)
        assert desk.words() == set()
        with desk.database.writing() as connection:
            connection.execute("PRAGMA max_page_count = 1000000")
        desk.under_way.clear()
        desk.writes("again").result(10)
        assert desk.words() == {"again"}


def test_what_is_lost_without_an_error_is_told_all_the_same(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        with held(desk) as first:
            second = desk.writes("second", lambda tx: tx.execute("ROLLBACK"))
        for one in (first, second):
            with pytest.raises(Unavailable, match="none of it was kept"):
                one.result(10)


def test_who_waits_too_long_is_told_to_come_back_and_the_others_go_on(tmp_path: Path) -> None:
    with opened(tmp_path, wait_seconds=0.2) as desk:
        with held(desk) as first:
            late = desk.writes("late")
            with pytest.raises(Unavailable, match=r"busy for 0\.2 seconds"):
                late.result(10)
        first.result(10)
        assert desk.words() == {"first"}


def test_the_driver_s_own_connection_is_lent_with_nothing_open(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        with held(desk) as first:

            def alone() -> None:
                with desk.database.raw() as raw:
                    assert not raw.in_transaction
                    assert desk.words() == {"first"}

            done = desk.people.submit(alone)
            desk.wait_for_line(1)
        done.result(10)
        first.result(10)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C interrupts, also where the shell that started all this has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_who_is_interrupted_leaves_the_line() -> None:
    turns = Turns(10, lambda: None)
    turns.take()
    _interrupt_when(lambda: bool(turns._line))  # noqa: SLF001 - the line is what is tested
    with pytest.raises(KeyboardInterrupt):
        turns.take()
    assert turns.heir() is None


@pytest.mark.usefixtures("interruptible")
def test_the_turn_of_who_was_interrupted_when_it_was_called_is_not_lost() -> None:
    unwanted: list[str] = []
    turns = Turns(10, lambda: unwanted.append("turn"))
    turns.take()

    def call() -> None:
        _wait(lambda: bool(turns._line))  # noqa: SLF001 - the line is what is tested
        heir = turns.heir()
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)
        turns.pass_on(heir)

    caller = threading.Thread(target=call)
    caller.start()
    with pytest.raises(KeyboardInterrupt):
        turns.take()
    caller.join()
    assert unwanted == ["turn"]


def _interrupt_when(ready: Callable[[], bool]) -> None:
    def interrupt() -> None:
        _wait(ready)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()


def _wait(ready: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not ready() and time.monotonic() < until:
        time.sleep(0.001)
