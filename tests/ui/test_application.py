"""The application around the screens: what is served beside them, and how they look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from streamlit.web import bootstrap
from streamlit.web.server.server_util import is_url_from_allowed_origins

from net30.kernel.errors import ConfigurationError
from net30.ui import office
from net30.ui.application import OPTIONS, SCRIPT, chosen, create_screens, reached_at, theme
from net30.ui.office import Office, the_office
from net30.ui.pieces import cards
from tests.desk import Desk
from tests.ui.screens import draw, no_fault, open_screens, said


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    keeper = open_screens(desk, None)
    draw("dashboard")  # a page drawn in a test leaves no Streamlit behind: a process has one
    screens = create_screens(Office(app=desk.app, visitor=keeper, poke=keeper.poked.append))
    yield TestClient(screens, follow_redirects=False)
    draw("dashboard")


def test_what_makes_the_screens_an_application_is_open_to_all_and_nothing_else(
    client: TestClient,
) -> None:
    told = client.get("/manifest.webmanifest", headers={"accept-language": "fr-CI"}).json()
    assert (told["lang"], told["start_url"]) == ("fr", "/")
    assert {one["sizes"] for one in told["icons"]} == {"192x192", "512x512"}
    for path in ("/sw.js", "/app.js"):
        answer = client.get(path)
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "no-cache", "a new release is found at once"
    page = client.get("/offline", headers={"accept": "text/html"}).text
    assert "Nothing that you saved is lost." in page
    assert "{title}" not in page
    assert 'lang="fr"' in client.get("/offline", headers={"accept-language": "fr"}).text
    assert client.get("/", headers={"accept": "text/html"}).status_code == 303


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_a_house_may_be_light_or_dark_only(kind: str) -> None:
    fixed = chosen(kind)
    assert fixed["theme.base"] == kind
    assert fixed["theme.primaryColor"] == theme()[f"theme.{kind}.primaryColor"]
    assert not any(name.startswith(("theme.light.", "theme.dark.")) for name in fixed)


def test_usually_the_browser_decides() -> None:
    assert chosen("auto") == theme()


def test_pages_of_the_public_address_have_their_websocket_whatever_host_a_proxy_names() -> None:
    bootstrap.load_config_options(OPTIONS | reached_at("https://books.example"))
    assert is_url_from_allowed_origins("https://books.example")
    assert reached_at("") == {}


def test_screens_do_not_run_by_themselves(desk: Desk) -> None:
    open_screens(desk)
    kept = the_office()
    office._open.clear()  # noqa: SLF001 - as in a process where nobody opened one
    with pytest.raises(ConfigurationError, match="by themselves"):
        the_office()
    office.open_office(kept)


def test_the_script_shows_the_first_screen(desk: Desk) -> None:
    open_screens(desk)
    screen = no_fault(AppTest.from_file(SCRIPT, default_timeout=60).run())
    assert screen.title[0].value == "Dashboard"
    assert "Lagune Conseil SARL as of" in said(screen)


def test_the_script_shows_nothing_to_strangers(desk: Desk) -> None:
    open_screens(desk, None)
    screen = no_fault(AppTest.from_file(SCRIPT, default_timeout=60).run())
    assert screen.title[0].value == "Your session has ended."


def test_a_language_is_chosen_and_kept(desk: Desk) -> None:
    open_screens(desk)
    screen = no_fault(AppTest.from_file(SCRIPT, default_timeout=60).run())
    screen = no_fault(screen.segmented_control(key="language_wanted").set_value("fr").run())
    assert screen.title[0].value == "Tableau de bord"


def test_a_table_is_taken_away_as_text_that_no_spreadsheet_runs() -> None:
    made = cards.csv_of({"Customer": ["Acme", "=HYPERLINK()"], "Open": ["1,180", "-5"]})
    assert made.decode("utf-8-sig").splitlines() == [
        '"Customer","Open"',
        '"Acme","1,180"',
        '"\'=HYPERLINK()","\'-5"',
    ]


def test_a_chart_is_shown_as_its_table(desk: Desk) -> None:
    open_screens(desk)
    screen = no_fault(AppTest.from_file(SCRIPT, default_timeout=60).run())
    for name in ("statuses", "ageing"):
        screen.segmented_control(key=f"{name}_view").set_value("table")
    screen = no_fault(screen.run())
    shown = "".join(str(one.value) for one in screen.dataframe)
    assert "23,600" in shown
