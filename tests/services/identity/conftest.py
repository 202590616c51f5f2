"""Accounts that nobody has used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accounts_desk import Accounts, open_accounts


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Accounts]:
    with open_accounts(tmp_path) as opened:
        yield opened
