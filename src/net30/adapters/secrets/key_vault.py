"""Secrets in Azure Key Vault, read as whoever azure-identity finds.

That is a managed identity, a service principal or an `az login`. After the vault's URL ?ca=FILE
names the certificate authority of a private one.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
)
from azure.identity import DefaultAzureCredential
from azure.keyvault.secrets import SecretClient

from net30.kernel.errors import ConfigurationError, Net30Error, Unavailable
from net30.ports.secrets import Secrets

CONNECT_SECONDS = 5
ANSWER_SECONDS = 20
TRIES_AGAIN_MAX = 2
REASON_CHARACTERS_MAX = 200
FORBIDDEN = 403
UNREADABLE = 400
"""From here on the vault says that the question cannot be answered, up to 500."""
FAULT = 500
BUSY = 429

_NAME = re.compile(r"([0-9A-Za-z-]{1,127})(?:/([0-9a-f]{32}))?", re.ASCII)


def build(url: str) -> Secrets:
    """Return the vault of a URL such as https://NAME.vault.azure.net; nothing is sent yet.

    Raises ConfigurationError for a URL that names none.
    """
    try:
        parts = urlsplit(url)
        given = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _bad_url("it cannot be read") from None
    ca_file = given.pop("ca", "")
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise _bad_url("it names no server that is spoken to by https")
    if parts.path.strip("/") or parts.fragment or given:
        raise _bad_url("only ?ca=FILE may follow the server")
    if ca_file and not Path(ca_file).is_file():
        raise _bad_url(f"there is no file {ca_file!r}")
    options: dict[str, Any] = {  # Any: a client's keyword arguments
        "connection_timeout": CONNECT_SECONDS,
        "read_timeout": ANSWER_SECONDS,
        "retry_total": TRIES_AGAIN_MAX,
    }
    if ca_file:
        options["connection_verify"] = ca_file
    # Behind a private authority, Microsoft's public list of sign-in hosts knows nothing, and a
    # vault's name is not one of Azure's.
    credential = DefaultAzureCredential(disable_instance_discovery=bool(ca_file), **options)
    client = SecretClient(
        f"https://{parts.netloc}", credential, verify_challenge_resource=not ca_file, **options
    )
    return KeyVault(parts.netloc, client, credential)


class KeyVault:
    """One vault."""

    def __init__(self, host: str, client: SecretClient, credential: DefaultAzureCredential) -> None:
        self._host = host
        self._client = client
        self._credential = credential

    def read(self, name: str) -> str:
        """Return the secret NAME, or NAME/VERSION; raise ConfigurationError for none.

        Raises Unavailable when the vault does not answer.
        """
        found = _NAME.fullmatch(name)
        if found is None:
            raise ConfigurationError(
                f"{name[:80]!r} is no name of a secret in a key vault",
                hint="letters, digits and -, and after a / the version if it must be that one",
                code="key_vault_secret",
            )
        try:
            secret = self._client.get_secret(found[1], found[2]).value
        except ResourceNotFoundError as error:
            raise self._missing(found[1]) from error
        except (AzureError, ValueError) as error:
            raise self._told(error) from error
        if not secret:
            raise self._missing(found[1])
        return secret

    def close(self) -> None:
        """Give back connections."""
        self._client.close()
        self._credential.close()

    def _missing(self, name: str) -> ConfigurationError:
        vault = self._host.partition(".")[0]
        return ConfigurationError(
            f"the key vault {self._host} has no secret {name!r}",
            hint=f"az keyvault secret set --vault-name {vault} --name {name} --file FILE",
            code="key_vault_secret",
        )

    def _told(self, error: AzureError | ValueError) -> Net30Error:
        status = getattr(error, "status_code", None) or 0
        if isinstance(error, ValueError):  # its challenge is that of another service
            return _bad_url(f"{self._host} is no key vault")
        if isinstance(error, ClientAuthenticationError) or status == FORBIDDEN:
            return ConfigurationError(
                f"the key vault {self._host} refuses: {_words(error)}",
                hint="sign in (a managed identity, or AZURE_CLIENT_ID and its like), give that "
                "identity the role Key Vault Secrets User, and enable the secret",
                code="key_vault_refused",
            )
        if UNREADABLE <= status < FAULT and status != BUSY:
            return _bad_url(f"{self._host} says {_words(error)}")
        return Unavailable(
            f"the key vault {self._host} does not answer: {_words(error)}",
            hint="check the network and NET30_KEY_VAULT, then start again",
            code="key_vault_unavailable",
        )


def _words(error: AzureError) -> str:
    """Return what happened on one line: the service's own words where there are some."""
    service = error.error if isinstance(error, HttpResponseError) else None
    text = f"{service.code}: {service.message}" if service and service.code else error.message
    return " ".join(text.split())[:REASON_CHARACTERS_MAX]


def _bad_url(why: str) -> ConfigurationError:
    return ConfigurationError(
        f"the key vault's URL cannot be used: {why}",
        hint="set NET30_KEY_VAULT=https://NAME.vault.azure.net",
        code="key_vault",
    )
