from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from net30.domain.identity.guesses import (
    ANY_USER_GUESSES_MAX,
    SOURCE_GUESSES_MAX,
    USER_GUESSES_MAX,
    Guesses,
)
from net30.domain.identity.roles import Role
from net30.domain.identity.session import Session
from net30.kernel.errors import Forbidden, LimitExceeded
from net30.services.identity.accept_link import Accepted, accept_link
from net30.services.identity.authenticate import authenticate
from net30.services.identity.log_in import SESSIONS_MAX
from net30.services.identity.log_out import end_sessions, log_out, open_sessions
from net30.services.identity.noted import at_this_machine
from net30.services.identity.reset_password import reset_password
from tests.accounts_desk import PASSWORD, THEM, US, Accounts

WRONG = "horse battery stable"


def refused(desk: Accounts, email: str, password: str, source: str) -> str:
    with pytest.raises((Forbidden, LimitExceeded)) as refusal:
        desk.sign_in(email, password, source)
    return refusal.value.code


def test_a_right_password_opens_a_session(desk: Accounts) -> None:
    user = desk.member(role=Role.ACCOUNTANT)
    signed = desk.sign_in(" AWA@lagune.example")
    principal = authenticate(desk.accounts, signed.secret, desk.now)
    assert (principal.user, principal.organisation) == (user.id, US)
    assert signed.secret not in repr(signed)
    assert signed.secret not in str(open_sessions(desk.accounts, user.id, desk.now))


def test_wrong_unknown_invited_and_removed_are_refused_in_the_same_words(desk: Accounts) -> None:
    desk.member()
    words = set()
    for email in ("awa@lagune.example", "nobody@lagune.example", "", "x" * 5000):
        with pytest.raises(Forbidden) as refusal:
            desk.sign_in(email, WRONG)
        words.add((refusal.value.message, refusal.value.hint, refusal.value.code))
    assert len(words) == 1


def test_a_very_long_password_is_a_wrong_one(desk: Accounts) -> None:
    desk.member()
    assert refused(desk, "awa@lagune.example", PASSWORD + "x" * 1_000_000, "s") == "sign_in"
    assert refused(desk, "awa@lagune.example", "\ud800" * 20, "s") == "sign_in"


def test_an_accent_is_the_same_however_it_is_typed(desk: Accounts) -> None:
    composed, apart = "cheval é pile agrafe", "cheval e\u0301 pile agrafe"
    kept = desk.passwords.hashed(composed)
    assert desk.passwords.matches(apart, kept)
    assert not desk.passwords.matches("cheval e pile agrafe", kept)
    assert not desk.passwords.matches(composed, "")
    assert not desk.passwords.matches(composed, "md5:nonsense")


def test_whoever_guesses_has_to_wait_and_the_user_has_not(desk: Accounts) -> None:
    desk.member()
    desk.sign_in(source="home")
    for at in range(SOURCE_GUESSES_MAX):
        assert refused(desk, "awa@lagune.example", f"{WRONG}{at}", "evil") == "sign_in"
    assert refused(desk, "awa@lagune.example", PASSWORD, "evil") == "too_many_guesses"
    desk.sign_in(source="home")
    desk.wait(hours=1)
    desk.sign_in(source="evil")


def test_a_crowd_of_sources_cannot_lock_the_user_out_of_a_known_one(desk: Accounts) -> None:
    desk.member()
    desk.sign_in(source="home")
    codes = [
        refused(desk, "awa@lagune.example", WRONG, f"bot{at}") for at in range(USER_GUESSES_MAX + 5)
    ]
    assert codes.count("sign_in") == USER_GUESSES_MAX
    assert codes[-5:] == ["too_many_guesses"] * 5
    desk.sign_in(source="home")
    assert refused(desk, "awa@lagune.example", PASSWORD, "new place") == "too_many_guesses"


def test_one_password_tried_on_many_users_is_counted_too(desk: Accounts) -> None:
    codes = [
        refused(desk, f"u{at}@lagune.example", WRONG, "spray")
        for at in range(ANY_USER_GUESSES_MAX + 3)
    ]
    assert codes.count("sign_in") == ANY_USER_GUESSES_MAX


def test_guesses_at_once_are_all_counted(desk: Accounts) -> None:
    desk.member()
    with ThreadPoolExecutor(8) as pool:
        codes = list(
            pool.map(lambda _: refused(desk, "awa@lagune.example", WRONG, "evil"), range(30))
        )
    assert codes.count("sign_in") == SOURCE_GUESSES_MAX


