"""A browser in tests: the system's Chromium before a real `net30 demo --serve`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from net30.portal.visitor import COOKIE
from tests.accounts_desk import Accounts, quick_passwords
from tests.desk import open_desk

CHROMIUM = (
    os.environ.get("CHROMIUM", "")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or ""
)
"""The system's, or the one that dev.py has found or fetched."""
MISSING = "no Chromium on this machine: apt-get install chromium"
START_SECONDS = 90
WAIT_MS = 60_000
KEPT = Path(os.environ.get("SCREENSHOTS", ""))
DRAWN = "[data-testid=stApp][data-test-script-state=notRunning]"


@dataclass(frozen=True, slots=True)
class Served:
    """A demo company that is served: its address, the link that opens it, its process."""

    at: str
    link: str
    process: int


@contextmanager
def served_demo(home: Path) -> Iterator[Served]:
    """Serve a fresh demo company until the block ends."""
    with _serving(home, ("demo", "--serve", "--port", "0"), r"(http://\S+?)/demo/\S+") as found:
        yield found


@contextmanager
def served_company(home: Path, port: int) -> Iterator[Served]:
    """Serve a home at a port until the block ends; whoever has a session is in."""
    with _serving(home, ("serve", "--port", str(port)), r"(http://\S+?)/\S*") as found:
        yield found


@contextmanager
def _serving(home: Path, words: tuple[str, ...], link: str) -> Iterator[Served]:
    log = home / "serve.log"
    surroundings = {**os.environ, "NET30_HOME": str(home / "books")}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "net30", *words], stdout=out, stderr=out, env=surroundings
        )
    try:
        yield _opened(process, log, link)
    finally:
        process.send_signal(signal.SIGINT)  # nothing where a test has killed it
        process.wait(timeout=30)


def founded_company(home: Path) -> str:
    """Found a company with the customer Acme Corp; return the secret of its owner's session."""
    desk = open_desk(home / "books")
    accounts = Accounts(desk.app.world.accounts, quick_passwords(), datetime.now(UTC))
    accounts.member(of=desk.app.organisation)
    secret = accounts.sign_in().secret
    desk.app.close()
    return secret


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _opened(process: subprocess.Popen[bytes], log: Path, link: str) -> Served:
    from time import monotonic, sleep

    until = monotonic() + START_SECONDS
    while monotonic() < until and process.poll() is None:
        found = re.search(link, log.read_text())
        if found:
            return Served(found[1], found[0], process.pid)
        sleep(0.2)
    raise AssertionError(f"it does not start: {log.read_text()}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open the system's Chromium."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Window:
    """A window of somebody who is signed in, with what went wrong in it."""

    page: Page
    at: str
    faults: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open an address and wait until it is drawn."""
        self.page.goto(self.at + path)
        self.drawn()

    def drawn(self) -> None:
        """Wait until the script has run and nothing is drawn any more."""
        self.page.wait_for_timeout(400)
        self.page.wait_for_selector(DRAWN, timeout=WAIT_MS)
        self.page.wait_for_timeout(600)

    def press(self, label: str, *, within: str = "body", last: bool = False) -> None:
        """Press the button whose text ends with a label: before it stands its sign."""
        found = self.page.locator(within).locator("button", has_text=re.compile(rf"{label}$"))
        (found.last if last else found.first).click()
        self.drawn()

    def follow(self, name: str) -> None:
        """Go to a page by the navigation."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
        self.drawn()

    def text(self) -> str:
        """Return what the page says."""
        return self.page.locator("body").inner_text()

    def keep(self, name: str) -> None:
        """Keep a picture, where a folder for them is named."""
        if KEPT.name:
            KEPT.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=KEPT / f"{name}.png")


def window(context: BrowserContext, served: Served) -> Window:
    """Return a window that is signed in as the demo's owner."""
    found = _watched(context, served)
    found.page.goto(served.link)
    found.drawn()
    return found


def signed_in(context: BrowserContext, served: Served, secret: str) -> Window:
    """Return a window of whoever has a session, with no page in it yet."""
    context.add_cookies([{"name": COOKIE, "value": secret, "url": served.at}])
    return _watched(context, served)


def _watched(context: BrowserContext, served: Served) -> Window:
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    found = Window(page, served.at)
    page.on(
        "console",
        lambda said: found.faults.append(said.text) if said.type == "error" else None,
    )
    page.on("pageerror", lambda error: found.faults.append(str(error)))
    page.on("request", lambda asked: _note_stranger(found, asked.url))
    return found


def _note_stranger(found: Window, url: str) -> None:
    own = (found.at, found.at.replace("http://", "ws://"), "data:", "blob:")
    if not url.startswith(own):
        found.strangers.append(url)
