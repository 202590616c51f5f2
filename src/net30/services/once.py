"""Do a request once, however often it is sent: idempotency keys as Stripe made them known.

The answer is kept in the transaction that did the work, so either both are there or neither.
A request that failed left nothing and may be sent again under its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from net30.kernel.errors import Conflict, InputError
from net30.services.context import Context

KEY_CHARACTERS_MAX = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered with; `replayed` when the work had been done before."""

    text: str
    replayed: bool


def once(ctx: Context, key: str, request: str, work: Callable[[], str]) -> Answer:
    """Return the answer of a request, doing its work if the key is new.

    `request` is all that decides the work: the operation and its canonical arguments. Raises
    InputError for a key without characters or one that stood for another request, Conflict while
    the first request is still under way.
    """
    _check(key)
    asked = hashlib.sha256(request.encode()).hexdigest()
    known = ctx.tx.recall(key)
    if known is None:
        text = work()
        ctx.tx.remember(key, asked, text, at=ctx.now)
        return Answer(text, replayed=False)
    if known.request != asked:
        raise InputError(
            "this idempotency key stood for another request",
            hint="use a new key for a new request",
            code="idempotency_key_reused",
        )
    if known.answer is None:  # a store that marks the key before the work, as Cosmos must
        raise _under_way()
    return Answer(known.answer, replayed=True)


class InFlight:
    """The idempotency keys whose requests this process is carrying out.

    Claimed before the transaction opens, so that a repeated request is told at once and does not
    queue up. Another process' repetition waits for the first and gets its answer.
    """

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._lock = Lock()

    @contextmanager
    def claim(self, organisation: str, key: str) -> Iterator[None]:
        """Hold a key while its request is carried out; raise Conflict when it is held."""
        held = (organisation, key)
        with self._lock:
            if held in self._keys:
                raise _under_way()
            self._keys.add(held)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(held)


def _check(key: str) -> None:
    if not key.strip() or len(key) > KEY_CHARACTERS_MAX:
        raise InputError(
            f"{key[:40]!r} is not an idempotency key",
            hint=f"send 1 to {KEY_CHARACTERS_MAX} characters, a random UUID for instance",
            code="idempotency_key",
        )


def _under_way() -> Conflict:
    return Conflict(
        "the first request with this idempotency key is under way",
        hint="wait a moment and send it again",
        code="in_flight",
    )
