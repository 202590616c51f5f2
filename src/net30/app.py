"""The wiring: from settings to adapters to one application that opens contexts.

This is the only file that knows which adapter serves which URL.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from net30 import __version__
from net30.assistant.chat_model import ChatModel
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission
from net30.domain.organisation import Organisation
from net30.kernel.errors import ConfigurationError, InputError, NotFound
from net30.kernel.plugins import load, names_in
from net30.ports.backups import BackupPlace
from net30.ports.blobs import Blobs
from net30.ports.cache import Cache, CacheLimits
from net30.ports.chat import project_url, read_server
from net30.ports.compute import Compute
from net30.ports.copying import BooksCopy
from net30.ports.mail import Mail
from net30.ports.passkeys import Passkeys
from net30.ports.passwords import Passwords
from net30.ports.sealing import Sealing
from net30.ports.search import SearchIndex
from net30.ports.second_factors import SecondFactors
from net30.ports.secrets import Secrets
from net30.ports.sign_on import SignOnServers
from net30.ports.store import Reading, Store
from net30.ports.tracing import Tracer
from net30.ports.web import Web
from net30.services.cached import CACHES
from net30.services.context import Context, ReadContext
from net30.services.create_organisation import first_organisation
from net30.services.relay import DrainReport, drain
from net30.services.streaming.outlet import Outlet
from net30.services.world import World
from net30.settings import PREFIX, Settings, differing, secrets_set

if TYPE_CHECKING:  # most commands do no long work
    from net30.ports.accounts import Accounts
    from net30.ports.books import BooksApp, BooksProgram
    from net30.services.backups.restore_backup import Empty
    from net30.services.backups.run_backup import BackUp, BackupRun
    from net30.services.books.work import BooksWork
    from net30.services.jobs.works import Bench

_SQL = "net30.adapters.sql"
_COSMOS = "net30.adapters.cosmos"
_SECRETS = "net30.adapters.secrets"
_CHAT = "net30.adapters.chat"
_CACHE = "net30.adapters.cache"
_BOOKS = "net30.adapters.books"
BOOKS = Settings().database_url
COSMOS = "cosmos:"
INDEX_FILE = "search.db"
"""The search index in the home, where the books are in no database that can hold one."""
BLOBS = Settings().blob_url
"""Where documents are kept when nothing else is said."""
EXTRAS = {"azure_blob": "azure"}
"""The extra that brings an adapter's packages."""
KEY_FILE = "secret.key"
"""What seals secrets, in the home, where no setting names the keys."""
CHAT_EXTRAS = {"openai": "chat", "azure": "azure"}
"""The extra that brings each kind of language model."""
CACHE_SERVERS = {"rediss": "redis"}
"""The adapter of a cache's URL, where the two have other names."""
SPARK_ROWS_MIN = 10_000_000
"""From so many invoices on a cluster scores a file, where there is one."""


def _system_clock() -> datetime:
    return datetime.now(UTC)


