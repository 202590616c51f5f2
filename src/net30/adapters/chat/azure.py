"""Language models of Azure: an AI Foundry project, or an Azure OpenAI resource with its key.

A project's URL has /api/projects/NAME; its client signs in with the key, or else as whoever
azure-identity finds: a managed identity, a service principal, an `az login`.
"""

from __future__ import annotations

import asyncio
import ssl
from types import TracebackType
from typing import Any, Self

from azure.ai.projects.aio import AIProjectClient
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.core.pipeline.transport import AsyncioRequestsTransport
from azure.identity import DefaultAzureCredential
from openai import AsyncAzureOpenAI, AsyncOpenAI, DefaultAsyncHttpxClient
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.azure import AzureProvider
from pydantic_ai.providers.openai import OpenAIProvider

from net30.kernel.errors import ConfigurationError
from net30.ports.chat import ChatServer

API_VERSION = "2024-10-21"
"""The last generally available version of the routes by deployment; /openai/v1 needs none."""

PROJECTS = "/api/projects/"
V1 = "/openai/v1"
UNAUTHORIZED = 401


def build(server: ChatServer) -> Model:
    """Open the model; nothing is sent, and nobody signed in, before the first message."""
    if PROJECTS in server.url:
        return OpenAIChatModel(
            server.model, provider=OpenAIProvider(openai_client=_project_client(server))
        )
    if not server.key:
        raise ConfigurationError(
            "an Azure OpenAI resource needs its key",
            hint="set NET30_CHAT_KEY, or name a project: .../api/projects/NAME",
            code="chat_key",
        )
    if server.url.endswith(V1):
        client = AsyncOpenAI(base_url=server.url, api_key=server.key, **_limits(server))
        return OpenAIChatModel(server.model, provider=OpenAIProvider(openai_client=client))
    return OpenAIChatModel(
        server.model, provider=AzureProvider(openai_client=_deployments_client(server))
    )


def _project_client(server: ChatServer) -> AsyncOpenAI:
    project = AIProjectClient(
        endpoint=server.url,
        credential=SignIn(server),
        transport=AsyncioRequestsTransport(),  # the other one would need aiohttp
    )
    given: dict[str, Any] = {"api_key": server.key} if server.key else {}
    return project.get_openai_client(**given, **_limits(server))


def _deployments_client(server: ChatServer) -> AsyncAzureOpenAI:
    return AsyncAzureOpenAI(
        azure_endpoint=server.url,
        api_key=server.key,
        api_version=API_VERSION,
        **_limits(server),
    )


def _limits(server: ChatServer) -> dict[str, Any]:  # Any: a client's keyword arguments
    return {
        "max_retries": 0,
        "timeout": server.seconds,
        "http_client": DefaultAsyncHttpxClient(
            verify=_trusted(server), timeout=server.seconds, follow_redirects=False
        ),
    }


def _trusted(server: ChatServer) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca_file or None)
    except OSError as error:
        raise ConfigurationError(
            f"the certificate authority {server.ca_file!r} cannot be read",
            hint="give the path of a PEM file after ?ca=",
            code="chat_url",
        ) from error


class SignIn:
    """Whoever azure-identity finds, asked for a token in a thread when the first one is needed.

    azure-identity's own asynchronous credentials would need aiohttp.
    """

    def __init__(self, server: ChatServer) -> None:
        self._model = server.model
        self._ca_file = server.ca_file
        self._credential: DefaultAzureCredential | None = None

    async def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """Return a token; raise ModelHTTPError, as for a wrong key, when nobody is signed in."""
        return await asyncio.to_thread(self._token, *scopes, **options)

    async def close(self) -> None:
        """Give back the connection that tokens came over."""
        if self._credential is not None:
            self._credential.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.close()

    def _token(self, *scopes: str, **options: Any) -> AccessToken:
        if self._credential is None:
            # Behind a private authority, Microsoft's public list of sign-in hosts knows nothing.
            private = {"connection_verify": self._ca_file, "disable_instance_discovery": True}
            self._credential = DefaultAzureCredential(**(private if self._ca_file else {}))
        try:
            return self._credential.get_token(*scopes, **options)
        except ClientAuthenticationError as error:
            raise ModelHTTPError(UNAUTHORIZED, self._model, str(error)) from error
