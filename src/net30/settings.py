"""Settings: every choice an installation can make, read once from the environment.

One frozen class holds the values and says, field by field, what each one means. A setting is
NET30_ and the field's name; the seed documents' own names work as well, and NET30_ wins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from net30.kernel import setting_kinds as kinds
from net30.kernel.env_file import parse_env_file, secret_in
from net30.kernel.errors import ConfigurationError, Unavailable

PREFIX = "NET30_"
IN_VAULT = "key-vault:"
"""How a secret setting begins whose value is in the vault, under the name that follows."""
FILE_SUFFIX = "_FILE"
CHAT_SECONDS_MAX = 120
CACHE_SIZE_MAX = 1_000_000
BACKUPS_MAX = 1_000
RATE_MAX = 1_000_000
CACHES = {
    "statistics": {"ttl": 300, "max_size": 10},
    "invoice_list": {"ttl": 180, "max_size": 20},
    "search_results": {"ttl": 120, "max_size": 50},
    "invoice_detail": {"ttl": 600, "max_size": 100},
    "client_data": {"ttl": 900, "max_size": 200},
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table of settings: a field of Settings and how it is read."""

    name: str
    default: str
    help: str
    read_by: str  # the room that reads it
    aliases: tuple[str, ...]
    secret: bool
    read: Callable[[str], object]

    @property
    def env(self) -> str:
        """Name the environment variable."""
        return PREFIX + self.name.upper()

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name the setting answers to; an earlier one wins."""
        return (self.env, *self.aliases)

    @property
    def file_env(self) -> str:
        """Name the variable that says which file holds a secret; empty for other settings."""
        return self.env + FILE_SUFFIX if self.secret else ""


def _setting(
    default: str,
    meaning: str,
    *,
    read_by: str,
    read: Callable[[str], object] = str,
    aliases: str = "",
    secret: bool = False,
) -> Any:  # Any: the type is the field's own annotation
    row = {"default": default, "help": meaning, "read": read}
    row |= {"aliases": tuple(aliases.split()), "read_by": read_by, "secret": secret}
    return field(default=read(default), repr=not secret, metadata=row)


@dataclass(frozen=True, slots=True)
class Settings:
    """What this installation chose; printing it shows no secret."""

    home: Path = _setting(
        "~/.net30", "the folder that everything lives under", read=kinds.path, read_by="app"
    )
    organisation: str = _setting("main", "the selling organisation to work in", read_by="app")
    database_url: str = _setting(
        "sqlite:///net30.db",
        "the store: sqlite:///FILE (relative to home), postgresql://USER@HOST/NAME or "
        "cosmos:https://ACCOUNT.documents.azure.com/DATABASE/CONTAINER",
        read=kinds.url,
        aliases="DATABASE_URL",
        read_by="wiring",
        secret=True,
    )
    copy_url: str = _setting(
        "",
        "an empty database that the books may be copied to, by net30 copy or the page System: "
        "postgresql://USER@HOST/NAME or sqlite:///FILE; empty: the page copies nothing",
        read=kinds.optional_url,
        read_by="wiring",
        secret=True,
    )
    backup_url: str = _setting(
        "",
        "where net30 work writes a backup each day, and net30 backup without a name: folder:PATH "
        "(relative to home), or as in NET30_BLOB_URL; empty: nowhere",
        read=kinds.optional_url,
        read_by="wiring",
        secret=True,
    )
    backup_hour: int = _setting(
        "2", "the hour of the day's backup, UTC", read=kinds.between(0, 23), read_by="worker"
    )
    backup_keep: int = _setting(
        "7",
        "how many backups stay there: the latest ones",
        read=kinds.between(1, BACKUPS_MAX),
        read_by="wiring",
    )
    backup_weeks: int = _setting(
        "4",
        "of how many weeks the latest backup stays besides",
        read=kinds.between(0, BACKUPS_MAX),
        read_by="wiring",
    )
    backup_passphrase: str = _setting(
        "",
        "seals the keys of NET30_SECRET_KEYS or secret.key into each backup, 12 characters or "
        "more; empty: a backup has no keys, and sealed secrets do not open without them",
        read_by="wiring",
        secret=True,
    )
    secret_keys: str = _setting(
        "",
        "keys that seal secrets in the database (second factors, webhooks, sign-on providers): 32 "
        "bytes in Base64, the newest first, commas between; empty: the file secret.key in home, "
        "made when it is first needed",
        read_by="wiring",
        secret=True,
    )
    key_vault: str = _setting(
        "",
        "an Azure Key Vault, https://NAME.vault.azure.net: a secret setting whose value is "
        "key-vault:SECRET is read from there at the start, as whoever azure-identity finds",
        read=kinds.optional_url,
        read_by="wiring",
    )
    blob_url: str = _setting(
        "folder:blobs",
        "where documents are kept: folder:PATH (relative to home), "
        "azure-blob:https://ACCOUNT.blob.core.windows.net/CONTAINER (as whoever azure-identity "
        "finds) or azure-blob:CONNECTION_STRING#CONTAINER",
        read=kinds.url,
        read_by="app",
        secret=True,
    )
    mail_url: str = _setting(
        "folder:outbox-mail",
        "how mail leaves: folder:PATH writes .eml files; smtp:// or smtps://USER:PASSWORD@HOST:PORT"
        " sends",
        read=kinds.url,
        read_by="app",
        secret=True,
    )
    chat_url: str = _setting(
        "",
        "the language model: openai:https://HOST/v1#MODEL (?ca=FILE for a private authority) or "
        "azure:https://...#DEPLOYMENT; empty: offline, or the Azure AI project below",
        read_by="wiring",
        secret=True,
    )
    chat_key: str = _setting("", "the language model's key", read_by="wiring", secret=True)
    chat_seconds: int = _setting(
        "10",
        "how long a language model may keep silent before the offline model answers",
        read=kinds.between(1, CHAT_SECONDS_MAX),
        read_by="wiring",
    )
    chat_pause_seconds: int = _setting(
        "30",
        "how long a language model that failed is left alone",
        read=kinds.between(1, kinds.SECONDS_MAX),
        read_by="wiring",
    )
    chat_mode: str = _setting(
        "tools",
        "how a language model proposes calls: tools, or prompted for servers without tool calls",
        read=kinds.one_of("tools", "prompted"),
        read_by="wiring",
    )
    ai_connection: str = _setting(
        "",
        "endpoint of an Azure AI project: https://NAME.services.ai.azure.com/api/projects/PROJECT",
        aliases="AZURE_AI_PROJECT_ENDPOINT AZURE_AI_PROJECT_CONNECTION_STRING",
        read_by="wiring",
        secret=True,
    )
    ai_project: str = _setting(
        "",
        "name of the Azure AI project, where its endpoint does not say it",
        aliases="AZURE_AI_PROJECT_NAME",
        read_by="wiring",
    )
    ai_deployment: str = _setting(
        "gpt-4o", "the project's deployment of a language model", read_by="wiring"
    )
    log_level: str = _setting(
        "WARNING",
        "how much is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL",
        read=kinds.one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
        aliases="LOG_LEVEL",
        read_by="api",
    )
    traces_url: str = _setting(
        "",
        "where traces of requests go: an OpenTelemetry collector's https://HOST:4318 (OTLP over "
        "HTTP); empty: nowhere",
        read=kinds.optional_url,
        aliases="OTEL_EXPORTER_OTLP_ENDPOINT",
        read_by="app",
    )
    stream_url: str = _setting(
        "",
        "the stream that events and predictions go out by and facts come in: "
        "kafkas://USER:PASSWORD@HOST:9093 (kafka://localhost:9092 on this machine), or "
        "event-hubs: and a connection string of Azure Event Hubs; empty: none",
        read=kinds.optional_url,
        read_by="wiring",
        secret=True,
    )
    stream_facts: str = _setting(
        "",
        "the topic that invoices and payments of other systems come by; empty: none is read",
        read=kinds.topic,
        read_by="wiring",
    )
    stream_events: str = _setting(
        "net30.events", "the topic that events are told by; none: nowhere", read=kinds.topic,
        read_by="wiring",
    )  # fmt: skip
    stream_predictions: str = _setting(
        "net30.predictions",
        "the topic that predictions of open invoices are told by; none: nowhere",
        read=kinds.topic,
        read_by="wiring",
    )
    stream_organisations: str = _setting(
        "",
        "which organisations the stream is of, as WORD=ID, WORD=ID: messages name theirs by its "
        "word; empty: all messages are of NET30_ORGANISATION",
        read=kinds.words,
        read_by="wiring",
    )
    stream_personal: bool = _setting(
        "false",
        "whether events tell the stream mail addresses and what people wrote too; a stream "
        "cannot forget",
        read=kinds.yes,
        read_by="wiring",
    )
    cosmos_endpoint: str = _setting(
        "",
        "Azure Cosmos DB account that has the books, https://ACCOUNT.documents.azure.com, where "
        "NET30_DATABASE_URL names no other place",
        read=kinds.optional_url,
        aliases="COSMOS_ENDPOINT",
        read_by="wiring",
    )
    cosmos_key: str = _setting(
        "",
        "its key; empty: Azure's own credentials (managed identity, environment, Azure CLI)",
        aliases="COSMOS_KEY",
        read_by="wiring",
        secret=True,
    )
    cosmos_database: str = _setting(
        "InvoiceManagement",
        "its database, where the URL names none; made when it is absent",
        aliases="COSMOS_DATABASE_NAME",
        read_by="wiring",
    )
    cosmos_container: str = _setting(
        "invoices",
        "its container, where the URL names none; made when it is absent",
        aliases="COSMOS_CONTAINER_NAME",
        read_by="wiring",
    )
    storage_connection: str = _setting(
        "",
        "connection string of Azure Blob Storage: documents are kept there, unless NET30_BLOB_URL "
        "names another place than folder:blobs",
        aliases="STORAGE_CONNECTION_STRING",
        read_by="wiring",
        secret=True,
    )
    storage_container: str = _setting(
        "invoices",
        "its container, made when the first document is kept",
        aliases="STORAGE_CONTAINER_NAME",
        read_by="wiring",
    )
    search_url: str = _setting(
        "",
        "where documents are found: azure-search:https://NAME.search.windows.net#INDEX; empty: the "
        "Azure AI Search service below, or else an index beside the books",
        read=kinds.optional_url,
        read_by="wiring",
    )
    search_endpoint: str = _setting(
        "",
        "an Azure AI Search service, https://NAME.search.windows.net",
        aliases="SEARCH_ENDPOINT",
        read_by="wiring",
    )
    search_key: str = _setting(
        "",
        "its admin key; empty: whoever azure-identity finds signs in",
        aliases="SEARCH_KEY",
        read_by="wiring",
        secret=True,
    )
    search_index: str = _setting(
        "invoices-index", "its index", aliases="SEARCH_INDEX_NAME", read_by="wiring"
    )
    engine: str = _setting(
        "auto",
        "what scores the invoices of a file: auto, local (threads here) or spark",
        read=kinds.one_of("auto", "local", "spark"),
        read_by="wiring",
    )
    spark_master: str = _setting(
        "local[*]",
        "the Spark master: local[*], or a cluster such as spark://host:7077",
        aliases="SPARK_MASTER",
        read_by="wiring",
    )
    use_deep_learning: bool = _setting(
        "false",
        "train the LSTM (pip install 'net30[deep]') where nobody names a family; false: trees",
        read=kinds.yes,
        aliases="USE_DEEP_LEARNING",
        read_by="api",
    )
    model_path: Path = _setting(
        "models",
        "where each organisation's trained models are kept (relative to home)",
        read=kinds.path,
        aliases="MODEL_PATH",
        read_by="app",
    )
    cache_url: str = _setting(
        "",
        "where answers are kept that several processes share: rediss://:PASSWORD@HOST:6379/0 "
        "(redis:// on this machine, or with ?tls=no inside a network of your own); empty: each "
        "process keeps its own",
        read=kinds.optional_url,
        read_by="wiring",
        secret=True,
    )
    cache_ttl_seconds: int = _setting(
        "300",
        "how long an answer lasts in a cache that NET30_CACHES does not name",
        read=kinds.between(1, kinds.SECONDS_MAX),
        aliases="CACHE_DEFAULT_TTL",
        read_by="wiring",
    )
    cache_size_max: int = _setting(
        "1000",
        "how many answers such a cache keeps",
        read=kinds.between(1, CACHE_SIZE_MAX),
        aliases="CACHE_MAX_SIZE",
        read_by="wiring",
    )
    cache_cleanup_seconds: int = _setting(
        "300",
        "how often old answers are dropped",
        read=kinds.between(1, kinds.SECONDS_MAX),
        aliases="CACHE_CLEANUP_INTERVAL",
        read_by="wiring",
    )
    caches: str = _setting(
        json.dumps(CACHES),
        "life in seconds and size of each cache, as JSON",
        read=kinds.caches(CACHES),
        aliases="CACHE_SETTINGS",
        read_by="wiring",
    )
    auto_refresh: bool = _setting(
        "true",
        "pages refresh by themselves",
        read=kinds.yes,
        aliases="AUTO_REFRESH_DEFAULT",
        read_by="ui",
    )
    refresh_choices: tuple[int, ...] = _setting(
        "15,30,60,120",
        "seconds between two refreshes to choose from",
        read=kinds.seconds,
        aliases="AUTO_REFRESH_INTERVALS",
        read_by="ui",
    )
    refresh_seconds: int = _setting(
        "30",
        "seconds between two refreshes",
        read=kinds.between(1, kinds.SECONDS_MAX),
        aliases="REFRESH_INTERVAL_DEFAULT DEFAULT_REFRESH_INTERVAL",
        read_by="ui",
    )
    theme: str = _setting(
        "auto",
        "the pages' colours: auto, light or dark",
        read=kinds.one_of("auto", "light", "dark"),
        aliases="THEME_MODE",
        read_by="ui",
    )
    port: int = _setting(
        "8501",
        "the web application's port",
        read=kinds.between(1, 65_535),
        aliases="STREAMLIT_SERVER_PORT",
        read_by="cli",
    )
    public_url: str = _setting(
        "",
        "where people reach net30, such as https://books.example: for links in mail, single "
        "sign-on and passkeys; empty: http://localhost and the port",
        read=kinds.address,
        read_by="portal",
    )
    web_allow: str = _setting(
        "",
        "networks beside the public internet that webhooks and single sign-on may reach, such as "
        "10.1.0.0/16, 10.2.3.4; there by http and at any port too",
        read=kinds.networks,
        read_by="app",
    )
    proxies: str = _setting(
        "",
        "networks of the reverse proxies in front of net30, such as 10.1.0.0/16, 10.2.3.4: what "
        "they say of who asks (X-Forwarded-For, X-Forwarded-Proto) is believed; empty: nobody is",
        read=kinds.networks,
        read_by="api",
    )
    api_rate_per_minute: int = _setting(
        "600",
        "how many requests one user may make to the API in a minute",
        read=kinds.between(1, RATE_MAX),
        read_by="api",
    )

    @property
    def kept_elsewhere(self) -> dict[str, str]:
        """Return the secrets that are in a vault: a field of the settings -> the secret's name."""
        told = {row.name: getattr(self, row.name) for row in SETTINGS if row.secret}
        return {
            name: text.removeprefix(IN_VAULT)
            for name, text in told.items()
            if text.startswith(IN_VAULT)
        }

    def fetched(self, read: Callable[[str], str]) -> Settings:
        """Return the settings with the secrets that `read` returns for their names.

        Raises ConfigurationError for a secret that is no value of its setting, and what `read`
        raises; each says which setting it is about.
        """
        rows = {row.name: row for row in SETTINGS}
        found: dict[str, Any] = {}  # Any: each value has its own field's type
        for name, secret in self.kept_elsewhere.items():
            row = rows[name]
            try:
                text = read(secret).strip()
            except (ConfigurationError, Unavailable) as error:
                told = f"{row.env}: {error.message}"
                raise type(error)(told, hint=error.hint, code=error.code) from error
            found[name] = _read(row, f"{row.env}, from the secret {secret!r}", text)
        return replace(self, **found) if found else self

    @property
    def address(self) -> str:
        """Return where people reach net30."""
        return self.public_url or f"http://localhost:{self.port}"


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(name=each.name, **each.metadata) for each in fields(Settings)
)


