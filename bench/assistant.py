"""What a message asks for, worked out offline, with 10,000 customers and 100,000 invoices.

The sentences are those of the project's own cases, with names of this book in them; a message
counts from its text to the calls, the books it looks into included. Each counts with the fastest
of three tries, so that other work on the machine weighs little; CPU is this thread's own time:
what an idle machine would show. The alternative reads and indexes all clients for each message.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bench.bench import Row
from net30.app import App, open_app
from net30.assistant.books import Books
from net30.assistant.intents.understand import understand
from net30.assistant.roll.kept import Rolls
from net30.assistant.turns import Turn
from net30.domain.customer import Customer
from net30.domain.events import CustomerSaved
from net30.domain.open_item import OpenItem, Status
from net30.domain.party import Address, Contact, Party
from net30.kernel.money import Money
from net30.ports.search import Entry
from net30.settings import Settings
from tests.desk import TODAY, Clock

Saved = TypeVar("Saved", Customer, OpenItem)

CUSTOMERS = 10_000
INVOICES = 100_000
ROWS_PER_SAVE = 500
TRIES = 3
ALTERNATIVE_MESSAGES = 5
GOAL_P50, GOAL_P99 = 0.005, 0.025
SEED = 20261121
CASES = Path(__file__).parent.parent / "tests" / "assistant" / "cases"

_SYLLABLES = "ba be bi bo da di do fa ka ki ko la li lo ma mi mo na ne ni no ra sa so ta".split()
_FIRST = (
    "Kouassi Diallo Traoré Mensah Okafor Yao Koné Ndiaye Fofana Touré Sow Bamba Adjei Owusu Silva "
    "Müller Dupont Martin García López Hassan Baobab Iroko Teranga Lagune Savane Zephyr Orion Atlas"
).split()
_TRADES = (
    "Logistique Transport Services Consulting Conseil Construction BTP Pharma Foods Imprimerie "
    "Hôtel Clinique École Informatique Energy Solar Trading Textile Garage Agro Media Digital"
).split()
_FORMS = ("SARL", "SA", "Corp", "Ltd", "GmbH", "SAS", "Inc", "")
_PLACES = ("Abidjan", "Dakar", "Lomé", "Accra", "Nord", "Sud", "", "")


def measure() -> list[Row]:
    """Return a row of the median and one of the 99th percentile for each folder of cases."""
    chance = random.Random(SEED)
    with TemporaryDirectory(prefix="net30-bench-") as folder:
        settings = Settings(home=Path(folder))
        with closing(open_app(settings, clock=Clock())) as app:
            names = _fill(app, chance)
            rows = [_first_message(app)]
            anew = _anew(app)
            for cases in sorted(CASES.iterdir()):
                timed = [_timed(app, text) for text in _messages(cases, names, chance)]
                rows += _rows(cases.name, timed, anew)
    return rows


@dataclass(frozen=True, slots=True)
class _Time:
    """The seconds of one message, on the clock and of this thread's CPU."""

    wall: float
    cpu: float


def _rows(language: str, timed: Sequence[_Time], anew: float) -> Iterator[Row]:
    for percent, goal in ((50, GOAL_P50), (99, GOAL_P99)):
        wall = _percentile([one.wall for one in timed], percent)
        cpu = _percentile([one.cpu for one in timed], percent)
        yield Row(
            case=f"{language}: p{percent} of {len(timed)} messages",
            ours=f"{wall * 1000:.1f} ms, CPU {cpu * 1000:.1f} ms",
            ours_seconds=wall,
            alternative="all clients read anew",
            alternative_seconds=anew,
            ratio=anew / wall,
            goal=f"< {goal * 1000:g} ms",
            met=cpu < goal,
        )


def _first_message(app: App) -> Row:
    """Measure a process's first message: the words of all languages, and the names, are read."""
    first = _seconds(partial(_understood, app, "Invoice Acme Corp 3 hours of audit at 90000"))
    return Row(
        case="the first message of a process",
        ours=f"{first.wall * 1000:.0f} ms, CPU {first.cpu * 1000:.0f} ms",
        ours_seconds=first.wall,
    )


def _anew(app: App) -> float:
    """Measure messages for which all clients are read and indexed."""

    def read_all() -> None:
        with app.look() as ctx:
            Rolls().people(ctx.tx)
        _understood(app, "Invoice Acme Corp 3 hours of audit at 90000")

    return min(_seconds(read_all).wall for _ in range(ALTERNATIVE_MESSAGES))