class _Surroundings(TypedDict):
    user: str
    now: datetime
    blobs: Blobs
    search: SearchIndex
    mail: Mail
    cache: Cache
    time_zone: str
    models: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One running net30: its store, index, files and mail, and the clock they share.

    `chat` is the language model that the settings name; without one the assistant is offline.
    `tenant` is the organisation that requests are of; empty: the one that the settings name.
    `permissions` bound what the assistant does: all for whoever works at the machine itself.
    """

    settings: Settings
    world: World
    clock: Callable[[], datetime]
    schema_version: str
    chat: ChatModel | None = None
    tenant: str = ""
    tracer: Tracer | None = None
    permissions: frozenset[Permission] = frozenset(Permission)

    def on_behalf_of(self, principal: Principal) -> App:
        """Return the application at work for one who asks, with no more than that one may."""
        # Whoever was recognised is a member, so the organisation is there.
        return replace(self, tenant=principal.organisation, permissions=principal.permissions)

    def of(self, organisation: str) -> App:
        """Return the same application at work for another organisation; raise NotFound."""
        with self.world.store.reading(organisation) as tx:
            tx.load(Organisation, organisation)
        return replace(self, tenant=organisation)

    @contextmanager
    def change(self, user: str = "cli") -> Iterator[Context]:
        """Open a request that may change things; durable when the block ends well."""
        with self.world.store.transaction(self.organisation) as tx:
            ctx = Context(tx=tx, **self._surroundings(tx, user))
            yield ctx
        self._note(ctx)

    @contextmanager
    def look(self, user: str = "cli") -> Iterator[ReadContext]:
        """Open a question: one consistent view, nothing can change."""
        with self.world.store.reading(self.organisation) as tx:
            ctx = ReadContext(tx=tx, **self._surroundings(tx, user))
            yield ctx
        self._note(ctx)

    @property
    def organisation(self) -> str:
        """Return the id of the organisation these requests are of."""
        return self.tenant or self.settings.organisation

    @property
    def models(self) -> Path:
        """Return the folder of the organisation's own trained models."""
        return _models(self.settings.home, self.settings.model_path, self.organisation)

    @property
    def passwords(self) -> Passwords:
        """Return what hashes passwords; raise ConfigurationError without the extra web."""
        passwords: Passwords = load("net30.adapters.passwords", "argon2", extra="web").build()
        return passwords

    @property
    def second_factors(self) -> SecondFactors:
        """Return what knows an app's codes; raise ConfigurationError without the extra web."""
        totp = load("net30.adapters.second_factors", "totp", extra="web")
        factors: SecondFactors = totp.build(self.sealing)
        return factors

    @property
    def sealing(self) -> Sealing:
        """Return what seals secrets before the database keeps them.

        Raises ConfigurationError without the extra web, or for a key that cannot be used.
        """
        return _sealing(self.settings, self.settings.home.resolve())

    @property
    def web(self) -> Web:
        """Return the way to other people's servers, never to a machine of our own network."""
        web: Web = load("net30.adapters.web", "https").build(self.settings.web_allow)
        return web

    @property
    def passkeys(self) -> Passkeys:
        """Return what checks passkeys of our address; raise ConfigurationError without web."""
        passkeys: Passkeys = load("net30.adapters.passkeys", "webauthn", extra="web").build(
            self.settings.address
        )
        return passkeys

    @property
    def sign_on_servers(self) -> SignOnServers:
        """Return the way to organisations' own sign-on; raise ConfigurationError without web."""
        openid = load("net30.adapters.sign_on", "openid", extra="web")
        servers: SignOnServers = openid.build(self.web)
        return servers

    def books_work(self, user: str = "cli") -> BooksWork:
        """Return what work with accounting programs needs; raise ConfigurationError without web."""
        module: Any = import_module("net30.services.books.work")  # Any: a module
        web = module.PatientWeb(self.web)

        def program(name: str, app: BooksApp) -> BooksProgram:
            found: BooksProgram = load(_BOOKS, name, extra="web").build(web, app)
            return found

        work: BooksWork = module.BooksWork(
            organisation=self.organisation,
            look=lambda: self.look(user),
            change=lambda: self.change(user),
            clock=self.clock,
            sealing=self.sealing,
            program=program,
        )
        return work

    @property
    def books_programs(self) -> tuple[str, ...]:
        """Return the accounting programs that can be connected, also those of other packages."""
        return names_in(_BOOKS)

    def keep_log(self) -> None:
        """Have this process log lines of JSON, as much as the settings say."""
        load("net30.adapters.logs", "json_lines", extra="web").keep_log(self.settings.log_level)

    @contextmanager
    def traced(self) -> Iterator[App]:
        """Lend the same with a tracer, when the settings say where traces go.

        Raises ConfigurationError without the extra traces.
        """
        if not self.settings.traces_url:
            yield self
            return
        traces = load("net30.adapters.traces", "otlp", extra="traces")
        with traces.tracing(self.settings.traces_url) as tracer:
            yield replace(self, tracer=tracer)

    def bench(self, organisation: str) -> Bench:
        """Return what ordered work of an organisation is done with; raise NotFound."""
        app = self.of(organisation)

        def engine(wanted: str) -> Callable[[int], Compute]:
            return engine_for(self.settings, wanted)

        def back_up(user: str, tell: Callable[[str, int, int], None]) -> BackupRun:
            with backing_up(self) as one:
                return one.run(tell, user=user)

        works: Any = import_module("net30.services.jobs.works")  # Any: a module
        bench: Bench = works.Bench(look=app.look, change=app.change, engine=engine, back_up=back_up)
        return bench

    def settle(self) -> DrainReport:
        """Bring every projection up to date: documents, search, ledger."""
        return drain(self.world, self.organisation)

    def close(self) -> None:
        """Give back connections."""
        if self.chat:
            self.chat.close()
        if self.world.outlet:
            self.world.outlet.stream.close()
        self.world.cache.close()
        self.world.search.close()
        self.world.store.close()

    def _note(self, ctx: ReadContext) -> None:
        """Keep in the audit which files were made of the books; most requests make none."""
        if ctx.taken_out:
            notes: Any = import_module("net30.services.audit.note_read")  # Any: a module
            notes.note_exports(self.world.accounts, ctx)

    def _surroundings(self, tx: Reading, user: str) -> _Surroundings:
        return {
            "user": user,
            "now": self.clock(),
            "blobs": self.world.blobs,
            "search": self.world.search,
            "mail": self.world.mail,
            "cache": self.world.cache,
            "time_zone": tx.load(Organisation, self.organisation).value.time_zone,
            "models": self.models,
        }


