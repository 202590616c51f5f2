"""Personal texts: what events say of people, which must be erasable though no event is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import get_args

from net30.domain.events import Event

ERASED = "[erased]"
"""What stands where a personal text was, once its key is gone."""

# A mail address of somebody, or free text that somebody wrote about a customer.
_NAMES = frozenset({"to", "text", "reason"})

PERSONAL_TEXTS: Mapping[type, tuple[str, ...]] = MappingProxyType(
    {
        kind: names
        for kind in get_args(Event)
        if (names := tuple(field.name for field in fields(kind) if field.name in _NAMES))
    }
)
"""The fields of each event that hold one; the store seals them, each with a key of its own."""


def personal_texts(event: Event) -> dict[str, str]:
    """Return the personal texts of an event by the field's name, without the empty ones."""
    found = {name: str(getattr(event, name)) for name in PERSONAL_TEXTS.get(type(event), ())}
    return {name: text for name, text in found.items() if text}