def differing(settings: Settings) -> dict[str, str]:
    """Return the settings that are not as usual, by their variables; no secret one."""
    usual = Settings()
    return {
        row.env: str(getattr(settings, row.name))
        for row in SETTINGS
        if not row.secret and getattr(settings, row.name) != getattr(usual, row.name)
    }


def secrets_set(settings: Settings) -> tuple[str, ...]:
    """Return the variables of the secret settings that are not as usual, without their values."""
    usual = Settings()
    return tuple(
        row.env
        for row in SETTINGS
        if row.secret and getattr(settings, row.name) != getattr(usual, row.name)
    )


def load(env: Mapping[str, str]) -> Settings:
    """Read the settings from an environment; an empty variable counts as absent."""
    env = with_secret_files(env)
    known = {row.env for row in SETTINGS}
    for name in sorted(env):
        if name.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "see .env.example for the settings"
            raise ConfigurationError(f"there is no setting {name}", hint=hint)
    values: dict[str, Any] = {}  # Any: each value has its own field's type
    for row in SETTINGS:
        given = [(name, env[name]) for name in row.names if env.get(name)]
        name, text = given[0] if given else (row.env, row.default)
        values[row.name] = _read(row, name, text)
    return Settings(**values)


def load_with_file(env: Mapping[str, str]) -> Settings:
    """Read the settings from an environment and from the file .env of its home.

    The environment wins. The file lies in the home, so it cannot say where the home is.
    """
    home = load(env).home
    try:
        given = parse_env_file((home / ".env").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        given = {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{home / '.env'} cannot be read: {error}", hint="give a readable UTF-8 file"
        ) from error
    given.pop("NET30_HOME", None)
    env, given = with_secret_files(env), with_secret_files(given)
    decided = [row.names for row in SETTINGS if any(env.get(name) for name in row.names)]
    hidden = {name for names in decided for name in names}
    return load({name: text for name, text in given.items() if name not in hidden} | dict(env))


def with_secret_files(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which a file's text stands for NET30_..._FILE, which names it.

    Each secret can be given so, as containers give them. Raises ConfigurationError for a secret
    that is given both ways, and for a file that cannot be read.
    """
    found = dict(env)
    for row in SETTINGS:
        file = found.pop(row.file_env, "") if row.secret else ""
        if not file:
            continue
        if given := [name for name in row.names if env.get(name)]:
            raise ConfigurationError(
                f"{row.file_env} and {given[0]} are both set",
                hint="keep one: the secret itself, or the file that holds it",
                code="secret_twice",
            )
        found[row.env] = secret_in(Path(file), row.file_env)
    return found


def _read(row: Setting, name: str, text: str) -> object:
    try:
        return row.read(text)
    except (ValueError, RuntimeError) as error:
        shown = "its value" if row.secret else repr(text)
        raise ConfigurationError(
            f"{name}: {shown} cannot be used", hint=f"expected {error} ({row.help})"
        ) from error
