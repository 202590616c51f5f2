"""A person's own second factor and passkeys over HTTP, the organisation's sign-on, links, marks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response
from pyotp import TOTP

from net30.domain.identity.passkey import Passkey
from net30.domain.identity.roles import Role
from net30.domain.identity.session import Session
from net30.services.identity.log_in import SignedIn, SignIn, log_in
from tests.accounts_desk import PASSWORD, quick_passwords
from tests.api.front import Front
from tests.api.graph import data, fault

ME = "owner@main.example"


@dataclass(slots=True)
class Person:
    """Somebody who is signed in."""

    front: Front
    signed: SignedIn

    def send(self, method: str, path: str, body: object = None, once: str = "") -> Response:
        headers = {"Authorization": f"Bearer {self.signed.secret}"}
        if method == "POST":
            headers["Idempotency-Key"] = once or str(uuid.uuid4())
        more: dict[str, Any] = {} if body is None else {"json": body}
        return self.front.client.request(method, f"/api/v1{path}", headers=headers, **more)


@pytest.fixture
def me(front: Front) -> Person:
    """The owner, signed in just now."""
    front.key()  # who has a key has accepted the invitation
    app = front.desk.app
    attempt = SignIn(email=ME, password=PASSWORD, source=str(uuid.uuid4()))
    return Person(front, log_in(app.world.accounts, quick_passwords(), attempt, app.clock()))


def code_of(refused: Response) -> tuple[int, str]:
    return refused.status_code, refused.json()["code"]


def aged(person: Person, **more: Any) -> None:
    """Make somebody's session another one: older, or vouched for by a server of others."""
    accounts = person.front.desk.app.world.accounts
    with accounts.writing() as tx:
        session = tx.load(Session, person.signed.session.id)
        for name, value in more.items():
            object.__setattr__(session, name, value)
        tx.save(session)


def test_a_second_factor_is_set_up_confirmed_and_removed(front: Front, me: Person) -> None:
    assert me.send("GET", "/me/second-factor").json()["asked_for"] is False
    made = me.send("POST", "/me/second-factor", once="factor")
    assert made.status_code == 201, made.text
    secret = made.json()["secret"]
    assert made.json()["link"].startswith("otpauth://totp/")
    again = me.send("POST", "/me/second-factor", once="factor")
    assert again.json() == {"secret": "", "link": ""}, "a secret is told once"
    assert code_of(me.send("POST", "/me/second-factor/confirm", {"code": "000000"})) == (
        401,
        "second_factor",
    )
    now = front.desk.app.clock()
    codes = me.send("POST", "/me/second-factor/confirm", {"code": TOTP(secret).at(now)}).json()
    assert len(codes["codes"]) == 10
    assert me.send("GET", "/me/second-factor").json() == {
        "asked_for": True,
        "recovery_codes_left": 10,
    }
    assert code_of(me.send("POST", "/me/second-factor")) == (409, "second_factor_exists")
    sign_in = {"email": ME, "password": PASSWORD}
    assert front.client.post("/api/v1/sessions", json=sign_in).status_code == 401
    assert code_of(me.send("POST", "/me/second-factor/remove", {"code": "000000"})) == (
        401,
        "second_factor",
    )
    gone = me.send("POST", "/me/second-factor/remove", {"code": codes["codes"][0]})
    assert gone.json() == {"asked_for": False, "recovery_codes_left": 0}


def test_a_session_that_is_old_or_was_vouched_for_changes_no_second_factor(me: Person) -> None:
    aged(me, made_at=me.signed.session.made_at - timedelta(minutes=16))
    assert code_of(me.send("POST", "/me/second-factor")) == (403, "recent")
    assert code_of(me.send("DELETE", "/me/passkeys/one")) == (403, "recent")
    assert me.send("GET", "/me/second-factor").status_code == 200
    aged(me, made_at=me.signed.session.made_at, confined=True)
    assert code_of(me.send("POST", "/me/second-factor")) == (403, "confined")


def test_a_key_has_neither_second_factor_nor_passkeys(front: Front) -> None:
    assert code_of(front.get("/me/second-factor")) == (403, "session_only")
    assert code_of(front.post("/me/second-factor")) == (403, "session_only")
    assert code_of(front.get("/me/passkeys")) == (403, "session_only")
    assert fault(front, "{ ownPasskeys { name } }")["code"] == "session_only"


