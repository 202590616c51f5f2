"""Data of who works with net30: taken out of every organisation, erased once they have left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from net30.app import App
from net30.domain.conversation import Conversation, Said, Speaker
from net30.domain.identity.records import AccountKey
from net30.domain.identity.roles import Role
from net30.domain.identity.user import User
from net30.kernel.errors import Conflict, NotFound
from net30.ports.store import NEW
from net30.services.audit.verify_audit import verify_audit
from net30.services.identity.add_organisation import NewOrganisation, add_organisation
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.change_role import remove_member
from net30.services.identity.make_key import NewKey, make_key
from net30.services.identity.noted import at_this_machine
from net30.services.privacy.member_records import erase_member, export_member
from tests.accounts_desk import Accounts, quick_passwords
from tests.desk import open_desk

EMAIL = "bob@lagune.example"
US, THEM = "main", "rival"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """Two organisations, of both of which Bob is a member; he has talked in each."""
    app = open_desk(tmp_path).app
    world, now = app.world, app.clock()
    add_organisation(world, NewOrganisation(id=THEM, name="Rival SA"), at_this_machine(US), now)
    members = Accounts(world.accounts, quick_passwords(), now)
    members.member("owner@b.example", of=US)
    for of in (US, THEM):
        bob = members.member(EMAIL, Role.VIEWER, of=of)
        with world.store.transaction(of) as tx:
            said = Said(speaker=Speaker.USER, text=f"hello {of}", at=now)
            talk = Conversation(
                id=f"t-{of}", user=bob.id, title="hello", started_at=now, turns=(said,)
            )
            tx.save(talk, expected=NEW)
            tx.save(Conversation(id="other", user="ada", title="x", started_at=now), expected=NEW)
    make_key(world.accounts, NewKey(name="script", user_id=bob.id), at_this_machine(US), now)
    yield app
    app.close()


def test_all_that_is_known_of_a_member_comes_without_a_secret(app: App) -> None:
    told = export_member(app.world, EMAIL.upper())
    text = json.dumps(told)
    memberships = json.dumps(told["memberships"])
    assert US in memberships
    assert THEM in memberships
    assert "hello main" in text
    assert "hello rival" in text
    assert "script" in text
    assert "key_made" not in text  # somebody else made it
    assert "member_added" in text
    assert "sha256" not in text
    with pytest.raises(NotFound):
        export_member(app.world, "nobody@b.example")
    with app.world.accounts.reading() as tx:
        assert [one.action for one in tx.entries("*")][-1] == "exported"


def test_who_is_still_a_member_is_not_erased(app: App) -> None:
    with pytest.raises(Conflict) as refusal:
        erase_member(app.world, EMAIL)
    assert US in refusal.value.message
    assert THEM in refusal.value.message


def test_who_has_left_is_an_id_and_the_audit_holds(app: App) -> None:
    world, now = app.world, app.clock()
    with world.accounts.reading() as tx:
        (bob,) = tx.find(User, AccountKey.NAME, EMAIL)
    for of in (US, THEM):
        remove_member(world.accounts, bob.id, at_this_machine(of), now)
    left = erase_member(world, EMAIL)
    assert (left.id, left.email) == (bob.id, f"{bob.id}@erased.invalid")
    with pytest.raises(NotFound):
        erase_member(world, EMAIL)
    for of in (US, THEM):
        with world.store.reading(of) as books:
            assert [one.value.id for one in books.page(Conversation)] == ["other"]
    app.settle()
    assert verify_audit(world).findings == ()
    again = add_user(
        world.accounts, NewUser(email=EMAIL, role=Role.VIEWER), at_this_machine(US), now
    )
    assert again.user.id != bob.id
