"""Rows half read: a sheet's columns by their role, and which rows are still good."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from net30.kernel.findings import Severity
from net30.ledger import compute
from net30.ledger.compute import Column
from net30.ledger.faults import Faults
from net30.ledger.mapping import Mapping, Role
from net30.ledger.readers.sheet import Sheet

_CELL_CHARACTERS_SHOWN = 80
FIRST_SEEN, LAST_SEEN = 0x21, 0x7E
"""The bytes of ASCII that are seen: ! to ~."""

_UNSEEN = (
    r"[\x00-\x08\x{0B}\x{0C}\x{0E}-\x1F\x7F-\x{9F}\x{200E}\x{200F}\x{202A}-\x{202E}"
    r"\x{2066}-\x{2069}]"
)
"""Control characters and direction overrides: they could make a text look like another."""


@dataclass(slots=True)
class ClaimRows:
    """A sheet on its way to claims; `good` rows have no error so far, `done` are the results."""

    sheet: Sheet
    mapping: Mapping
    done: dict[str, Column] = field(default_factory=dict)
    good: Column = field(init=False)

    def __post_init__(self) -> None:
        """Begin with every row good."""
        self.good = self.same(value=True)
        self.done["row"] = self.sheet.rows

    def __len__(self) -> int:
        """Return how many rows there are, good or not."""
        return len(self.sheet.rows)

    @property
    def faults(self) -> Faults:
        """Return what is wrong so far."""
        return self.sheet.faults

    def same(self, value: str | bool) -> Column:  # noqa: FBT001 a cell, not a flag
        """Return a column of one value."""
        return compute.repeat(value, len(self))

    def text(self, role: Role) -> Column | None:
        """Return the cleaned texts of a role, or None when no column bears it."""
        header = self.mapping.columns.get(role)
        return None if header is None else cleaned(self.sheet.column(header))

    def words(self, role: Role) -> Column | None:
        """Return a role's texts as bare words: small letters, no accents on e, no signs."""
        texts = self.text(role)
        if texts is None:
            return None
        bare = compute.replaced(compute.lower(texts), "[éèê]", "e")
        return compute.replaced(bare, r"\(e\)|\W", "")

    def refuse(self, code: str, role: Role, wrong: Column, message: str) -> None:
        """Leave rows out because of an error; `message` may show the cell as {!r}."""
        self.note(code, role, wrong, message, Severity.ERROR)
        self.leave_out(wrong)

    def leave_out(self, where: Column) -> None:
        """Leave rows out."""
        self.good = compute.but_not(self.good, where)

    def note(
        self,
        code: str,
        role: Role,
        where: Column,
        message: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Tell of good rows that something is odd about them."""
        where = compute.both(where, self.good)
        if not compute.some(where):
            return
        header = self.mapping.columns.get(role)
        cells = self.sheet.column(header) if header else self.sheet.rows
        place = (self.sheet.rows.filter(where), role.value)
        self.faults.add_rows(code, place, _saying(message), cells.filter(where), severity)

    def say(self, code: str, role: Role, message: str) -> None:
        """Warn about a column as a whole."""
        self.faults.add(code, role.value, message, Severity.WARNING)


def cleaned(texts: Column) -> Column:
    """Return texts without blanks around them and without unseen characters."""
    if compute.only_bytes(texts, FIRST_SEEN, LAST_SEEN):
        return texts  # such as ids: neither blanks nor anything beyond ASCII
    if not compute.every(compute.printable(texts)):
        texts = compute.replaced(texts, _UNSEEN, "")
    return compute.trimmed(texts)


def is_empty(texts: Column) -> Column:
    """Return where a cell is empty."""
    return compute.equal(texts, "")


def _saying(message: str) -> Callable[[str], str]:
    return lambda cell: message.format(cell[:_CELL_CHARACTERS_SHOWN])
