"""ETag: the version of what was answered, so that nobody reads twice or overwrites unseen."""

from __future__ import annotations

import hashlib

from starlette.requests import Request

from net30.kernel.errors import Conflict

ANY = "*"


def tag_of(*versions: object) -> str:
    """Return the tag of a record from its versions.

    >>> tag_of(3, "overdue")
    '"3-overdue"'
    """
    return '"' + "-".join(str(version) for version in versions) + '"'


def tag_of_bytes(content: bytes) -> str:
    """Return the tag of an answer that has no version: weak, and from its bytes."""
    return f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """Tell whether the client has this very answer already (If-None-Match)."""
    given = _tags(request.headers.get("if-none-match", ""))
    return ANY in given or _bare(tag) in {_bare(one) for one in given}


def check_match(request: Request, tag: str, *, wanted: bool) -> None:
    """Raise Conflict when the client read another version (If-Match), or says none but must."""
    given = _tags(request.headers.get("if-match", ""))
    if not given and wanted:
        raise Conflict(
            "this replaces a record: say which version of it you have read",
            hint=f"send the ETag of your last GET as If-Match; it is {tag} now",
            code="precondition_required",
        )
    if given and ANY not in given and tag not in given:
        raise Conflict(
            "the record has changed since you read it",
            hint=f"read it again; its ETag is {tag} now",
            code="precondition_failed",
        )


def _tags(header: str) -> set[str]:
    return {one.strip() for one in header.split(",") if one.strip()}


def _bare(tag: str) -> str:
    return tag.removeprefix("W/")
