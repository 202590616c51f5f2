from __future__ import annotations

import pytest

from net30.domain.identity.roles import Role
from net30.kernel.errors import Conflict, Forbidden, NotFound
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.authenticate import authenticate
from net30.services.identity.change_role import change_role, remove_member
from net30.services.identity.list_members import list_members, member_by_email
from net30.services.identity.make_key import NewKey, make_key
from net30.services.identity.noted import at_this_machine
from net30.services.identity.reset_password import reset_password
from tests.accounts_desk import THEM, US, Accounts

LOCAL = at_this_machine(US)


def test_members_are_listed_by_address_and_found_in_their_organisation_only(
    desk: Accounts,
) -> None:
    desk.member("b@lagune.example", Role.VIEWER)
    desk.member("a@lagune.example")
    desk.member("c@rival.example", of=THEM)
    listed = list_members(desk.accounts, LOCAL)
    assert [member.user.email for member in listed] == ["a@lagune.example", "b@lagune.example"]
    assert member_by_email(desk.accounts, "B@lagune.example", LOCAL).membership.role is Role.VIEWER
    with pytest.raises(NotFound, match=r"no member 'c@rival\.example'"):
        member_by_email(desk.accounts, "c@rival.example", LOCAL)


def test_a_viewer_neither_sees_nor_changes_members(desk: Accounts) -> None:
    viewer = desk.member("v@lagune.example", Role.VIEWER)
    by = desk.principal("v@lagune.example")
    for use in (
        lambda: list_members(desk.accounts, by),
        lambda: add_user(desk.accounts, NewUser(email="x@y.z", role=Role.VIEWER), by, desk.now),
        lambda: change_role(desk.accounts, viewer.id, Role.OWNER, by, desk.now),
        lambda: remove_member(desk.accounts, viewer.id, by, desk.now),
        lambda: reset_password(desk.accounts, viewer.id, by, desk.now),
    ):
        with pytest.raises(Forbidden, match="may not do this"):
            use()


def test_an_admin_makes_and_unmakes_no_owner(desk: Accounts) -> None:
    owner = desk.member()
    desk.member("admin@lagune.example", Role.ADMIN)
    viewer = desk.member("v@lagune.example", Role.VIEWER)
    by = desk.principal("admin@lagune.example")
    change_role(desk.accounts, viewer.id, Role.ADMIN, by, desk.now)
    for use in (
        lambda: add_user(desk.accounts, NewUser(email="x@y.z", role=Role.OWNER), by, desk.now),
        lambda: change_role(desk.accounts, viewer.id, Role.OWNER, by, desk.now),
        lambda: change_role(desk.accounts, owner.id, Role.VIEWER, by, desk.now),
        lambda: remove_member(desk.accounts, owner.id, by, desk.now),
        lambda: reset_password(desk.accounts, owner.id, by, desk.now),
    ):
        with pytest.raises(Forbidden, match=r"organisations\.write"):
            use()


def test_an_organisation_keeps_an_owner(desk: Accounts) -> None:
    owner = desk.member()
    with pytest.raises(Conflict, match="last owner"):
        remove_member(desk.accounts, owner.id, LOCAL, desk.now)
    with pytest.raises(Conflict, match="last owner"):
        change_role(desk.accounts, owner.id, Role.ADMIN, LOCAL, desk.now)
    change_role(desk.accounts, owner.id, Role.OWNER, LOCAL, desk.now)
    desk.member("b@lagune.example")
    remove_member(desk.accounts, owner.id, LOCAL, desk.now)


def test_who_is_removed_comes_in_no_more_and_may_be_added_again(desk: Accounts) -> None:
    desk.member()
    user = desk.member("v@lagune.example", Role.ADMIN)
    session = desk.sign_in("v@lagune.example").secret
    key = make_key(desk.accounts, NewKey(name="x", user_id=user.id), LOCAL, desk.now).secret
    remove_member(desk.accounts, user.id, LOCAL, desk.now)
    for secret in (session, key):
        with pytest.raises(Forbidden, match="not valid"):
            authenticate(desk.accounts, secret, desk.now)
    with pytest.raises(Forbidden, match="wrong"):
        desk.sign_in("v@lagune.example")
    again = desk.member("v@lagune.example", Role.VIEWER)
    assert again.id == user.id
    with pytest.raises(Forbidden, match="not valid"):  # what was revoked stays so
        authenticate(desk.accounts, key, desk.now)
    desk.sign_in("v@lagune.example")


def test_who_is_in_two_organisations_stays_in_the_other(desk: Accounts) -> None:
    desk.member()
    user = desk.member("v@lagune.example", Role.VIEWER)
    desk.member("v@lagune.example", Role.VIEWER, of=THEM)
    remove_member(desk.accounts, user.id, LOCAL, desk.now)
    secret = desk.sign_in("v@lagune.example").secret
    assert authenticate(desk.accounts, secret, desk.now).organisation == THEM


def test_another_organisations_admin_gets_no_link_to_become_its_member(desk: Accounts) -> None:
    invited = NewUser(email="v@lagune.example", role=Role.ADMIN)
    assert add_user(desk.accounts, invited, LOCAL, desk.now).link
    theirs = add_user(desk.accounts, invited, at_this_machine(THEM), desk.now)
    assert theirs.link == ""
    desk.member("boss@rival.example", of=THEM)
    by = desk.principal("boss@rival.example", of=THEM)
    with pytest.raises(Forbidden, match="other organisations"):
        reset_password(desk.accounts, theirs.user.id, by, desk.now)
    assert reset_password(desk.accounts, theirs.user.id, LOCAL, desk.now)


def test_nobody_is_added_twice_and_unknown_members_are_not_found(desk: Accounts) -> None:
    desk.member()
    desk.member("c@rival.example", of=THEM)
    theirs = member_by_email(desk.accounts, "c@rival.example", at_this_machine(THEM)).user.id
    with pytest.raises(Conflict, match="a member of lagune already"):
        desk.member()
    for use in (remove_member, reset_password):
        with pytest.raises(NotFound):
            use(desk.accounts, theirs, LOCAL, desk.now)
    with pytest.raises(NotFound):
        change_role(desk.accounts, theirs, Role.VIEWER, LOCAL, desk.now)


def test_every_change_of_members_is_in_the_audit(desk: Accounts) -> None:
    desk.member()
    user = desk.member("v@lagune.example", Role.VIEWER)
    change_role(desk.accounts, user.id, Role.ADMIN, LOCAL, desk.now)
    reset_password(desk.accounts, user.id, LOCAL, desk.now)
    remove_member(desk.accounts, user.id, LOCAL, desk.now)
    assert desk.actions(US) == [
        "member_added",
        "member_added",
        "role_changed",
        "password_link_made",
        "member_removed",
    ]
