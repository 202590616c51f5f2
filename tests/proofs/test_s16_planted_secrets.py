"""S16: secrets that were planted, looked for wherever people and programs can read.

A round opens a home whose settings hold secrets, lets people and programs come in, well and badly,
through the API, the portal and the command line, with mail, language model and database that do
not answer. Then everything is searched that came out: answers, pages, logs down to DEBUG, what the
commands wrote, errors, the repr of every record and adapter, exports, reports, the audit, the
bytes of the database. The answers that tell a secret once, by design, are what it was planted
with; they are not searched. A try is one secret looked for in one place, plain and in Base64.
"""

from __future__ import annotations

import base64
import io
import logging
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from pyotp import TOTP
from starlette.testclient import TestClient

from net30.adapters.second_factors.totp import Totp
from net30.api.resource import Route
from net30.api.serving import recognised
from net30.asgi import compose
from net30.cli.commands import run as command
from net30.domain.audit import AuditNote
from net30.domain.identity.records import ACCOUNT_KINDS
from net30.domain.identity.roles import Role
from net30.kernel.errors import Net30Error
from net30.services.identity import log_in as signing
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.noted import at_this_machine, noted
from net30.services.identity.second_factor import confirm_second_factor, set_up_second_factor
from net30.services.send_invoice import send_invoice
from net30.settings import SETTINGS, Settings, load
from tests.api.every_route import CLOSED, address, asked
from tests.desk import Desk, open_desk
from tests.proofs.proof import Outcome

ID = "S16"
TITLE = "planted secrets found in logs, errors, repr, exports"
SMALL = 1
FULL = 10

