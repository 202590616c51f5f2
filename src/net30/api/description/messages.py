"""Messages: what webhooks are told, as the OpenAPI document's own `webhooks`."""

from __future__ import annotations

from net30.api.description.shapes import Definitions, Schema, shape_of
from net30.domain.topics import NEEDS, topic_of

_TEXT: Schema = {"type": "string"}
_HEADERS = {
    "webhook-id": "The same at every try and replay: do each once",
    "webhook-timestamp": "Seconds since 1970; refuse what is minutes old",
    "webhook-signature": "v1, and HMAC-SHA256 of id.timestamp.body; several after a new secret",
}


def messages(known: Definitions) -> Schema:
    """Return every message that a webhook can be told; records go to the definitions."""
    return {topic_of(kind): {"post": _message(kind, known)} for kind in NEEDS}


def _message(kind: type, known: Definitions) -> Schema:
    topic = topic_of(kind)
    body = {
        "type": "object",
        "properties": {
            "type": {"const": topic},
            "timestamp": {"type": "string", "format": "date-time"},
            "organisation": _TEXT,
            "sequence": {"type": "integer", "description": "Its place in the books"},
            "data": _told(kind, known),
        },
        "required": ["type", "timestamp", "organisation", "sequence", "data"],
    }
    return {
        "operationId": f"told_{topic.replace('.', '_')}",
        "summary": (kind.__doc__ or "").partition("\n")[0].rstrip("."),
        "tags": ["webhooks"],
        "x-permissions": [NEEDS[kind].value],
        "parameters": [
            {"name": name, "in": "header", "required": True, "description": text, "schema": _TEXT}
            for name, text in _HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"2XX": {"description": "Taken; anything else is tried again"}},
    }


def _told(kind: type, known: Definitions) -> Schema:
    """Return the schema of an event without its name, which the topic says."""
    shape_of(kind, known)
    schema = known[kind.__name__]
    schema["properties"].pop("name", None)
    schema["required"] = list(schema["properties"])
    return {"$ref": f"#/components/schemas/{kind.__name__}"}
