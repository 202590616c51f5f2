"""Kafka by TLS: kafkas://USER:PASSWORD@HOST:9093,HOST2:9093?mechanism=SCRAM-SHA-512&ca=FILE."""

from __future__ import annotations

from net30.adapters.stream._address import TLS_PORT, read_address
from net30.adapters.stream._brokers import Brokers, Option
from net30.kernel.errors import ConfigurationError
from net30.ports.stream import Stream

MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


def build(url: str) -> Stream:
    """Return the stream; nothing is sent before the first message.

    `mechanism` is how the user signs in (PLAIN), `ca` a file of private authorities. The broker's
    name is always checked. Raises ConfigurationError.
    """
    address = read_address(url, port=TLS_PORT, options=frozenset({"mechanism", "ca"}))
    mechanism = address.options.get("mechanism", "PLAIN")
    if mechanism not in MECHANISMS:
        raise ConfigurationError(
            f"{mechanism!r} is no way to sign in to Kafka here",
            hint=f"one of {', '.join(MECHANISMS)}",
            code="stream_url",
        )
    chosen: dict[str, Option] = {
        "bootstrap.servers": address.bootstrap,
        "security.protocol": "SASL_SSL" if address.user else "SSL",
        "ssl.endpoint.identification.algorithm": "https",
    }
    if address.options.get("ca"):
        chosen["ssl.ca.location"] = address.options["ca"]
    if address.user:
        chosen |= {
            "sasl.mechanism": mechanism,
            "sasl.username": address.user,
            "sasl.password": address.password,
        }
    return Brokers(chosen | address.tuning)
