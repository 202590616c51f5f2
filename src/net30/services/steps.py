"""Steps: what goes on beside requests, as steps of a trace where traces are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from net30.ports.tracing import Tracer

Around = Callable[[str, str], AbstractContextManager[None]]
"""Opened around work by its name, of an organisation; closed when it has ended or failed."""


def _no_step(_name: str, _organisation: str) -> AbstractContextManager[None]:
    return nullcontext()


NO_STEPS: Around = _no_step


def around(tracer: Tracer | None) -> Around:
    """Return what opens a step around work; without a tracer it costs nothing."""
    if tracer is None:
        return NO_STEPS

    @contextmanager
    def opened(name: str, organisation: str) -> Iterator[None]:
        with tracer.step(None) as span:
            failed = True
            try:
                yield
                failed = False
            finally:
                span.end(name, {"net30.organisation": organisation}, failed=failed)

    return opened
