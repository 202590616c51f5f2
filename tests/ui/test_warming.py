"""Warming: the first visitor after a start finds the first screen worked out."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from net30.ui.warming import warm_up
from tests.desk import Desk
from tests.ui.screens import draw, no_fault, open_screens


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()  # what is set aside here belongs to other tests too


def test_the_first_visitor_finds_the_figures_worked_out(desk: Desk) -> None:
    open_screens(desk)
    warm_up()
    figures = desk.app.world.cache.statistics
    before = figures()["statistics"]
    assert before.entries
    no_fault(draw("dashboard"))
    after = figures()["statistics"]
    assert after.hits > before.hits
    assert after.misses == before.misses
