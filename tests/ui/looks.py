"""Looks: what a page is asked in the browser: what sticks out, overlaps, or is no word."""

from __future__ import annotations

TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth ? ["scrolls sideways"] : []"""
SEEN = """
  const scrolls = one => { for (let at = one; at && at !== document.body; at = at.parentElement)
    if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth)
      return true; return false; };
  const seen = choice => [...document.querySelectorAll(choice)].filter(one => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    return box.width > 2 && box.height > 2 && style.visibility !== "hidden" &&
      style.opacity !== "0" && !scrolls(one) &&
      !one.closest("[data-testid=stDataFrame], details:not([open])"); });
"""
CLIPPED = (
    "() => {"
    + SEEN
    + """
  return seen("[data-testid=stMain] :is(h1,h2,h3,p,label,button,.tile-value,.tile-label," +
    "[data-testid=stMetricLabel] *,[data-testid=stMetricValue] *)")
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 ||
      (getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 2 &&
        one.innerText.trim()))
    .map(one => "clipped: " + one.tagName + " " + one.innerText.slice(0, 60)); }"""
)
OVERLAPPING = (
    "() => {"
    + SEEN
    + """
  const all = seen("[data-testid=stMain] :is(h1,h2,button,input,textarea,.tile)");
  const boxes = all.map(one => one.getBoundingClientRect()), found = [];
  for (let a = 0; a < all.length; a++) for (let b = a + 1; b < all.length; b++) {
    if (all[a].contains(all[b]) || all[b].contains(all[a])) continue;
    const wide = Math.min(boxes[a].right, boxes[b].right) - Math.max(boxes[a].left, boxes[b].left);
    const high = Math.min(boxes[a].bottom, boxes[b].bottom) - Math.max(boxes[a].top, boxes[b].top);
    if (wide > 3 && high > 3 && all[a].parentElement !== all[b].parentElement)
      found.push([all[a], all[b]].map(one => one.outerHTML.slice(0, 80)).join(" overlaps "));
  } return found; }"""
)
CODES = (
    "() => {"
    + SEEN
    + """
  const code = /\\b[a-z][a-z0-9]*(_[a-z0-9]+)+\\b/, main = "[data-testid=stMain]";
  const own = one => [...one.childNodes].filter(part => part.nodeType === 3)
    .map(part => part.textContent).join(" ");
  return seen(main + " :is(h1,h2,h3,p,label,span,li,td), " + main + " svg text")
    .filter(one => !one.closest("[data-testid=stIconMaterial]"))  // a sign's name is its text
    .map(own).filter(text => code.test(text))
    .map(text => "no word: " + text.slice(0, 60)); }"""
)
"""What the programs call something, where people read words."""
