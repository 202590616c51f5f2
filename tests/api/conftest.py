"""A front door, once for each test file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.front import Front, open_front


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with open_front(tmp_path_factory.mktemp("front") / "home") as opened:
        yield opened


@pytest.fixture
def fresh_home(tmp_path: Path) -> Path:
    return tmp_path / "home"
