"""Who asked a moment ago is known still; what changes counts at once, elsewhere in two seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from net30.adapters.sql.accounts import SqlAccounts
from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Role, permissions_of
from net30.domain.identity.secret import SecretKind, new_secret
from net30.kernel.errors import Forbidden
from net30.services.identity import known_bearers
from net30.services.identity.authenticate import authenticate
from net30.services.identity.change_role import change_role
from net30.services.identity.known_bearers import KNOWN_FOR, KnownBearers
from net30.services.identity.make_key import NewKey, make_key
from net30.services.identity.noted import at_this_machine
from net30.services.identity.revoke_key import revoke_key
from tests.accounts_desk import THEM, US, Accounts

LOCAL = at_this_machine(US)


@dataclass
class Door:
    """A door of a desk: who comes, and how often somebody was looked up."""

    desk: Accounts
    looked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bearers = KnownBearers(self.look_up, self.desk.accounts, lambda: self.desk.now)

    def look_up(self, secret: str, organisation: str) -> Principal:
        self.looked.append(organisation)
        return authenticate(self.desk.accounts, secret, self.desk.now, organisation=organisation)

    def key(self, role: Role = Role.ADMIN) -> str:
        self.user = self.desk.member(role=role)
        made = make_key(
            self.desk.accounts, NewKey(name="shop", user_id=self.user.id), LOCAL, self.desk.now
        )
        self.key_id = made.key.id
        return made.secret


def test_who_asks_again_is_not_looked_up_again(desk: Accounts) -> None:
    door = Door(desk)
    secret = door.key()
    first = door.bearers(secret, "")
    assert [door.bearers(secret, "") for _ in range(5)] == [first] * 5
    assert len(door.looked) == 1
    assert secret not in str(door.bearers.known)
    assert secret not in repr(door.bearers)


def test_a_key_that_this_process_revokes_opens_nothing_from_then_on(desk: Accounts) -> None:
    door = Door(desk)
    secret = door.key()
    door.bearers(secret, "")
    revoke_key(desk.accounts, door.key_id, LOCAL, desk.now)
    with pytest.raises(Forbidden):
        door.bearers(secret, "")


def test_a_role_that_is_taken_away_counts_at_once(desk: Accounts) -> None:
    door = Door(desk)
    secret = door.key()
    assert door.bearers(secret, "").permissions == permissions_of(Role.ADMIN)
    change_role(desk.accounts, door.user.id, Role.VIEWER, LOCAL, desk.now)
    assert door.bearers(secret, "").permissions == permissions_of(Role.VIEWER)


def test_what_another_process_changes_counts_after_two_seconds(desk: Accounts) -> None:
    door = Door(desk)
    secret = door.key()
    door.bearers(secret, "")
    assert isinstance(desk.accounts, SqlAccounts)
    elsewhere = SqlAccounts(desk.accounts.database)
    revoke_key(elsewhere, door.key_id, LOCAL, desk.now)
    desk.wait(seconds=KNOWN_FOR.total_seconds() - 0.1)
    assert door.bearers(secret, "").user == door.user.id
    desk.wait(seconds=0.1)
    with pytest.raises(Forbidden):
        door.bearers(secret, "")


def test_a_clock_that_goes_back_has_everybody_looked_up(desk: Accounts) -> None:
    door = Door(desk)
    secret = door.key()
    door.bearers(secret, "")
    desk.wait(hours=-1)
    door.bearers(secret, "")
    assert len(door.looked) == 2


def test_who_is_refused_is_looked_up_each_time(desk: Accounts) -> None:
    door = Door(desk)
    desk.member()
    for _ in range(3):
        with pytest.raises(Forbidden):
            door.bearers(new_secret(SecretKind.KEY, "abcd2345"), "")
    assert len(door.looked) == 3


def test_another_organisation_is_another_question(desk: Accounts) -> None:
    door = Door(desk)
    secret = door.key()
    door.bearers(secret, "")
    door.bearers(secret, US)
    with pytest.raises(Forbidden):
        door.bearers(secret, THEM)
    assert door.looked == ["", US, THEM]


def test_notes_of_the_audit_change_nobody(desk: Accounts) -> None:
    door = Door(desk)
    secret = door.key()
    door.bearers(secret, "")
    with desk.accounts.writing() as tx:
        tx.note(US, [])
    door.bearers(secret, "")
    assert len(door.looked) == 1


def test_so_many_bearers_are_known_at_most(desk: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_bearers, "BEARERS_MAX", 2)
    door = Door(desk)
    secret = door.key()
    for organisation in ("", US, "", US):
        door.bearers(secret, organisation)
    assert len(door.looked) == 2
    other = make_key(
        desk.accounts, NewKey(name="other", user_id=door.user.id), LOCAL, desk.now
    ).secret
    door.bearers(other, "")
    assert len(door.bearers.known) == 1
