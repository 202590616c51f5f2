"""Idempotency: a change is made once for its key, however often the request is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import msgspec

from net30.kernel.errors import InputError
from net30.services.context import Context
from net30.services.once import InFlight, once

HEADER = "Idempotency-Key"
_PREFIX = "api:"
_KEY_CHARACTERS_MAX = 200
_SHOWN_CHARACTERS = 40

Change = Callable[[], AbstractContextManager[Context]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What decides a change: who, which operation on what, with which body."""

    user: str
    method: str
    address: str
    body: bytes

    def fingerprint(self) -> str:
        """Return a text that is the same for the same request only."""
        digest = hashlib.sha256(self.body).hexdigest()
        return f"{self.user}\n{self.method}\n{self.address}\n{digest}"


class Made(msgspec.Struct, frozen=True):
    """What a change was answered with, as it is kept for whoever asks again."""

    body: str
    location: str = ""


@dataclass(frozen=True, slots=True)
class Once:
    """Makes the changes of one request under its key."""

    in_flight: InFlight
    organisation: str
    key: str
    asked: Asked
    change: Change

    def within(self, work: Callable[[Context], Made]) -> tuple[Made, bool]:
        """Do work and keep its answer in one transaction; True when it had been done before."""
        with self._claimed(), self.change() as ctx:
            return self._kept(ctx, lambda: work(ctx))

    def around(self, work: Callable[[], tuple[Made, Made]]) -> tuple[Made, bool]:
        """Do work that opens transactions of its own; it returns the answer, and what is kept.

        Should the process die between the two, a repetition does the work again: only what does
        nothing twice by itself (a run of reminders) or proposes (a chat) may be done this way.
        """
        with self._claimed():
            with self.change() as ctx:
                known = ctx.tx.recall(_PREFIX + self.key)
            if known is not None:
                with self.change() as ctx:
                    return self._kept(ctx, _gone)
            made, kept = work()
            with self.change() as ctx:
                self._kept(ctx, lambda: kept)
            return made, False

    def _claimed(self) -> AbstractContextManager[None]:
        return self.in_flight.claim(self.organisation, check_key(self.key))

    def _kept(self, ctx: Context, work: Callable[[], Made]) -> tuple[Made, bool]:
        made: list[Made] = []

        def text() -> str:
            made.append(work())
            return msgspec.json.encode(made[0]).decode()

        answer = once(ctx, _PREFIX + self.key, self.asked.fingerprint(), text)
        known = made[0] if made else msgspec.json.decode(answer.text, type=Made)
        return known, answer.replayed


def check_key(key: str) -> str:
    """Return an idempotency key; raise InputError for none or one that is no plain text."""
    if not key.strip() or len(key) > _KEY_CHARACTERS_MAX or not key.isprintable():
        odd = f"the header {HEADER} cannot be {key[:_SHOWN_CHARACTERS]!r}, {len(key)} characters"
        raise InputError(
            odd if key.strip() else f"this needs the header {HEADER}",
            hint=f"send 1 to {_KEY_CHARACTERS_MAX} characters, a new random UUID for each request; "
            "the same one again repeats the answer and does nothing twice",
            code="idempotency_key",
        )
    return key


def _gone() -> Made:
    raise AssertionError("a key that was there is kept for days")
