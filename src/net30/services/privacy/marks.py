"""Marks: who was erased, and when, by ids alone; they lie with the files, not in the database.

A database that is put back from a backup has the person again: the marks say whom to erase anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from net30.ports.blobs import Blobs

CUSTOMERS = "erased/"
CONTACTS = "erased-contacts/"
"""Of companies of which only the contact was erased."""
MEMBERS = "erased-members/"
FOLDERS = (CUSTOMERS, CONTACTS, MEMBERS)

Marks = Mapping[str, str]
"""The names of marks and when the erasing was, in ISO form; "" where that is not known."""


def put_mark(blobs: Blobs, organisation: str, name: str, at: datetime) -> None:
    """Write that somebody was erased."""
    blobs.put(organisation, name, at.isoformat().encode())


def marks_of(blobs: Blobs, organisation: str) -> Marks:
    """Return an organisation's marks."""
    return {
        name: blobs.get(organisation, name).decode()
        for folder in FOLDERS
        for name in blobs.names(organisation, folder)
    }


def joined(*each: Mapping[str, Marks]) -> dict[str, dict[str, str]]:
    """Return the marks of several sources by organisation, of each the latest."""
    found: dict[str, dict[str, str]] = {}
    for source in each:
        for organisation, marks in source.items():
            known = found.setdefault(organisation, {})
            for name, at in marks.items():
                known[name] = max(known.get(name, ""), at)
    return found
