"""Kinds: what each part of this net30 is, as the settings say."""

from __future__ import annotations

from net30.settings import Settings
from net30.wiring.places import search_url

NAMES = {
    "azure": "Azure AI",
    "azure-blob": "Azure Blob Storage",
    "azure-search": "Azure AI Search",
    "cosmos": "Azure Cosmos DB",
    "event-hubs": "Azure Event Hubs",
    "folder": "a folder",
    "kafka": "Kafka",
    "kafkas": "Kafka",
    "openai": "OpenAI's interface",
    "postgresql": "PostgreSQL",
    "redis": "Redis",
    "rediss": "Redis",
    "smtp": "SMTP",
    "smtps": "SMTP",
    "sqlite": "SQLite",
}
"""What a URL's first word means to people."""
NONE = "none"
MEMORY = "memory"


def kinds_of(settings: Settings, model: str = "") -> dict[str, str]:
    """Return what each part is; never an address, which may hold a key.

    `model` is what the language model is called, empty where the settings name none.
    """
    chat = f"{model}, {kind_at(settings.chat_url or 'azure:')}" if model else NONE
    return {
        "store": kind_at(settings.database_url),
        "search": kind_at(search_url(settings) or settings.database_url),
        "blobs": kind_at(settings.blob_url),
        "mail": kind_at(settings.mail_url),
        "cache": kind_at(settings.cache_url) if settings.cache_url else MEMORY,
        "stream": kind_at(settings.stream_url) if settings.stream_url else NONE,
        "language model": chat,
        "secrets": "Azure Key Vault" if settings.key_vault else "settings",
    }


def kind_at(url: str) -> str:
    """Return what people call what is at a URL."""
    scheme = url.partition(":")[0].partition("+")[0]
    return NAMES.get(scheme, scheme)
