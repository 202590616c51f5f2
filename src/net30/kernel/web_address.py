"""Web address: a URL that somebody typed, read strictly, and which machines may be behind one.

A server that fetches what others name must not be sent to its own network: every address that is
not of the public internet is refused, and so is every way of writing one that readers disagree on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from net30.kernel.errors import InputError

URL_CHARACTERS_MAX = 2000
HOST_CHARACTERS_MAX = 253
PORT_MAX = 65_535
UNPRIVILEGED = 1024
PORTS = {"https": 443, "http": 80}

Ip = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# https://HOST[:PORT][/PATH][?QUERY]: no user, no fragment, nothing that readers take differently.
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:[/?][!$%&'()*+,./:;=?@A-Z_a-z~0-9-]*)?)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NAMES_HERE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "localdomain")

# IANA's special-purpose registries of IPv4, and what lies beside the public internet in clouds.
_NOT_PUBLIC = tuple(
    map(
        IPv4Network,
        """0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
        192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
        224.0.0.0/4 240.0.0.0/4 168.63.129.16/32""".split(),
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")
# Within it: protocols' own (Teredo, ORCHID), examples, and 6to4, which carries IPv4 addresses.
_NOT_PUBLIC_6 = tuple(map(IPv6Network, "2001::/23 2001:db8::/32 2002::/16 3fff::/20".split()))


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A URL in its parts: `host` in lower case without brackets, `target` the path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Return host and port as the header Host names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        """Return the URL."""
        return f"{self.scheme}://{self.authority}{self.target}"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where net30 may go: the public internet by https, and the networks that a setting allows."""

    allowed: tuple[Network, ...] = ()

    def is_allowed(self, address: Ip) -> bool:
        """Tell whether a setting allows a machine: by http too, and at any port."""
        return any(address in network for network in self.allowed)

    def check(self, url: str) -> WebAddress:
        """Return a URL in its parts; raise InputError for one that can never be fetched.

        Which machine a name stands for is only known when it is fetched, and looked at then.
        """
        address = read_url(url)
        literal = literal_ip(address.host)
        if literal is not None:
            self.check_machines(address, [literal])
        elif not self.allowed:
            if _is_name_here(address.host):
                raise not_admitted(address.host)
            _check_usual(address)
        return address

    def check_machines(self, address: WebAddress, found: Iterable[Ip]) -> None:
        """Raise InputError unless every machine that a name stands for may be reached so."""
        for machine in found:
            if self.is_allowed(machine):
                continue
            if not is_public(machine):
                raise not_admitted(address.host)
            _check_usual(address)


def read_reach(text: str) -> Reach:
    """Return a reach from a setting: networks and addresses, separated by commas.

    >>> read_reach("10.1.0.0/16, ::1").is_allowed(ip_address("10.1.2.3"))
    True
    """
    parts = (part.strip() for part in text.split(","))
    return Reach(tuple(ip_network(part) for part in parts if part))


def read_url(url: str) -> WebAddress:
    """Return a URL in its parts; raise InputError for one that is written in an unusual way."""
    found = _URL.fullmatch(url) if len(url) <= URL_CHARACTERS_MAX else None
    if found is None:
        raise _refusal(url, "it is no plain web address", "write https://HOST/PATH in ASCII")
    scheme, host = found["scheme"].lower(), found["host"].strip("[]").lower().removesuffix(".")
    port = int(found["port"] or PORTS[scheme])
    if not 0 < port <= PORT_MAX:
        raise _refusal(url, f"there is no port {port}", "give one from 1 to 65535, or none")
    if literal_ip(host) is None and not _is_name(host):
        raise _refusal(url, f"{host!r} is no name of a machine", "write its name or address")
    target = found["path"]
    return WebAddress(scheme, host, port, target if target.startswith("/") else f"/{target}")


def literal_ip(host: str) -> Ip | None:
    """Return the address that a host is, written out as usual; None for a name.

    >>> literal_ip("127.0.0.1"), literal_ip("example.com")
    (IPv4Address('127.0.0.1'), None)
    """
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: Ip) -> bool:
    """Tell whether an address is of the public internet.

    >>> is_public(ip_address("93.184.216.34")), is_public(ip_address("::ffff:93.184.216.34"))
    (True, False)
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC)
    # An IPv4 address inside an IPv6 one lies outside 2000::/3, or in a part that is left out.
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def not_admitted(host: str) -> InputError:
    """Return the refusal of a machine that is not of the public internet."""
    return InputError(
        f"{host!r} is not an address of the public internet",
        hint="net30 calls no machine of its own network; whoever runs it can allow some: "
        "NET30_WEB_ALLOW",
        code="web_address_private",
    )


def _is_name(host: str) -> bool:
    labels = host.split(".")
    # A last label of digits would be read as an IPv4 address: 127.1, 0x7f000001, 017700000001.
    return (
        len(host) <= HOST_CHARACTERS_MAX
        and all(_LABEL.fullmatch(label) for label in labels)
        and not _NUMERIC.fullmatch(labels[-1])
    )


def _is_name_here(host: str) -> bool:
    labels = host.split(".")
    return len(labels) == 1 or labels[-1] in _NAMES_HERE or host.endswith(".home.arpa")


def _check_usual(address: WebAddress) -> None:
    if address.scheme != "https":
        raise _refusal(str(address), "it is not https", "give one that begins with https://")
    if address.port != PORTS["https"] and address.port < UNPRIVILEGED:
        why = f"the port {address.port} is not of web servers"
        raise _refusal(str(address), why, "use port 443, or one above 1023")


def _refusal(url: str, why: str, hint: str) -> InputError:
    return InputError(f"{url[:200]!r} cannot be used: {why}", hint=hint, code="web_address")
