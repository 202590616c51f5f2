"""What stands in the first screen's page before any program runs: whose, and which figures."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest

from net30.domain.identity.roles import Permission, Role, permissions_of
from net30.services.create_organisation import save_organisation
from net30.services.workplace.tour import STEPS, end_tour
from net30.ui.first_screen.at_once import at_once
from net30.ui.office import the_office
from tests.desk import Desk, open_desk
from tests.ui.screens import draw, open_screens

VALUE = re.compile(r'<div class="tile-value">([^<]*)</div>')


def _shown(desk: Desk, role: Role = Role.OWNER, language: str = "en") -> list[str]:
    keeper = open_screens(desk, role)
    principal = keeper("", "")
    assert principal
    return list(at_once(the_office(), principal, language))


@pytest.mark.parametrize("role", list(Role))
def test_figures_are_shown_to_who_may_see_them_and_nothing_to_others(
    desk: Desk, role: Role
) -> None:
    shown = _shown(desk, role)
    may = Permission.FIGURES_READ in permissions_of(role)
    assert bool(shown) == may
    assert len(VALUE.findall("".join(shown))) == (8 if may else 0)


def test_the_figures_are_those_of_the_page_itself(desk: Desk) -> None:
    heading, figures = _shown(desk)
    assert "<h1>Dashboard</h1>" in heading
    drawn = "".join(str(one.proto.body) for one in draw("dashboard").get("html"))
    assert VALUE.findall(figures) == VALUE.findall(drawn)
    assert "Lagune Conseil SARL as of 21 Nov 2026, read at 09:00:00" in figures


def test_the_first_steps_stand_there_until_they_are_put_away(desk: Desk) -> None:
    steps = re.findall(r'<a href="/(\w+)">', "".join(_shown(desk)))
    assert steps == ["invoices" if one == "invoice" else one for one in STEPS]
    with desk.app.change("awa") as ctx:
        end_tour(ctx)
    assert "<nav>" not in "".join(_shown(desk))


def test_it_speaks_the_language_and_repeats_names_as_text_only(desk: Desk) -> None:
    hostile = "<img src=x onerror=alert(1)> & Fils"
    with desk.app.change() as ctx:
        party = replace(ctx.company.party, name=hostile)
        save_organisation(ctx, replace(ctx.company, party=party))
    heading, figures = _shown(desk, language="fr")
    assert "<h1>Tableau de bord</h1>" in heading
    assert "<img" not in figures
    assert escape(hostile) in figures


def test_empty_books_have_a_heading_only(tmp_path: Path) -> None:
    empty = open_desk(tmp_path)
    assert _shown(empty)[1:] == [""]
    empty.app.close()


def test_a_house_that_is_always_dark_is_so_from_the_first_moment(tmp_path: Path) -> None:
    dark = open_desk(tmp_path, theme="dark")
    assert "color-scheme:dark;" in _shown(dark)[0]
    dark.app.close()
