"""Arguments: the typed form in which every model proposes a call, and what a call comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

from net30.kernel.money import Money

LAST = "$last"
"""The invoice that an earlier call of the same answer made."""


class Access(StrEnum):
    """What a tool may do: look, write something that can be undone, or what must be confirmed."""

    READ = "read"
    WRITE = "write"
    CONFIRM = "confirm"


class Arguments(BaseModel):
    """Arguments of a tool; unknown ones are refused, none changes after it was read."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def as_json(self) -> dict[str, object]:
        """Return the arguments that were given, amounts as decimal strings, dates as ISO."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of net30's own that each language has: table "status", name "overdue".

    `otherwise` is shown where a language has none.
    """

    table: str
    name: str
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """So much of a unit of UN/ECE Recommendation 20: 40 hours; a piece (C62) is only counted."""

    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Percent:
    """A rate in percent: 62.5."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days with one decimal."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence that each language has: table "reason", name "terms", and its values."""

    table: str
    name: str
    values: Mapping[str, Shown] = field(default_factory=dict)


Shown: TypeAlias = (
    "str | int | Decimal | date | Money | Word | Counted | Percent | Days | Clause |"
    " tuple[Money, ...] | None"
)
"""What a reply can show; each is written as the language writes it.

Amounts of several currencies stand side by side; None is a figure that cannot be known.
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What a tool did or found: which sentence tells it, with which values, and a table.

    `columns` are headers that come after the language's own, such as currencies. `parts` are told
    below: a total, a second table. `reference` is the number of the invoice it made or showed, or
    the id of the draft.
    """

    code: str
    values: Mapping[str, Shown] = field(default_factory=dict)
    rows: tuple[tuple[Shown, ...], ...] = ()
    reference: str = ""
    columns: tuple[str, ...] = ()
    parts: tuple[Result, ...] = ()
