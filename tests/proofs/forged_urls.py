"""Forged URLs: a machine that must not be reached, written in every way somebody has thought of."""

from __future__ import annotations

import random
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_network

PRIVATE_4 = (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
    "192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
).split()
WELL_KNOWN_4 = (
    "127.0.0.1 127.0.0.1 127.0.0.1 0.0.0.0 169.254.169.254 169.254.170.2 100.100.100.200 "
    "192.0.0.192 168.63.129.16 255.255.255.255 10.0.0.1 192.168.1.1"
).split()
PRIVATE_6 = (
    ":: ::1 ::2 fe80::1 fec0::1 fc00::1 fd00:ec2::254 ff02::1 2001:db8::1 2001::1 2001:10::1 "
    "2002:7f00:1:: 64:ff9b::7f00:1 64:ff9b:1::7f00:1 100::1 3fff::1 5f00::1 ::ffff:0:127.0.0.1"
).split()
SCHEMES = "https http file ftp gopher dict ldap sftp tftp jar data ws javascript netdoc".split()


def _v4(chance: random.Random) -> IPv4Address:
    if chance.random() < 0.6:
        return IPv4Address(chance.choice(WELL_KNOWN_4))
    network = ip_network(chance.choice(PRIVATE_4))
    return IPv4Address(int(network[0]) + chance.randrange(network.num_addresses))


def _dotted(parts: list[str], chance: random.Random) -> str:
    return ".".join(parts) + chance.choice(["", "", "."])


def _with_bases(address: IPv4Address, chance: random.Random) -> str:
    """Octets as 0x7f, 0177 or 127, with more or fewer zeros."""
    spelled = [
        chance.choice([str(octet), hex(octet), f"0{octet:o}", f"0x{octet:08x}"])
        for octet in address.packed
    ]
    return _dotted(spelled, chance)


def _shortened(address: IPv4Address, chance: random.Random) -> str:
    """One to three parts, as inet_aton reads them: 127.1, 2130706433."""
    number = int(address)
    parts = chance.randrange(1, 4)
    head = [str(octet) for octet in address.packed[: parts - 1]]
    rest = number & (2 ** (8 * (5 - parts)) - 1)
    return _dotted([*head, chance.choice([str(rest), hex(rest), f"0{rest:o}"])], chance)


def _in_six(address: IPv4Address, chance: random.Random) -> str:
    """An IPv4 address inside an IPv6 one: mapped, compatible, NAT64, 6to4, Teredo, ISATAP."""
    number = int(address)
    forms = [
        f"::ffff:{address}",
        f"::FFFF:{number >> 16:x}:{number & 0xFFFF:x}",
        f"0:0:0:0:0:ffff:{address}",
        f"::{address}",
        f"64:ff9b::{address}",
        f"2002:{number >> 16:04x}:{number & 0xFFFF:04x}::",
        f"2001:0:{number >> 16:x}:{number & 0xFFFF:x}::1",
        f"fe80::5efe:{address}",
        str(IPv6Address(0xFFFF_00000000 | number).exploded),
    ]
    return f"[{chance.choice(forms)}]"


def _odd_letters(address: IPv4Address, chance: random.Random) -> str:
    """Digits and dots that some readers fold to plain ones."""
    text = str(address)
    folds = {**{str(n): "①②③④⑤⑥⑦⑧⑨"[n - 1] for n in range(1, 10)}, "0": "⓪"}
    wide = {str(n): chr(0xFF10 + n) for n in range(10)}
    table = chance.choice([folds, wide, {".": "。"}, {".": "．"}, {".": "%2e"}, {"1": "%31"}])
    return "".join(table.get(letter, letter) for letter in text)


def _six(_: IPv4Address, chance: random.Random) -> str:
    zone = chance.choice(["", "", "%eth0", "%25lo"])
    return f"[{chance.choice(PRIVATE_6)}{zone}]"


def _a_name(_: IPv4Address, chance: random.Random) -> str:
    return chance.choice(
        "localhost LOCALHOST localhost. a.localhost localhost.localdomain ip6-localhost metadata "
        "metadata.google.internal router.lan printer.local db.internal nas.home.arpa".split()
    )


WRITINGS: tuple[Callable[[IPv4Address, random.Random], str], ...] = (
    lambda address, _: str(address),
    _with_bases,
    _shortened,
    _in_six,
    _odd_letters,
    _six,
    _a_name,
)


def forged(chance: random.Random, port: int) -> str:
    """A URL whose machine, as at least one reader takes it, is none of the public internet."""
    host = chance.choice(WRITINGS)(_v4(chance), chance)
    scheme = chance.choice(SCHEMES) if chance.random() < 0.4 else "https"
    at = f":{port}" if chance.random() < 0.8 else chance.choice(["", ":443", ":0", ":65536"])
    wrappings = (
        f"{scheme}://{host}{at}/in",
        f"{scheme}://{host}{at}/in",
        f"{scheme}://{host}{at}/in",
        f"{scheme}:////{host}{at}/",
        f"{scheme}:/\\{host}{at}/",
        f"{scheme}:{host}{at}",
        f"//{host}{at}/",
        f" {scheme}://{host}{at}/",
        f"{scheme}://{host}{at}/\r\nHost: {host}",
        f"{scheme}://hooks.example.com@{host}{at}/",
        f"{scheme}://hooks.example.com:443@{host}{at}/",
        f"{scheme}://{host}{at}\\@hooks.example.com/",
        f"{scheme}://{host}{at}#@hooks.example.com/",
        f"{scheme}://hooks.example.com%00@{host}{at}/",
        f"{scheme}://{host}{at}?.hooks.example.com",
        f"{scheme}://\t{host}{at}/",
        f"url:{scheme}://{host}{at}/",
        f"{scheme.upper()}://{host.upper()}{at}/",
    )
    return chance.choice(wrappings)
