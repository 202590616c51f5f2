"""A fresh company for every test of a use case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A fresh company with one customer, closed at the end."""
    desk = open_desk(tmp_path)
    yield desk
    desk.app.close()
