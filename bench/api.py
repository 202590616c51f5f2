"""The API over HTTP: issuing, one invoice, a list, the key's check, beside the barest ways.

net30 runs as `net30 serve`, eight clients keep their connections, and the alternative takes turns
with it in one run. On SQLite the alternative is a bare sqlite3 loop, synchronous=FULL, that writes
the number, the invoice and the idempotency key of each request and knows everything beforehand;
there and on PostgreSQL also a prototype of FastAPI and SQLAlchemy that does the same over HTTP.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

import psycopg

from bench.bench import Row
from bench.web import served
from bench.web.load import Measured, ask, request
from net30.app import App, open_app
from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.identity.roles import Role
from net30.domain.invoice import Invoice
from net30.domain.open_item import Status
from net30.domain.party import Address, Party
from net30.kernel.money import Money
from net30.ports.search import Entry
from net30.services.identity.add_organisation import NewOrganisation, add_organisation
from net30.services.identity.noted import at_this_machine
from net30.services.save_customer import save_customer
from net30.settings import Settings
from tests.api.front import member_key
from tests.databases import postgres_url, server
from tests.desk import TODAY, open_desk

DISK = Path(__file__).parent.parent / "var"
CLIENTS = 8
TURNS = 5
TURN_SECONDS = 1.5
LISTED = 100_000
ROWS_PER_SAVE = 2000
GOAL_RAW, GOAL_BARE, GOAL_ONE, GOAL_KEY = 0.3, 1.5, 0.2, 0.5
ISSUE_P99, LIST_P99 = 0.15, 0.1
BODY = json.dumps(
    {
        "customer_id": "Acme Corp",
        "lines": [{"name": "consulting", "quantity": "40", "unit_price": "90000", "unit": "HUR"}],
    }
).encode()

Turn = Callable[[], Measured]


def measure() -> list[Row]:
    """Return a row for each target."""
    DISK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DISK) as name:
        folder = Path(name)
        return [*_on_sqlite(folder), *_list(folder), *_on_postgres(folder)]


def _on_sqlite(folder: Path) -> Iterator[Row]:
    home = folder / "sqlite"
    key = _prepared(home)
    with (
        served.net30(home) as port,
        served.bare() as bare,
        closing(_raw(folder / "raw.db")) as raw,
    ):
        ours = _asking(port, lambda: _issues([key]))
        issued, looped = _turns(ours, lambda: _looped(raw))
        yield _row("POST an invoice, SQLite FULL", issued.only(201), looped, "sqlite3", GOAL_RAW)
        yield _tail("POST an invoice, SQLite FULL", issued, ISSUE_P99)
        yield _beside_the_prototype(folder, ours)
        noop = _asking(bare, lambda: _same([request("GET", "/noop")]))
        one = request("GET", "/api/v1/invoices/INV-2026-000001", _headers(key))
        got, did = _turns(_asking(port, lambda: _same([one])), noop)
        yield _row("GET one invoice", got.only(200), did, "bare FastAPI's no-op", GOAL_ONE)
        me = request("GET", "/api/v1/me", _headers(key))
        got, did = _turns(_asking(port, lambda: _same([me])), noop)
        yield _row("GET who I am: the key's check", got.only(200), did, "the same", GOAL_KEY)
    with closing(open_app(Settings(home=home))) as app:
        _check(app, len(issued.answers))


def _beside_the_prototype(folder: Path, ours: Turn) -> Row:
    """Say what of the distance to the raw loop is HTTP's, and what is ours."""
    with served.bare(f"sqlite:///{folder / 'prototype.db'}") as bare:
        issued, theirs = _turns(ours, _asking(bare, _bare_issues))
    prototype = "FastAPI, SQLAlchemy, sqlite3"
    return _row("POST an invoice, SQLite FULL", issued.only(201), theirs.only(201), prototype)


