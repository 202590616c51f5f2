"""Steps: each request as one step of a trace that may have begun in another program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import Scope

from net30.api.observing.observed import Around, Told
from net30.api.observing.seen import Seen
from net30.ports.tracing import Tracer

TRACE_HEADERS = frozenset({"traceparent", "tracestate"})


def around(tracer: Tracer) -> Around:
    """Return what opens a step around a request."""

    @contextmanager
    def opened(scope: Scope) -> Iterator[Told]:
        headers = ((key.decode("latin-1"), value) for key, value in scope["headers"])
        before = {key: value.decode("latin-1") for key, value in headers if key in TRACE_HEADERS}
        with tracer.step(before) as span:

            def told(seen: Seen) -> None:
                facts: dict[str, str | int] = {
                    "http.request.method": seen.method,
                    "http.route": seen.route,
                    "http.response.status_code": seen.status,
                    "net30.request_id": seen.request_id,
                    "net30.organisation": seen.organisation,
                    "net30.user": seen.user,
                }
                span.end(f"{seen.method} {seen.route}", facts, failed=seen.is_fault)

            yield told

    return opened
