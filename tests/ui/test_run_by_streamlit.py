"""`streamlit run` on the composition, and the seed documents' way to the screens."""

from __future__ import annotations

import runpy
import sys
import webbrowser
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.web.server.app_discovery import discover_asgi_app

import net30.asgi
from net30.analytics_dashboard import InvoiceAnalytics, _Opened
from net30.app import open_app
from net30.kernel.errors import ConfigurationError
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.create_owner import create_owner
from net30.services.identity.log_in import SignIn, log_in
from net30.settings import Settings
from tests.desk import Desk

PASSWORD = "horse battery staple"
HTML = {"accept": "text/html"}


def signed_in(home: Path) -> str:
    """The secret of a session of the first owner."""
    app = open_app(Settings(home=home))
    accounts, now = app.world.accounts, app.clock()
    email = "awa@lagune.example"
    link = create_owner(accounts, app.organisation, now)
    accept_link(accounts, app.passwords, Accepted(secret=link, password=PASSWORD, email=email), now)
    attempt = SignIn(email=email, password=PASSWORD, source="10.0.0.1")
    secret = log_in(accounts, app.passwords, attempt, now).secret
    app.close()
    return secret


def test_streamlit_serves_the_screens_to_who_has_signed_in_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = signed_in(tmp_path)
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    file = Path(net30.asgi.__file__)
    found = discover_asgi_app(file)
    assert found.import_string == "asgi:app"
    monkeypatch.syspath_prepend(str(file.parent))  # as `streamlit run` does
    app = runpy.run_path(str(file), run_name="asgi")["app"]
    assert str(file.parent) not in sys.path
    browser = TestClient(app, follow_redirects=False)
    for path in ("/", "/_stcore/health"):
        refused = browser.get(path, headers=HTML)
        assert refused.headers["location"].startswith("/login")
    assert browser.get("/api/v1/invoices").status_code == 401
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/_stcore/stream"):
        pass
    browser.cookies["net30_session"] = secret
    assert browser.get("/health").json() == {"status": "ok"}
    assert browser.get("/app/static/mark.svg").status_code == 200
    app.state.stack.close()


def test_streamlit_serves_nothing_while_nobody_could_sign_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match="no owner yet"), ExitStack() as stack:
        net30.asgi.run_by_streamlit(stack)


def test_a_streamlit_script_cannot_serve_the_screens_itself(desk: Desk) -> None:
    refused: list[ConfigurationError] = []

    def script() -> None:
        try:
            InvoiceAnalytics(desk.app).create_streamlit_dashboard()
        except ConfigurationError as error:
            refused.append(error)

    thread = Thread(target=script)
    thread.start()
    thread.join()
    assert "plain Python program" in refused[0].hint


def test_a_browser_is_opened_once_with_the_owners_link_the_first_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(webbrowser, "open", seen.append)
    for first in (True, False):
        opened = _Opened(first=first)
        opened.tell("net30 serves http://127.0.0.1:8501/api/docs")
        opened.tell("  http://127.0.0.1:8501/link/SECRET")
        opened.tell("  curl http://127.0.0.1:8501/api/v1/links/accept")
    assert seen == ["http://127.0.0.1:8501/link/SECRET", "http://127.0.0.1:8501"]
    assert "curl" in capsys.readouterr().out
