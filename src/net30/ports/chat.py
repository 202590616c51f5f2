"""Chat: where a language model answers, and how it may be reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from net30.kernel.errors import ConfigurationError
from net30.kernel.this_machine import is_this_machine

KINDS = ("openai", "azure")
SECONDS = 10
DEPLOYMENT = "gpt-4o"
"""The seed documents' model, where nothing else is said."""

_EXAMPLES = (
    "give openai:https://HOST/v1#MODEL for a server with OpenAI's interface, or "
    "azure:https://NAME.services.ai.azure.com/api/projects/PROJECT#DEPLOYMENT"
)
_PROJECTS = "/api/projects/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatServer:
    """One language model on one server; `kind` names the adapter, printing it shows no key.

    `seconds` is the longest wait for the next sign of life; `ca_file` names the certificate
    authority of a private server.
    """

    kind: str
    url: str
    model: str
    key: str = field(default="", repr=False)
    seconds: float = SECONDS
    ca_file: str = ""


def read_server(url: str, *, key: str = "", seconds: float = SECONDS) -> ChatServer:
    """Return the server that openai:https://host/v1#model or azure:https://... names.

    Raises ConfigurationError for a URL that names none, and for plain http to another machine:
    what is said there, the key too, could be read on the way.

    >>> read_server("openai:http://localhost:8000/v1#qwen").model
    'qwen'
    """
    kind, _, address = url.partition(":")
    if kind not in KINDS:
        raise _bad_url("it names no kind of server")
    try:
        parts = urlsplit(address)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        raise _bad_url("it cannot be read") from None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        raise _bad_url("it names no server")
    if parts.scheme == "http" and not is_this_machine(host):
        raise _bad_url("plain http would show the key and the books to others; use https")
    ca_file = options.pop("ca", "")
    if options:
        raise _bad_url("only ?ca=FILE may follow the address")
    if kind == "openai" and not parts.fragment:
        raise _bad_url("it names no model")
    return ChatServer(
        kind=kind,
        url=f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}",
        model=parts.fragment or DEPLOYMENT,
        key=key,
        seconds=seconds,
        ca_file=ca_file,
    )


def project_url(connection: str, project: str, deployment: str = DEPLOYMENT) -> str:
    """Return the URL of an Azure AI project, from its endpoint and, where that lacks it, its name.

    Raises ConfigurationError for the old "host;subscription;group;project" form, which no longer
    says where the project answers.

    >>> project_url("https://x.services.ai.azure.com", "books")
    'azure:https://x.services.ai.azure.com/api/projects/books#gpt-4o'
    """
    endpoint = connection.strip().rstrip("/")
    if not endpoint.startswith(("https://", "http://")):
        raise ConfigurationError(
            "the connection string of the Azure AI project has the old form host;subscription;...",
            hint="set AZURE_AI_PROJECT_ENDPOINT to the project's endpoint, "
            "https://NAME.services.ai.azure.com/api/projects/PROJECT",
            code="chat_url",
        )
    if _PROJECTS not in endpoint and project:
        endpoint += _PROJECTS + project
    return f"azure:{endpoint}#{deployment}"


def _bad_url(why: str) -> ConfigurationError:
    return ConfigurationError(
        f"the language model's URL cannot be used: {why}", hint=_EXAMPLES, code="chat_url"
    )
