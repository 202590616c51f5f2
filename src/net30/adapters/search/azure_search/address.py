"""Address: which index of which service, and how it may be reached."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from net30.kernel.errors import ConfigurationError
from net30.kernel.this_machine import is_this_machine

SCHEME = "azure-search:"
_NAME = re.compile("[a-z0-9]([a-z0-9-]{0,126}[a-z0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One index of one service; printing it shows no key."""

    endpoint: str
    index: str
    key: str = field(default="", repr=False)
    ca_file: str = ""


def read_address(url: str, *, key: str = "") -> Address:
    """Return the index that azure-search:https://NAME.search.windows.net#INDEX names.

    Raises ConfigurationError for a URL that names none, for plain http to another machine (the key
    could be read on the way), and for plain http without a key: nobody signs in over it.

    >>> read_address("azure-search:https://books.search.windows.net#invoices").index
    'invoices'
    """
    if not url.startswith(SCHEME):
        raise _bad_url("it does not begin with azure-search:")
    try:
        parts = urlsplit(url.removeprefix(SCHEME))
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        raise _bad_url("it cannot be read") from None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        raise _bad_url("it names no service")
    if parts.path not in {"", "/"}:
        raise _bad_url("nothing may follow the service's name but #INDEX")
    if parts.scheme == "http" and not (key and is_this_machine(host)):
        raise _bad_url("plain http would show the key and the books to others; use https")
    if not _NAME.fullmatch(parts.fragment):
        raise _bad_url("the index's name is lower-case letters, digits and dashes, from 2 to 128")
    ca_file = options.pop("ca", "")
    if options:
        raise _bad_url("only ?ca=FILE may follow the address")
    endpoint = f"{parts.scheme}://{parts.netloc}"
    return Address(endpoint=endpoint, index=parts.fragment, key=key, ca_file=ca_file)


def _bad_url(why: str) -> ConfigurationError:
    return ConfigurationError(
        f"the search service's URL cannot be used: {why}",
        hint="set NET30_SEARCH_URL to azure-search:https://NAME.search.windows.net#INDEX, or "
        "NET30_SEARCH_ENDPOINT to https://NAME.search.windows.net and NET30_SEARCH_INDEX",
        code="search_url",
    )
