"""Who speaks to Azure Blob Storage where no key is given."""

from __future__ import annotations

from typing import Any

from azure.identity import DefaultAzureCredential

CONNECT_SECONDS = 5
ANSWER_SECONDS = 20
TRIES_AGAIN_MAX = 1


def credential(ca_file: str = "") -> DefaultAzureCredential:
    """Return whoever azure-identity finds; nobody is asked before the first token is needed.

    `ca_file` names the certificate authority of a private account and its sign-in.
    """
    options: dict[str, Any] = {  # Any: a client's keyword arguments
        "connection_timeout": CONNECT_SECONDS,
        "read_timeout": ANSWER_SECONDS,
        "retry_total": TRIES_AGAIN_MAX,
    }
    if ca_file:
        # Behind a private authority, Microsoft's public list of sign-in hosts knows nothing.
        options |= {"connection_verify": ca_file, "disable_instance_discovery": True}
    return DefaultAzureCredential(**options)
