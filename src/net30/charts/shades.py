"""Shades: the colour between two others, and the ink that can be read upon it."""

from __future__ import annotations

from collections.abc import Sequence

INKS = ("#000000", "#ffffff")
"""On every colour one of the two has a contrast of at least 4.5, as WCAG 2.2 AA asks of text."""
_LINEAR_MAX = 0.04045
_WEIGHTS = (0.2126, 0.7152, 0.0722)


def shade(shades: Sequence[str], share: float) -> str:
    """Return the colour at a share (0 to 1) of the way through several, as Plotly mixes them.

    >>> shade(("#000000", "#808080", "#ffffff"), 0.25)
    '#404040'
    """
    at = share * (len(shades) - 1)
    first = min(int(at), len(shades) - 2)
    pairs = zip(_channels(shades[first]), _channels(shades[first + 1]), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * (at - first)):02x}" for low, high in pairs)


def ink(colour: str) -> str:
    """Return black or white, whichever can be read better on a colour."""
    return max(INKS, key=lambda one: contrast(one, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio).

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [value / 255 for value in _channels(colour)]
    linear = [
        part / 12.92 if part <= _LINEAR_MAX else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip(_WEIGHTS, linear, strict=True))


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