@lru_cache
def _models(home: Path, folder: Path, organisation: str) -> Path:
    """Return the folder of an organisation's models; each request has it at hand."""
    return home.absolute() / folder / organisation


def open_app(settings: Settings, *, clock: Callable[[], datetime] = _system_clock) -> App:
    """Open the home that the settings name, making it when it is absent.

    Raises ConfigurationError for settings that cannot work, Unavailable when a disk or database
    does not answer.
    """
    settings = with_secrets(settings)
    settings = replace(settings, blob_url=blob_url(settings), database_url=database_url(settings))
    home = _made(settings.home)
    books = _books(settings, home)
    blobs: Blobs = _adapter("blobs", _under(home, settings.blob_url))
    mail: Mail = _adapter("mail", _under(home, settings.mail_url))
    cache = _cache(settings, home)
    world = World(
        store=books.store,
        accounts=books.accounts,
        blobs=blobs,
        search=_search(settings) or books.search,
        mail=mail,
        cache=cache,
        clock=clock,
        outlet=_outlet(settings),
    )
    app = App(
        settings=settings,
        world=world,
        clock=clock,
        schema_version=books.schema_version,
        chat=chat_model(settings),
    )
    _make_organisation(app)
    if books.index_is_own:
        drain(app.world, app.organisation, ["search"])
    return app


@dataclass(frozen=True, slots=True)
class _Books:
    """Where books and accounts are, and the index that is embedded beside them."""

    store: Store
    accounts: Accounts
    search: SearchIndex
    schema_version: str
    index_is_own: bool = False
    """This machine alone has the index: what other machines wrote is taken in when it opens."""


def _books(settings: Settings, home: Path) -> _Books:
    if settings.database_url.startswith(COSMOS):
        return _cosmos_books(settings, home)
    database = import_module(_SQL).open_database(_under(home, settings.database_url))
    return _Books(
        store=load(_SQL, "store").SqlStore(database),
        accounts=load(_SQL, "late_accounts").LateAccounts(database),
        search=load(_SQL, "search").SqlSearch(database),
        schema_version=load(_SQL, "schema").version_of(database),
    )


def _cosmos_books(settings: Settings, home: Path) -> _Books:
    """Open books in Azure Cosmos DB; the index is a file here that is made anew from the events."""
    books = _cosmos(settings)
    index = import_module(_SQL).open_database(f"sqlite:///{home / INDEX_FILE}")
    here = set() if search_url(settings) else {"search"}
    kept_here = load(_COSMOS, "marks").Marks(load(_SQL, "store").SqlStore(index), here)
    store = load(_COSMOS, "store").CosmosStore(books, kept_here)
    return _Books(
        store=store,
        accounts=load(_COSMOS, "accounts").CosmosAccounts(books, store.lines),
        search=load(_SQL, "search").SqlSearch(index),
        schema_version=f"cosmos {load(_COSMOS, 'opening').LAYOUT}",
        index_is_own=bool(here),
    )


def _cosmos(settings: Settings) -> Any:  # Any: the adapter's own Books
    address = load(_COSMOS, "address", extra="azure").read_address(
        settings.database_url,
        database=settings.cosmos_database,
        container=settings.cosmos_container,
        key=settings.cosmos_key,
    )
    return load(_COSMOS, "opening", extra="azure").open_books(address)


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


def _sql_url(settings: Settings, home: Path) -> str:
    """Return the URL of a SQL database; raise InputError for books that are in none."""
    return _under(home, _only_sql(database_url(settings)))


def _only_sql(url: str) -> str:
    if url.startswith(COSMOS):
        raise InputError(
            "net30 neither copies nor restores books in Azure Cosmos DB",
            hint="use the account's own continuous backup: docs/storage.md",
            code="cosmos_backup",
        )
    return url


@contextmanager
def copying(settings: Settings, url: str = "", *, alone: bool = False) -> Iterator[BooksCopy]:
    """Lend the database of the settings and another one, to copy the books and to compare them.

    Without a URL that is the one that the settings name for this. With `alone` no other program of
    net30 can open either meanwhile. Raises InputError for none or for the same database,
    ConfigurationError or Unavailable for one that does not open, Conflict for one that others have
    open.
    """
    known = with_secrets(settings)
    if not url or url == settings.copy_url:
        url = known.copy_url
    if not url:
        raise InputError(
            "no database is named to copy the books to",
            hint="set NET30_COPY_URL, or give it: net30 copy postgresql://USER@HOST/NAME",
            code="copy_url",
        )
    home = _made(settings.home)
    module = load(_SQL, "copying", extra="postgres")
    urls = _sql_url(known, home), _under(home, _only_sql(url))
    with module.copying(*urls, alone=alone) as books:
        yield books


