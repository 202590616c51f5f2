from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from net30.domain.identity.roles import Permission, Role
from net30.domain.identity.user import User
from net30.kernel.errors import Conflict, Forbidden, InputError
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.create_owner import create_owner, has_users
from tests.accounts_desk import PASSWORD, US, Accounts

EMAIL = "Awa@Lagune.example "


def accept(desk: Accounts, secret: str, email: str = EMAIL, password: str = PASSWORD) -> User:
    accepted = Accepted(secret=secret, password=password, email=email, name="Awa")
    return accept_link(desk.accounts, desk.passwords, accepted, desk.now)


def test_the_bearer_of_the_first_link_becomes_the_owner(desk: Accounts) -> None:
    assert not has_users(desk.accounts)
    user = accept(desk, create_owner(desk.accounts, US, desk.now))
    assert (user.email, user.name) == ("awa@lagune.example", "Awa")
    assert has_users(desk.accounts)
    assert desk.principal().permissions == frozenset(Permission)
    assert desk.actions(US) == ["member_added"]
    assert desk.actions("*")[:2] == ["first_owner_link_made", "password_set"]


def test_the_link_works_once_of_many_tries_at_once(desk: Accounts) -> None:
    secret = create_owner(desk.accounts, US, desk.now)

    def one(at: int) -> bool:
        try:
            accept(desk, secret, f"u{at}@lagune.example")
        except Forbidden:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(20))) == 1


def test_an_earlier_link_stops_working_and_a_late_one_too(desk: Accounts) -> None:
    earlier = create_owner(desk.accounts, US, desk.now)
    later = create_owner(desk.accounts, US, desk.now)
    with pytest.raises(Forbidden, match="used, or its time is over"):
        accept(desk, earlier)
    desk.wait(hours=24)
    with pytest.raises(Forbidden):
        accept(desk, later)


def test_there_is_no_first_owner_once_there_is_a_user(desk: Accounts) -> None:
    secret = create_owner(desk.accounts, US, desk.now)
    desk.member(role=Role.VIEWER)
    with pytest.raises(Conflict, match="a user already"):
        create_owner(desk.accounts, US, desk.now)
    with pytest.raises(Forbidden):
        accept(desk, secret, "eve@rival.example")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "fewer than 12"),
        ("aaaaaaaaaaaaaaaa", "different"),
        ("x" * 201, "more than 200"),
        ("my awa-at-work horse", "mail address in it"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_still_works(
    desk: Accounts, password: str, why: str
) -> None:
    secret = create_owner(desk.accounts, US, desk.now)
    with pytest.raises(InputError, match=why) as refusal:
        accept(desk, secret, "awa-at-work@lagune.example", password)
    assert password not in str(refusal.value)
    accept(desk, secret)


@pytest.mark.parametrize("email", ["", "awa", "a@b@c", "awa @b.c", "a" * 300 + "@b.c", "<a@b.c>"])
def test_what_is_no_mail_address_is_refused(desk: Accounts, email: str) -> None:
    secret = create_owner(desk.accounts, US, desk.now)
    with pytest.raises(InputError, match="not a mail address"):
        accept(desk, secret, email)
