"""Language models behind OpenAI's interface: OpenAI itself, or any server that speaks like it."""

from __future__ import annotations

import ssl

from openai import AsyncOpenAI, DefaultAsyncHttpxClient
from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers import Provider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from net30.kernel.errors import ConfigurationError
from net30.ports.chat import ChatServer

OPENAI = "https://api.openai.com"
NO_KEY = "none"
"""Sent to servers that ask for no key: the client wants a text."""


def build(server: ChatServer) -> Model:
    """Open the model; nothing is sent before the first message."""
    client = AsyncOpenAI(
        base_url=server.url,
        api_key=server.key or NO_KEY,
        organization="",  # else the client would read them from the environment
        project="",
        max_retries=0,
        timeout=server.seconds,
        http_client=_http_client(server),
    )
    provider: Provider[AsyncOpenAI]
    if server.url.startswith(OPENAI):
        provider = OpenAIProvider(openai_client=client)
    else:
        provider = OpenAICompatibleProvider("openai-compatible", openai_client=client)
    return OpenAIChatModel(server.model, provider=provider)


def _http_client(server: ChatServer) -> DefaultAsyncHttpxClient:
    try:
        trusted = ssl.create_default_context(cafile=server.ca_file or None)
    except OSError as error:
        raise ConfigurationError(
            f"the certificate authority {server.ca_file!r} cannot be read",
            hint="give the path of a PEM file after ?ca=",
            code="chat_url",
        ) from error
    return DefaultAsyncHttpxClient(verify=trusted, timeout=server.seconds, follow_redirects=False)
