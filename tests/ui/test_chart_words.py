"""Charts of the screens say days in words, and the same figure the same on every page."""

from __future__ import annotations

import pytest

from net30.domain.identity.roles import Role, permissions_of
from net30.services.identity.noted import at_this_machine
from net30.ui.analytics_charts import forecast_chart
from net30.ui.first_screen.board import read_board
from net30.ui.first_screen.board_cards import cash_chart
from net30.ui.learning.delays_chart import stretch_name
from net30.ui.learning.which_model import model_called
from net30.ui.office import the_office
from net30.ui.visit import Visit
from net30.ui.words import Words
from tests.desk import Desk
from tests.ui.screens import open_screens


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        (None, -21, "21 or more early"),
        (None, 3, "up to 3 late"),
        (-20, -10, "20–10 early"),
        (-2, 5, "2 early to 5 late"),
        (6, 14, "6–14 late"),
        (31, None, "over 30 late"),
    ],
)
def test_days_before_the_due_date_are_early_and_not_negative(
    first: int | None, last: int | None, name: str
) -> None:
    assert stretch_name(Words("en"), first, last) == name


def test_the_dashboard_and_the_analytics_draw_the_same_cash(shelf: Desk) -> None:
    open_screens(shelf)
    office, owner = the_office(), at_this_machine(shelf.app.organisation)
    assert owner.permissions == permissions_of(Role.OWNER)
    visit = Visit(office=office, app=office.app.on_behalf_of(owner), principal=owner, t=Words("en"))
    standing = read_board(visit).standings[0]
    assert standing.cash
    first = cash_chart(visit, standing)
    assert first
    assert first.series[0].labels == forecast_chart(visit, standing.cash).series[0].labels


def test_a_model_named_in_short_is_called_as_people_call_it() -> None:
    assert model_called(Words("en"), "default v1") == "the model that comes with net30"
    assert model_called(Words("en"), "payments v2") == "your model v2"
