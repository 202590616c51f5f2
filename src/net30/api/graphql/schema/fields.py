"""Fields: every route of the API as a field of the graph: same permission, same reader, same work.

A GET is a field of Query: `list_invoices` is `invoices`. What changes is a field of Mutation,
with the body as `input`, the Idempotency-Key as `idempotencyKey` and If-Match as `ifMatch`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, get_origin, get_type_hints
from urllib.parse import quote

import msgspec
import strawberry
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.utils.str_converters import to_camel_case

from net30.api.answers.faulty import Faulty
from net30.api.answers.paging import ROWS_MAX, ROWS_USUAL, Listed
from net30.api.asked import texts_that_are_none
from net30.api.graphql.operation import Operation
from net30.api.graphql.schema.cursors import ROWS_BETWEEN_MAX, page_from, read_cursor
from net30.api.graphql.schema.inputs import Inputs, plain
from net30.api.graphql.schema.records import Kind, Value
from net30.api.idempotency import HEADER
from net30.api.resource import Route
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding

PREFIX = "/api/v1"
CURSORS = {"cursor", "after"}
"""What routes call the end of the page before."""
PAGED = {"limit": "first", "cursor": "after"}
"""What Relay calls the parameters of a page."""
BEARER = {b"authorization", b"user-agent"}
ANSWERED_OTHERWISE = {"fields"}
"""Parameters that say which fields are wanted: a document says that itself."""
_LOOKS_UP = re.compile("^(list|get)_")
_KEY = "1 to 200 characters, new for each change; the same again repeats the answer."
_MATCH = "The `etag` of the version that you have read."


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a route: its name in Python and in the graph, and what reads it."""

    name: str
    called: str
    reader: TypeAdapter[Any]  # Any: the parameter's own type
    shape: Kind
    about: str


def field_name(route: Route) -> str:
    """Return what a route is called in the graph, in Python's spelling."""
    return _LOOKS_UP.sub("", route.operation) if route.method == "GET" else route.operation


def is_field(route: Route) -> bool:
    """Tell whether a route is a field: neither a file, nor a stream, nor a way to come in."""
    return not (route.media or route.is_open or route.form)


def parameters_of(route: Route, inputs: Inputs) -> tuple[Parameter, ...]:
    """Return what a route is asked with: the parts of its path and of its query."""
    hints = get_type_hints(route.endpoint, include_extras=True)
    found = []
    for name, one in inspect.signature(route.endpoint).parameters.items():
        if name == "visit" or name in ANSWERED_OTHERWISE:
            continue
        told = next((part for part in getattr(hints[name], "__metadata__", ())), None)
        shape = inputs.shape(hints[name])
        called = getattr(told, "alias", None) or name
        if called in CURSORS and get_origin(route.gives) is Listed:
            called, shape = "cursor", str
        found.append(
            Parameter(
                name,
                PAGED.get(called, called),
                TypeAdapter(hints[name]),
                shape if one.default is inspect.Parameter.empty else shape | None,
                getattr(told, "description", None) or "",
            )
        )
    return tuple(found)


def arguments_of(route: Route, inputs: Inputs) -> list[StrawberryArgument]:
    """Return the arguments of a route's field."""
    found = [
        _argument(one.name, one.shape, one.about, called=one.called)
        for one in parameters_of(route, inputs)
    ]
    if route.takes is not None:
        found.append(_argument("input", inputs.shape(route.takes), "What is sent."))
    if route.method == "POST" and route.changes:
        found.append(_argument("idempotency_key", str, _KEY))
    if route.method in {"PUT", "DELETE"}:
        shape = str if route.method == "PUT" else str | None
        found.append(_argument("if_match", shape, _MATCH))
    return found


class Asking:
    """Asks one route for one field."""

    def __init__(self, route: Route, inputs: Inputs) -> None:
        """Know the route's parameters."""
        self._route = route
        self._parameters = parameters_of(route, inputs)
        called = {one.called: one.name for one in self._parameters}
        self._cursor = called.get(PAGED["cursor"], "")

    def ask(self, operation: Operation, given: Mapping[str, Any]) -> Value:  # Any: as they came
        """Return a route's answer as JSON, with its tag if it has a version.

        Raises Forbidden before anything else, Faulty for arguments that do not fit, and what the
        route raises.
        """
        operation.principal.need_all(self._route.needs)
        values = self._values(given)
        content = b""
        if self._route.takes is not None:
            content = msgspec.json.encode(plain(given["input"], self._route.takes))
        request = self._request(operation.request, values, given)
        visit = operation.visit(self._route, request, content)
        return _answer(self._route.endpoint(visit, **values))

    def page(self, operation: Operation, given: Mapping[str, Any]) -> Value:
        """Return a page of a list as a connection."""
        begin = read_cursor(given.get(self._cursor))
        wanted = given.get("limit") or ROWS_USUAL
        asked = {**given, self._cursor: begin.page or None}
        if begin.position:
            asked["limit"] = min(begin.position + wanted + ROWS_BETWEEN_MAX, ROWS_MAX)
        return page_from(begin, self.ask(operation, asked), wanted)

    def _values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        faults: list[Finding] = []
        for one in self._parameters:
            sent = plain(given.get(one.name, strawberry.UNSET))
            if sent is strawberry.UNSET or (sent is None and one.called in PAGED.values()):
                continue
            faults += texts_that_are_none(sent, one.called)
            try:
                values[one.name] = one.reader.validate_python(sent)
            except ValidationError as error:
                path = to_camel_case(one.called)
                faults += [Finding(e["type"], path, e["msg"]) for e in error.errors()]
        if faults:
            raise Faulty(faults)
        return values

    def _request(
        self, whole: Request, values: Mapping[str, Any], given: Mapping[str, Any]
    ) -> Request:
        """Return the request that REST would have got for this field."""
        parts = {name: quote(str(value), safe=" '") for name, value in values.items()}
        path = PREFIX + re.sub(r"\{(\w+)\}", lambda part: parts[part[1]], self._route.path)
        headers = [(b"content-type", b"application/json")]
        for name, header in (("idempotency_key", HEADER), ("if_match", "If-Match")):
            headers.append((header.lower().encode(), _header(header, given.get(name) or "")))
        # What is for a person's own session asks by what the request was let in.
        headers += [one for one in whole.scope["headers"] if one[0] in BEARER]
        scope = {
            **{name: whole.scope[name] for name in ("type", "http_version", "scheme", "server")},
            "client": whole.scope.get("client"),
            "state": whole.scope["state"],
            "app": whole.scope["app"],
            "method": self._route.method,
            "path": path,
            "query_string": b"",
            "root_path": "",
            "headers": headers,
        }
        return Request(scope)


def _answer(response: Response) -> Value:
    if response.status_code == HTTPStatus.NO_CONTENT:
        return True
    found = msgspec.json.decode(response.body)
    tag = response.headers.get("etag", "")
    if tag and not tag.startswith("W/") and isinstance(found, dict):
        found["etag"] = tag
    return found


def _header(name: str, value: str) -> bytes:
    if not value.isascii():
        raise InputError(
            f"{name} has other than ASCII characters",
            hint="send what could stand in a header of HTTP: a random UUID, for instance",
            code=name.lower().replace("-", "_"),
        )
    return value.encode()


def _argument(
    name: str, shape: Kind, about: str, *, called: str | None = None
) -> StrawberryArgument:
    return StrawberryArgument(
        python_name=name,
        graphql_name=to_camel_case(called or name),
        type_annotation=StrawberryAnnotation(shape),
        description=about or None,
    )
