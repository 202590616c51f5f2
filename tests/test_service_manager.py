"""The seed documents' names do the real work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import net30
from net30.kernel.errors import InputError, NotFound
from net30.service_manager import ServiceManager
from tests.desk import open_desk

ORDER = {
    "client": "Acme Corp",
    "items": [
        {"description": "consulting", "quantity": 40, "unit": "hour", "unit_price": "90000"},
    ],
}


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[ServiceManager]:
    """A manager of a company with one customer."""
    desk = open_desk(tmp_path)
    yield ServiceManager(desk.app)
    desk.app.close()


def test_an_order_becomes_an_issued_invoice_over_the_right_amount(manager: ServiceManager) -> None:
    result = manager.generate_invoice(ORDER)
    assert result["invoice_number"].startswith("INV-")
    assert (result["net"], result["amount"]) == ("3600000", "4248000")
    (found,) = manager.search_invoices("acme")
    assert found["invoice_number"] == result["invoice_number"]
    assert found["amount"] == "4248000"
    (row,) = manager.get_statistics().currencies
    assert row.position is not None
    assert row.position.outstanding.minor == 4_248_000


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({}, "order_client"),
        ({"client": "Acme Corp"}, "order_items"),
        ({"client": "Acme Corp", "items": [{"description": "x"}]}, "order_unit_price"),
        (
            {"client": "Acme Corp", "items": [{"description": "x", "unit_price": 12.5}]},
            "order_unit_price",
        ),
    ],
)
def test_an_incomplete_order_is_refused_with_what_it_lacks(
    manager: ServiceManager, order: dict[str, object], code: str
) -> None:
    with pytest.raises(InputError) as refused:
        manager.generate_invoice(order)
    assert refused.value.code == code
    assert manager.search_invoices("acme") == []


def test_an_unknown_client_is_refused(manager: ServiceManager) -> None:
    with pytest.raises(NotFound):
        manager.generate_invoice({**ORDER, "client": "Nobody Ltd"})


def test_parts_say_whether_they_answer(manager: ServiceManager) -> None:
    assert all(manager.is_service_available(name) for name in ("cosmos", "blob", "search", "mail"))
    assert not manager.is_service_available("ai_project"), "the settings name no language model"
    with pytest.raises(InputError, match="no service"):
        manager.is_service_available("telepathy")


def test_a_language_model_is_there_until_it_fails(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, chat_url="openai:http://127.0.0.1:9/v1#m", chat_key="k")
    manager = ServiceManager(desk.app)
    assert manager.is_service_available("ai_project")
    assert desk.app.chat
    desk.app.chat.breaker.trip("it did not answer")
    assert not manager.is_service_available("ai_project")
    desk.app.close()


def test_a_process_has_one_manager_whoever_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    found: list[ServiceManager] = []
    threads = [
        threading.Thread(target=lambda: found.append(net30.get_service_manager())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


def test_orders_from_eight_threads_get_eight_numbers_without_gap(manager: ServiceManager) -> None:
    numbers: list[str] = []

    def order() -> None:
        numbers.append(manager.generate_invoice(ORDER)["invoice_number"])

    threads = [threading.Thread(target=order) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"INV-2026-{at:06}" for at in range(1, 9)]


def test_the_caches_tell_what_they_did_and_can_be_cleared(manager: ServiceManager) -> None:
    assert manager.get_cache_statistics()["performance"]["hit_rate_percent"] is None
    for _ in range(3):
        manager.get_statistics()
    told = manager.get_cache_statistics()
    assert told["performance"]["hit_rate_percent"] == 66.67
    assert told["performance"]["total_requests"] == 3
    assert set(told["caches"]) == {
        "statistics",
        "invoice_list",
        "search_results",
        "invoice_detail",
        "client_data",
    }
    manager._clear_cache()  # noqa: SLF001 - the seed documents' own name
    manager.get_statistics()
    assert manager.get_cache_statistics()["performance"]["misses"] == 2
