"""Web: other people's servers, by URL; never a machine of our own network, never a redirect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from net30.kernel.web_address import WebAddress

SECONDS_MAX = 15
"""A request takes so long at most: name, connection, answer, all together."""
ANSWER_BYTES_MAX = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRequest:
    """What is asked of a server; an answer of more than `answer_bytes_max` is none."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = field(default=b"", repr=False)
    answer_bytes_max: int = ANSWER_BYTES_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAnswer:
    """What a server answered: names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    milliseconds: int


class Web(Protocol):
    """The public internet, and what a setting allows beside it."""

    def check(self, url: str) -> WebAddress:
        """Return a URL in its parts; raise InputError for one that can never be fetched."""
        ...

    def send(self, request: WebRequest) -> WebAnswer:
        """Return the answer to one request, whatever its status; a redirect is an answer.

        Raises InputError for an address that may not be reached, Unavailable when nobody answers
        in SECONDS_MAX, or not as a web server does, or with more than the request's limit.
        """
        ...
