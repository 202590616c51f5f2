"""Keeping: which backups stay when a new one is whole, and whom no older one may bring back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from net30.kernel.errors import InputError
from net30.ports.backups import BackupPlace
from net30.services.backups.make_backup import made_at_of
from net30.services.privacy.marks import Marks, joined, marks_of
from net30.services.world import World

ERASED = "erased.json"
"""Beside the backups: who was erased, by ids alone; a restore erases them anew."""
FORM = "net30-erased/1"


@dataclass(frozen=True, slots=True)
class Rule:
    """How many backups stay: the latest ones, and the latest of each of so many weeks."""

    latest: int
    weeks: int = 0


def superfluous(names: Iterable[str], rule: Rule) -> tuple[str, ...]:
    """Return the backups that a rule lets go."""
    newest_first = sorted(names, reverse=True)
    kept = set(newest_first[: rule.latest])
    weeks: dict[tuple[int, int], str] = {}
    for name in newest_first:
        year, week, _ = made_at_of(name).isocalendar()
        weeks.setdefault((year, week), name)
    kept |= set(list(weeks.values())[: rule.weeks])
    return tuple(sorted(set(newest_first) - kept))


def keep_only(place: BackupPlace, rule: Rule) -> tuple[str, ...]:
    """Remove the backups that a rule lets go, and return their names."""
    names = superfluous((one.name for one in place.kept()), rule)
    for name in names:
        place.remove(name)
    return names


def keep_marks(place: BackupPlace, world: World) -> None:
    """Write beside the backups who was erased by now; nobody is ever taken off that list."""
    before = place.noted(ERASED)
    known = read_marks(before) if before else {}
    now = {one: marks_of(world.blobs, one) for one in world.store.organisations()}
    marks = joined(known, now)
    if marks != known or not before:
        place.note(ERASED, write_marks(marks))


def write_marks(marks: Mapping[str, Marks]) -> bytes:
    """Return the marks as their file."""
    return json.dumps({"form": FORM, "marks": marks}, indent=1, sort_keys=True).encode() + b"\n"


def read_marks(content: bytes) -> dict[str, dict[str, str]]:
    """Return the marks of a file; raise InputError for what is none."""
    try:
        told = json.loads(content)
        by_form = {told["form"]: told["marks"]}
        return {
            str(organisation): {str(name): str(at) for name, at in marks.items()}
            for organisation, marks in by_form[FORM].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"{ERASED} beside the backups cannot be read",
            hint="it says who was erased: put it back as it was, from a copy of that place",
            code="erased_list",
        ) from error
