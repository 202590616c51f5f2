"""Tracing: how a request went on its way through several programs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol


class Span(Protocol):
    """One step of the way."""

    def end(self, name: str, facts: Mapping[str, str | int], *, failed: bool) -> None:
        """Name the step and say how it went."""
        ...


class Tracer(Protocol):
    """Keeps the steps, and tells a collector of them."""

    def step(self, before: Mapping[str, str] | None) -> AbstractContextManager[Span]:
        """Open a step; `before` are the headers by which another program's step is known.

        None is for work that nobody waits for.
        """
        ...
