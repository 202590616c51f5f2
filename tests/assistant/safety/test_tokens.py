"""Tokens: signed, good for one user of one organisation, for what was shown, once, and not long."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from net30.app import App, open_app
from net30.assistant.calls import Call, make_call
from net30.assistant.safety import tokens
from net30.assistant.safety.tokens import (
    EXPIRED,
    MINUTES_VALID,
    USED,
    Stale,
    key_of,
    redeem,
    sign,
)
from net30.domain.invoice import Invoice
from net30.domain.party import Contact
from net30.domain.signing_key import CONFIRMATIONS, SigningKey
from net30.kernel.errors import Conflict, Forbidden, InputError, NotFound
from net30.services.credit_invoice import credit_invoice
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.services.save_customer import save_customer
from net30.services.send_invoice import send_invoice
from net30.settings import Settings
from tests.desk import Desk, open_desk

USER = "awa"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = open_desk(tmp_path)
    yield opened
    opened.app.close()


def signed(app: App, call: Call, user: str = USER) -> str:
    key = key_of(app, user)
    with app.look(user) as ctx:
        return sign(ctx, key, call)


def redeemed(app: App, token: str, user: str = USER) -> Call:
    with app.change(user) as ctx:
        return redeem(ctx, token)


def void(desk: Desk) -> Call:
    return make_call("void_invoice", {"number": desk.issue().number, "reason": "twice"})


def test_a_token_gives_back_the_very_call_that_was_shown(desk: Desk) -> None:
    call = void(desk)
    assert redeemed(desk.app, signed(desk.app, call)) == call


def test_another_process_knows_the_key(desk: Desk, tmp_path: Path) -> None:
    call = void(desk)
    token = signed(desk.app, call)
    other = open_app(Settings(home=tmp_path), clock=desk.clock)
    assert redeemed(other, token) == call
    other.close()


def test_a_token_is_redeemed_once(desk: Desk) -> None:
    token = signed(desk.app, void(desk))
    redeemed(desk.app, token)
    with pytest.raises(Conflict) as again:
        redeemed(desk.app, token)
    assert again.value.code == USED


def test_a_yes_whose_effect_failed_can_be_given_again(desk: Desk) -> None:
    call = void(desk)
    token = signed(desk.app, call)
    with pytest.raises(NotFound), desk.app.change(USER) as ctx:  # noqa: PT012 - one transaction
        redeem(ctx, token)
        ctx.tx.load(Invoice, "nothing")
    assert redeemed(desk.app, token) == call


def test_of_many_parallel_yeses_one_counts(desk: Desk) -> None:
    number = desk.issue().number
    token = signed(desk.app, make_call("send_invoice", {"number": number}))

    def yes(_: int) -> int:
        try:
            with desk.app.change(USER) as ctx:
                send_invoice(ctx, str(redeem(ctx, token).args.as_json()["number"]))
        except Conflict:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(yes, range(16))) == 1


def test_a_token_is_good_for_half_an_hour(desk: Desk) -> None:
    call = void(desk)
    token = signed(desk.app, call)
    now = desk.app.clock()
    just = replace(desk.app, clock=lambda: now + timedelta(minutes=MINUTES_VALID))
    late = replace(desk.app, clock=lambda: now + timedelta(minutes=MINUTES_VALID, seconds=1))
    with pytest.raises(Stale) as old:
        redeemed(late, token)
    assert (old.value.code, old.value.call) == (EXPIRED, call)
    assert redeemed(just, token) == call


def test_a_token_is_one_persons(desk: Desk) -> None:
    with pytest.raises(Forbidden, match="somebody else"):
        redeemed(desk.app, signed(desk.app, void(desk)), "eve")


def test_a_token_is_one_organisations(desk: Desk, tmp_path: Path) -> None:
    token = signed(desk.app, void(desk))
    rival = open_app(Settings(home=tmp_path, organisation="rival"), clock=desk.clock)
    with pytest.raises(InputError, match="not a confirmation"):
        redeemed(rival, token)  # it has no key yet
    key_of(rival, USER)
    with pytest.raises(InputError, match="not a confirmation"):
        redeemed(rival, token)
    with desk.app.look() as ours, rival.look() as theirs:
        assert (
            ours.tx.load(SigningKey, CONFIRMATIONS).value
            != theirs.tx.load(SigningKey, CONFIRMATIONS).value
        )
    rival.close()


def test_a_key_that_is_copied_signs_for_no_other_organisation(desk: Desk, tmp_path: Path) -> None:
    key = key_of(desk.app, USER)
    rival = open_app(Settings(home=tmp_path, organisation="rival"), clock=desk.clock)
    with rival.change(USER) as ctx:
        ctx.tx.save(key, expected=0)
    with pytest.raises(InputError, match="not a confirmation"):
        redeemed(rival, signed(desk.app, void(desk)))
    rival.close()


@pytest.mark.parametrize("changed", ["args", "tool", "user", "shown", "until", "once"])
def test_nothing_of_a_token_can_be_changed(changed: str, desk: Desk) -> None:
    body, _, signature = signed(desk.app, void(desk)).partition(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    other = {"args": {"number": "X"}, "until": claims["until"] + 60}
    claims[changed] = other.get(changed, "another")
    written = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    with pytest.raises(InputError, match="not a confirmation"):
        redeemed(desk.app, f"{written}.{signature}")


@pytest.mark.parametrize("token", ["", ".", "a.b", "é.ü", "x" * 30_000, "\0.\0", "e30."])
def test_what_is_no_token_is_refused(token: str, desk: Desk) -> None:
    key_of(desk.app, USER)
    with pytest.raises(InputError, match="not a confirmation"):
        redeemed(desk.app, token)


def test_the_key_is_never_shown(desk: Desk) -> None:
    assert "secret" not in repr(key_of(desk.app, USER))


def test_an_invoice_that_was_credited_meanwhile_is_shown_anew(desk: Desk) -> None:
    call = void(desk)
    token = signed(desk.app, call)
    with desk.app.change() as ctx:
        credit_invoice(ctx, str(call.args.as_json()["number"]))
    with pytest.raises(Stale, match="changed"):
        redeemed(desk.app, token)


def test_another_address_is_another_mail(desk: Desk) -> None:
    token = signed(desk.app, make_call("send_invoice", {"number": desk.issue().number}))
    with desk.app.change() as ctx:
        contact = Contact(email="new@acmecorp.example")
        save_customer(ctx, replace(desk.acme, party=replace(desk.acme.party, contact=contact)))
    with pytest.raises(Stale):
        redeemed(desk.app, token)


def test_a_draft_that_was_changed_is_not_issued_by_an_old_yes(desk: Desk) -> None:
    draft = desk.draft()
    token = signed(desk.app, make_call("issue_invoice", {"number": draft.id}))
    with desk.app.change() as ctx:
        stored = ctx.tx.load(Invoice, draft.id)
        ctx.tx.save(replace(stored.value, lines=stored.value.lines * 2), expected=stored.version)
    with pytest.raises(Stale):
        redeemed(desk.app, token)


def test_a_draft_that_is_gone_is_not_issued(desk: Desk) -> None:
    draft = desk.draft()
    token = signed(desk.app, make_call("issue_invoice", {"number": draft.id}))
    with desk.app.change() as ctx:
        ctx.tx.delete(Invoice, draft.id, expected=1)
    with pytest.raises(Stale):
        redeemed(desk.app, token)


def test_a_reminder_of_all_is_bound_to_what_is_open(desk: Desk) -> None:
    number = desk.issue().number
    token = signed(desk.app, make_call("send_reminder", {"client": "Acme Corp"}))
    with desk.app.change() as ctx:
        credit_invoice(ctx, number)
    with pytest.raises(Stale):
        redeemed(desk.app, token)


def test_an_imported_invoice_without_a_document_can_be_paid(desk: Desk) -> None:
    rows = (
        b"invoice_number,customer_name,issue_date,due_date,amount,currency\n"
        b"OLD-1,Old Client,2026-08-01,2026-08-31,1000,XOF\n"
    )
    with desk.app.change() as ctx:
        import_ledger(ctx, LedgerFile(content=rows))
    call = make_call("record_payment", {"number": "OLD-1"})
    assert redeemed(desk.app, signed(desk.app, call)) == call


def test_nothing_is_signed_that_acts_on_nothing(desk: Desk) -> None:
    with pytest.raises(NotFound):
        signed(desk.app, make_call("void_invoice", {"number": "INV-9"}))


def test_a_token_of_another_version_is_asked_anew(desk: Desk) -> None:
    key = key_of(desk.app, USER)
    with desk.app.look(USER) as ctx:
        claims = tokens.Claims(
            user=USER, tool="melt_invoice", args={}, shown="", until=2**40, once="1"
        )
        body = base64.urlsafe_b64encode(claims.model_dump_json().encode()).decode().rstrip("=")
        token = f"{body}.{tokens._signature(ctx, key, body)}"  # noqa: SLF001 - as that version
    with pytest.raises(Conflict) as other:
        redeemed(desk.app, token)
    assert other.value.code == EXPIRED
    assert not isinstance(other.value, Stale)


def test_the_key_is_made_once(desk: Desk) -> None:
    with ThreadPoolExecutor(4) as pool:
        keys = list(pool.map(lambda _: key_of(desk.app, USER), range(8)))
    assert len({key.secret for key in keys}) == 1
