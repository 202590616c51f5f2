"""Traces to an OpenTelemetry collector by OTLP over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span as OtelSpan
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace import Tracer as OtelTracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from net30 import __version__
from net30.ports.tracing import Tracer

SECONDS_MAX = 5


@contextmanager
def tracing(url: str) -> Iterator[Tracer]:
    """Lend a tracer whose steps go to a collector; what is left goes there at the end.

    A collector that does not answer costs no request anything.
    """
    resource = Resource.create({"service.name": "net30", "service.version": __version__})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces", timeout=SECONDS_MAX)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield Otlp(provider.get_tracer("net30"))
    finally:
        provider.shutdown()


class Otlp:
    """Steps as spans: of kind server for requests, internal for work beside them."""

    def __init__(self, tracer: OtelTracer) -> None:
        self._tracer = tracer
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def step(self, before: Mapping[str, str] | None) -> Iterator[OtlpSpan]:
        """Open a step below the one that the W3C's header traceparent names, if it is there."""
        parent = self._propagator.extract(dict(before or {}))
        with self._tracer.start_as_current_span(
            "request" if before is not None else "work",
            context=parent,
            kind=SpanKind.SERVER if before is not None else SpanKind.INTERNAL,
            record_exception=False,  # its message may quote what a customer is called
            set_status_on_exception=False,
        ) as span:
            yield OtlpSpan(span)


class OtlpSpan:
    """One span."""

    def __init__(self, span: OtelSpan) -> None:
        self._span = span

    def end(self, name: str, facts: Mapping[str, str | int], *, failed: bool) -> None:
        """Name the step and say how it went."""
        self._span.update_name(name)
        self._span.set_attributes(dict(facts))
        if failed:
            self._span.set_status(StatusCode.ERROR)
