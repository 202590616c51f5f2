"""Places: where the settings have books, documents, index and backups, as URLs."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from net30.kernel.errors import ConfigurationError, InputError
from net30.kernel.plugins import load, names_in
from net30.ports.blobs import Blobs
from net30.settings import Settings
from net30.wiring.secrets import with_secrets

BOOKS = Settings().database_url
COSMOS = "cosmos:"
BLOBS = Settings().blob_url
"""Where documents are kept when nothing else is said."""
EXTRAS = {"azure-blob": "azure"}
"""The extra that brings the packages of a scheme's adapter."""
OTHER_NAMES = {"rediss": "redis", "smtps": "smtp"}
"""The adapter of a scheme, where the two have other names: what speaks TLS from the first byte."""
EMBEDDED = "memory"
"""The adapter that is always there and has no URL."""
CALLED = {
    "blobs": "place for files",
    "cache": "shared cache",
    "mail": "mail",
    "search": "search index",
    "stream": "stream",
}


def database_url(settings: Settings) -> str:
    """Return where the books are: the URL, or where it is the usual one, the Cosmos endpoint.

    Raises ConfigurationError when there are books in the usual file as well.
    """
    if not settings.cosmos_endpoint or settings.database_url != BOOKS:
        return settings.database_url
    file = settings.home / BOOKS.removeprefix("sqlite:///")
    if file.exists():
        raise ConfigurationError(
            f"COSMOS_ENDPOINT names a database, and there are books in {file} too",
            hint=f"set NET30_DATABASE_URL to {COSMOS}{settings.cosmos_endpoint} or to {BOOKS}",
            code="two_databases",
        )
    return f"{COSMOS}{settings.cosmos_endpoint}"


def sql_url(settings: Settings, home: Path) -> str:
    """Return the URL of a SQL database; raise InputError for books that are in none."""
    return under(home, only_sql(database_url(settings)))


def blobs_of(settings: Settings) -> Blobs:
    """Return where the settings have documents."""
    blobs: Blobs = adapter_at("blobs", under(home_made(settings.home), blob_url(settings)))
    return blobs


def blobs_at(settings: Settings, url: str) -> Blobs:
    """Return another place for documents: folder:PATH, azure-blob:..., or a folder's path."""
    blobs: Blobs = adapter_at("blobs", under(home_made(settings.home), url))
    return blobs


def local_files(settings: Settings) -> tuple[Path, ...]:
    """Return the files and folders of books, documents and models; InputError for a server's."""
    settings = with_secrets(settings)
    home = home_made(settings.home)
    books = sql_url(settings, home)
    documents = under(home, blob_url(settings))
    if not (books.startswith("sqlite:///") and documents.startswith("folder:")):
        raise InputError(
            "only books and documents in files of this machine can be set aside",
            hint="empty the database and the place of documents yourself, or name other ones",
            code="restore_replace",
        )
    database = Path(books.removeprefix("sqlite:///"))
    files = [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm")]
    return (*files, Path(documents.removeprefix("folder:")), home / settings.model_path)


def only_sql(url: str) -> str:
    """Return the URL of a SQL database; raise InputError for another."""
    if url.startswith(COSMOS):
        raise InputError(
            "net30 neither copies nor restores books in Azure Cosmos DB",
            hint="use the account's own continuous backup: docs/storage.md",
            code="cosmos_backup",
        )
    return url


def blob_url(settings: Settings) -> str:
    """Return where documents are kept: an Azure account by its connection string, or the URL."""
    if settings.storage_connection and settings.blob_url == BLOBS:
        return f"azure-blob:{settings.storage_connection}#{settings.storage_container}"
    return settings.blob_url


def search_url(settings: Settings) -> str:
    """Return the URL of the index elsewhere; empty: it is beside the books."""
    if settings.search_url or not settings.search_endpoint:
        return settings.search_url
    return f"azure-search:{settings.search_endpoint.rstrip('/')}#{settings.search_index}"


def adapter_at(port: str, url: str) -> Any:  # Any: a port of the plugin's room
    """Return the adapter of a port that the scheme of a URL names."""
    return adapter_module(port, url, extra=EXTRAS.get(url.partition(":")[0], "")).build(url)


def adapter_module(port: str, url: str, *, extra: str = "") -> ModuleType:
    """Return the adapter's module; raise ConfigurationError with the kinds that there are."""
    room, scheme = f"net30.adapters.{port}", url.partition(":")[0]
    name = OTHER_NAMES.get(scheme, scheme.replace("-", "_"))
    kinds = [kind for kind in names_in(room) if kind != EMBEDDED]
    if name not in kinds:
        others = [other for other, kind in OTHER_NAMES.items() if kind in kinds]
        known = ", ".join(f"{kind.replace('_', '-')}:" for kind in sorted((*kinds, *others)))
        raise ConfigurationError(
            f"{scheme[:60]!r} is no kind of {CALLED[port]} that net30 knows",
            hint=f"its URL begins with one of {known}",
            code="adapter_kind",
        )
    return load(room, name, extra=extra)


def under(home: Path, url: str) -> str:
    """Return a URL whose relative path is taken from the home."""
    for scheme in ("sqlite:///", "folder:"):
        if url.startswith(scheme) and not url[len(scheme) :].startswith(("/", ":memory:")):
            return f"{scheme}{home / url[len(scheme) :]}"
    return url


def home_made(home: Path) -> Path:
    """Return the home, made when it is absent; raise ConfigurationError when it cannot be."""
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"the home {home} cannot be made: {error.strerror}",
            hint="set NET30_HOME to a folder that can be written",
            code="home",
        ) from error
    return home.resolve()
