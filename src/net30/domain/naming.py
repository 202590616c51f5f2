"""Naming: which records an event names by their ids, so that it can be found again by each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import get_args

from net30.domain.events import Event

_ID = "_id"
NAMING_FIELDS = frozenset(
    {"covers", "interest_of", "open_items", "alerts", "invoices"}
    | {"allocations", "discounts", "taken_back"}
)
"""The fields of events that hold several ids, or what has an invoice's; one is in `..._id`."""

_NAMING: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        kind: tuple(
            field.name
            for field in fields(kind)
            if field.name.endswith(_ID) or field.name in NAMING_FIELDS
        )
        for kind in get_args(Event)
    }
)


def ids_in(event: Event) -> tuple[str, ...]:
    """Return the ids of the records that an event names, each once.

    >>> from net30.domain.events import DraftSaved
    >>> ids_in(DraftSaved(invoice_id="i1"))
    ('i1',)
    """
    found: dict[str, None] = {}
    for name in _NAMING[type(event)]:
        held = getattr(event, name)
        if isinstance(held, str):
            found[held] = None
        else:
            for one in held:
                found[one if isinstance(one, str) else one.invoice_id] = None
    found.pop("", None)
    return tuple(found)
