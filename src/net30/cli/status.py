"""net30 status: what this net30 is put together from, and whether each part answers."""

from __future__ import annotations

import typer

from net30.app import App
from net30.cli import exits
from net30.cli.output import print_json, print_table
from net30.cli.session import Json, opened
from net30.services.check_parts import PartState, check_parts
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


def register(program: typer.Typer) -> None:
    """Add this command to `net30`."""
    program.command("status")(status)


def status(*, json: Json = False) -> None:
    """Tell what each part is (books, files, search, mail, ...) and whether it answers now.

    The exit code is 10 when one does not. Mail, the language model and the stream are not asked.
    """
    with opened() as net30:
        kinds = kinds_of(net30)
        with net30.look() as ctx:
            states = {state.part: state for state in check_parts(ctx)}
    if json:
        print_json(
            [{"part": part, "kind": kind, **_answer(states, part)} for part, kind in kinds.items()]
        )
    else:
        rows = [(part, kind, *_cells(states.get(part), kind)) for part, kind in kinds.items()]
        print_table("Parts", ("part", "what it is", "answers", "after>", "why not"), rows)
    if not all(state.answers for state in states.values()):
        raise typer.Exit(exits.UNAVAILABLE)


def kinds_of(net30: App) -> dict[str, str]:
    """Return what each part is, as the settings say; never an address, which may hold a key."""
    settings = net30.settings
    model = f"{net30.chat.name}, {_kind(settings.chat_url or 'azure:')}" if net30.chat else NONE
    return {
        "store": _kind(settings.database_url),
        "search": _kind(search_url(settings) or settings.database_url),
        "blobs": _kind(settings.blob_url),
        "mail": _kind(settings.mail_url),
        "cache": _kind(settings.cache_url) if settings.cache_url else "memory",
        "stream": _kind(settings.stream_url) if settings.stream_url else NONE,
        "language model": model,
        "secrets": "Azure Key Vault" if settings.key_vault else "settings",
    }


def _kind(url: str) -> str:
    scheme = url.partition(":")[0]
    return NAMES.get(scheme, scheme)


def _cells(state: PartState | None, kind: str) -> tuple[str, str, str]:
    if state is None:
        return "" if kind == NONE else "not asked", "", ""
    took = f"{state.seconds * 1000:,.0f} ms"
    if state.answers:
        return "yes", took, ""
    return "no", took, "; ".join(filter(None, (state.error, state.hint)))


def _answer(states: dict[str, PartState], part: str) -> dict[str, object]:
    state = states.get(part)
    if state is None:
        return {"answers": None}
    return {"answers": state.answers, "seconds": state.seconds, "error": state.error}
