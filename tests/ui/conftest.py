"""A desk with a few invoices: paid, open, overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit import config

from net30.domain.payment import Allocation
from net30.services.record_payment import NewPayment, record_payment
from net30.ui.application import OPTIONS
from tests.desk import TODAY, Desk, open_desk
from tests.predicted_books import open_books, publish

# As net30 sets it: among the objects of a thousand tests each look for garbage takes seconds.
config.set_option("runner.postScriptGC", OPTIONS["runner.postScriptGC"])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = open_desk(tmp_path)
    for days_ago, price in ((100, "10000"), (60, "20000"), (5, "30000")):
        found.clock.day = TODAY - timedelta(days=days_ago)
        found.issue(price, "1")
    first = found.item("INV-2026-000001")
    with found.app.change() as ctx:
        paid = Allocation(first.id, first.balance)
        record_payment(
            ctx,
            NewPayment(customer_id=found.acme.id, amount=first.balance, allocations=(paid,)),
        )
    found.clock.day = TODAY
    yield found
    found.app.close()


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Books with a year behind them and two models that learned from it."""
    found = open_books(tmp_path_factory.mktemp("shelf"), learned=TODAY - timedelta(days=150))
    publish(found, TODAY - timedelta(days=120))
    yield found
    found.app.close()
