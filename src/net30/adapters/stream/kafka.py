"""Kafka on this machine, in the clear: kafka://localhost:9092."""

from __future__ import annotations

from net30.adapters.stream._address import PORT, read_address
from net30.adapters.stream._brokers import Brokers
from net30.kernel.errors import ConfigurationError
from net30.ports.stream import Stream


def build(url: str) -> Stream:
    """Return the stream; nothing is sent before the first message.

    Raises ConfigurationError for a broker of another machine: whoever is on the way could read
    and write along.
    """
    address = read_address(url, port=PORT)
    if not address.is_here or address.user:
        raise ConfigurationError(
            "kafka: is in the clear, so only for brokers of this machine and without a password",
            hint="set NET30_STREAM_URL=kafkas://..., which speaks TLS",
            code="stream_url",
        )
    return Brokers({"bootstrap.servers": address.bootstrap, **address.tuning})
