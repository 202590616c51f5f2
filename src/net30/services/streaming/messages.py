"""Messages: what goes out by the stream says of itself, beside its body."""

from __future__ import annotations

SCHEMA_VERSION = "1"
"""Counts up when a field goes or changes its meaning; a new field changes nothing."""
MADE, WITHDRAWN = "prediction.made", "prediction.withdrawn"
REFUSED = "fact.refused"


def headers(kind: str, message_id: str) -> dict[str, str]:
    """Return the headers of a message; who has done a message-id already passes it over."""
    return {
        "message-id": message_id,
        "type": kind,
        "schema-version": SCHEMA_VERSION,
        "content-type": "application/json",
    }
