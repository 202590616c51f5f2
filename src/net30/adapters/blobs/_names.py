"""Names of blobs: what every place takes, so that none can leave its organisation's own part."""

from __future__ import annotations

import re

from net30.kernel.errors import InputError

NAME_CHARACTERS_MAX = 500
PART_CHARACTERS_MAX = 150

_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", re.ASCII)


def parts_of(organisation: str, name: str) -> list[str]:
    """Return the organisation and the parts of a name; raise InputError where it is none."""
    parts = [organisation, *name.split("/")]
    if len(name) > NAME_CHARACTERS_MAX or not all(map(_is_part, parts)):
        raise bad_name(name)
    return parts


def folder_of(prefix: str) -> str:
    """Return the folders that a prefix names in full, with the stroke at their end."""
    folders, stroke, _ = prefix.rpartition("/")
    return folders + stroke


def bad_name(name: str) -> InputError:
    """Return the refusal of a name."""
    return InputError(
        f"{name[:80]!r} is not a name for a file here",
        hint="use letters, digits, - _ . and /, with no part that begins with a point",
        code="blob_name",
    )


def _is_part(part: str) -> bool:
    return len(part) <= PART_CHARACTERS_MAX and _PART.fullmatch(part) is not None