def _list(folder: Path) -> Iterator[Row]:
    home = folder / "listed"
    key = _prepared(home)
    with closing(open_app(Settings(home=home))) as app:
        _fill(app)
    with served.net30(home) as port:
        page = request("GET", "/api/v1/invoices?limit=50", _headers(key))
        ask(port, _same([page])[:1], TURN_SECONDS)  # what is loaded once is loaded
        found = ask(port, _same([page]), TURNS * TURN_SECONDS).only(200)
    yield _tail(f"list 50 of {LISTED:,} invoices", found, LIST_P99)


def _on_postgres(folder: Path) -> Iterator[Row]:
    with ExitStack() as stack:
        stack.enter_context(_durable())
        url = stack.enter_context(postgres_url())
        other = stack.enter_context(postgres_url(empty=True))
        home = folder / "postgres"
        with closing(open_app(Settings(home=home, database_url=url))) as app:
            keys = [_tenant(app, f"t{at}") for at in range(CLIENTS)]
        chosen = {"NET30_DATABASE_URL": url}
        port = stack.enter_context(served.net30(home, settings=chosen))
        bare = stack.enter_context(served.bare(other))
        ours, theirs = _turns(_asking(port, lambda: _issues(keys)), _asking(bare, _bare_issues))
    case = f"POST an invoice, PostgreSQL, {CLIENTS} organisations"
    prototype = "FastAPI, SQLAlchemy, psycopg"
    yield _row(case, ours.only(201), theirs.only(201), prototype, GOAL_BARE)
    yield _tail(case, ours, ISSUE_P99)


def _prepared(home: Path) -> str:
    desk = open_desk(home)
    key = member_key(desk.app, Role.OWNER, "main")
    desk.issue()
    desk.app.settle()
    desk.app.close()
    return key


def _tenant(app: App, name: str) -> str:
    new = NewOrganisation(id=name, name=f"Seller {name}")
    add_organisation(app.world, new, at_this_machine("main"), app.clock())
    party = Party(name="Acme Corp", address=Address(city="Abidjan", country="CI"))
    with app.of(name).change() as ctx:
        save_customer(ctx, Customer(id="", party=party))
    return member_key(app, Role.OWNER, name)


def _fill(app: App) -> None:
    with app.look() as ctx:
        acme = ctx.tx.page(Customer)[0].value
    for first in range(0, LISTED, ROWS_PER_SAVE):
        app.world.search.put(
            app.organisation,
            [_entry(acme, at) for at in range(first, first + ROWS_PER_SAVE)],
        )


def _check(app: App, answered: int) -> None:
    """Raise AssertionError unless all that was answered is there, without a gap."""
    with app.look() as ctx:
        last = ctx.tx.last_numbers()["invoice", TODAY.year]
        wanted = [f"INV-{TODAY.year}-{number:06}" for number in range(1, last + 1)]
        lost = [number for number in wanted if not ctx.tx.find(Invoice, Key.NUMBER, number)]
    assert not lost, f"{lost[:5]} are missing"
    assert last > answered, f"{answered} were answered and {last} are there"


def _turns(ours: Turn, theirs: Turn) -> tuple[Measured, Measured]:
    """Let two ways take turns, after one turn each to warm up."""
    found, other = Measured(), Measured()
    ours(), theirs()
    for _ in range(TURNS):
        found.add(ours())
        other.add(theirs())
    return found, other


def _asking(port: int, clients: Callable[[], list[Iterator[bytes]]]) -> Turn:
    return lambda: ask(port, clients(), TURN_SECONDS)


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _same(requests: Sequence[bytes]) -> list[Iterator[bytes]]:
    """Return clients that send the same again and again."""
    return [_forever(requests[0]) for _ in range(CLIENTS)]


def _forever(sent: bytes) -> Iterator[bytes]:
    while True:
        yield sent


def _issues(keys: Sequence[str]) -> list[Iterator[bytes]]:
    """Return clients that issue invoices, each with a key of these, each request with its own."""
    return [
        _keyed("/api/v1/invoices/issued", _headers(keys[at % len(keys)])) for at in range(CLIENTS)
    ]


