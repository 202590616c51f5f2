"""Address: which container of which Azure Cosmos DB account a URL names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from net30.kernel.errors import ConfigurationError
from net30.kernel.this_machine import is_this_machine

_NAME = re.compile(r"[^/\\?#\s]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A container of an account; without a key Azure's own credentials are asked for."""

    endpoint: str
    database: str
    container: str
    key: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """Return where it is, without the key."""
        return f"{self.endpoint}/{self.database}/{self.container}"


def read_address(url: str, *, database: str, container: str, key: str = "") -> Address:
    """Read cosmos:https://ACCOUNT.documents.azure.com[/DATABASE/CONTAINER].

    The names given beside it stand where the URL has none. Raises ConfigurationError for a URL
    that names no account, or for http to another machine.
    """
    parts = urlsplit(url.partition(":")[2])
    names = [name for name in parts.path.split("/") if name]
    if not parts.hostname or parts.query or parts.fragment or parts.username or len(names) > 2:  # noqa: PLR2004 - a database and a container
        raise _unusable(f"{_bare(url)!r} names no Azure Cosmos DB account")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_this_machine(parts.hostname)):
        raise _unusable(f"{_bare(url)!r} would send the books unencrypted")
    database, container = (*names, *(database, container)[len(names) :])
    for name in (database, container):
        if not _NAME.fullmatch(name):
            raise _unusable(f"{name!r} is no name of a database or container")
    return Address(
        endpoint=f"{parts.scheme}://{parts.netloc}", database=database, container=container, key=key
    )


def _bare(url: str) -> str:
    """Return a URL without what may be a secret in it."""
    return re.sub(r"//[^/@]*@", "//", url).partition("?")[0]


def _unusable(message: str) -> ConfigurationError:
    return ConfigurationError(
        message,
        hint="write cosmos:https://ACCOUNT.documents.azure.com/DATABASE/CONTAINER, "
        "and the key in COSMOS_KEY",
        code="cosmos_url",
    )
