"""A portal, once for each test file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.portal.visitors import Browser, Portal, open_portal


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with open_portal(tmp_path_factory.mktemp("portal") / "home") as opened:
        yield opened


@pytest.fixture
def browser(portal: Portal) -> Browser:
    return portal.browser()
