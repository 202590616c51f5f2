"""Which accounts and containers net30 keeps books in, and which it refuses, with what to do."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from azure.cosmos import CosmosClient, PartitionKey

from net30.adapters.cosmos import accounts, commit, questions
from net30.adapters.cosmos.address import Address, read_address
from net30.adapters.cosmos.documents import record_id
from net30.adapters.cosmos.opening import open_books
from net30.adapters.cosmos.store import CosmosStore
from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.identity.records import AccountKey
from net30.domain.identity.user import User
from net30.kernel.errors import ConfigurationError, InputError, Unavailable
from net30.ports.store import NEW
from tests.account_samples import ONE_OF_EACH
from tests.cosmos import accounts_of, store_at
from tests.doubles.cosmos_query import answer
from tests.doubles.cosmos_server import KEY, Account, cosmos_account
from tests.samples import ACME, NOW, a_draft, one_of_each

US, THEM = "lagune", "rival"


@pytest.fixture
def account() -> Iterator[Account]:
    with cosmos_account() as account:
        yield account


def address_of(account: Account, key: str = KEY) -> Address:
    return Address(endpoint=account.url, database="d", container="c", key=key)


# --- addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("cosmos:https://a.documents.azure.com", "https://a.documents.azure.com/d/c"),
        ("cosmos:https://a.documents.azure.com:443/", "https://a.documents.azure.com:443/d/c"),
        ("cosmos:https://a.documents.azure.com/mine", "https://a.documents.azure.com/mine/c"),
        ("cosmos:https://a.documents.azure.com/mine/own", "https://a.documents.azure.com/mine/own"),
        ("cosmos:http://localhost:8081", "http://localhost:8081/d/c"),
    ],
)
def test_a_url_names_an_account_and_may_name_database_and_container(url: str, place: str) -> None:
    address = read_address(url, database="d", container="c", key="secret")
    assert address.place == place
    assert "secret" not in repr(address)


@pytest.mark.parametrize(
    "url",
    [
        "cosmos:",
        "cosmos:books",
        "cosmos:http://a.documents.azure.com",
        "cosmos:ftp://a.documents.azure.com",
        "cosmos:https://a.documents.azure.com/one/two/three",
        "cosmos:https://a.documents.azure.com/?AccountKey=hidden",
        "cosmos:https://user:hidden@a.documents.azure.com/",
        "cosmos:https://a.documents.azure.com/a%23b#c",
    ],
)
def test_what_names_no_account_is_refused_without_its_secrets(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_address(url, database="d", container="c")
    assert refused.value.code == "cosmos_url"
    assert "hidden" not in str(refused.value)


# --- accounts ----------------------------------------------------------------------------------


def test_database_and_container_are_made_when_they_are_absent(account: Account) -> None:
    for _ in range(2):
        with closing(store_at(address_of(account))) as store:
            assert store.organisations() == ()
    assert set(account.containers) == {("d", "c")}


@pytest.mark.parametrize("key", ["d3Jvbmc=", "no Base64"])
def test_a_wrong_key_is_told_and_not_shown(account: Account, key: str) -> None:
    with pytest.raises(ConfigurationError, match="refuses net30") as refused:
        open_books(address_of(account, key))
    assert refused.value.code == "cosmos_key"
    assert key not in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (Account(consistency="Eventual"), "consistency is 'Eventual'"),
        (Account(consistency="ConsistentPrefix"), "consistency is 'ConsistentPrefix'"),
        (Account(regions=2), "writes in several regions"),
    ],
)
def test_an_account_that_could_lose_a_number_is_refused(made: Account, why: str) -> None:
    with cosmos_account(made) as account:
        with pytest.raises(ConfigurationError, match=re.escape(why)) as refused:
            open_books(address_of(account))
        assert refused.value.code == "cosmos_account"


@pytest.mark.parametrize("consistency", ["Strong", "BoundedStaleness"])
def test_stronger_accounts_are_welcome(consistency: str) -> None:
    with (
        cosmos_account(Account(consistency=consistency)) as account,
        closing(store_at(address_of(account))) as store,
    ):
        with store.transaction(US) as tx:
            tx.save(ACME, expected=NEW)
        with store.reading(US) as books:
            assert books.load(Customer, ACME.id).value == ACME


def test_a_container_of_another_program_is_refused(account: Account) -> None:
    client = CosmosClient(account.url, credential=KEY)
    made = client.create_database_if_not_exists("d")
    made.create_container_if_not_exists("c", partition_key=PartitionKey(path="/client_id"))
    client.close()
    with pytest.raises(ConfigurationError, match="/client_id") as refused:
        open_books(address_of(account))
    assert refused.value.code == "cosmos_container"


def test_books_of_a_newer_net30_are_refused(account: Account) -> None:
    with closing(store_at(address_of(account))) as store:
        store.books.partition("*").put({"id": "layout", "type": "layout", "version": 99})
    with pytest.raises(ConfigurationError, match="layout 99") as refused:
        open_books(address_of(account))
    assert refused.value.code == "newer_database"


def test_an_account_that_is_not_there_is_told_soon() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(Unavailable, match="does not answer"):
            open_books(Address(endpoint=url, database="d", container="c", key=KEY))
    assert time.monotonic() - began < 20


def test_an_account_that_goes_away_and_comes_back_is_used_again(account: Account) -> None:
    with closing(store_at(address_of(account))) as store:
        with store.transaction(US) as tx:
            tx.save(ACME, expected=NEW)
        account.fails = lambda _: "refuse"
        with pytest.raises(Unavailable) as refused, store.reading(US):
            pass
        assert refused.value.code == "unavailable"
        account.fails = lambda _: ""
        with store.reading(US) as books:
            assert books.load(Customer, ACME.id).value == ACME


def test_an_organisation_cannot_have_the_name_of_what_is_beside_them(account: Account) -> None:
    with closing(store_at(address_of(account))) as store:
        for name in ("*", accounts.PARTITION):
            with pytest.raises(InputError, match="cannot be"), store.transaction(name):
                pass


# --- partitions --------------------------------------------------------------------------------


def everything(store: CosmosStore, organisation: str) -> None:
    """Do what can be done with one organisation's books."""
    with store.transaction(organisation) as tx:
        for one in one_of_each():
            tx.save(one, expected=NEW)
        tx.next_number("invoice", 2026)
        tx.remember("key", "request", "answer", at=NOW)
    with store.reading(organisation) as books:
        books.page(Customer)
        books.latest(Customer)
        books.names(Customer)
        books.find_many(Customer, Key.NAME, ["acme corp"])
        books.events_naming("acme")
        books.taken_in("search")
    store.advance(organisation, "search", 1)


