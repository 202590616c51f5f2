"""What a commit on Cosmos comes to when requests fail, answers are lost and processes die."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace

import pytest

from net30.adapters.cosmos.address import Address
from net30.adapters.cosmos.commit import CHANGES_MAX, DOCUMENT_BYTES_MAX, OPERATIONS_MAX
from net30.adapters.cosmos.head import look
from net30.adapters.cosmos.store import CosmosStore
from net30.adapters.cosmos.turn import Waits
from net30.domain.customer import Customer
from net30.domain.invoice import Invoice
from net30.domain.party import Party
from net30.kernel.errors import LimitExceeded, Net30Error, Unavailable
from net30.ports.store import NEW, Transaction
from tests.adapters.dying_books import Died, Life, dying
from tests.adapters.test_sql_codec import EVENTS
from tests.cosmos import store_at
from tests.doubles.cosmos_server import KEY, Account, Seen, cosmos_account
from tests.doubles.cosmos_shelf import Refused
from tests.samples import ACME, COMPANY, NOW, TODAY, an_invoice

US = "lagune"
QUICK = Waits(wait=5.0, lease=0.3, renew=0.1)
UNKEPT = Waits(wait=5.0, lease=0.15, renew=60.0)
"""A process that gives no sign of life within a test."""


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with cosmos_account(Account(lag_seconds=0.02)) as account:
        yield account


@pytest.fixture
def stores(account: Account) -> Iterator[Stores]:
    with ExitStack() as stack:
        yield Stores(account, stack)
    account.fails = lambda _: ""


class Stores:
    """As many processes as a test wants, at one container."""

    def __init__(self, account: Account, stack: ExitStack) -> None:
        self.account = account
        self._stack = stack
        self._name = f"c{time.monotonic_ns()}"

    def another(self, waits: Waits = QUICK) -> CosmosStore:
        """Return the store as another process has it."""
        address = Address(endpoint=self.account.url, database="d", container=self._name, key=KEY)
        store = store_at(address, waits)
        self._stack.callback(store.close)
        return store


def issue(tx: Transaction, name: str) -> int:
    """Give a number, write the invoice, its event and the kept answer, as a request does."""
    number = tx.next_number("invoice", 2026)
    tx.save(an_invoice(f"INV-{number}", name), expected=NEW)
    for event in EVENTS[:2]:
        tx.append(event, at=NOW, known_on=TODAY, user="awa")
    tx.remember(name, "request", "answer", at=NOW)
    return number


def found(store: CosmosStore, name: str) -> bool:
    """Tell whether all of a request is there; fail when it is half there."""
    with store.transaction(US) as tx:
        parts = [
            any(one.value.id == name for one in tx.page(Invoice, limit=1000)),
            tx.recall(name) is not None,
        ]
        numbers = tx.last_numbers().get(("invoice", 2026), 0)
        assert len(tx.events()) == 2 * len(tx.page(Invoice, limit=1000))
        assert numbers == len(tx.page(Invoice, limit=1000)), "a gap or a duplicate"
    assert parts in ([True, True], [False, False]), "half of it is there"
    return parts[0]


def _issued(store: CosmosStore, name: str) -> bool:
    """Tell whether the request was answered with a yes; it is never left open which it was."""
    try:
        with store.transaction(US) as tx:
            issue(tx, name)
    except Unavailable as error:
        if error.code == "commit_unknown":
            raise
        return False
    return True


@pytest.mark.parametrize("fate", ["refuse", "lose", "throttle"])
def test_the_nth_request_that_fails_leaves_all_or_nothing(stores: Stores, fate: str) -> None:
    store, other = stores.another(), stores.another()
    outcomes = set()
    for nth in range(1, 9):
        count = iter(range(1, 1000))

        def fails(seen: Seen, nth: int = nth, count: Iterator[int] = count) -> str:
            return fate if next(count) == nth else ""

        stores.account.fails = fails
        told = _issued(store, f"i{nth}")
        stores.account.fails = lambda _: ""
        assert found(other, f"i{nth}") == told, f"{fate} at {nth}: it was said to be {told}"
        outcomes.add(told)
    assert True in outcomes


def test_a_commit_whose_answer_is_lost_has_happened_once(stores: Stores) -> None:
    store = stores.another()
    with store.transaction(US) as tx:
        issue(tx, "first")
    lost: list[Seen] = []

    def fails(seen: Seen) -> str:
        if seen.kind == "batch" and not lost:
            lost.append(seen)
            return "lose"
        return ""

    stores.account.fails = fails
    with store.transaction(US) as tx:
        assert issue(tx, "second") == 2
    assert lost
    assert found(stores.another(), "second")


def test_a_batch_that_arrives_after_it_was_given_up_is_refused(stores: Stores) -> None:
    store = stores.another()
    with store.transaction(US) as tx:
        issue(tx, "first")
    late: list[Seen] = []

    def fails(seen: Seen) -> str:
        if seen.kind == "batch":
            late.append(seen)
            return "refuse"
        return ""

    stores.account.fails = fails
    with pytest.raises(Unavailable), store.transaction(US) as tx:
        issue(tx, "late")
    stores.account.fails = lambda _: ""
    ((_, shelf),) = [
        held
        for name, held in stores.account.containers.items()
        if name[1] == stores._name  # noqa: SLF001 - of this file
    ]
    with pytest.raises(Refused, match="changed"):
        shelf.change(US, late[0].changes)
    assert not found(stores.another(), "late")


def test_the_turn_of_a_process_that_died_is_taken_over(stores: Stores) -> None:
    store = stores.another()
    with store.transaction(US) as tx:
        issue(tx, "first")
    dead = CosmosStore(dying(store.books, Life(left=1)), waits=UNKEPT)
    with pytest.raises(Died), dead.transaction(US) as tx:
        issue(tx, "never")
    with stores.another().transaction(US) as tx:
        assert issue(tx, "next") == 2
    assert not found(store, "never")


def test_who_lost_the_turn_without_noticing_cannot_commit(stores: Stores) -> None:
    slow = stores.another(UNKEPT)
    quick = stores.another()

    def overtake() -> None:
        with slow.transaction(US) as tx:
            assert issue(tx, "slow") == 1
            with quick.transaction(US) as other:
                assert issue(other, "quick") == 1

    with pytest.raises(Unavailable, match="nothing was changed"):
        overtake()
    assert found(quick, "quick")
    assert not found(quick, "slow")


def test_a_long_transaction_keeps_its_turn(stores: Stores) -> None:
    patient, waiting = stores.another(), stores.another()
    with ThreadPoolExecutor(1) as pool:
        with patient.transaction(US) as tx:
            assert issue(tx, "patient") == 1

            def come_second() -> int:
                with waiting.transaction(US) as other:
                    return issue(other, "second")

            second = pool.submit(come_second)
            time.sleep(4 * QUICK.lease)
            assert not second.done()
        assert second.result() == 2


def test_who_waits_for_too_long_is_told_to_come_back(stores: Stores) -> None:
    one, other = stores.another(), stores.another(Waits(wait=0.2, lease=5.0))
    with (
        one.transaction(US),
        pytest.raises(Unavailable, match="writing for") as refused,
        other.transaction(US),
    ):
        pass
    assert refused.value.code == "busy"


def test_one_busy_process_does_not_keep_another_out(stores: Stores) -> None:
    busy, other = stores.another(), stores.another()
    stop: list[bool] = []

    def write_on(at: int) -> None:
        turn = 0
        while not stop:
            with busy.transaction(US) as tx:
                issue(tx, f"b{at}-{turn}")
            turn += 1

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write_on, at) for at in range(4)]
        began = time.monotonic()
        with other.transaction(US) as tx:
            issue(tx, "other")
        waited = time.monotonic() - began
        stop.append(True)
        for writer in writers:
            writer.result()
    assert waited < QUICK.wait
    assert found(other, "other")


# --- more than one batch -----------------------------------------------------------------------

MANY = OPERATIONS_MAX + 5


def write_many(store: CosmosStore) -> None:
    with store.transaction(US) as tx:
        tx.save(replace(ACME, notes="changed with the many"), expected=1)
        tx.save_new([Customer(id=f"c{at:04}", party=Party(name=f"C {at}")) for at in range(MANY)])
        tx.append(EVENTS[0], at=NOW, known_on=TODAY, user="awa")


def state(store: CosmosStore) -> str:
    """Return none or all; fail for anything between."""
    with store.reading(US) as books:
        seen = (
            len(books.page(Customer, limit=1000)) - 1,
            len(books.events()),
            bool(books.load(Customer, ACME.id).value.notes),
        )
    assert seen in {(0, 0, False), (MANY, 1, True)}, seen
    return "all" if seen[1] else "none"


def test_a_large_change_is_there_whole_or_not_at_all_wherever_its_process_dies(
    stores: Stores,
) -> None:
    states = []
    for left in range(100):
        ours = Stores(stores.account, stores._stack)  # noqa: SLF001 - of this file
        store = ours.another(UNKEPT)
        with store.transaction(US) as tx:
            tx.save(ACME, expected=NEW)
        life = Life(left=left, after=True)  # and so before the next one
        with suppress(Died):
            write_many(CosmosStore(dying(store.books, life), waits=UNKEPT))
            break
        states.append(state(store))
        with store.transaction(US) as tx:  # whatever was left behind is in nobody's way
            tx.next_number("invoice", 2026)
        assert state(store) == states[-1]
    assert states == sorted(states, reverse=True), "what was decided stays so"
    assert set(states) == {"none", "all"}


def test_the_next_large_change_clears_away_what_a_dead_one_wrote_down(stores: Stores) -> None:
    store = stores.another()
    with store.transaction(US) as tx:
        tx.save(ACME, expected=NEW)
    pieces = "SELECT c.id FROM c WHERE c.type = 'piece'"
    left = 0
    while not list(store.books.partition(US).ask(pieces, {})):
        with pytest.raises(Died):
            write_many(CosmosStore(dying(store.books, Life(left)), waits=UNKEPT))
        left += 1
    write_many(store)
    assert state(store) == "all"
    assert list(store.books.partition(US).ask(pieces, {})) == []


def test_who_lost_the_turn_removes_nothing_that_its_new_holder_decided(stores: Stores) -> None:
    # It takes the turn, writes two pieces down, decides, and dies; where it did not see at once
    # that the turn was another's, a write went there, and it dies before it has decided.
    for left in range(3, 8):
        if overtaken(Stores(stores.account, stores._stack), left):  # noqa: SLF001 - of this file
            return
    pytest.fail("nothing was ever decided")


def overtaken(stores: Stores, left: int) -> bool:
    """Have a process lose its turn to one with so much life; return whether that one decided."""
    slow, store = stores.another(UNKEPT), stores.another()
    with store.transaction(US) as tx:
        tx.save(ACME, expected=NEW)
    decided = []

    def overtake() -> None:
        with slow.transaction(US) as tx:
            tx.save_new([Customer(id=f"s{at}", party=Party(name="S")) for at in range(MANY)])
            with pytest.raises(Died):
                write_many(CosmosStore(dying(store.books, Life(left, after=True)), waits=UNKEPT))
            decided.append(bool(look(store.books.partition(US)).pending))

    with pytest.raises(Unavailable, match="nothing was changed"):
        overtake()
    assert state(store) == ("all" if decided == [True] else "none")
    return decided == [True]


def test_many_bytes_are_more_than_one_batch_too(stores: Stores) -> None:
    store = stores.another()
    big = [
        Customer(id=f"c{at}", party=Party(name=f"C {at}"), notes="n" * (DOCUMENT_BYTES_MAX // 2))
        for at in range(4)
    ]
    with store.transaction(US) as tx:
        tx.save_new(big)
    with store.reading(US) as books:
        assert [one.value for one in books.page(Customer)] == big


def test_what_is_too_large_for_a_document_is_refused_and_named(stores: Stores) -> None:
    store = stores.another()
    huge = replace(ACME, notes="n" * DOCUMENT_BYTES_MAX)

    def save() -> None:
        with store.transaction(US) as tx:
            tx.next_number("invoice", 2026)
            tx.save(huge, expected=NEW)

    with pytest.raises(LimitExceeded, match="customer 'acme' is too large") as refused:
        save()
    assert refused.value.code == "document_size"
    with store.transaction(US) as tx:
        assert tx.next_number("invoice", 2026) == 1


def test_more_changes_than_can_be_kept_at_once_are_refused(stores: Stores) -> None:
    store = stores.another()

    def save() -> None:
        with store.transaction(US) as tx:
            for at in range(CHANGES_MAX + 1):
                tx.changes.put({"id": f"x{at}", "type": "x"}, None)

    with pytest.raises(LimitExceeded, match="more than") as refused:
        save()
    assert refused.value.code == "changes_at_once"


def test_an_organisation_whose_first_commit_failed_is_not_listed(stores: Stores) -> None:
    store = stores.another()
    stores.account.fails = lambda seen: "refuse" if seen.kind == "batch" else ""
    with suppress(Net30Error), store.transaction(US) as tx:
        tx.save(replace(COMPANY, id=US), expected=NEW)
    stores.account.fails = lambda _: ""
    assert store.organisations() == ()
    with store.transaction(US) as tx:
        tx.save(replace(COMPANY, id=US), expected=NEW)
    assert store.organisations() == (US,)