EMAIL = "awa@lagune.example"
NOWHERE = "127.0.0.1:9"
"""Nobody listens there."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
TELLS_BY_DESIGN = frozenset({"get_webhook_secret"})
COMMANDS = (
    "check",
    "user list --json",
    "user sessions awa@lagune.example --json",
    "key list --json",
    "audit verify --json",
    "audit export",
    "export customers -o customers.csv",
    "gdpr export Acme-Corp -o acme.zip",
    "report compliance -o report.csv --language en",
    "webhook list --json",
    "ask bonjour --json",
    "invoice show INV-2026-000001 --json",
    "nonsense",
)
ACCOUNT = f"BlobEndpoint=http://{NOWHERE}/a"
WRONG_SETTINGS = (
    ("NET30_DATABASE_URL", "postgresql://awa:{}@127.0.0.1:9/books"),
    ("NET30_DATABASE_URL", "mysql://awa:{}@127.0.0.1/books"),
    ("NET30_MAIL_URL", "gopher://awa:{}@127.0.0.1"),
    ("NET30_MAIL_URL", "smtp:{}"),
    ("NET30_CHAT_URL", "openai:ftp://awa:{}@127.0.0.1#m"),
    ("NET30_CHAT_URL", "{}"),
    ("NET30_BLOB_URL", "azure-blob://awa:{}@x"),
    ("NET30_BLOB_URL", f"azure-blob:{ACCOUNT};AccountName=a;AccountKey={{}}#invoices"),
    ("NET30_BLOB_URL", f"azure-blob:{ACCOUNT};SharedAccessSignature=sv=2026&sig={{}}#invoices"),
    ("NET30_SECRET_KEYS", "{}"),
)


@dataclass
class Planted:
    """Secrets by what they are, and what came out by where it was seen."""

    chance: random.Random
    secrets: dict[str, str] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)

    def new(self, name: str) -> str:
        """Make a secret that occurs nowhere by chance."""
        return self.keep(name, "".join(self.chance.choices(LETTERS, k=24)))

    def keep(self, name: str, secret: str) -> str:
        """Look for a secret that was made elsewhere."""
        self.secrets[name] = secret
        return secret

    def see(self, place: str, text: object) -> None:
        """Keep what somebody could read."""
        self.seen.append((place, text if isinstance(text, str) else repr(text)))

    def found(self) -> Iterator[str]:
        """Yield the name of each secret and the place where it was seen."""
        for name, secret in self.secrets.items():
            forms = {secret, base64.b64encode(secret.encode()).decode().rstrip("=")}
            for place, text in self.seen:
                if any(form in text for form in forms):
                    yield f"{name} in {place}"


def settings_with(planted: Planted) -> dict[str, object]:
    """Settings each of which holds a secret where one can."""
    key = base64.b64encode(planted.chance.randbytes(32)).decode()
    return {
        "mail_url": f"smtp://postbox:{planted.new('mail password')}@{NOWHERE}?seconds=1",
        "chat_url": f"openai:http://{NOWHERE}/v1#gpt",
        "chat_key": planted.new("chat key"),
        "secret_keys": planted.keep("sealing key", key),
        "blob_url": "folder:files",  # so the account is known and not used
        **{name: planted.new(name) for name in ("cosmos_key", "storage_connection", "search_key")},
    }


def people_come(planted: Planted, client: TestClient, desk: Desk) -> str:
    """Let a member come in by every way, well and badly; return a key that may all."""
    accounts, now, by = desk.app.world.accounts, desk.clock(), at_this_machine("main")
    added = add_user(accounts, NewUser(email=EMAIL, role=Role.OWNER), by, now)
    link = planted.keep("one-time link", added.link)
    password = planted.new("password")
    wrong = planted.new("wrong password")
    client.post("/api/v1/links/accept", json={"secret": link, "password": password})
    for body in (
        {"email": EMAIL, "password": wrong},
        {"email": EMAIL, "password": [password]},
        {"email": EMAIL, "password": password, "passwort": password},
        {"email": EMAIL, "password": password, "code": password},
    ):
        answer = client.post("/api/v1/sessions", json=body)
        planted.see(f"answer {answer.status_code} of a sign-in", answer.text)
        if answer.status_code == 201:  # a code that nobody asks for is no fault
            planted.seen.pop()
    broken = f'{{"email": "{EMAIL}", "password": "{password}'
    kinds = {"content-type": "application/json"}
    planted.see("broken", client.post("/api/v1/sessions", content=broken, headers=kinds).text)
    session = client.post("/api/v1/sessions", json={"email": EMAIL, "password": password}).json()
    bearer = {"Authorization": f"Bearer {planted.keep('session', session['secret'])}"}
    sent = {**bearer, "Idempotency-Key": "key-1"}
    made = client.post("/api/v1/keys", json={"name": "shop"}, headers=sent)
    key = planted.keep("API key", made.json()["secret"])
    again = client.post("/api/v1/keys", json={"name": "shop"}, headers=sent)
    planted.see("the same request again", again.text)
    factors = desk.app.second_factors
    factor = set_up_second_factor(accounts, factors, added.user.id, now)
    code = TOTP(planted.keep("second factor", factor.secret)).at(now)
    recovery = confirm_second_factor(accounts, factors, added.user.id, code, now)
    planted.keep("recovery code", recovery[0])
    for given in (recovery[0], recovery[1]):
        body = {"email": EMAIL, "password": wrong, "code": given}
        planted.see("refused", client.post("/api/v1/sessions", json=body).text)
    for value in (f"Basic {key}", f"Bearer {key}x", key, f"Bearer n30s_{key[5:]}"):
        answer = client.get("/api/v1/customers", headers={"Authorization": value})
        planted.see("a wrong key", answer.text)
    for record in (added, factor):
        planted.see(f"repr of {type(record).__name__}", repr(record))
    return key


def everything_is_asked(planted: Planted, client: TestClient, key: str) -> None:
    """Read every route and page with a key, and with the key in the wrong place."""
    bearer = {"Authorization": f"Bearer {key}"}
    hook = client.post(
        "/api/v1/webhooks",
        json={"url": "https://hooks.example.com/net30", "topics": [], "about": "the shop"},
        headers={**bearer, "Idempotency-Key": "hook-1"},
    )
    if hook.status_code == 201:
        address_of = f"/api/v1/webhooks/{hook.json()['id']}/secret"
        told = client.get(address_of, headers=bearer).json()["secret"]
        planted.keep("webhook secret", told.removeprefix("whsec_"))
        planted.see("webhook made", hook.text)
    for route in CLOSED:
        if route.method == "GET" and route.operation not in TELLS_BY_DESIGN and not _waits(route):
            path = f"/api/v1{address(route, {})}{asked(route)}"
            planted.see(path, client.get(path, headers=bearer).text)
            misplaced = client.get(f"{path.partition('?')[0]}?password={key}", headers=bearer)
            planted.see(f"{path}?password", misplaced.text)
    for page in ("/health", "/ready", "/metrics", "/api/openapi.json", "/api/docs", "/login"):
        planted.see(page, client.get(page).text)
    form = {"email": EMAIL, "password": planted.secrets["wrong password"]}
    planted.see("portal", client.post("/login", data=form).text)


def _waits(route: Route) -> bool:
    """Tell whether a route streams until somebody goes."""
    return "text/event-stream" in route.media


def commands_run(planted: Planted, desk: Desk, home: Path) -> None:
    """Type commands, with settings that are right and with ones that are wrong."""
    env = {
        row.env: str(getattr(desk.app.settings, row.name))
        for row in SETTINGS
        if row.secret and getattr(desk.app.settings, row.name)
    }
    env["NET30_HOME"] = str(desk.app.settings.home)
    here = Path.cwd()
    os.chdir(home)
    try:
        for words in COMMANDS:
            planted.see(f"net30 {words}", _typed(words, env))
        wrong = planted.new("secret of a wrong setting")
        for name, value in WRONG_SETTINGS:
            told = _typed("check", env | {name: value.format(wrong)})
            planted.see(f"{name}={value}", told)
            try:
                planted.see("settings", load({name: value.format(wrong)}))
            except Net30Error as refusal:
                planted.see("refusal", f"{refusal!r} {refusal} {refusal.hint}")
    finally:
        os.chdir(here)
    for file in home.glob("*.*"):
        if file.is_file():
            planted.see(file.name, file.read_bytes().decode("latin-1"))


def _typed(words: str, env: dict[str, str]) -> str:
    """Run one command and return all that it wrote."""
    before = dict(os.environ)
    out = io.StringIO()
    os.environ.update(env)
    try:
        with redirect_stdout(out), redirect_stderr(out):
            command([word.replace("Acme-Corp", "Acme Corp") for word in words.split()])
    finally:
        os.environ.clear()
        os.environ.update(before)
    return out.getvalue()


def records_are_shown(planted: Planted, desk: Desk) -> None:
    """Print every record and part that a programmer could print."""
    app = desk.app
    parts = (app, app.world, app.world.mail, app.chat, app.second_factors, app.sealing)
    for part in (*parts, app.settings):
        planted.see(f"repr of {type(part).__name__}", f"{part!r} {part!s} {vars_of(part)}")
    with app.world.accounts.reading() as tx:
        for kind in ACCOUNT_KINDS.values():
            planted.see(f"repr of {kind.__name__}", repr(tx.page(kind)))
        for head in tx.chains():
            planted.see(f"audit {head.chain}", repr(tx.entries(head.chain)))


def vars_of(part: object) -> str:
    """What a debugger shows of dataclasses inside; adapters may hold what they need in private."""
    return repr({name: value for name, value in getattr(part, "__dict__", {}).items()
                 if not name.startswith("_")})  # fmt: skip


@contextmanager
def listening(planted: Planted) -> Iterator[None]:
    """Hear all logs, whatever their level, with their tracebacks."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    # The tests' own client writes down the addresses that it asks for.
    handler.addFilter(lambda record: not record.name.startswith("httpx"))
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(args)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with redirect_stderr(heard):
            yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        planted.see("logs", heard.getvalue())