@contextmanager
def backing_up(app: App, url: str = "") -> Iterator[BackUp]:
    """Lend what makes backups of an installation: in a place, or in that of the settings.

    There the settings say how many stay; elsewhere all do. The keys of sealed secrets go with it
    only when the settings have a passphrase to seal them with. Raises InputError for no place,
    ConfigurationError or Unavailable for what does not open.
    """
    settings = app.settings
    place = backup_place(settings, url)
    home = _made(settings.home)
    run: Any = import_module("net30.services.backups.run_backup")  # Any: a module
    made: Any = import_module("net30.services.backups.make_backup")  # Any: a module
    keeping: Any = import_module("net30.services.backups.keeping")  # Any: a module
    moment = load(_SQL, "moment", extra="postgres").moment
    with closing(import_module(_SQL).open_database(_sql_url(settings, home))) as books:
        kept = made.Kept(
            moment=lambda: moment(books),
            blobs=app.world.blobs,
            models=home / settings.model_path,
            net30=__version__,
            settings=differing(replace(settings, home=Settings().home)),
            secret_settings=secrets_set(settings),
            sealed_keys=lambda: _sealed_keys(settings, home),
        )
        rule = keeping.Rule(settings.backup_keep, settings.backup_weeks)
        back_up: BackUp = run.BackUp(
            world=app.world, kept=kept, place=place, rule=None if url else rule
        )
        yield back_up


def backup_place(settings: Settings, url: str = "") -> BackupPlace:
    """Return where backups are kept; raise InputError when the settings name no place."""
    settings = with_secrets(settings)
    url = url or settings.backup_url
    if not url:
        raise InputError(
            "no place is named for backups",
            hint="set NET30_BACKUP_URL, or name a folder: net30 backup FOLDER",
            code="backup_url",
        )
    url = _under(_made(settings.home), url)
    if url.partition(":")[0] == "folder":
        folder: BackupPlace = load("net30.adapters.backups", "folder").build(url)
        return folder
    volumes: Any = import_module("net30.services.backups.volumes")  # Any: a module
    cut: BackupPlace = volumes.Volumes(_adapter("blobs", url))
    return cut


@contextmanager
def restoring(settings: Settings) -> Iterator[Empty]:
    """Lend where the settings have books, documents and models, to restore a backup into.

    Nobody else of net30 can open the books meanwhile. Raises Conflict where somebody has them open.
    """
    settings = with_secrets(settings)
    home = _made(settings.home)
    restore: Any = import_module("net30.services.backups.restore_backup")  # Any: a module
    module = load(_SQL, "refilling", extra="postgres")
    with module.empty_books(_sql_url(settings, home)) as books:
        empty: Empty = restore.Empty(
            books=books, blobs=blobs_of(settings), models=home / settings.model_path
        )
        yield empty


def blobs_of(settings: Settings) -> Blobs:
    """Return where the settings have documents."""
    blobs: Blobs = _adapter("blobs", _under(_made(settings.home), blob_url(settings)))
    return blobs


def blobs_at(settings: Settings, url: str) -> Blobs:
    """Return another place for documents: folder:PATH, azure-blob:..., or a folder's path."""
    blobs: Blobs = _adapter("blobs", _under(_made(settings.home), url))
    return blobs


