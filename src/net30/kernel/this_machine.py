"""The machine that net30 runs on: whether a host is it, so that nobody is on the way."""

from __future__ import annotations

from ipaddress import ip_address


def is_this_machine(host: str) -> bool:
    """Tell whether a host is a loopback address or localhost, by its name alone.

    >>> [is_this_machine(one) for one in ("127.1.2.3", "[::1]", "localhost", "0.0.0.0", "db")]
    [True, True, True, False, False]
    """
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
