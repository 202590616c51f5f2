"""Chat model: a language model as the assistant holds it, before anything of it is loaded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from net30.kernel.errors import Net30Error
from net30.kernel.plugins import load

PAUSE_SECONDS = 30


class Breaker:
    """One failure of a language model keeps everybody off it for some seconds.

    Shared by all conversations of a process, so that one hanging server is waited for once.
    """

    def __init__(self, pause_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._failure: tuple[float, str] | None = None

    def trip(self, why: str) -> None:
        """Keep everybody off, from now on."""
        self._failure = (self._clock() + self._pause_seconds, why)

    @property
    def why(self) -> str:
        """Return why the model is left alone just now, or nothing."""
        if self._failure is None or self._clock() >= self._failure[0]:
            return ""
        return self._failure[1]


@dataclass(slots=True, kw_only=True)
class ChatModel:
    """A language model by name; its packages and its connection come with the first message.

    `open_model` returns a pydantic-ai Model; it raises ConfigurationError when a package or a
    setting is missing. `seconds` is the longest wait for a sign of life; `prompted` is for
    servers without tool calls: the model writes its calls as JSON.
    """

    name: str
    open_model: Callable[[], Any]  # Any: pydantic-ai is optional, so its types are not known here
    seconds: float = 10
    pause_seconds: float = PAUSE_SECONDS
    prompted: bool = False
    breaker: Breaker = field(init=False)
    _engine: Any = field(init=False, default=None)  # Any: the same
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.breaker = Breaker(self.pause_seconds)

    @property
    def engine(self) -> Any:  # Any: the same
        """Return what runs the model, started when it is first needed.

        Raises ConfigurationError when a package is missing, with the extra that brings it.
        """
        with self._lock:
            if self._engine is None:
                room = load("net30.assistant.agent", "engine", extra="chat")
                self._engine = room.Engine(self)
            return self._engine

    def warm_up(self) -> None:
        """Begin to load what the first message needs, beside everything else.

        A wrong setting is not told here but by that message.
        """
        threading.Thread(target=self._load, name="chat-warm-up", daemon=True).start()

    def _load(self) -> None:
        with suppress(Net30Error):
            _ = self.engine

    def close(self) -> None:
        """Give back the connection and the thread, if there ever were any."""
        with self._lock:
            if self._engine is not None:
                self._engine.close()
                self._engine = None
