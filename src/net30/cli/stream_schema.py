"""The JSON schemas of what goes out by the stream, from the very classes that are told."""

from __future__ import annotations

from net30.api.description.shapes import Definitions, Schema, shape_of
from net30.domain.personal import PERSONAL_TEXTS
from net30.domain.topics import NEEDS, topic_of
from net30.services.predicted_invoices import PredictedInvoice
from net30.services.streaming.messages import MADE, SCHEMA_VERSION, WITHDRAWN

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string"}
_TIME: Schema = {"type": "string", "format": "date-time"}


def schema_of(topic: str) -> Schema:
    """Return the JSON schema of the messages of a topic: events or predictions."""
    return _events() if topic == "events" else _predictions()


def _events() -> Schema:
    known: Definitions = {}
    each = [_event(kind, known) for kind in NEEDS]
    return _document("What happened in the books", each, known)


def _predictions() -> Schema:
    known: Definitions = {}
    made = _body(MADE, shape_of(PredictedInvoice, known))
    made["properties"] |= {"as_of": {"type": "string", "format": "date"}, "model": _TEXT}
    made["required"] = list(made["properties"])
    gone: Schema = {
        "type": "object",
        "properties": {"invoice_id": _TEXT},
        "required": ["invoice_id"],
    }
    return _document("When open invoices will be paid", [made, _body(WITHDRAWN, gone)], known)


def _event(kind: type, known: Definitions) -> Schema:
    shape_of(kind, known)
    schema = known[kind.__name__]
    schema["properties"].pop("name", None)
    # Personal texts come only where the installation says so.
    optional = PERSONAL_TEXTS.get(kind, ())
    schema["required"] = [name for name in schema["properties"] if name not in optional]
    body = _body(topic_of(kind), {"$ref": f"#/components/schemas/{kind.__name__}"})
    body["properties"]["sequence"] = {"type": "integer"}
    body["required"] = list(body["properties"])
    return body


def _body(kind: str, said: Schema) -> Schema:
    properties: Schema = {
        "type": {"const": kind},
        "timestamp": _TIME,
        "organisation": _TEXT,
        "data": said,
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _document(title: str, each: list[Schema], known: Definitions) -> Schema:
    return {
        "$schema": _DIALECT,
        "title": title,
        "version": SCHEMA_VERSION,
        "oneOf": each,
        "components": {"schemas": known},
    }
