"""Chromium at a served portal; skipped where the machine has none."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright
from starlette.types import ASGIApp, Receive, Scope, Send

from net30.api.serving import bound, recognised
from net30.portal.application import create_portal
from tests.portal.visitors import Portal

PROGRAM = os.environ.get("CHROMIUM", "") or shutil.which("chromium") or ""
needs_chromium = pytest.mark.skipif(not PROGRAM, reason="no chromium on this machine")
START_SECONDS = 60.0


@contextmanager
def chromium() -> Iterator[Browser]:
    """Lend a browser; it runs as whoever runs the tests, so its own sandbox is left out."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def served(portal: Portal) -> Iterator[str]:
    """Serve a portal's pages to a real browser and lend their address.

    Each request comes from an address of its own: what is counted by address is tested elsewhere.
    """
    with bound("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        app = portal.desk.app
        app = replace(app, settings=replace(app.settings, port=port))
        pages = create_portal(app, lambda secret, of: recognised(app, secret, of))
        config = uvicorn.Config(_from_anywhere(pages), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        until = time.monotonic() + START_SECONDS
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        yield f"http://localhost:{port}"
        server.should_exit = True
        thread.join()


def _from_anywhere(app: ASGIApp) -> ASGIApp:
    numbers = count()

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        at = next(numbers)
        scope["client"] = (f"10.{at // 62500 % 250}.{at // 250 % 250}.{at % 250}", 1)
        await app(scope, receive, send)

    return served
