from __future__ import annotations

from dataclasses import replace

import pytest

from net30.domain.identity.api_key import ApiKey, prefix_in
from net30.domain.identity.roles import Permission, Role, permissions_of
from net30.domain.identity.secret import CHARACTERS_MAX, SecretKind, kind_of_secret
from net30.kernel.errors import Forbidden, InputError, LimitExceeded, NotFound
from net30.services.identity.authenticate import authenticate
from net30.services.identity.change_role import change_role
from net30.services.identity.make_key import KEYS_MAX, NewKey, make_key
from net30.services.identity.noted import at_this_machine
from net30.services.identity.revoke_key import list_keys, revoke_key
from tests.accounts_desk import THEM, US, Accounts

LOCAL = at_this_machine(US)
READ = frozenset({Permission.INVOICES_READ})


def test_a_key_may_what_it_was_made_for_in_its_organisation(desk: Accounts) -> None:
    user = desk.member()
    made = make_key(desk.accounts, NewKey(name="shop", scopes=READ), desk.principal(), desk.now)
    principal = authenticate(desk.accounts, made.secret, desk.now)
    assert principal.permissions == READ
    assert (principal.user, principal.organisation) == (user.id, US)
    assert made.secret not in repr(made)
    assert kind_of_secret(made.secret) is SecretKind.KEY
    with desk.accounts.reading() as tx:
        assert made.secret.split("_", 2)[2] not in str(tx.page(ApiKey))


def test_a_key_without_scopes_may_what_its_user_may_then(desk: Accounts) -> None:
    user = desk.member(role=Role.ACCOUNTANT)
    new = NewKey(name="all", user_id=user.id)
    secret = make_key(desk.accounts, new, LOCAL, desk.now).secret
    principal = authenticate(desk.accounts, secret, desk.now)
    assert principal.permissions == permissions_of(Role.ACCOUNTANT)


def test_a_key_never_may_more_than_its_user_may_now(desk: Accounts) -> None:
    user = desk.member(role=Role.ADMIN)
    secret = make_key(desk.accounts, NewKey(name="all"), desk.principal(), desk.now).secret
    change_role(desk.accounts, user.id, Role.VIEWER, LOCAL, desk.now)
    principal = authenticate(desk.accounts, secret, desk.now)
    assert principal.permissions == permissions_of(Role.VIEWER)


def test_a_program_has_a_key_at_once_and_no_way_to_sign_in(desk: Accounts) -> None:
    program = desk.member("shop@lagune.example", Role.API)
    new = NewKey(name="shop", user_id=program.id)
    secret = make_key(desk.accounts, new, LOCAL, desk.now).secret
    assert authenticate(desk.accounts, secret, desk.now).permissions == permissions_of(Role.API)
    for password in ("", "horse battery staple"):
        with pytest.raises(Forbidden):
            desk.sign_in("shop@lagune.example", password)


def test_nobody_makes_a_key_with_more_than_they_have(desk: Accounts) -> None:
    desk.member()
    desk.member("admin@lagune.example", Role.ADMIN)
    by = desk.principal("admin@lagune.example")
    owner = desk.principal()
    with pytest.raises(Forbidden, match=r"organisations\.write"):
        make_key(
            desk.accounts,
            NewKey(name="x", scopes=frozenset({Permission.ORGANISATIONS_WRITE})),
            by,
            desk.now,
        )
    for_owner = NewKey(name="x", user_id=owner.user)
    made = make_key(desk.accounts, for_owner, by, desk.now)
    assert Permission.ORGANISATIONS_WRITE not in made.key.scopes
    desk.member("v@lagune.example", Role.VIEWER)
    with pytest.raises(Forbidden, match=r"keys\.write"):
        make_key(desk.accounts, NewKey(name="x"), desk.principal("v@lagune.example"), desk.now)


@pytest.mark.parametrize(
    "new",
    [
        NewKey(name=" "),
        NewKey(name="x", days=0),
        NewKey(name="x", days=3661),
        NewKey(name="x" * 101),
    ],
)
def test_a_key_that_cannot_be_is_refused(desk: Accounts, new: NewKey) -> None:
    desk.member()
    with pytest.raises(InputError):
        make_key(desk.accounts, new, desk.principal(), desk.now)