def local_files(settings: Settings) -> tuple[Path, ...]:
    """Return the files and folders of books, documents and models; InputError for a server's."""
    settings = with_secrets(settings)
    home = _made(settings.home)
    books = _sql_url(settings, home)
    documents = _under(home, blob_url(settings))
    if not (books.startswith("sqlite:///") and documents.startswith("folder:")):
        raise InputError(
            "only books and documents in files of this machine can be set aside",
            hint="empty the database and the place of documents yourself, or name other ones",
            code="restore_replace",
        )
    database = Path(books.removeprefix("sqlite:///"))
    files = [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm")]
    return (*files, Path(documents.removeprefix("folder:")), home / settings.model_path)


def unsealed_keys(settings: Settings, sealed: str) -> str:
    """Return the keys of a backup; raise InputError for a passphrase that does not open them."""
    keys: str = load(_SECRETS, "passphrase", extra="web").unseal(
        sealed, with_secrets(settings).backup_passphrase
    )
    return keys


def _sealed_keys(settings: Settings, home: Path) -> str:
    if not settings.backup_passphrase:
        return ""
    file = home / KEY_FILE
    keys = settings.secret_keys
    if not keys and file.is_file():
        keys = file.read_text(encoding="ascii").strip()
    if not keys:
        return ""
    phrase = load("net30.adapters.secrets", "passphrase", extra="web")
    sealed: str = phrase.seal(keys, settings.backup_passphrase)
    return sealed


def cache_limits(settings: Settings) -> dict[str, CacheLimits]:
    """Return how long each cache's answers last and how many it keeps, as the settings say."""
    usual = {"ttl": settings.cache_ttl_seconds, "max_size": settings.cache_size_max}
    said = json.loads(settings.caches)
    rows = {name: said.get(name, usual) for name in CACHES}
    return {
        name: CacheLimits(seconds=r["ttl"], entries_max=r["max_size"]) for name, r in rows.items()
    }


def with_secrets(settings: Settings) -> Settings:
    """Return the settings with each secret that is in the key vault, read from there now.

    Raises ConfigurationError for one that cannot be had, Unavailable when the vault does not
    answer; both name the setting.
    """
    wanted = settings.kept_elsewhere
    if not wanted:
        return settings
    if not settings.key_vault:
        raise ConfigurationError(
            f"{PREFIX}{next(iter(wanted)).upper()} is in a key vault, and none is named",
            hint="set NET30_KEY_VAULT=https://NAME.vault.azure.net",
            code="key_vault",
        )
    vault: Secrets = load(_SECRETS, "key_vault", extra="azure").build(settings.key_vault)
    with closing(vault):
        return settings.fetched(vault.read)


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


def _search(settings: Settings) -> SearchIndex | None:
    url = search_url(settings)
    if not url:
        return None
    module = load("net30.adapters.search", url.partition(":")[0].replace("-", "_"), extra="azure")
    search: SearchIndex = module.build(url, key=settings.search_key)
    return search


def _cache(settings: Settings, home: Path) -> Cache:
    """Return what keeps answers: this process' memory, beside a server that processes share."""
    limits = cache_limits(settings)
    own: Cache = load(_CACHE, "memory").build(limits, settings.cache_cleanup_seconds)
    if not settings.cache_url:
        return own
    scheme = settings.cache_url.partition(":")[0]
    module = load(_CACHE, CACHE_SERVERS.get(scheme, scheme), extra="redis")
    cache: Cache = module.build(settings.cache_url, limits, own, _sealing(settings, home))
    return cache


def _sealing(settings: Settings, home: Path) -> Sealing:
    aes_gcm = load(_SECRETS, "aes_gcm", extra="web")
    sealing: Sealing = aes_gcm.build(settings.secret_keys, home / KEY_FILE)
    return sealing


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


def _outlet(settings: Settings) -> Outlet | None:
    """Return the stream that the settings name; nothing is sent before the first message."""
    if not settings.stream_url:
        return None
    scheme = settings.stream_url.partition(":")[0].replace("-", "_")
    pairs = (pair.partition("=") for pair in settings.stream_organisations.split(",") if pair)
    return Outlet(
        stream=load("net30.adapters.stream", scheme, extra="stream").build(settings.stream_url),
        facts=settings.stream_facts,
        events=settings.stream_events,
        predictions=settings.stream_predictions,
        organisation=settings.organisation,
        organisations={word.strip(): found.strip() for word, _, found in pairs},
        personal=settings.stream_personal,
    )


def _adapter(port: str, url: str) -> Any:  # Any: a port of the plugin's room
    name = url.partition(":")[0].replace("-", "_")
    return load(f"net30.adapters.{port}", name, extra=EXTRAS.get(name, "")).build(url)


def _under(home: Path, url: str) -> str:
    """Return a URL whose relative path is taken from the home."""
    for scheme in ("sqlite:///", "folder:"):
        if url.startswith(scheme) and not url[len(scheme) :].startswith(("/", ":memory:")):
            return f"{scheme}{home / url[len(scheme) :]}"
    return url


def _made(home: Path) -> Path:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"the home {home} cannot be made: {error.strerror}",
            hint="set NET30_HOME to a folder that can be written",
            code="home",
        ) from error
    return home.resolve()


def _make_organisation(app: App) -> None:
    store = app.world.store
    with store.reading(app.organisation) as tx:
        try:
            tx.load(Organisation, app.organisation)
        except NotFound:
            pass
        else:
            return
    with store.transaction(app.organisation) as tx:
        tx.save(first_organisation(app.organisation), expected=0)
