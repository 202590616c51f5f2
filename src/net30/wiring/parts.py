"""Parts: index, cache, stream, language model and engine, as the settings name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from net30.assistant.chat_model import ChatModel
from net30.kernel.plugins import load
from net30.ports.cache import Cache, CacheLimits
from net30.ports.chat import project_url, read_server
from net30.ports.compute import Compute
from net30.ports.search import SearchIndex
from net30.services.cached import CACHES
from net30.services.streaming.outlet import Outlet
from net30.settings import Settings
from net30.wiring.places import EMBEDDED, adapter_module, search_url
from net30.wiring.secrets import sealing_of, with_secrets

_CHAT = "net30.adapters.chat"
CHAT_EXTRAS = {"openai": "chat", "azure": "azure"}
"""The extra that brings each kind of language model."""
SPARK_ROWS_MIN = 10_000_000
"""From so many invoices on a cluster scores a file, where there is one."""


def cache_limits(settings: Settings) -> dict[str, CacheLimits]:
    """Return how long each cache's answers last and how many it keeps, as the settings say."""
    usual = {"ttl": settings.cache_ttl_seconds, "max_size": settings.cache_size_max}
    said = json.loads(settings.caches)
    rows = {name: said.get(name, usual) for name in CACHES}
    return {
        name: CacheLimits(seconds=r["ttl"], entries_max=r["max_size"]) for name, r in rows.items()
    }


def search_at(settings: Settings) -> SearchIndex | None:
    """Return the index elsewhere that the settings name; None: it is beside the books."""
    url = search_url(settings)
    if not url:
        return None
    module = adapter_module("search", url, extra="azure")
    search: SearchIndex = module.build(url, key=settings.search_key)
    return search


def cache_at(settings: Settings, home: Path) -> Cache:
    """Return what keeps answers: this process' memory, beside a server that processes share."""
    limits = cache_limits(settings)
    own: Cache = load("net30.adapters.cache", EMBEDDED).build(
        limits, settings.cache_cleanup_seconds
    )
    if not settings.cache_url:
        return own
    module = adapter_module("cache", settings.cache_url, extra="redis")
    cache: Cache = module.build(settings.cache_url, limits, own, sealing_of(settings, home))
    return cache


def chat_model(settings: Settings) -> ChatModel | None:
    """Return the language model that the settings name, or None for an offline assistant.

    Its packages are imported with its first message. Raises ConfigurationError for a URL or a
    connection string that names no server.
    """
    settings = with_secrets(settings)
    url = settings.chat_url
    if not url and settings.ai_connection:
        url = project_url(settings.ai_connection, settings.ai_project, settings.ai_deployment)
    if not url:
        return None
    server = read_server(url, key=settings.chat_key, seconds=settings.chat_seconds)
    return ChatModel(
        name=server.model,
        seconds=server.seconds,
        pause_seconds=settings.chat_pause_seconds,
        prompted=settings.chat_mode == "prompted",
        open_model=lambda: load(_CHAT, server.kind, extra=CHAT_EXTRAS[server.kind]).build(server),
    )


def engine_for(settings: Settings, wanted: str = "") -> Callable[[int], Compute]:
    """Return what chooses the engine for so many invoices of a file.

    `wanted` goes before the setting; "auto" means the local one, unless the Spark master is a
    cluster and there are SPARK_ROWS_MIN or more: on one machine Spark never overtakes threads.
    Raises ConfigurationError at once when a wanted engine's package is not installed.
    """
    name = wanted or settings.engine
    if name != "auto":
        engine = _engine(name, settings)
        return lambda _rows: engine
    cluster = not settings.spark_master.startswith("local")
    return lambda rows: _engine(
        "spark" if cluster and rows >= SPARK_ROWS_MIN else "local", settings
    )


def _engine(name: str, settings: Settings) -> Compute:
    module = load("net30.adapters.compute", name, extra="spark")
    engine: Compute = module.build(settings.spark_master)
    return engine


def outlet_of(settings: Settings) -> Outlet | None:
    """Return the stream that the settings name; nothing is sent before the first message."""
    if not settings.stream_url:
        return None
    module = adapter_module("stream", settings.stream_url, extra="stream")
    pairs = (pair.partition("=") for pair in settings.stream_organisations.split(",") if pair)
    return Outlet(
        stream=module.build(settings.stream_url),
        facts=settings.stream_facts,
        events=settings.stream_events,
        predictions=settings.stream_predictions,
        organisation=settings.organisation,
        organisations={word.strip(): found.strip() for word, _, found in pairs},
        personal=settings.stream_personal,
    )
