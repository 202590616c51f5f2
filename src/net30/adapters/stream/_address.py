"""Addresses of brokers as a URL names them, and what of them is safe to talk to in the clear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from net30.kernel.errors import ConfigurationError
from net30.kernel.this_machine import is_this_machine

PORT = 9092
TLS_PORT = 9093
TUNING = frozenset({"session.timeout.ms", "linger.ms", "compression.type"})
"""Options of librdkafka that a URL may set after its question mark; none of them opens a door."""
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The brokers to begin with, who signs in there, and the options after the question mark."""

    brokers: tuple[tuple[str, int], ...]
    user: str = ""
    password: str = ""
    options: dict[str, str]

    @property
    def bootstrap(self) -> str:
        """Return the brokers as Kafka's clients take them."""
        return ",".join(f"{host}:{port}" for host, port in self.brokers)

    @property
    def tuning(self) -> dict[str, str]:
        """Return the options that go to librdkafka as they are."""
        return {name: value for name, value in self.options.items() if name in TUNING}

    @property
    def is_here(self) -> bool:
        """Tell whether all brokers are of this machine, so that nobody else can listen."""
        return all(is_this_machine(host) for host, _ in self.brokers)


def read_address(url: str, *, port: int, options: frozenset[str] = frozenset()) -> Address:
    """Return what a URL such as kafkas://USER:PASSWORD@HOST:9093,HOST2?ca=FILE says.

    Raises ConfigurationError, which never shows the password.
    """
    _, _, rest = url.partition(":")
    rest, _, query = rest.removeprefix("//").rstrip("/").partition("?")
    sign_in, _, hosts = rest.rpartition("@")
    user, _, password = sign_in.partition(":")
    given = dict(parse_qsl(query, keep_blank_values=True))
    if set(given) - options - TUNING:
        # Not shown: after an unescaped ? it may be a part of the password.
        raise _wrong(
            f"the stream's URL has other options than {', '.join(sorted(options | TUNING))}"
        )
    return Address(
        brokers=tuple(_broker(one, port) for one in hosts.rstrip("/").split(",")),
        user=unquote(user),
        password=unquote(password),
        options=given,
    )


def _broker(text: str, port: int) -> tuple[str, int]:
    match = _HOST.fullmatch(text)
    if not match:
        raise _wrong("the stream's URL names no host, or one that cannot be read")
    return match[1], int(match[2] or port)


def _wrong(message: str) -> ConfigurationError:
    return ConfigurationError(
        message,
        hint="set NET30_STREAM_URL=kafkas://USER:PASSWORD@HOST:9093,HOST2:9093?mechanism=PLAIN; "
        "@ : / ? of a password are written as %40 %3A %2F %3F",
        code="stream_url",
    )
