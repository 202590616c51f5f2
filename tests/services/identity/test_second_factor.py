from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from pyotp import TOTP

from net30.domain.identity.second_factor import RECOVERY_CODES, SecondFactor
from net30.kernel.errors import Conflict, Forbidden, NotFound
from net30.services.identity.change_role import remove_member
from net30.services.identity.log_in import SignedIn, SignIn, log_in
from net30.services.identity.noted import at_this_machine
from net30.services.identity.second_factor import (
    confirm_second_factor,
    remove_second_factor,
    set_up_second_factor,
)
from tests.accounts_desk import PASSWORD, US, Accounts, codes

FACTORS = codes()
EMAIL = "awa@lagune.example"


def confirmed(desk: Accounts) -> tuple[TOTP, tuple[str, ...]]:
    """Awa's app, and her recovery codes; a minute later."""
    user = desk.member()
    made = set_up_second_factor(desk.accounts, FACTORS, user.id, desk.now)
    app = TOTP(made.secret)
    codes = confirm_second_factor(desk.accounts, FACTORS, user.id, app.at(desk.now), desk.now)
    desk.wait(minutes=1)
    return app, codes


def sign_in(desk: Accounts, code: str = "", source: str = "home") -> SignedIn:
    attempt = SignIn(email=EMAIL, password=PASSWORD, source=source, code=code)
    return log_in(desk.accounts, desk.passwords, attempt, desk.now, factors=FACTORS)


def refused(desk: Accounts, code: str) -> str:
    with pytest.raises(Forbidden) as refusal:
        sign_in(desk, code)
    return refusal.value.code


def test_the_codes_are_those_of_rfc_6238() -> None:
    # Appendix B, SHA-1, the last six of its eight digits; the secret is "12345678901234567890".
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        now = datetime.fromtimestamp(seconds).astimezone()
        assert FACTORS.step_of(secret, code, now) == seconds // 30
        assert FACTORS.step_of(secret, code, now + timedelta(seconds=30)) == seconds // 30
        assert FACTORS.step_of(secret, code, now + timedelta(seconds=90)) is None
        assert FACTORS.step_of(secret, "", now) is None


def test_setting_up_gives_what_an_app_reads_and_asks_for_nothing_yet(desk: Accounts) -> None:
    user = desk.member()
    made = set_up_second_factor(desk.accounts, FACTORS, user.id, desk.now)
    assert made.link.startswith("otpauth://totp/net30:awa%40lagune.example?secret=")
    assert made.secret not in repr(made)
    desk.sign_in()
    with pytest.raises(Forbidden, match="not the app's code"):
        confirm_second_factor(desk.accounts, FACTORS, user.id, "000000", desk.now)
    desk.sign_in()


def test_signing_in_asks_for_the_code_and_takes_it_once(desk: Accounts) -> None:
    app, _ = confirmed(desk)
    assert refused(desk, "") == refused(desk, "  ") == "second_factor"
    code = app.at(desk.now)
    assert sign_in(desk, f"{code[:3]} {code[3:]}").user.email == EMAIL
    assert refused(desk, code) == "sign_in"
    desk.wait(seconds=30)
    sign_in(desk, app.at(desk.now))
    assert refused(desk, app.at(desk.now - timedelta(seconds=30))) == "sign_in"  # an earlier one


def test_the_code_that_confirmed_does_not_sign_in_too(desk: Accounts) -> None:
    app, _ = confirmed(desk)
    desk.wait(minutes=-1)
    assert refused(desk, app.at(desk.now)) == "sign_in"


def test_one_code_a_hundred_times_at_once_opens_one_session(desk: Accounts) -> None:
    app, codes = confirmed(desk)

    def one(source: int, code: str) -> bool:
        try:
            sign_in(desk, code, f"s{source}")
        except Forbidden:
            return False
        return True

    for code in (app.at(desk.now), codes[0]):
        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(lambda at, typed=code: one(at, typed), range(20))) == 1


def test_a_recovery_code_works_once_however_it_is_typed(desk: Accounts) -> None:
    _, codes = confirmed(desk)
    assert len(set(codes)) == RECOVERY_CODES
    sign_in(desk, codes[0].upper().replace("-", " "))
    assert refused(desk, codes[0]) == "sign_in"
    sign_in(desk, codes[1])
    with desk.accounts.reading() as tx:
        (factor,) = tx.page(SecondFactor)
        assert len(factor.recovery) == RECOVERY_CODES - 2
        assert codes[2] not in repr(factor)
    assert desk.actions("*").count("recovery_code_used") == 2


@pytest.mark.parametrize("code", ["\ud800", "٠١٢٣٤٥", "é" * 6, "x" * 100_000, "\0", "-"])
def test_what_can_be_no_code_is_a_wrong_one(desk: Accounts, code: str) -> None:
    confirmed(desk)
    assert refused(desk, code) == "sign_in"


def test_without_codes_at_hand_nobody_with_a_second_factor_comes_in(desk: Accounts) -> None:
    app, _ = confirmed(desk)
    attempt = SignIn(email=EMAIL, password=PASSWORD, source="home", code=app.at(desk.now))
    with pytest.raises(Forbidden):
        log_in(desk.accounts, desk.passwords, attempt, desk.now)


def test_a_wrong_password_says_the_same_with_and_without_a_second_factor(desk: Accounts) -> None:
    confirmed(desk)
    with pytest.raises(Forbidden) as refusal:
        desk.sign_in(password="horse battery stable")
    assert refusal.value.code == "sign_in"


def test_it_is_set_up_once_and_gone_when_removed(desk: Accounts) -> None:
    confirmed(desk)
    user = desk.user_id()
    for again in (
        lambda: set_up_second_factor(desk.accounts, FACTORS, user, desk.now),
        lambda: confirm_second_factor(desk.accounts, FACTORS, user, "1", desk.now),
    ):
        with pytest.raises(Conflict):
            again()
    assert remove_second_factor(desk.accounts, user, user, desk.now)
    assert not remove_second_factor(desk.accounts, user, user, desk.now)
    desk.sign_in()
    with pytest.raises(NotFound):
        confirm_second_factor(desk.accounts, FACTORS, user, "1", desk.now)


def test_it_goes_with_the_last_membership(desk: Accounts) -> None:
    confirmed(desk)
    user = desk.user_id()
    desk.member("b@lagune.example")
    remove_member(desk.accounts, user, at_this_machine(US), desk.now)
    with desk.accounts.reading() as tx:
        assert tx.get(SecondFactor, user) is None
