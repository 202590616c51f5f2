"""The application: one running net30, put together as the settings say, that opens contexts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from net30.assistant.chat_model import ChatModel
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission
from net30.domain.organisation import Organisation
from net30.kernel.errors import NotFound
from net30.kernel.plugins import load, names_in
from net30.ports.blobs import Blobs
from net30.ports.cache import Cache
from net30.ports.compute import Compute
from net30.ports.mail import Mail
from net30.ports.passkeys import Passkeys
from net30.ports.passwords import Passwords
from net30.ports.sealing import Sealing
from net30.ports.search import SearchIndex
from net30.ports.second_factors import SecondFactors
from net30.ports.sign_on import SignOnServers
from net30.ports.store import Reading
from net30.ports.tracing import Tracer
from net30.ports.web import Web
from net30.services.context import Context, ReadContext
from net30.services.create_organisation import first_organisation
from net30.services.drain_report import DrainReport
from net30.services.relay import drain
from net30.services.world import World
from net30.settings import Settings
from net30.wiring.backups import backing_up
from net30.wiring.books import books_of
from net30.wiring.parts import cache_at, chat_model, engine_for, outlet_of, search_at
from net30.wiring.places import adapter_at, blob_url, database_url, home_made, under
from net30.wiring.secrets import sealing_of, with_secrets

if TYPE_CHECKING:  # most commands do no long work
    from net30.ports.books import BooksApp, BooksProgram
    from net30.services.backups.run_backup import BackupRun
    from net30.services.books.work import BooksWork
    from net30.services.jobs.works import Bench

_BOOKS = "net30.adapters.books"


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
        return sealing_of(self.settings, self.settings.home.resolve())

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
            with backing_up(self.settings, self.world) as one:
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
    home = home_made(settings.home)
    books = books_of(settings, home)
    blobs: Blobs = adapter_at("blobs", under(home, settings.blob_url))
    mail: Mail = adapter_at("mail", under(home, settings.mail_url))
    cache = cache_at(settings, home)
    world = World(
        store=books.store,
        accounts=books.accounts,
        blobs=blobs,
        search=search_at(settings) or books.search,
        mail=mail,
        cache=cache,
        clock=clock,
        outlet=outlet_of(settings),
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
