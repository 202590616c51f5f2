"""Application: the screens as one ASGI application: the guard, the pages around, Streamlit."""

from __future__ import annotations

import json
import logging
import threading
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from copy import deepcopy
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp
from streamlit.web import bootstrap

from net30.domain.identity.principal import Principal
from net30.kernel.errors import Forbidden
from net30.kernel.plugins import load
from net30.ui.compressed_files import CompressedFiles
from net30.ui.dressed import language_asked
from net30.ui.guard import Guard
from net30.ui.office import Office, open_office
from net30.ui.signed_out import signed_out
from net30.ui.words import USUAL, Words

log = logging.getLogger("net30.ui")
FOLDER = Path(__file__).parent
SCRIPT = FOLDER / "main.py"
UPLOAD_MEGABYTES_MAX = 50
OPTIONS: dict[str, Any] = {  # Any: the kinds of values that Streamlit's options have
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
    "logger.hideWelcomeMessage": True,
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,  # it costs more than most screens do; Python collects by itself
    "server.enableAgentApi": False,
    "server.enableStaticServing": True,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": UPLOAD_MEGABYTES_MAX,
}


def reached_at(public_url: str) -> dict[str, str]:
    """Return what tells Streamlit where browsers come from, also where a proxy changes the Host.

    Without it Streamlit takes no websocket of theirs, and asks a server elsewhere for its address.
    """
    host = urlsplit(public_url).hostname
    return {"browser.serverAddress": host} if host else {}


def create_screens(office: Office) -> ASGIApp:
    """Return the screens of an office; one of them in a process, as Streamlit has it."""
    open_office(office)
    # Streamlit changes what it is given: the theme stays as it is read.
    settings = office.app.settings
    options = OPTIONS | chosen(settings.theme) | reached_at(settings.public_url)
    bootstrap.load_config_options(deepcopy(options))
    streamlit = st.App(
        SCRIPT,
        routes=[
            Route("/manifest.webmanifest", _manifest),
            Route("/sw.js", _script),
            Route("/app.js", _script),
            Route("/look.css", _style),
            Route("/right-to-left.css", _style),
            Route("/offline", _offline),
        ],
        on_script_error=_on_crash,
        lifespan=_warmed,
    )
    return Guard(CompressedFiles(streamlit), office.visitor, partial(_at_once, office))


def _at_once(office: Office, principal: Principal, language: str) -> Iterator[str]:
    """Yield what the first screen shows before its program runs."""
    room = load("net30.ui.first_screen", "at_once", extra="ui")  # it needs this file first
    yield from room.at_once(office, principal, language)


@asynccontextmanager
async def _warmed(_screens: object) -> AsyncIterator[None]:
    """Load what the pages need beside the serving, so that the port answers meanwhile."""
    warming = load("net30.ui", "warming", extra="ui")  # its pages need this file first
    threading.Thread(target=warming.warm_up, name="warming", daemon=True).start()
    yield


def _on_crash(error: Exception) -> bool:
    """Tell a fault of ours without its inside, which is for the log.

    A part that draws itself anew after the session has ended is no fault.
    """
    if isinstance(error, Forbidden):
        signed_out(st.session_state.visit.t)
        return True
    log.error("a screen failed", exc_info=error)
    t = Words(str(st.session_state.get("language", USUAL)))
    st.error(
        t(
            "This page has a fault. What you saved is safe. Load it again; if it happens again, "
            "the log of the server says why."
        ),
        icon=":material/error:",
    )
    return True


def chosen(kind: str) -> dict[str, Any]:  # Any: the same
    """Return the theme's options: as the system has it, or always light or dark."""
    if kind == "auto":
        return theme()
    plain = {name: value for name, value in theme().items() if name.count(".") == 1}
    own = f"theme.{kind}."
    fixed = {
        f"theme.{name.removeprefix(own)}": value
        for name, value in theme().items()
        if name.startswith(own)
    }
    return plain | fixed | {"theme.base": kind}


@cache
def theme() -> dict[str, Any]:  # Any: the same
    """Return how the screens look, as Streamlit's options by their dotted names."""
    found = tomllib.loads((FOLDER / "theme.toml").read_text(encoding="utf-8"))
    return dict(_flat("theme", found["theme"]))


def _flat(name: str, table: dict[str, Any]) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for key, value in table.items():
        path = f"{name}.{key}"
        rows += _flat(path, value) if isinstance(value, dict) else [(path, value)]
    return rows


def _words(request: Request) -> Words:
    return Words(language_asked(request.headers))


def _manifest(request: Request) -> Response:
    t = _words(request)
    icons = [
        {
            "src": f"/app/static/icon-{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    told = {
        "id": "/",
        "name": "net30",
        "short_name": "net30",
        "description": t("Writes invoices and knows when they will be paid."),
        "lang": t.language,
        "dir": t.direction,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0f766e",
        "icons": icons,
    }
    return Response(json.dumps(told, ensure_ascii=False), media_type="application/manifest+json")


def _script(request: Request) -> Response:
    """Serve the worker or the line that registers it; from the top, so that it sees all pages."""
    text = (files("net30.ui") / "installed" / request.url.path.lstrip("/")).read_text("utf-8")
    t = _words(request)
    lost = (
        t("The connection is lost"),
        t("This page comes back by itself, with what you have typed. What you saved is safe."),
    )
    text = text.replace("{lost}", json.dumps(lost), 1)
    return Response(text, media_type="text/javascript", headers={"cache-control": "no-cache"})


def _style(request: Request) -> Response:
    """Serve what changes where a language runs from the right; Streamlit serves no styles."""
    text = (files("net30.ui") / "installed" / request.url.path.lstrip("/")).read_text("utf-8")
    return Response(text, media_type="text/css", headers={"cache-control": "no-cache"})


def _offline(request: Request) -> Response:
    t = _words(request)
    page = (files("net30.ui") / "installed" / "offline.html").read_text("utf-8")
    marks = {
        "lang": t.language,
        "direction": t.direction,
        "title": t("You are offline"),
        "text": t("net30 needs the network to show your books. Nothing that you saved is lost."),
        "again": t("Try again"),
    }
    for name, text in marks.items():
        page = page.replace("{" + name + "}", text)
    return Response(page, media_type="text/html")
