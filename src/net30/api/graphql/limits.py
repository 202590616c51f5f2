"""Limits: how much one request may ask for; beyond it nothing of the request is carried out."""

from __future__ import annotations

from dataclasses import dataclass

from net30.kernel.errors import LimitExceeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most of everything that a document may have; `cost` is of all documents of a request.

    A document that tools ask the schema with has a depth and a cost of its own.
    """

    characters: int = 20_000
    tokens: int = 1_000
    fields: int = 500
    aliases: int = 30
    directives: int = 30
    fragments: int = 30
    depth: int = 15
    cost: int = 30_000
    introspection_depth: int = 20
    introspection_cost: int = 300_000
    documents: int = 10


LIMITS = Limits()


def too_much(what: str, code: str) -> LimitExceeded:
    """Return the error of a request that asks for too much."""
    return LimitExceeded(what, hint="ask for less at once, in several requests", code=code)
