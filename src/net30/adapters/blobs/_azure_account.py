"""An account of Azure Blob Storage by its URL, and the client that speaks to one container of it.

azure-blob:https://ACCOUNT.blob.core.windows.net/CONTAINER signs in as whoever azure-identity finds:
a managed identity, a service principal, an `az login`; ?ca=FILE names the certificate authority of
a private account. azure-blob:CONNECTION_STRING#CONTAINER has its key.
"""

from __future__ import annotations

import re
from base64 import b64decode
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import BlobServiceClient, ContainerClient, LinearRetry

from net30.kernel.errors import ConfigurationError
from net30.kernel.this_machine import is_this_machine

CONNECT_SECONDS = 5
ANSWER_SECONDS = 10
"""How long a server that is connected may keep silent."""
TRIES_AGAIN_MAX = 1
PAUSE_SECONDS = 1
"""Between two tries."""
CONNECTIONS_MAX = 32
"""Kept open between requests; twice as many as files are written at once."""

_CONTAINER = re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", re.ASCII)
_EXAMPLES = (
    "give azure-blob:https://ACCOUNT.blob.core.windows.net/CONTAINER, or set "
    "STORAGE_CONNECTION_STRING and STORAGE_CONTAINER_NAME"
)


def open_container(url: str) -> ContainerClient:
    """Return a client of the container that a URL names; nothing is sent yet.

    Raises ConfigurationError for a URL that names none, without showing it: it may hold a key.
    """
    address = url.partition(":")[2]
    if address.startswith(("https://", "http://")):
        return _signed_in(address)
    connection, _, container = address.rpartition("#")
    options = _options("")
    try:
        service = BlobServiceClient.from_connection_string(connection, **options)
    except ValueError:
        raise _bad_url("the connection string cannot be read") from None
    if not _is_whole(service):
        raise _bad_url("the connection string has no key in Base64 and no signature")
    return _of(service, container, options)


def _signed_in(address: str) -> ContainerClient:
    try:
        parts = urlsplit(address)
        given = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _bad_url("it cannot be read") from None
    if parts.scheme != "https":
        raise _bad_url("who signs in needs https")
    if not parts.hostname or parts.username is not None or parts.fragment:
        raise _bad_url("it names no account")
    ca_file = given.pop("ca", "")
    if given:
        raise _bad_url("only ?ca=FILE may follow the container")
    if ca_file and not Path(ca_file).is_file():
        raise _bad_url(f"there is no file {ca_file!r}")
    account, _, container = parts.path.rpartition("/")
    options = _options(ca_file)
    # Loaded only here: it takes as long as all else together.
    sign_in: Any = import_module("net30.adapters.blobs._azure_sign_in")
    service = BlobServiceClient(
        f"https://{parts.netloc}{account}", credential=sign_in.credential(ca_file), **options
    )
    return _of(service, container, options)


def _of(service: BlobServiceClient, container: str, options: dict[str, Any]) -> ContainerClient:
    if not _CONTAINER.fullmatch(container):
        raise _bad_url(f"{container[:80]!r} is no name of a container")
    where = urlsplit(service.url)
    if where.scheme != "https" and not is_this_machine(where.hostname or ""):
        raise _bad_url("plain http would show the documents to others; use https")
    _keep_open(options["transport"])
    return service.get_container_client(container)


def _options(ca_file: str) -> dict[str, Any]:  # Any: a client's keyword arguments
    return {
        "transport": RequestsTransport(
            connection_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            connection_verify=ca_file or True,
        ),
        "retry_policy": LinearRetry(
            backoff=PAUSE_SECONDS, retry_total=TRIES_AGAIN_MAX, random_jitter_range=0
        ),
        "permit_redirects": False,
    }


def _keep_open(transport: RequestsTransport) -> None:
    """Make room for the connections of all threads; the usual ten would be opened anew."""
    transport.open()
    session: Any = transport.session  # a requests.Session
    for scheme in ("https://", "http://"):
        session.get_adapter(scheme).init_poolmanager(CONNECTIONS_MAX, CONNECTIONS_MAX)


def _is_whole(service: BlobServiceClient) -> bool:
    """Tell whether there is a key that signs, or a signature."""
    key = getattr(service.credential, "account_key", "")
    try:
        return bool(b64decode(key, validate=True)) or "sig=" in urlsplit(service.url).query
    except ValueError:
        return False


def _bad_url(why: str) -> ConfigurationError:
    return ConfigurationError(
        f"the address of Azure Blob Storage cannot be used: {why}", hint=_EXAMPLES, code="blob_url"
    )
