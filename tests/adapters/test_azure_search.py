"""Azure AI Search by its own client: whose question it is, what gets through, when it is away."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import trustme

from net30.adapters.search import azure_search
from net30.adapters.search.azure_search import service
from net30.adapters.search.azure_search.address import read_address
from net30.adapters.search.azure_search.service import pieces
from net30.domain.open_item import Status
from net30.kernel.errors import ConfigurationError, InputError, Unavailable
from net30.ports.search import CustomerName, Entry, Query, SearchIndex, Sort
from net30.service_manager import ServiceManager
from net30.services.find_invoices import find_invoices
from net30.services.projections.search import apply, rebuild
from net30.services.relay import drain
from net30.services.save_customer import save_customer
from net30.settings import Settings, load
from net30.wiring.places import search_url
from tests.desk import TODAY, open_desk
from tests.doubles.identity_server import TENANT, identity_server
from tests.doubles.search_server import Index, SearchServer, search_server
from tests.entries import THEM, US, ask, entry, found


@pytest.fixture
def server() -> Iterator[SearchServer]:
    """Lend a double of the service without any index."""
    with search_server() as server:
        yield server


@pytest.fixture
def index(server: SearchServer) -> Iterator[SearchIndex]:
    """Lend an index on it, as one process has it open."""
    index = azure_search.build(server.url(), key=server.admin_key)
    yield index
    index.close()


# --- whose question it is ------------------------------------------------------------------------


def questions(server: SearchServer) -> list[dict[str, Any]]:
    return [body for _, path, body in server.asked if path.endswith("search.post.search")]


def everything(index: SearchIndex, organisation: str) -> None:
    """Ask all that there is to ask."""
    index.put(organisation, [entry(1), entry(2, customer="Zenith", customer_id="z")])
    index.put_customers(organisation, [CustomerName(customer_id="z", name="Nadir", version=2)])
    for sort in Sort:
        first = ask(index, "", organisation, sort=sort, limit=1)
        ask(index, "", organisation, sort=sort, limit=1, cursor=first.cursor)
        ask(index, "acme", organisation, sort=sort, statuses=frozenset(Status))
    ask(index, "amce", organisation)
    index.names_like(organisation, "amce")
    index.remove(organisation, ["i000001"])
    index.shred(organisation)
    index.clear(organisation)


def test_every_question_names_one_organisation_first(
    index: SearchIndex, server: SearchServer
) -> None:
    for organisation in (US, THEM):
        server.asked.clear()
        everything(index, organisation)
        assert len(questions(server)) > 40
        for body in questions(server):
            assert str(body["filter"]).startswith(f"tenant eq '{organisation}'"), body
            depth = 0
            for mark in re.findall(r"'(?:[^']|'')*'|[()]| or ", str(body["filter"])):
                depth += {"(": 1, ")": -1}.get(mark, 0)
                assert depth or mark != " or ", "an 'or' beside the tenant would let others in"
        for _, path, sent in server.asked:
            if path.endswith("search.index"):
                for action in sent["value"]:
                    assert action.get("tenant", organisation) == organisation


NASTY = ["l' or tenant ne 'x", "rival", "x') or (tenant eq 'rival", "\\'"]


@pytest.mark.parametrize("nasty", NASTY)
def test_no_value_gets_out_of_its_quotes(index: SearchIndex, nasty: str) -> None:
    index.put(THEM, [entry(1, customer="Them", lines="secret", customer_id=nasty)])
    index.put(US, [entry(1, id=nasty, customer="O'Brien", customer_id="o'b", number=nasty)])
    index.put("quoted" + nasty, [entry(1)])
    everything(index, "other" + nasty)
    assert [hit.entry.id for hit in ask(index).hits] == [nasty]
    assert found(index, customer_id=nasty) == []
    assert found(index, type_codes=frozenset({nasty})) == []
    assert ask(index, organisation=nasty).total == (1 if nasty == THEM else 0)
    index.put(US, [replace(ask(index).hits[0].entry, version=2, balance=7)])
    assert [hit.entry.balance for hit in ask(index, nasty).hits] in ([7], [])
    index.put_customers(US, [CustomerName(customer_id="o'b", name="D'Arc", version=3)])
    assert ask(index, "d'arc").hits[0].entry.customer == "D'Arc"
    assert index.names_like(US, "darc") == (("o'b", "D'Arc"),)
    index.remove(US, [nasty])
    assert ask(index).total == 0
    assert ask(index, organisation="quoted" + nasty).total == 1


def test_a_cursor_that_was_made_up_reaches_no_other_organisation(index: SearchIndex) -> None:
    index.put(US, [entry(at) for at in range(4)])
    index.put(THEM, [entry(at, customer="Them") for at in range(4)])
    cursor = ask(index, limit=2).cursor
    mark, (day, _), customers = json.loads(urlsafe_b64decode(cursor + "=="))
    for made_up in ("x' or tenant ne 'x", "') or (tenant eq 'rival"):
        content = json.dumps([mark, [day, made_up], customers]).encode()
        forged = urlsafe_b64encode(content).decode().rstrip("=")
        page = ask(index, cursor=forged, limit=100)
        assert all(hit.entry.customer == "Acme Corp" for hit in page.hits)
    content = json.dumps([mark, ["2026-13-01T00:00:00Z or true", "i"], customers]).encode()
    with pytest.raises(InputError) as refused:
        ask(index, cursor=urlsafe_b64encode(content).decode().rstrip("="), limit=100)
    assert refused.value.code == "cursor"


def test_words_reach_the_service_as_letters_and_digits_in_quotes(
    index: SearchIndex, server: SearchServer
) -> None:
    for text in ('acme" | "*', "-acme", "acme~2 | rival*", "(a|b)", "a\\", "\u2116 1", "/.*/", "+"):
        ask(index, text, sort=Sort.RELEVANCE)
    for body in questions(server):
        if body["search"] != "*":
            assert re.fullmatch(r'(?:"[\w$№ ]+"|[()+| ])+', str(body["search"])), body["search"]


# --- what is shown later -------------------------------------------------------------------------


def test_a_write_is_waited_for_so_that_the_next_question_finds_it() -> None:
    with search_server(delay_seconds=0.15) as server:
        index = azure_search.build(server.url(), key=server.admin_key)
        index.put(US, [entry(1), entry(2)])
        assert found(index, "acme") == ["i000002", "i000001"]
        index.put_customers(US, [CustomerName(customer_id="acme", name="Zenith", version=2)])
        assert sorted(found(index, "zenith")) == ["i000001", "i000002"]
        index.put(US, [entry(1, version=1, balance=7)])
        assert {hit.entry.balance for hit in ask(index).hits} == {1000, 2000}
        index.remove(US, ["i000001"])
        assert found(index) == ["i000002"]
        index.clear(US)
        index.put(US, [entry(1, version=0)])
        assert found(index) == ["i000001"]
        index.close()


def test_a_service_that_shows_nothing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "SEEN_SECONDS", 0.1)
    with search_server(delay_seconds=60) as server:
        index = azure_search.build(server.url(), key=server.admin_key)
        began = time.monotonic()
        index.put(US, [entry(1)])
        assert time.monotonic() - began < 3
        assert found(index) == []
        index.close()


def test_what_is_found_is_asked_anew_each_time(tmp_path: Path, server: SearchServer) -> None:
    desk = open_desk(tmp_path, search_url=server.url(), search_key=server.admin_key)
    desk.issue()
    assert desk.app.settle().ok
    with desk.app.look() as ctx:
        for _ in range(2):
            before = len(questions(server))
            assert find_invoices(ctx, Query(as_of=TODAY, text="acme")).total == 1
            assert len(questions(server)) > before
    desk.app.close()


def test_a_name_changed_by_another_process_is_near_at_once(server: SearchServer) -> None:
    one, other = (azure_search.build(server.url(), key=server.admin_key) for _ in range(2))
    one.put(US, [entry(1)])
    assert one.names_like(US, "amce") == other.names_like(US, "amce") == (("acme", "Acme Corp"),)
    other.put_customers(US, [CustomerName(customer_id="acme", name="Zenith", version=2)])
    assert one.names_like(US, "amce") == ()
    assert one.names_like(US, "zenit") == (("acme", "Zenith"),)
    one.close()
    other.close()


def test_a_slow_relay_puts_what_is_true_in_the_end(tmp_path: Path, server: SearchServer) -> None:
    desk = open_desk(tmp_path, search_url=server.url(), search_key=server.admin_key)
    invoice = desk.issue()
    world, organisation = desk.app.world, desk.app.organisation
    slow: Any = Slow(world.search)
    with world.store.reading(organisation) as books:
        events = books.events()
    relay = threading.Thread(target=apply, args=(replace(world, search=slow), organisation, events))
    relay.start()  # it has read the books, and is about to put what it read
    assert slow.is_about_to.wait(10)
    with desk.app.change() as ctx:
        save_customer(ctx, replace(desk.acme, party=replace(desk.acme.party, name="Zenith SA")))
    (quick,) = drain(world, organisation, ["search"]).projections
    assert not quick.error
    slow.may.set()
    relay.join(20)
    with desk.app.look() as ctx:
        (hit,) = find_invoices(ctx, Query(as_of=TODAY, text=invoice.number)).hits
    assert hit.entry.customer == "Zenith SA"
    desk.app.close()


class Slow:
    """An index of a slow process: its first write comes late, and over what came meanwhile."""

    shows_at_once = False

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self.is_about_to, self.may = threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def put(self, organisation: str, entries: list[Entry]) -> None:
        if not self.may.is_set():
            self.is_about_to.set()
            assert self.may.wait(10)
            self._index.remove(organisation, [one.id for one in entries])
        self._index.put(organisation, entries)


# --- the way there -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "azure-search:https://books.search.windows.net",
        "azure-search:https://books.search.windows.net#",
        "azure-search:https://books.search.windows.net#Upper",
        "azure-search:https://books.search.windows.net#a'b",
        "azure-search:https://books.search.windows.net/indexes#invoices",
        "azure-search:https://user:pass@books.search.windows.net#invoices",
        "azure-search:http://books.search.windows.net#invoices",
        "azure-search:https://books.search.windows.net?api=1#invoices",
        "azure-search:https://localhost:0#invoices",
        "azure-search:https://localhost:99999#invoices",
        "azure-search:ftp://x#invoices",
        "elastic:https://x#invoices",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_address(url, key="key")
    assert refused.value.code == "search_url"


def test_plain_http_is_for_this_machine_and_for_who_has_a_key() -> None:
    assert read_address("azure-search:http://127.0.0.1:1#invoices", key="key").index == "invoices"
    with pytest.raises(ConfigurationError):
        read_address("azure-search:http://127.0.0.1:1#invoices")


def test_an_address_shows_no_key() -> None:
    assert "sesame" not in repr(read_address("azure-search:https://x.y#invoices", key="sesame"))


def test_the_seed_documents_own_settings_name_the_index() -> None:
    env = {"SEARCH_ENDPOINT": "https://books.search.windows.net/", "SEARCH_KEY": "k"}
    assert search_url(load(env)) == "azure-search:https://books.search.windows.net#invoices-index"
    named = load(env | {"SEARCH_INDEX_NAME": "mine", "NET30_HOME": "/x"})
    assert search_url(named) == "azure-search:https://books.search.windows.net#mine"
    assert search_url(Settings()) == ""
    chosen = load(env | {"NET30_SEARCH_URL": "azure-search:https://o.search.windows.net#i"})
    assert search_url(chosen) == "azure-search:https://o.search.windows.net#i"


def test_processes_that_start_together_make_one_index(server: SearchServer) -> None:
    indexes = [azure_search.build(server.url(), key=server.admin_key) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert [page.total for page in pool.map(ask, indexes)] == [0] * 4
    assert list(server.indexes) == ["invoices"]
    for index in indexes:
        index.close()


def test_an_index_of_another_program_is_left_alone(server: SearchServer) -> None:
    theirs = {"name": "invoices", "fields": [{"name": "id", "type": "Edm.String", "key": True}]}
    server.indexes["invoices"] = Index(theirs)
    index = azure_search.build(server.url(), key=server.admin_key)
    for use in (lambda: index.put(US, [entry(1)]), lambda: ask(index)):
        with pytest.raises(Unavailable) as refused:
            use()
        assert refused.value.code == "search_index"
        assert "another index" in refused.value.hint
    assert server.indexes["invoices"].definition == theirs
    assert not server.indexes["invoices"].waiting
    index.close()


def test_an_index_that_somebody_gave_more_fields_is_used(
    server: SearchServer, index: SearchIndex
) -> None:
    ask(index)
    server.indexes["invoices"].definition["fields"].append({"name": "tag", "type": "Edm.String"})
    again = azure_search.build(server.url(), key=server.admin_key)
    again.put(US, [entry(1)])
    assert found(again) == ["i000001"]
    again.close()


@pytest.mark.parametrize("key", ["wrong-secret", "query-key"])
def test_a_key_that_may_not_is_told_and_not_shown(server: SearchServer, key: str) -> None:
    index = azure_search.build(server.url(), key=key)
    with pytest.raises(Unavailable) as refused:
        ask(index)
    assert refused.value.code == "search_key"
    assert key not in str(refused.value) + refused.value.hint
    index.close()


def test_who_has_no_key_signs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    certificate, trusted = tmp_path / "server.pem", tmp_path / "ca.pem"
    issued.private_key_and_cert_chain_pem.write_to_path(certificate)
    authority.cert_pem.write_to_path(trusted)
    with identity_server(certificate) as identity, search_server(certificate) as server:
        server.token, server.admin_key = identity.token, "nobody knows it"
        for name, value in {
            "AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential",
            "AZURE_AUTHORITY_HOST": identity.url,
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": "net30",
            "AZURE_CLIENT_SECRET": identity.secret,
        }.items():
            monkeypatch.setenv(name, value)
        address, _, name = server.url().partition("#")
        index = azure_search.build(f"{address}?ca={trusted}#{name}")
        index.put(US, [entry(1)])
        assert found(index) == ["i000001"]
        assert identity.asked[0]["scope"] == ["https://search.azure.com/.default"]
        index.close()
        monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong")
        stranger = azure_search.build(f"{address}?ca={trusted}#{name}")
        with pytest.raises(Unavailable) as refused:
            ask(stranger)
        assert refused.value.code == "search_key"
        stranger.close()


# --- away ----------------------------------------------------------------------------------------


def test_a_service_that_is_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        port = door.getsockname()[1]
    index = azure_search.build(f"azure-search:http://127.0.0.1:{port}#invoices", key="k")
    began = time.monotonic()
    with pytest.raises(Unavailable) as told:
        ask(index)
    assert told.value.code == "search_service"
    assert time.monotonic() - began < 3
    index.close()


def test_many_who_find_a_service_silent_wait_beside_each_other(
    server: SearchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(service, "RETRIES", 0)
    server.silent = threading.Event()

    def wait(index: SearchIndex) -> float:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            ask(index)
        return time.monotonic() - began

    with closing(azure_search.build(server.url(), key=server.admin_key)) as index:
        with ThreadPoolExecutor(6) as pool:
            waits = list(pool.map(wait, [index] * 6))
        server.silent.set()
    assert max(waits) < 2.5, "six times half a second, one after the other"


def test_a_silent_service_is_not_waited_for_twice(
    server: SearchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ANSWER_SECONDS", 0.3)
    server.silent = threading.Event()
    index = azure_search.build(server.url(), key=server.admin_key)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        ask(index)
    assert time.monotonic() - began < 2
    server.silent.set()
    server.silent = None
    assert ask(index).total == 0
    index.close()


@pytest.mark.parametrize("status", [429, 500, 503, 400])
def test_a_service_that_fails_is_told_by_its_number(
    server: SearchServer, index: SearchIndex, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(service, "RETRIES", 0)
    ask(index)
    server.fails_with = status
    with pytest.raises(Unavailable, match=str(status)):
        ask(index)
    server.fails_with = 0
    assert ask(index).total == 0


def test_documents_go_in_batches_that_the_service_takes() -> None:
    documents = [{"key": str(at), "words": "w" * 1_500_000} for at in range(5)]
    assert [len(batch) for batch in pieces(documents)] == [2, 2, 1]
    assert [len(batch) for batch in pieces([{"key": "k"}] * 1001)] == [500, 500, 1]
    assert list(pieces([])) == []


# --- the whole application -----------------------------------------------------------------------


def test_an_application_finds_in_the_service_and_says_when_it_is_away(tmp_path: Path) -> None:
    with search_server() as server:
        desk = open_desk(tmp_path, search_url=server.url(), search_key=server.admin_key)
        manager = ServiceManager(desk.app)
        invoice = desk.issue()
        assert desk.app.settle().ok
        assert manager.is_service_available("search")
        (row,) = manager.search_invoices("amce")
        assert row["invoice_number"] == invoice.number
        server.fails_with = 403
        assert not manager.is_service_available("search")
        later = desk.issue()
        report = desk.app.settle()
        assert set(report.errors) == {"search"}
        server.fails_with = 0
        assert desk.app.settle().ok
        assert {row["invoice_number"] for row in manager.search_invoices("acme")} == {
            invoice.number,
            later.number,
        }
        server.indexes["invoices"].documents.clear()
        assert rebuild(desk.app.world, desk.app.organisation) == 2
        assert len(manager.search_invoices("acme")) == 2
        desk.app.close()


def test_amounts_need_a_currency_before_anything_is_asked(server: SearchServer) -> None:
    index = azure_search.build(server.url(), key=server.admin_key)
    with pytest.raises(InputError):
        ask(index, amount_min=1, issued_from=date(2026, 1, 1))
    assert server.asked == []
    index.close()
