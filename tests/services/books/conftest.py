"""A desk of a company that keeps euros, beside a Xero or QuickBooks of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from net30.services.create_organisation import save_organisation
from tests.books_beside import Beside, connected_to
from tests.desk import Desk, open_desk
from tests.doubles.books_server import ALLOWED
from tests.doubles.quickbooks_server import quickbooks_server
from tests.doubles.xero_server import xero_server


@pytest.fixture
def euros(tmp_path: Path) -> Iterator[Desk]:
    """A company in euros that may call servers on this machine."""
    desk = open_desk(tmp_path, web_allow=ALLOWED)
    with desk.app.change() as ctx:
        save_organisation(ctx, replace(ctx.company, currency="EUR"))
    yield desk
    desk.app.close()


@pytest.fixture
def xero(euros: Desk) -> Iterator[Beside]:
    """The company, connected to Xero."""
    with xero_server() as server:
        yield connected_to(euros, "xero", server)


@pytest.fixture
def quickbooks(euros: Desk) -> Iterator[Beside]:
    """The company, connected to QuickBooks Online."""
    with quickbooks_server() as server:
        yield connected_to(euros, "quickbooks", server)


@pytest.fixture(params=["xero", "quickbooks"])
def beside(request: pytest.FixtureRequest) -> Beside:
    """The company, connected to each program in turn."""
    found: Beside = request.getfixturevalue(request.param)
    return found
