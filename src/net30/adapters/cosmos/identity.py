"""Identity: Azure's own credentials, where no key is given."""

from __future__ import annotations

from azure.core.credentials import TokenCredential
from azure.identity import DefaultAzureCredential


def credential() -> TokenCredential:
    """Return the credentials of this machine: environment, managed identity or the Azure CLI."""
    return DefaultAzureCredential()