def test_a_key_for_who_is_no_member_is_refused(desk: Accounts) -> None:
    theirs = desk.member("c@rival.example", of=THEM)
    for user_id in (theirs.id, "nobody"):
        with pytest.raises(NotFound, match="no member"):
            make_key(desk.accounts, NewKey(name="x", user_id=user_id), LOCAL, desk.now)


def test_an_organisation_has_so_many_keys(desk: Accounts) -> None:
    desk.member()
    by = desk.principal()
    first = make_key(desk.accounts, NewKey(name="1"), by, desk.now)
    with desk.accounts.writing() as tx:
        for at in range(KEYS_MAX - 1):
            tx.add(replace(first.key, id=f"k{at}", prefix=f"p{at}"))
    with pytest.raises(LimitExceeded, match=f"{KEYS_MAX} keys"):
        make_key(desk.accounts, NewKey(name="3"), by, desk.now)
    revoke_key(desk.accounts, first.key.id, by, desk.now)
    make_key(desk.accounts, NewKey(name="3"), by, desk.now)


def test_a_revoked_or_expired_key_opens_nothing(desk: Accounts) -> None:
    desk.member()
    by = desk.principal()
    short = make_key(desk.accounts, NewKey(name="short", days=1), by, desk.now)
    long = make_key(desk.accounts, NewKey(name="long", days=2), by, desk.now)
    desk.wait(days=1)
    with pytest.raises(Forbidden, match="not valid"):
        authenticate(desk.accounts, short.secret, desk.now)
    authenticate(desk.accounts, long.secret, desk.now)
    revoked = revoke_key(desk.accounts, long.key.prefix, by, desk.now)
    assert revoke_key(desk.accounts, long.key.id, by, desk.now) == revoked
    with pytest.raises(Forbidden, match="not valid"):
        authenticate(desk.accounts, long.secret, desk.now)


def test_somebody_elses_key_is_seen_and_revoked_by_who_may_only(desk: Accounts) -> None:
    desk.member()
    desk.member("api@lagune.example", Role.ACCOUNTANT)
    desk.member("boss@rival.example", of=THEM)
    made = make_key(desk.accounts, NewKey(name="x"), desk.principal(), desk.now).key
    other, rival = desk.principal("api@lagune.example"), desk.principal("boss@rival.example", THEM)
    assert list_keys(desk.accounts, other) == list_keys(desk.accounts, rival) == ()
    assert list_keys(desk.accounts, desk.principal()) == (made,)
    with pytest.raises(Forbidden, match=r"members\.write"):
        revoke_key(desk.accounts, made.id, other, desk.now)
    for name in (made.id, made.prefix):
        with pytest.raises(NotFound, match="no key"):
            revoke_key(desk.accounts, name, rival, desk.now)


def test_what_is_no_secret_of_ours_opens_nothing(desk: Accounts) -> None:
    desk.member()
    made = make_key(desk.accounts, NewKey(name="x"), desk.principal(), desk.now)
    session = desk.sign_in().secret
    other = f"n30k_{made.key.prefix}_" + "A" * 43
    tries = ["", "n30k", "n30k_", "n30k__", other, made.secret + "x", made.secret[:-1]]
    tries += [made.secret.upper(), session.replace("n30s", "n30k"), "Bearer " + made.secret]
    tries += [made.secret.replace("n30k", "n30s"), "n30s_" + "x" * CHARACTERS_MAX, "\ud800", "é"]
    tries += ["n30l_" + session[5:], made.key.sha256, f"n30s_{made.key.sha256}"]
    for secret in tries:
        with pytest.raises(Forbidden) as refusal:
            authenticate(desk.accounts, secret, desk.now)
        assert refusal.value.code == "unauthenticated"
    with pytest.raises(Forbidden):
        authenticate(desk.accounts, made.secret, desk.now, organisation=THEM)


def test_a_prefix_is_read_from_a_key_only() -> None:
    assert prefix_in("n30k_abcd2345_x_y") == "abcd2345"
    assert prefix_in("n30k_abcd_x") == prefix_in("n30k") == ""
