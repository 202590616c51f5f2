"""Answers that are kept are true for the books as they are, whoever changed them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from net30.app import open_app
from net30.kernel.errors import NotFound
from net30.kernel.files import write_whole
from net30.ports.cache import CacheFigures
from net30.ports.search import Query
from net30.services.cached import CACHES, cached
from net30.services.create_organisation import first_organisation
from net30.services.find_invoices import find_invoices
from net30.services.found import customer_by_name, invoice_by_number
from net30.services.get_statistics import get_statistics
from net30.services.record_payment import NewPayment, record_payment
from net30.settings import CACHES as SIZES
from net30.settings import Settings
from tests.desk import TODAY, Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with one issued invoice."""
    desk = open_desk(tmp_path)
    desk.issue()
    desk.app.settle()
    yield desk
    desk.app.close()


def figures(desk: Desk, cache: str) -> CacheFigures:
    return desk.app.world.cache.statistics()[cache]


def outstanding(desk: Desk) -> int:
    with desk.app.look() as ctx:
        (row,) = get_statistics(ctx).currencies
    assert row.position is not None
    return row.position.outstanding.minor


def test_the_settings_size_the_caches_that_there_are() -> None:
    assert set(SIZES) == set(CACHES)


def test_figures_are_computed_once_until_something_happens(desk: Desk) -> None:
    assert [outstanding(desk) for _ in range(3)] == [4_248_000] * 3
    assert (figures(desk, "statistics").hits, figures(desk, "statistics").misses) == (2, 1)
    desk.issue()
    desk.app.settle()
    assert outstanding(desk) == 8_496_000


def test_an_event_that_the_ledger_has_not_taken_in_yet_is_not_forgotten_later(desk: Desk) -> None:
    assert outstanding(desk) == 4_248_000
    desk.issue()  # committed; its projections have not run
    assert outstanding(desk) == 4_248_000
    desk.app.settle()
    assert outstanding(desk) == 8_496_000


def test_what_another_process_writes_is_seen_at_once(desk: Desk) -> None:
    assert outstanding(desk) == 4_248_000
    other = open_app(desk.app.settings, clock=desk.clock)
    with other.change() as ctx:
        record_payment(
            ctx,
            NewPayment(
                customer_id=desk.acme.id, amount=desk.item("INV-2026-000001").balance, day=TODAY
            ),
        )
    other.settle()
    other.close()
    assert outstanding(desk) == 0


def test_lists_searches_documents_and_clients_have_caches_of_their_own(desk: Desk) -> None:
    for _ in range(2):
        with desk.app.look() as ctx:
            find_invoices(ctx, Query(as_of=TODAY))
            find_invoices(ctx, Query(as_of=TODAY, text="acme"))
            invoice_by_number(ctx, "INV-2026-000001")
            customer_by_name(ctx, "Acme Corp")
    for cache in ("invoice_list", "search_results", "invoice_detail", "client_data"):
        assert (figures(desk, cache).hits, figures(desk, cache).misses) == (1, 1), cache


def test_another_question_is_another_answer(desk: Desk) -> None:
    with desk.app.look() as ctx:
        assert find_invoices(ctx, Query(as_of=TODAY)).total == 1
        assert find_invoices(ctx, Query(as_of=TODAY, currency="EUR")).total == 0
        assert get_statistics(ctx, currency="EUR").currencies == ()
        assert len(get_statistics(ctx).currencies) == 1


def test_no_other_organisation_or_user_gets_an_answer_that_was_kept(desk: Desk) -> None:
    with desk.app.world.store.transaction("rival") as tx:
        tx.save(first_organisation("rival"), expected=0)
    rival = open_app(Settings(home=desk.app.settings.home, organisation="rival"), clock=desk.clock)
    shared = desk.app.world.cache
    with desk.app.look("awa") as ctx:
        assert invoice_by_number(ctx, "INV-2026-000001").value.number == "INV-2026-000001"
    with rival.look("awa") as theirs, pytest.raises(NotFound):
        invoice_by_number(theirs, "INV-2026-000001")
    with desk.app.look("awa") as ctx:
        cached(ctx, "client_data", "who", lambda: "awa's answer")
    with desk.app.look("binta") as ctx:
        assert cached(ctx, "client_data", "who", lambda: "binta's answer") == "binta's answer"
    assert shared.statistics()["client_data"].hits == 0
    rival.close()


def test_within_a_change_nothing_is_kept(desk: Desk) -> None:
    with desk.app.change() as ctx:
        assert cached(ctx, "client_data", "who", lambda: "unsaved") == "unsaved"
    with desk.app.look() as ctx:
        assert cached(ctx, "client_data", "who", lambda: "saved") == "saved"


def test_what_was_computed_by_a_model_is_forgotten_when_another_one_is_served(desk: Desk) -> None:
    pointer = desk.app.models / "payment_delay" / "current"
    pointer.parent.mkdir(parents=True)
    answers = iter(("by none", "by v1", "by v2"))

    def asked() -> str:
        with desk.app.look() as ctx:
            return cached(ctx, "statistics", "who will pay", lambda: next(answers))

    assert [asked(), asked()] == ["by none", "by none"]
    for version in ("v1", "v2"):
        write_whole(pointer, f"{version}\n".encode())
        assert [asked(), asked()] == [f"by {version}"] * 2
