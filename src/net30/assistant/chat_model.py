"""Chat model: a language model as the assistant holds it, before anything of it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatModel:
    """A language model by name; its packages and its connection come with the first message.

    `open_model` returns a pydantic-ai Model; it raises ConfigurationError when a package or a
    setting is missing.
    """

    name: str
    open_model: Callable[[], Any]  # Any: pydantic-ai is optional, so its types are not known here