def test_every_request_names_the_partition_of_its_organisation(account: Account) -> None:
    with closing(store_at(address_of(account))) as store:
        account.seen.clear()
        everything(store, US)
        assert {one.partition for one in account.seen} == {US, "*"}  # its line on the list
        account.seen.clear()
        everything(store, THEM)
        assert {one.partition for one in account.seen} == {THEM}
        account.seen.clear()
        with accounts_of(store).writing() as tx:
            for one in ONE_OF_EACH:
                tx.add(one)
            tx.find(User, AccountKey.NAME, "nobody")
        assert {one.partition for one in account.seen} == {accounts.PARTITION}


def test_a_document_of_another_organisation_s_id_is_not_found(account: Account) -> None:
    with closing(store_at(address_of(account))) as store:
        everything(store, THEM)
        partition = store.books.partition(US)
        assert partition.read(record_id(Customer, ACME.id)) is None
        assert (
            list(partition.ask(questions.PAGE, {"kind": "customer", "after": "", "born": 9})) == []
        )


def test_every_query_is_one_of_the_list_and_asks_what_is_indexed(account: Account) -> None:
    texts = [*questions.FIND.values(), *accounts.FIND.values(), commit.PIECES]
    texts += [value for value in vars(questions).values() if isinstance(value, str)]
    texts += [value for value in vars(accounts).values() if isinstance(value, str)]
    texts += questions.FIND_MANY.values()
    known = {one for one in texts if one.startswith("SELECT ") and " WHERE " in one}
    with closing(store_at(address_of(account))) as store:
        everything(store, US)
        with accounts_of(store).writing() as tx:
            tx.forget(NOW)
            tx.note(US, [])
        asked = {re.sub(r"@one\d+(, @one\d+)*", "@values", one.query) for one in account.seen}
        indexed = account.containers["d", "c"][1].indexed
    assert asked - {""} <= known
    for text in known:
        names = re.findall(r"@\w+", text)
        answer(text, dict.fromkeys(names, ""), [], indexed)  # raises for what is not indexed


@pytest.mark.parametrize(
    "name", ["a/b", "a\\b", "a?b#c", "é", "=2f", " ", "%2F", "a" * 5000, "_x", "a:b"]
)
def test_any_id_can_be_kept(account: Account, name: str) -> None:
    with closing(store_at(address_of(account))) as store:
        with store.transaction(US) as tx:
            tx.save(replace(ACME, id=name), expected=NEW)
            tx.save(replace(a_draft(), id=name), expected=NEW)
        with store.reading(US) as books:
            assert books.load(Customer, name).value.id == name
            assert [one.value.id for one in books.page(Customer)] == [name]


def test_two_ids_never_become_one() -> None:
    names = ["a/b", "a=2fb", "a=2Fb", "a b", "a=20b", "ab", "=", "==", "é", "=c3=a9", "a" * 5000]
    assert len({record_id(Customer, name) for name in names}) == len(names)
