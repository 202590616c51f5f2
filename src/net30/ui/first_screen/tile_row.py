"""Tile row: figures side by side, as plain HTML: there before any chart's program is loaded.

Streamlit's own tiles bring a chart program of a megabyte for their small courses, and stand empty
until it and every other chart of the page has been started.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from net30.ui.application import theme

WIDTH, HEIGHT = 100.0, 26.0
"""The course's own units; it is stretched to the tile's width."""
RISES, FALLS = "normal", "inverse"
"""Where a figure should go: up, or down."""
COLOURS = {
    "accent": "linkColor",
    "bad": "redTextColor",
    "edge": "borderColor",
    "faint": "grayTextColor",
    "good": "greenTextColor",
    "hint": "secondaryBackgroundColor",
}
"""What look.css calls the theme's colours."""
SIGNS = "+-\N{MINUS SIGN}"
NOT_PLACED = str.maketrans("", "", "\N{LEFT-TO-RIGHT MARK}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure with its label and key; `course` are its months, `better` where it should go.

    `meaning` says what the figure is.
    """

    called: tuple[str, str]
    value: str
    better: str = RISES
    course: Sequence[float | None] = ()
    change: float | None = None
    change_text: str = ""
    note: str = ""
    meaning: str = ""


def tile_row(tiles: Sequence[Tile]) -> None:
    """Show figures side by side."""
    kind = str(st.context.theme.type or "light")
    st.html(tiles_as_html(tiles, kind))


def tiles_as_html(tiles: Sequence[Tile], kind: str) -> str:
    """Return figures as HTML for the light or the dark screen, or for either ("")."""
    colours = ";".join(f"--{name}:{colour(of, kind)}" for name, of in COLOURS.items())
    shown = "".join(_tile(one) for one in tiles)
    return f'<div class="tiles-room"><div class="tiles" style="{colours}">{shown}</div></div>'


def colour(name: str, kind: str) -> str:
    """Return a colour of the light or the dark theme; of both ("") as the browser chooses.

    >>> colour("textColor", "light"), colour("textColor", "")
    ('#0b1412', 'light-dark(#0b1412, #e7eeec)')
    """
    if kind:
        return str(theme()[f"theme.{kind}.{name}"])
    return f"light-dark({colour(name, 'light')}, {colour(name, 'dark')})"


def _tile(tile: Tile) -> str:
    label, key = tile.called
    meaning = escape(tile.meaning)
    hint = (
        f'<span class="tile-hint" role="img" tabindex="0" aria-label="{meaning}">i'
        f'<span class="tile-meaning">{meaning}</span></span>'
        if meaning
        else ""
    )
    note = f'<span class="tile-note">{escape(tile.note)}</span>' if tile.note else ""
    return (
        f'<section class="tile" data-figure="{escape(key)}" aria-label="{escape(label)}">'
        f'<div class="tile-label">{escape(label)}{hint}</div>'
        f'<div class="tile-value">{escape(_breaking(tile.value))}</div>'
        f'<div class="tile-below">{_change(tile)}{note}</div>'
        f"{_course(tile.course)}</section>"
    )


def _breaking(value: str) -> str:
    """Let a long amount break before its currency, which stands after the last fixed space."""
    amount, _, currency = value.rpartition("\N{NO-BREAK SPACE}")
    return f"{amount} {currency}" if amount else value


def _change(tile: Tile) -> str:
    if tile.change is None:
        return ""
    if not tile.change:
        return '<span class="tile-change" dir="ltr">±0</span>'
    risen = tile.change > 0
    mood = "good" if risen == (tile.better == RISES) else "bad"
    arrow = "↑" if risen else "↓"
    text = escape(tile.change_text.translate(NOT_PLACED).lstrip(SIGNS))
    return f'<span class="tile-change tile-{mood}" dir="ltr">{arrow} {text}</span>'


def _course(course: Sequence[float | None]) -> str:
    """Draw the months as a line over its area; nothing for fewer than two."""
    values = [value for value in course if value is not None]
    if len(values) < 2:  # noqa: PLR2004 - a line has two ends
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = WIDTH / (len(values) - 1)
    points = " ".join(
        f"{at * step:.1f},{2 + (HEIGHT - 4) * (1 - (value - low) / span):.1f}"
        for at, value in enumerate(values)
    )
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" '
        'preserveAspectRatio="none">'
        f'<polygon opacity=".13" points="0,{HEIGHT:.0f} {points} {WIDTH:.0f},{HEIGHT:.0f}"/>'
        '<polyline fill="none" stroke="#000" stroke-width="1.5" '
        f'vector-effect="non-scaling-stroke" points="{points}"/></svg>'
    )
    # Streamlit takes drawings out of HTML, but not pictures of it: one is cut out of the accent.
    picture = b64encode(drawn.encode()).decode()
    return (
        '<div class="tile-course" '
        f"style=\"mask-image:url('data:image/svg+xml;base64,{picture}')\"></div>"
    )