def one_round(seed: int, folder: Path) -> Planted:
    """Plant, live, and gather what came out."""
    planted = Planted(random.Random(seed))
    desk = open_desk(folder / "home", **settings_with(planted))
    try:
        with listening(planted):
            desk.issue()
            with desk.app.change() as ctx:
                send_invoice(ctx, "INV-2026-000001")
            planted.see("drained", desk.app.settle())  # the mail does not answer
            whole = compose(desk.app, partial(recognised, desk.app))
            with TestClient(whole, raise_server_exceptions=False) as client:
                key = people_come(planted, client, desk)
                everything_is_asked(planted, client, key)
            commands_run(planted, desk, folder)
            records_are_shown(planted, desk)
    finally:
        desk.app.close()
    for file in (folder / "home").glob("net30.db*"):
        planted.see(file.name, file.read_bytes().decode("latin-1"))
    return planted


def run(size: int, seed: int) -> Outcome:
    """Live through rounds, each with secrets of its own."""
    tries, found = 0, list[str]()
    for at in range(size):
        with tempfile.TemporaryDirectory(prefix="net30-s16-") as folder:
            planted = one_round(seed + at, Path(folder))
        assert len(planted.secrets) >= 14, sorted(planted.secrets)
        assert len(planted.seen) >= 100, len(planted.seen)
        tries += len(planted.secrets) * len(planted.seen)
        found += list(planted.found())
    return Outcome(tries, len(found), "; ".join(sorted(set(found))))


def test_the_small_proof_holds() -> None:
    outcome = run(SMALL, seed=16)
    assert outcome.holds, outcome


def plain(_: Totp, secret: str, user_id: str) -> str:
    """The mutant: a second factor is kept as it is."""
    del user_id
    return secret


def same(_: Totp, kept: str, user_id: str) -> str:
    """The same, read again."""
    del user_id
    return kept


def telling(tx: object, user_id: str, attempt: signing.SignIn, now: object) -> None:
    """The mutant: a refused sign-in is noted with what was typed."""
    note: AuditNote = noted("sign_in_refused", user_id, "", now, attempt.password)  # type: ignore[arg-type] # a time
    tx.note("*", [note])  # type: ignore[attr-defined] # a change of accounts


def chatty(self: Settings) -> str:
    """The mutant: settings print all that they hold."""
    return str({row.name: getattr(self, row.name) for row in SETTINGS})


def test_without_one_of_its_guards_the_proof_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three mutants in one round, each of which is found where it tells."""
    monkeypatch.setattr(Totp, "sealed", plain)
    monkeypatch.setattr(Totp, "opened", same)
    monkeypatch.setattr(signing, "note_refusal", telling)
    monkeypatch.setattr(Settings, "__repr__", chatty)
    found = run(SMALL, seed=16).detail
    for told in (
        "second factor in net30.db",
        "wrong password in audit *",
        "chat key in repr of Settings",
    ):
        assert told in found
