"""First screen: when a person sees what, by the browser's own clock, frame by frame.

Something counts as seen in the first frame in which it has a place on the screen with nothing above
it, once that frame is painted; the clock runs from the moment the address is asked for.
"""

from __future__ import annotations

import time
from typing import NamedTuple, cast

from playwright.sync_api import Browser, Page

WAIT_MS = 60_000
_WATCH = """(() => {
  const seen = (window.seen = {});
  const onTop = (one) => {
    const box = one.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return box.width > 0 && top !== null && one.contains(top);
  };
  const any = (where) => [...document.querySelectorAll(where)].some(onTop);
  const wanted = {
    heading: () => any("h1"),
    figures: () => any(".tile-value"),
    works: () => any("[data-test-script-state=notRunning] .stMain .tile-value"),
  };
  const painted = new MessageChannel();
  painted.port1.onmessage = (told) => {
    seen[told.data] = performance.timeOrigin + performance.now();
  };
  const look = () => {
    for (const name of Object.keys(wanted)) {
      if (wanted[name]()) { painted.port2.postMessage(name); delete wanted[name]; }
    }
    if (Object.keys(wanted).length) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""
_ALL = "() => ['heading', 'figures', 'works'].every((one) => window.seen?.[one])"


class Seen(NamedTuple):
    """Seconds to the page's name, to its figures, and until it can be worked with."""

    heading: float
    figures: float
    works: float


def first_screen(browser: Browser, link: str, at: str) -> tuple[Seen, Seen]:
    """Return what a browser that has kept nothing sees, and what it sees when it comes again."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    cold = _opened(page, link)
    _opened(page, at)
    warm = _opened(page, at)  # the second time it has prepared the scripts that it kept
    context.close()
    return cold, warm


def _opened(page: Page, address: str) -> Seen:
    began = time.time()
    page.goto(address, wait_until="commit")
    page.wait_for_function(_ALL, polling=50, timeout=WAIT_MS)
    seen = cast("dict[str, float]", page.evaluate("window.seen"))
    return Seen(*(seen[name] / 1000 - began for name in Seen._fields))
