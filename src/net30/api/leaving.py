"""Leaving: this process was told to stop, so what would go on for long ends now."""

from __future__ import annotations

from threading import Event

_told = Event()


def leave() -> None:
    """Say that the process was told to stop."""
    _told.set()


def stay() -> None:
    """Say that the process begins to serve."""
    _told.clear()


def is_leaving() -> bool:
    """Tell whether the process was told to stop."""
    return _told.is_set()
