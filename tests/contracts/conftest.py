"""The adapters that must keep each contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from net30.adapters.sql import build
from net30.ports.store import Store
from tests.cosmos import fresh_store
from tests.databases import DIALECTS, fresh


@pytest.fixture(params=[*DIALECTS, "cosmos"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Lend an empty store of every kind in turn."""
    if request.param == "cosmos":
        with fresh_store() as cosmos:
            yield cosmos
        return
    with fresh(request.param, tmp_path) as url:
        store = build(url)
        yield store
        store.close()
