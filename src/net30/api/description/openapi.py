"""OpenAPI: the API told to programs: OpenAPI 3.1, made from the routes themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, fields, is_dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from net30 import __version__
from net30.api.answers.problem import MEDIA_TYPE
from net30.api.answers.sparse import PARAMETER, PATTERN
from net30.api.description.messages import messages
from net30.api.description.shapes import Definitions, Schema, shape_of
from net30.api.house import House
from net30.api.idempotency import HEADER
from net30.api.resource import EVENTS, Resource, Route
from net30.api.uploads import FILE
from net30.api.uploads import MEDIA_TYPE as FORM
from net30.documents.codec import schema_of
from net30.kernel.findings import Finding

ABOUT = """\
Invoices, payments, reminders, figures and predictions of one organisation: that of the key.
Amounts are {amount, currency} with decimal strings, days are YYYY-MM-DD, lists come in pages.
Every error is problem+json (RFC 9457) with a stable code, a hint and findings by field."""

_ALWAYS = {401: "No key, or one that is not valid", 403: "The key may not do this"}
_LATER = {429: "Too many requests", 503: "Something does not answer; try again later"}
_GET = {404: "There is no such thing", 409: "Not possible now", 422: "The request does not fit"}
_BODY = {
    400: "The body is not JSON",
    413: "The body is too large",
    415: "The body has another type than JSON",
}
_MATCH = {412: "The record has changed since it was read", 428: "If-Match is missing"}
_NOT_OURS = {"HTTPValidationError", "ValidationError"}
_TEXT = {"schema": {"type": "string"}}
_FIELDS: Schema = {
    "name": PARAMETER,
    "in": "query",
    "required": False,
    "description": "Only these fields, by commas, of a list those of its rows: number,party.name. "
    "Then `required` of the answer's schema does not hold.",
    "schema": {"type": "string", "pattern": PATTERN},
}


def describe(api: FastAPI, house: House, resources: Sequence[Resource]) -> Schema:
    """Return the OpenAPI document of all routes."""
    served = [one for one in api.routes if isinstance(one, APIRoute) and one.include_in_schema]
    document: Schema = get_openapi(
        title="net30", version=__version__, description=ABOUT, routes=served
    )
    known: Definitions = {}
    problem = _problem(known)
    for one in served:
        route = house.route_of(one)
        operation = document["paths"][one.path_format][route.method.lower()]
        _complete(operation, route, known, problem)
    document["webhooks"] = messages(known)
    for schema in known.values():
        schema.pop("x-type", None)
    of_queries = document.get("components", {}).get("schemas", {})
    known |= {name: one for name, one in of_queries.items() if name not in _NOT_OURS}
    document["components"] = {
        "schemas": known,
        "securitySchemes": {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "description": "An API key (net30 key new) or the secret of a session.",
            }
        },
    }
    document["tags"] = [{"name": one.name, "description": one.about} for one in resources]
    return document


def _complete(operation: Schema, route: Route, known: Definitions, problem: Schema) -> None:
    """Add to an operation what FastAPI cannot know of it."""
    operation["summary"] = route.summary
    operation["security"] = [] if route.is_open else [{"key": []}]
    operation["x-permissions"] = [str(one) for one in route.needs]
    if route.deprecated:
        operation["deprecated"] = True
        told = f"Ends on {route.deprecated.sunset}: use {route.deprecated.instead}."
        operation["description"] = f"{operation.get('description', '')}\n\n{told}".strip()
    operation["parameters"] = [*operation.get("parameters", ()), *_headers(route)]
    if route.takes is not None:
        content: Schema = {"schema": _taken(route.takes, known)}
        operation["requestBody"] = {
            "required": _is_needed(route.takes),
            "content": {"application/json": content},
        }
        if route.example:
            content["example"] = dict(route.example)
    if route.form is not None:
        operation["requestBody"] = {"required": True, "content": {FORM: {"schema": _form(route)}}}
    responses: Schema = {str(route.status): _success(route, known)}
    if EVENTS in route.media:
        responses["204"] = {"description": "You have the last event already (Last-Event-ID)"}
    elif route.method == "GET":
        responses["304"] = {"description": "You have this version already (If-None-Match)"}
    for status, text in sorted(_faults(route).items()):
        responses[str(status)] = {
            "description": text,
            "content": {MEDIA_TYPE: {"schema": problem}},
        }
    operation["responses"] = responses


def _is_needed(taken: Any) -> bool:  # Any: a type, or a union of types
    """Tell whether a body has to be sent: none stands for a record that takes all as usual."""
    return not is_dataclass(taken) or any(
        one.default is MISSING and one.default_factory is MISSING for one in fields(taken)
    )


def _faults(route: Route) -> dict[int, str]:
    faults = _ALWAYS | _LATER | _GET
    if route.changes or route.is_open:
        faults = faults | _BODY
    if route.method in {"PUT", "DELETE"}:
        faults = faults | _MATCH
    return faults


def _success(route: Route, known: Definitions) -> Schema:
    if route.status == HTTPStatus.NO_CONTENT:
        return {"description": "Done"}
    headers: Schema = {}
    if route.method in {"GET", "PUT"}:
        headers["ETag"] = {"description": "The version of what is answered", **_TEXT}
    if route.method == "POST" and route.changes:
        text = "true when the request had been carried out before, under the same key"
        headers["Idempotent-Replayed"] = {"description": text, **_TEXT}
    content: Schema = {"application/json": {"schema": shape_of(route.gives, known)}}
    if EVENTS in route.media:
        return {
            "description": "Events, one after the other",
            "content": {EVENTS: _event(route, known)},
        }
    if route.media:
        content = {
            media: {"schema": {"type": "string", "contentMediaType": media}}
            for media in route.media
        }
    return {"description": "Done", "headers": headers, "content": content}


def _event(route: Route, known: Definitions) -> Schema:
    """Return the schema of one server-sent event: its data is JSON written as a text."""
    told: Schema = {"type": "string", "contentMediaType": "application/json"}
    told["contentSchema"] = shape_of(route.gives, known)
    properties = {"id": {"type": "string"}, "event": {"type": "string"}, "data": told}
    return {"schema": {"type": "object", "properties": properties, "required": ["data"]}}


def _headers(route: Route) -> list[Schema]:
    found = [_FIELDS] if route.takes_fields else []
    if route.method == "POST" and route.changes:
        text = "1 to 200 characters, new for each request; the same again repeats the answer"
        found.append(_header(HEADER, text, required=True))
    if route.method in {"PUT", "DELETE"}:
        text = "The ETag of the version that you have read"
        found.append(_header("If-Match", text, required=route.method == "PUT"))
    if EVENTS in route.media:
        found.append(_header("Last-Event-ID", "The last event that you have", required=False))
    elif route.method == "GET":
        found.append(_header("If-None-Match", "An ETag you have", required=False))
    return found


def _header(name: str, text: str, *, required: bool) -> Schema:
    schema: dict[str, Any] = {"type": "string"}
    schema |= {"minLength": 1, "maxLength": 200, "pattern": r"\S"} if required else {}
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": text,
        "schema": schema,
    }


def _taken(kind: Any, known: Definitions) -> Any:  # Any: see Route; JSON Schema
    """Return the schema of a body; its records are told apart from those of answers."""
    records: dict[str, Schema] = {}
    schema = _renamed(schema_of(kind, records))
    known |= {f"{name}In": _renamed(record) for name, record in records.items()}
    if is_dataclass(kind):
        whole = " ".join((kind.__doc__ or "").split())
        known[f"{kind.__name__}In"]["description"] = whole  # type: ignore[union-attr] # it is a class
    return schema


def _renamed(schema: Any) -> Any:  # Any: JSON Schema
    if isinstance(schema, list):
        return [_renamed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: f"#/components/schemas/{one.rpartition('/')[2]}In" if key == "$ref" else _renamed(one)
        for key, one in schema.items()
    }


def _form(route: Route) -> Schema:
    """Return the schema of a form: the file, and the texts beside it."""
    fields = _taken(route.form, {})
    known: Definitions = {}
    _taken(route.form, known)
    record = known[fields["$ref"].rpartition("/")[2]]
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {
        "type": "object",
        "description": record["description"],
        "properties": {FILE: file, **record["properties"]},
        "required": [FILE],
        "additionalProperties": False,
    }


def _problem(known: Definitions) -> Schema:
    text = {"type": "string"}
    known["Problem"] = {
        "type": "object",
        "description": "What is wrong, where, and what to do about it (RFC 9457).",
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": {"type": "string", "description": "Stable, for programs"},
            "hint": text,
            "findings": {"type": "array", "items": shape_of(Finding, known)},
            "request_id": text,
        },
        "required": ["type", "title", "status", "detail", "code", "hint", "request_id"],
    }
    return {"$ref": "#/components/schemas/Problem"}