def test_counts_of_guesses_do_not_pile_up(desk: Accounts) -> None:
    for at in range(5):
        refused(desk, f"u{at}@lagune.example", WRONG, f"s{at}")
    desk.wait(hours=2)
    refused(desk, "last@lagune.example", WRONG, "s")
    with desk.accounts.reading() as tx:
        assert len(tx.page(Guesses)) == 3  # the pair, the user, the source


def test_a_refusal_says_how_long_to_wait(desk: Accounts) -> None:
    for _ in range(SOURCE_GUESSES_MAX):
        refused(desk, "awa@lagune.example", WRONG, "evil")
    desk.wait(minutes=15)
    with pytest.raises(LimitExceeded, match="wait 46 minutes") as refusal:
        desk.sign_in(source="evil")
    assert refusal.value.values["seconds"] == 45 * 60 + 1


def test_a_session_ends_after_its_hours_by_logging_out_and_everywhere(desk: Accounts) -> None:
    user = desk.member()
    first, second = desk.sign_in().secret, desk.sign_in().secret
    assert log_out(desk.accounts, first, desk.now)
    assert not log_out(desk.accounts, first, desk.now)
    with pytest.raises(Forbidden, match="not valid"):
        authenticate(desk.accounts, first, desk.now)
    authenticate(desk.accounts, second, desk.now)
    third = desk.sign_in().secret
    assert end_sessions(desk.accounts, user.id, user.id, desk.now) == 2
    for ended in (second, third):
        with pytest.raises(Forbidden):
            authenticate(desk.accounts, ended, desk.now)
    last = desk.sign_in().secret
    desk.wait(hours=12)
    with pytest.raises(Forbidden):
        authenticate(desk.accounts, last, desk.now)


def test_a_session_from_the_future_is_refused_when_the_clock_goes_back(desk: Accounts) -> None:
    desk.member()
    secret = desk.sign_in().secret
    desk.wait(hours=-1)
    with pytest.raises(Forbidden):
        authenticate(desk.accounts, secret, desk.now)


def test_the_oldest_session_ends_when_there_are_too_many(desk: Accounts) -> None:
    user = desk.member()
    secrets = []
    for _ in range(SESSIONS_MAX + 1):
        secrets.append(desk.sign_in().secret)
        desk.wait(seconds=1)
    with pytest.raises(Forbidden):
        authenticate(desk.accounts, secrets[0], desk.now)
    with desk.accounts.reading() as tx:
        assert len(tx.page(Session, limit=100)) == SESSIONS_MAX
    assert len(open_sessions(desk.accounts, user.id, desk.now)) == SESSIONS_MAX


def test_a_session_works_in_the_organisations_of_its_user_only(desk: Accounts) -> None:
    desk.member()
    desk.member(role=Role.VIEWER, of=THEM)
    secret = desk.sign_in().secret
    ours = authenticate(desk.accounts, secret, desk.now, organisation=US)
    theirs = authenticate(desk.accounts, secret, desk.now, organisation=THEM)
    assert ours.permissions > theirs.permissions
    with pytest.raises(Forbidden):
        authenticate(desk.accounts, secret, desk.now, organisation="third")


def test_a_new_password_ends_every_session_and_the_link_works_once(desk: Accounts) -> None:
    user = desk.member()
    old = desk.sign_in().secret
    link = reset_password(desk.accounts, user.id, at_this_machine(US), desk.now)
    desk.sign_in()  # the old password works until then
    accepted = Accepted(secret=link, password="another horse entirely")
    accept_link(desk.accounts, desk.passwords, accepted, desk.now)
    with pytest.raises(Forbidden):
        authenticate(desk.accounts, old, desk.now)
    with pytest.raises(Forbidden):
        accept_link(desk.accounts, desk.passwords, accepted, desk.now)
    assert refused(desk, "awa@lagune.example", PASSWORD, "home") == "sign_in"
    desk.sign_in(password="another horse entirely")


def test_a_link_for_a_password_is_good_for_an_hour(desk: Accounts) -> None:
    user = desk.member()
    link = reset_password(desk.accounts, user.id, at_this_machine(US), desk.now)
    desk.wait(hours=1)
    with pytest.raises(Forbidden, match="link is not valid"):
        accept_link(
            desk.accounts, desk.passwords, Accepted(secret=link, password=PASSWORD), desk.now
        )
