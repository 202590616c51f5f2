"""Codec: aggregates and events as JSON, exact and readable by the versions to come.

Decimals are strings, dates ISO, enums their value, bytes base64. A body lacks the fields that
were added to its class later: those take their default, so a new field must have one. A field
that this version does not know is passed over: only a newer net30 writes one, and the schema
version keeps an older one from opening such a database, so nothing is lost by it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from msgspec import DecodeError
from msgspec.json import Decoder, Encoder

from net30.domain.aggregates import Aggregate
from net30.domain.events import Event
from net30.kernel.errors import Unavailable

if TYPE_CHECKING:  # the store alone does without
    from net30.domain.identity.records import AccountRecord

A = TypeVar("A", bound="Aggregate | AccountRecord")

_ENCODER = Encoder(decimal_format="string")
_DECODERS: dict[type, Decoder[Any]] = {}  # Any: one for each kind of aggregate that was read


def encode(value: Aggregate | AccountRecord | Event) -> str:
    """Return a value as JSON text."""
    return _ENCODER.encode(value).decode()


def encode_ids(ids: tuple[str, ...]) -> str:
    """Return ids as a JSON array."""
    return _ENCODER.encode(ids).decode()


def decode(kind: type[A], body: str) -> A:
    """Return the aggregate that a JSON text holds; raise Unavailable when it is damaged."""
    decoder = _DECODERS.get(kind) or _DECODERS.setdefault(kind, Decoder(kind))
    try:
        value: A = decoder.decode(body)
    except DecodeError as error:
        raise _damaged(kind.__name__, error) from error
    return value


def decode_event(name: str, body: str) -> Event:
    """Return the event of a stored name; raise Unavailable when it is damaged."""
    try:
        event: Event = _event_decoders()[name].decode(body)
    except (DecodeError, KeyError) as error:
        raise _damaged(name, error) from error
    return event


@cache
def _event_decoders() -> dict[str, Decoder[Event]]:
    return {kind.__name__: Decoder(kind) for kind in get_args(Event)}


def _damaged(name: str, error: Exception) -> Unavailable:
    return Unavailable(
        f"a stored {name} cannot be read: {error}",
        hint="restore a backup; net30 check says what else is damaged",
        code="damaged",
    )
