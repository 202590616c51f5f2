"""Pages: the API told to people, as one page that needs no other server, and the document."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from fastapi import FastAPI
from jinja2 import Environment, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from net30.api.answers.reply import reply_bytes
from net30.api.deprecation import GOES
from net30.api.description.shapes import Schema
from net30.api.resource import EVENTS
from net30.api.uploads import FILE
from net30.api.uploads import MEDIA_TYPE as FORM

DOCUMENT, PAGE = "/api/openapi.json", "/api/docs"
_SECURITY = "default-src 'none'; style-src 'unsafe-inline'"
_DEPTH_MAX = 6


def add_pages(api: FastAPI, describe: Callable[[], Schema]) -> None:
    """Serve the OpenAPI document and the page made of it; both are made when first asked for."""
    document = cache(describe)
    written = cache(lambda: msgspec.json.encode(document()))
    page = cache(lambda: page_of(document()).encode())

    def openapi(request: Request) -> Response:
        """Return the OpenAPI document."""
        return reply_bytes(request, written(), "application/json")

    def docs(request: Request) -> Response:
        """Return the page."""
        headers = {"Content-Security-Policy": _SECURITY}
        return reply_bytes(request, page(), "text/html; charset=utf-8", headers=headers)

    api.add_api_route(DOCUMENT, openapi, methods=["GET"], include_in_schema=False)
    api.add_api_route(PAGE, docs, methods=["GET"], include_in_schema=False)


def page_of(document: Schema) -> str:
    """Return the API's page: every route with its fields and an example that can be typed."""
    source = files("net30.api.description").joinpath("docs.html.j2").read_text(encoding="utf-8")
    template = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(source)
    by_tag: dict[str, list[dict[str, Any]]] = {one["name"]: [] for one in document["tags"]}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            by_tag[operation["tags"][0]].append(_told(document, path, method, operation))
    return template.render(document=document, by_tag=by_tag)


def _told(document: Schema, path: str, method: str, operation: Schema) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    body = content.get("application/json") or content.get(FORM) or {}
    success = next(iter(operation["responses"].values()))
    given = success.get("content", {})
    answer = given.get("application/json") or {}
    if EVENTS in given:
        told = given[EVENTS]["schema"]["properties"]["data"]
        answer = {"schema": told["contentSchema"]}
    return {
        "path": path,
        "method": method.upper(),
        "operation": operation,
        "about_body": _record(document, body.get("schema", {})).get("description", ""),
        "takes": _fields(document, body.get("schema", {})),
        "gives": _fields(document, answer.get("schema", {})),
        "streams": EVENTS in given,
        "asked": [
            {
                **one,
                "type": _type(document, one["schema"]),
                "usual": one["schema"].get("default"),
            }
            for one in operation.get("parameters", ())
        ],
        "curl": curl(
            path,
            method.upper(),
            FORM if FORM in content else body.get("example"),
            secret=bool(operation["security"]),
            streams=EVENTS in given,
        ),
    }


def curl(
    path: str,
    method: str,
    example: Any = None,  # Any: JSON
    *,
    secret: bool = True,
    streams: bool = False,
) -> str:
    """Return a command that makes a request; $KEY is the reader's own.

    >>> print(curl("/api/v1/customers", "GET"))
    curl -H "Authorization: Bearer $KEY" "$NET30/api/v1/customers"
    """
    words = ["curl"] if method == "GET" else ["curl", "-X", method]
    words += ["-N"] if streams else []
    words += ["-H", '"Authorization: Bearer $KEY"'] if secret else []
    if method == "POST" and secret:
        words += ["-H", '"Idempotency-Key: $(uuidgen)"']
    if method == "PUT":
        words += ["-H", "'If-Match: \"1\"'"]
    if example == FORM:
        words += ["-F", f"{FILE}=@FILE"]
    elif example is not None:
        words += ["-H", '"Content-Type: application/json"']
        text = json.dumps(example, ensure_ascii=False).replace("'", "'\\''")
        words += ["-d", f"'{text}'"]
    return " ".join([*words, f'"$NET30{path}"'])


def _fields(document: Schema, schema: Schema, depth: int = 0) -> list[dict[str, Any]]:
    """Return the fields of a record, those of records in it below them."""
    record = _record(document, schema)
    if depth > _DEPTH_MAX:
        return []
    found = []
    for name, one in record.get("properties", {}).items():
        inner = _record(document, one)
        deeper = _fields(document, one, depth + 1) if depth < 1 else []
        found.append(
            {
                "name": name,
                "type": _type(document, one),
                "about": _about(one, inner),
                "required": name in record.get("required", ()),
                "fields": deeper,
            }
        )
    return found


def _about(field: Schema, record: Schema) -> str:
    if GOES in field:
        return f"goes away: read until {field[GOES]}"
    return str(record.get("description", ""))


def _record(document: Schema, schema: Schema) -> Schema:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        found: Schema = document["components"]["schemas"][name]
        return found
    if schema.get("type") == "array":
        return _record(document, schema.get("items", {}))
    for one in schema.get("anyOf", ()):
        if one.get("type") != "null":
            return _record(document, one)
    return schema


def _type(document: Schema, schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2]).removesuffix("In")
    if "anyOf" in schema:
        return " or ".join(_type(document, one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(document, schema.get('items', {}))}"
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    kind = schema.get("type", "any")
    named = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return str(schema.get("format", named))