def _bare_issues() -> list[Iterator[bytes]]:
    return [_keyed("/invoices", {"Tenant": f"t{at}"}) for at in range(CLIENTS)]


def _keyed(path: str, headers: dict[str, str]) -> Iterator[bytes]:
    while True:
        once = {"Idempotency-Key": str(uuid.uuid4())}
        yield request("POST", path, {**headers, **once}, BODY)


def _raw(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("CREATE TABLE seq (tenant TEXT PRIMARY KEY, n INTEGER)")
    raw.execute("CREATE TABLE invoice (tenant TEXT, n INTEGER, body TEXT, PRIMARY KEY (tenant, n))")
    raw.execute("CREATE TABLE kept (tenant TEXT, key TEXT, body TEXT, PRIMARY KEY (tenant, key))")
    raw.execute("INSERT INTO seq VALUES ('main', 0)")
    return raw


def _looped(raw: sqlite3.Connection) -> Measured:
    """Write the rows of one invoice after the other for a turn, a commit each."""
    measured, body = Measured(), BODY.decode()
    began = before = time.perf_counter()
    for _ in count():
        key = str(uuid.uuid4())
        raw.execute("BEGIN IMMEDIATE")
        number = raw.execute("UPDATE seq SET n = n + 1 WHERE tenant = 'main' RETURNING n")
        values = ("main", number.fetchone()[0], body)
        raw.execute("INSERT INTO invoice VALUES (?, ?, ?)", values)
        raw.execute("INSERT INTO kept VALUES (?, ?, ?)", ("main", key, body))
        raw.execute("COMMIT")
        now = time.perf_counter()
        measured.answers.append(now - before)
        before = now
        if now > began + TURN_SECONDS:
            break
    measured.seconds = time.perf_counter() - began
    return measured


@contextmanager
def _durable() -> Iterator[None]:
    """Have the tests' PostgreSQL flush its log, as any real one does."""
    with closing(psycopg.connect(server(), autocommit=True)) as admin:
        admin.execute("ALTER SYSTEM SET fsync = on")
        admin.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("SELECT pg_reload_conf()")


def _entry(customer: Customer, at: int) -> Entry:
    issued = TODAY - timedelta(days=at % 900)
    amount = Money.of(str(1000 + at), "XOF").minor
    return Entry(
        id=f"i{at:08}",
        number=f"INV-{issued.year}-{at:07}",
        type_code="380",
        customer_id=customer.id,
        customer=customer.party.name,
        currency="XOF",
        amount=amount,
        balance=amount if at % 3 else 0,
        issue_date=issued,
        due_date=issued + timedelta(days=30),
        state=Status.ISSUED if at % 3 else Status.PAID,
        version=1,
        lines="consulting",
    )


def _row(case: str, ours: Measured, other: Measured, name: str, goal: float = 0.0) -> Row:
    """Compare rates: the ratio is ours over theirs; without a goal it only tells."""
    return Row(
        case=case,
        ours=f"net30, {ours.rate:,.0f}/s, p99 {ours.percentile(99) * 1000:.0f} ms",
        ours_seconds=1 / ours.rate,
        alternative=f"{name}, {other.rate:,.0f}/s, p99 {other.percentile(99) * 1000:.0f} ms",
        alternative_seconds=1 / other.rate,
        ratio=ours.rate / other.rate,
        goal=f"{goal:g} x" if goal else "",
        met=ours.rate >= goal * other.rate if goal else None,
    )


def _tail(case: str, ours: Measured, goal: float) -> Row:
    seconds = ours.percentile(99)
    return Row(
        case=f"{case}: p99",
        ours=f"{seconds * 1000:.0f} ms of {len(ours.answers):,}, {ours.rate:,.0f}/s",
        ours_seconds=seconds,
        goal=f"{goal * 1000:.0f} ms",
        met=seconds < goal,
    )
