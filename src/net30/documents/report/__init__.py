"""Report: sentences and tables on paper or a web page; whoever makes one has finished strings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in finished strings; without a header it is a list. `right` marks the figures."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section."""

    heading: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG of our own drawing (charts/svg.py), and what it shows in words."""

    svg: str
    alt: str


Block = str | Heading | Grid | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is reported: title, whose figures they are, the day, and the blocks one below another.

    `language` and `direction` are those the blocks are written in.
    """

    title: str
    seller: str
    day: str
    language: str
    direction: str
    blocks: tuple[Block, ...]

    @property
    def rows(self) -> int:
        """Return how many rows all tables have together."""
        return sum(len(block.rows) for block in self.blocks if isinstance(block, Grid))