def _timed(app: App, text: str) -> _Time:
    tries = [_seconds(partial(_understood, app, text)) for _ in range(TRIES)]
    return _Time(min(one.wall for one in tries), min(one.cpu for one in tries))


def _understood(app: App, text: str) -> None:
    with app.look() as ctx:
        books = Books(ctx)
        understand([Turn("user", text)], books, books.customs(), ctx.today)


def _messages(cases: Path, names: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Yield the cases' single messages, with clients of this book for those of the fixtures."""
    fixtures = json.loads((cases / "fixtures.json").read_text(encoding="utf-8"))
    known = sorted({one["name"] for fixture in fixtures.values() for one in fixture["clients"]})
    for file in sorted(cases.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            turns = json.loads(line)["turns"]
            text = str(turns[0]["text"])
            for name in known if len(turns) == 1 else ():
                if name in text:
                    text = text.replace(name, chance.choice(names))
            if len(turns) == 1:
                yield text


def _fill(app: App, chance: random.Random) -> list[str]:
    names = list(dict.fromkeys(_name(chance) for _ in range(2 * CUSTOMERS)))[:CUSTOMERS]
    customers = [_customer(at, name, chance) for at, name in enumerate(names)]
    with app.change() as ctx:
        for some in _slices(customers):
            ctx.tx.save_new(some)
        for customer in customers:
            ctx.record(CustomerSaved(customer_id=customer.id))
    for start in range(0, INVOICES, 10 * ROWS_PER_SAVE):
        items = [_item(at, chance) for at in range(start, start + 10 * ROWS_PER_SAVE)]
        with app.change() as ctx:
            for some_items in _slices(items):
                ctx.tx.save_new(some_items)
        app.world.search.put(app.organisation, [_entry(item, names) for item in items])
    return names


def _slices(all_of: Sequence[Saved]) -> Iterator[list[Saved]]:
    rest = iter(all_of)
    while some := list(islice(rest, ROWS_PER_SAVE)):
        yield some


def _name(chance: random.Random) -> str:
    own = "".join(chance.choices(_SYLLABLES, k=chance.randrange(2, 5))).capitalize()
    first = chance.choice(_FIRST) if chance.random() < 0.4 else own
    trade = chance.choice(_TRADES)
    said = chance.choice(
        (f"{first} & Fils", f"{trade} {first}", f"{first} {trade}", f"Société de {trade} {first}")
    )
    return " ".join(f"{said} {chance.choice(_PLACES)} {chance.choice(_FORMS)}".split())


def _customer(at: int, name: str, chance: random.Random) -> Customer:
    return Customer(
        id=f"c{at}",
        party=Party(
            name=name,
            address=Address(city="Abidjan", country=chance.choice(("CI", "SN", "FR"))),
            contact=Contact(email=f"ap@client{at}.example"),
        ),
        currency=chance.choice(("XOF", "EUR", "USD")),
    )


def _item(at: int, chance: random.Random) -> OpenItem:
    issued = TODAY - timedelta(days=chance.randrange(900))
    return OpenItem(
        id=f"i{at:08}",
        number=f"INV-{issued.year}-{at:06}",
        type_code="380",
        customer_id=f"c{chance.randrange(CUSTOMERS)}",
        amount=Money(chance.randrange(1_000, 5_000_000), "XOF"),
        issue_date=issued,
        due_date=issued + timedelta(days=30),
    )


def _entry(item: OpenItem, names: Sequence[str]) -> Entry:
    return Entry(
        id=item.id,
        number=item.number,
        type_code=item.type_code,
        customer_id=item.customer_id,
        customer=names[int(item.customer_id[1:])],
        currency="XOF",
        amount=item.amount.minor,
        balance=item.balance.minor,
        issue_date=item.issue_date,
        due_date=item.due_date,
        state=Status.ISSUED,
        version=1,
    )


def _seconds(act: Callable[[], object]) -> _Time:
    start, cpu = time.perf_counter(), time.thread_time()
    act()
    return _Time(time.perf_counter() - start, time.thread_time() - cpu)


def _percentile(seconds: Sequence[float], percent: int) -> float:
    return sorted(seconds)[min(len(seconds) - 1, len(seconds) * percent // 100)]
