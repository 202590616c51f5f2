"""What every keeper of accounts promises."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from net30.adapters.sql import open_database
from net30.adapters.sql.late_accounts import LateAccounts
from net30.domain.audit import NO_HASH, AuditHead, AuditNote, broken_links
from net30.domain.identity.api_key import ApiKey
from net30.domain.identity.guesses import Guesses
from net30.domain.identity.membership import Membership
from net30.domain.identity.one_time_link import OneTimeLink
from net30.domain.identity.records import ACCOUNT_KINDS, AccountKey
from net30.domain.identity.session import Session
from net30.domain.identity.user import User
from net30.kernel.errors import Conflict, NotFound
from net30.ports.accounts import Accounts
from tests.account_samples import AWA, GUESSES, HOUR, KEY, LINK, MEMBER, ONE_OF_EACH, SESSION
from tests.cosmos import accounts_of, fresh_store
from tests.databases import DIALECTS, fresh
from tests.samples import NOW


@pytest.fixture(params=[*DIALECTS, "cosmos"])
def accounts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Accounts]:
    """Lend empty accounts of every kind in turn."""
    if request.param == "cosmos":
        with fresh_store() as cosmos:
            yield accounts_of(cosmos)
        return
    with fresh(request.param, tmp_path) as url:
        database = open_database(url)
        yield LateAccounts(database)  # SqlAccounts behind it
        database.close()


class Refused(Exception):
    """What a use case raises half-way through its change."""


def a_note(at: int, source: str = "") -> AuditNote:
    return AuditNote(
        at=NOW, actor="awa", action="did", target=f"thing {at}", source=source or f"s{at}"
    )


def test_every_kind_comes_back_as_it_was_written(accounts: Accounts) -> None:
    assert {type(one) for one in ONE_OF_EACH} == set(ACCOUNT_KINDS.values())
    with accounts.writing() as tx:
        for one in ONE_OF_EACH:
            tx.add(one)
    with accounts.reading() as tx:
        for one in ONE_OF_EACH:
            assert tx.load(type(one), one.id) == one


def test_what_is_not_there_is_none_or_not_found(accounts: Accounts) -> None:
    with accounts.reading() as tx:
        assert tx.get(User, "u1") is None
        assert tx.find(User, AccountKey.NAME, "awa@lagune.example") == ()
        with pytest.raises(NotFound, match="no api key 'k1'"):
            tx.load(ApiKey, "k1")


def test_records_are_found_by_name_owner_and_organisation(accounts: Accounts) -> None:
    with accounts.writing() as tx:
        for one in ONE_OF_EACH:
            tx.add(one)
    with accounts.reading() as tx:
        assert tx.find(User, AccountKey.NAME, AWA.email) == (AWA,)
        assert tx.find(ApiKey, AccountKey.NAME, KEY.prefix) == (KEY,)
        assert tx.find(Session, AccountKey.OWNER, AWA.id) == (SESSION,)
        assert tx.find(OneTimeLink, AccountKey.OWNER, AWA.id) == (LINK,)
        assert tx.find(Membership, AccountKey.ORGANISATION, "lagune") == (MEMBER,)
        assert tx.find(Membership, AccountKey.ORGANISATION, "rival") == ()


def test_a_second_user_of_the_same_address_is_refused(accounts: Accounts) -> None:
    with accounts.writing() as tx:
        tx.add(AWA)
        tx.add(replace(AWA, id="u2", email="b@lagune.example"))
    for clash in (replace(AWA, name="Again"), replace(AWA, id="u3")):
        with pytest.raises(Conflict, match="user 'awa@"), accounts.writing() as tx:
            tx.add(clash)
    with pytest.raises(Conflict, match="already"), accounts.writing() as tx:
        tx.save(replace(AWA, id="u2"))
    with accounts.reading() as tx:
        assert [user.email for user in tx.page(User)] == [AWA.email, "b@lagune.example"]


def test_saving_writes_over_what_was_there_or_writes_it_new(accounts: Accounts) -> None:
    with accounts.writing() as tx:
        tx.save(AWA)
        tx.save(replace(AWA, email="new@lagune.example"))
    with accounts.reading() as tx:
        assert tx.find(User, AccountKey.NAME, AWA.email) == ()
        assert tx.load(User, AWA.id).email == "new@lagune.example"


def test_a_page_goes_on_after_an_id(accounts: Accounts) -> None:
    with accounts.writing() as tx:
        for at in range(5):
            tx.add(replace(AWA, id=f"u{at}", email=f"{at}@b.example"))
    with accounts.reading() as tx:
        assert [user.id for user in tx.page(User, after="u1", limit=2)] == ["u2", "u3"]


def test_a_refused_change_leaves_nothing(accounts: Accounts) -> None:
    with suppress(Refused), accounts.writing() as tx:
        tx.add(AWA)
        tx.note("lagune", [a_note(1)])
        raise Refused
    with accounts.reading() as view:
        assert view.get(User, AWA.id) is None
        assert view.head("lagune") == AuditHead(chain="lagune", sequence=0, hash=NO_HASH)


def test_what_is_removed_is_gone_once(accounts: Accounts) -> None:
    with accounts.writing() as tx:
        tx.add(SESSION)
        assert tx.remove(Session, SESSION.id)
        assert not tx.remove(Session, SESSION.id)
        assert tx.get(Session, SESSION.id) is None


def test_only_what_has_ended_is_forgotten(accounts: Accounts) -> None:
    with accounts.writing() as tx:
        for one in ONE_OF_EACH:
            tx.add(one)
        assert tx.forget(NOW) == 0
        assert tx.forget(NOW + HOUR) == 4  # the session, the link, the guesses, the step
        assert tx.get(Guesses, GUESSES.id) is None
        assert tx.load(ApiKey, KEY.id) == KEY


def test_changes_of_accounts_follow_one_another(accounts: Accounts) -> None:
    with accounts.writing() as tx:
        tx.add(GUESSES)

    def one_more(_: int) -> None:
        with accounts.writing() as tx:
            tx.save(tx.load(Guesses, GUESSES.id).one_more(NOW))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one_more, range(40)))
    with accounts.reading() as view:
        assert view.load(Guesses, GUESSES.id).count == GUESSES.count + 40


# --- the audit ---------------------------------------------------------------------------------


def test_notes_become_a_chain_that_holds(accounts: Accounts) -> None:
    with accounts.writing() as tx:
        tx.note("lagune", [a_note(1), a_note(2)])
        tx.note("rival", [a_note(1)])
        tx.note("lagune", [a_note(3)])
    with accounts.reading() as tx:
        entries = tx.entries("lagune")
        assert [entry.target for entry in entries] == ["thing 1", "thing 2", "thing 3"]
        assert tx.chains() == (entries[-1].head, tx.head("rival"))
        assert tx.head("lagune") == entries[-1].head
        assert tx.entries("lagune", after=1, limit=1) == entries[1:2]
        assert list(broken_links("lagune", entries, tx.chains())) == []


def test_the_same_thing_noted_twice_is_one_entry_of_its_chain(accounts: Accounts) -> None:
    with accounts.writing() as tx:
        tx.note("lagune", [a_note(1, "event:7"), a_note(2, "event:7")])
    with accounts.writing() as tx:
        tx.note("lagune", [a_note(1, "event:7"), a_note(3)])
        tx.note("rival", [a_note(1, "event:7")])
    with accounts.reading() as tx:
        assert [entry.target for entry in tx.entries("lagune")] == ["thing 1", "thing 3"]
        assert len(tx.entries("rival")) == 1


def test_notes_made_at_once_are_one_chain(accounts: Accounts) -> None:
    def note(at: int) -> None:
        with accounts.writing() as tx:
            tx.note("lagune", [a_note(at)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(40)))
    with accounts.reading() as tx:
        entries = tx.entries("lagune")
    assert len(entries) == 40
    assert list(broken_links("lagune", entries)) == []