def test_passkeys_are_listed_and_removed_by_their_own_user_only(front: Front, me: Person) -> None:
    app = front.desk.app
    with app.world.accounts.writing() as tx:
        for name, user in (("mine", me.signed.user.id), ("hers", "somebody")):
            key = Passkey(
                id=name, user_id=user, public_key="k", sign_count=1, name=name, made_at=app.clock()
            )
            tx.add(key)
    listed = me.send("GET", "/me/passkeys").json()
    assert [one["name"] for one in listed] == ["mine"]
    assert "public_key" not in listed[0]
    assert me.send("DELETE", "/me/passkeys/hers").status_code == 404
    assert me.send("DELETE", "/me/passkeys/mine").status_code == 204
    assert me.send("GET", "/me/passkeys").json() == []


def test_only_an_owner_adds_a_sign_on_server_and_it_must_answer(front: Front) -> None:
    wanted = {"name": "ID", "issuer": "https://127.0.0.1:1", "client_id": "n", "client_secret": "s"}
    assert front.post("/sign-on-servers", wanted, role=Role.ADMIN).status_code == 403
    refused = front.post("/sign-on-servers", wanted)
    assert (refused.status_code, front.get("/sign-on-servers").json()) == (422, []), refused.text
    assert code_of(front.send("DELETE", "/sign-on-servers/nobody")) == (404, "sso")


def test_an_invoice_link_opens_the_page_and_the_audit_says_who_made_it(front: Front) -> None:
    number = front.desk.issue().number
    made = front.post(f"/invoices/{number}/link", {"days": 10}, once="link")
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["number"], told["until"]) == (number, "2026-12-01")
    assert "/pay/main." in told["address"]
    again = front.post(f"/invoices/{number}/link", {"days": 10}, once="link")
    assert again.json() == told | {"address": ""}
    assert code_of(front.post(f"/invoices/{number}/link", {"days": 9999})) == (422, "link_days")
    assert front.post(f"/invoices/{number}/link", {}, role=Role.VIEWER).status_code == 403
    noted = front.get("/audit", params={"limit": 500}).json()["items"]
    (entry,) = [one for one in noted if one["action"] == "link_made"]
    assert (entry["target"], entry["detail"]) == (f"link to {number}", "until 2026-12-01")


def test_statements_and_conversations_that_leave_stand_in_the_audit(front: Front) -> None:
    assert front.get("/customers/Acme Corp/statement/csv").status_code == 200
    front.post("/ask", {"text": "Show me overdue invoices"})
    (talk,) = front.get("/conversations").json()
    assert front.get(f"/conversations/{talk['id']}/file/md").status_code == 200
    noted = front.get("/audit", params={"limit": 500}).json()["items"]
    taken = {one["target"].partition(" ")[0] for one in noted if one["action"] == "exported"}
    assert {"statement", "conversation"} <= taken


def test_disputes_and_promises_are_listed_with_how_they_went(front: Front) -> None:
    first, second = front.desk.issue().number, front.desk.issue().number
    front.post(f"/worklist/{first}/disputes", {"reason": "two hours too many"})
    front.post(f"/worklist/{second}/promises", {"day": "2026-11-25"})
    front.settled()
    (row,) = front.get("/disputes", params={"open": True}).json()["items"]
    assert (row["number"], row["customer"], row["closed"]) == (first, "Acme Corp", None)
    assert front.get("/disputes", params={"open": False}).json()["items"] == []
    front.post(f"/worklist/{first}/disputes/resolve")
    (settled,) = front.get("/disputes", params={"open": False}).json()["items"]
    assert settled["closed"] == "2026-11-21"
    (promise,) = front.get("/promises", params={"state": "open"}).json()["items"]
    assert (promise["number"], promise["day"], promise["state"]) == (second, "2026-11-25", "open")
    assert front.get("/promises", params={"state": "broken"}).json()["items"] == []
    assert front.get("/promises", params={"customer": "nobody"}).json()["items"] == []
    found = data(front, "{ promisesToPay(state: OPEN) { nodes { number state } } }")
    assert found["promisesToPay"]["nodes"] == [{"number": second, "state": "OPEN"}]
