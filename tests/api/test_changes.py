"""Changes over HTTP: once for each key, only over the version that was read, never half."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from net30.domain.identity.roles import Role
from tests.api.front import Front, open_front

DRAFT = {
    "customer_id": "Acme Corp",
    "lines": [{"name": "consulting", "quantity": "40", "unit_price": "90000", "unit": "HUR"}],
}


def issued(front: Front) -> str:
    """The number of a fresh invoice of 4,248,000 XOF."""
    return str(front.post("/invoices/issued", DRAFT).json()["number"])


def test_forty_hours_at_90000_xof_are_drafted_issued_and_shown(front: Front) -> None:
    drafted = front.post("/invoices", DRAFT)
    assert drafted.status_code == 201
    assert drafted.json()["totals"]["due"] == {"amount": "4248000", "currency": "XOF"}
    assert drafted.json()["number"] == ""
    at = drafted.headers["location"].removeprefix("/api/v1")
    assert front.get(at).json()["status"] == "draft"
    number = front.post(f"{at}/issue").json()["number"]
    shown = front.get(f"/invoices/{number}")
    assert shown.json()["status"] == "issued"
    assert shown.json()["balance"] == {"amount": "4248000", "currency": "XOF"}


def test_the_same_key_and_body_is_done_once_and_answered_twice(front: Front) -> None:
    first = front.post("/invoices/issued", DRAFT, once="key-1")
    again = front.post("/invoices/issued", DRAFT, once="key-1")
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    following = issued(front)
    assert int(following[-6:]) == int(first.json()["number"][-6:]) + 1, "no number was lost"


def test_the_same_key_for_another_body_path_or_user_is_refused(front: Front) -> None:
    assert front.post("/invoices", DRAFT, once="key-2").status_code == 201
    other = front.post("/invoices", DRAFT | {"currency": "EUR"}, once="key-2")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert front.post("/invoices/issued", DRAFT, once="key-2").status_code == 422
    assert front.post("/invoices", DRAFT, once="key-2", role=Role.ACCOUNTANT).status_code == 422


def test_a_change_without_a_key_says_how_to_send_one(front: Front) -> None:
    for key in ("", " ", "x" * 201):
        answer = front.send("POST", "/invoices", DRAFT, headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key")
        assert "UUID" in answer.json()["hint"]


def test_what_failed_may_be_sent_again_under_its_key(front: Front) -> None:
    unknown = DRAFT | {"customer_id": "Baobab Films"}
    assert front.post("/invoices", unknown, once="key-3").status_code == 404
    front.post("/customers", {"id": "", "party": {"name": "Baobab Films"}})
    assert front.post("/invoices", unknown, once="key-3").status_code == 201


def test_twenty_at_once_with_one_key_make_one_invoice(front: Front) -> None:
    ready = threading.Barrier(20)
    front.key()

    def send(_: int) -> tuple[int, str]:
        ready.wait()
        answer = front.post("/invoices/issued", DRAFT, once="key-4")
        while answer.status_code == 409:
            assert answer.json()["code"] == "in_flight"
            answer = front.post("/invoices/issued", DRAFT, once="key-4")
        return answer.status_code, answer.json()["number"]

    with ThreadPoolExecutor(20) as threads:
        answers = set(threads.map(send, range(20)))
    assert len(answers) == 1
    assert {status for status, _ in answers} == {201}


def test_a_customer_is_replaced_only_by_who_has_read_the_present_version(front: Front) -> None:
    made = front.post("/customers", {"id": "", "party": {"name": "Kora Studio"}})
    at = made.headers["location"].removeprefix("/api/v1")
    read = front.get(at)
    tag = read.headers["etag"]
    changed = {"id": "", "party": {"name": "Kora Studio"}, "currency": "EUR"}
    assert front.send("PUT", at, changed).json()["code"] == "precondition_required"
    first = front.send("PUT", at, changed, headers={"If-Match": tag})
    assert first.status_code == 200
    assert first.headers["etag"] == front.get(at).headers["etag"] != tag
    late = front.send("PUT", at, changed, headers={"If-Match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert front.send("PUT", at, changed, headers={"If-Match": "*"}).status_code == 200
    other = front.send("PUT", at, {**changed, "id": "another"}, headers={"If-Match": "*"})
    assert (other.status_code, other.json()["code"]) == (422, "other_id")


def test_who_has_the_present_version_gets_it_no_second_time(front: Front) -> None:
    for path in ("/customers", f"/invoices/{issued(front)}", "/organisation", "/alerts/rules"):
        tag = front.get(path).headers["etag"]
        again = front.get(path, headers={"If-None-Match": f'"other", {tag}'})
        assert (again.status_code, again.content) == (304, b""), path
        assert front.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_draft_can_be_thrown_away_and_an_issued_invoice_cannot(front: Front) -> None:
    draft = front.post("/invoices", DRAFT).json()["id"]
    stale = front.send("DELETE", f"/invoices/{draft}", headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    assert front.send("DELETE", f"/invoices/{draft}").status_code == 204
    assert front.get(f"/invoices/{draft}").status_code == 404
    kept = front.send("DELETE", f"/invoices/{issued(front)}")
    assert (kept.status_code, kept.json()["code"]) == (409, "already_issued")


def test_a_payment_settles_what_it_names_and_the_rest_waits(front: Front) -> None:
    number = issued(front)
    received = {
        "amount": {"amount": "5000000", "currency": "XOF"},
        "settles": [{"invoice": number}],
        "method": "mobile_money",
    }
    made = front.post("/payments", received)
    assert made.status_code == 201
    assert made.json()["open_items"][0]["balance"]["amount"] == "0"
    assert made.json()["unapplied"]["amount"] == "752000"
    payment = made.json()["payment"]["id"]
    unapplied = {one["payment"]["id"] for one in front.get("/payments/unapplied").json()}
    assert payment in unapplied
    second = issued(front)
    put = front.post(f"/payments/{payment}/allocations", {"invoice": second})
    assert put.json()["open_items"][-1]["balance"]["amount"] == str(4248000 - 752000)
    refund = {"amount": {"amount": "1", "currency": "XOF"}}
    assert front.post(f"/payments/{payment}/refunds", refund).status_code == 409
    assert front.get(f"/payments/{payment}").json()["unapplied"]["amount"] == "0"


def test_a_payer_is_named_as_an_invoice_s_customer_and_still_by_the_older_name(
    front: Front,
) -> None:
    amount = {"amount": {"amount": "5", "currency": "XOF"}}
    acme = front.desk.acme.id
    for named in ({"customer_id": "Acme Corp"}, {"customer_id": acme}):
        made = front.post("/payments", amount | named)
        assert made.json()["payment"]["customer_id"] == acme
        assert "deprecation" not in made.headers
    older = amount | {"customer": "Acme Corp"}
    many = front.post("/bulk/payments", {"items": [older]})
    for made in (front.post("/payments", older), many):
        assert made.headers["sunset"] == "Tue, 30 Nov 2027 00:00:00 GMT"
        assert made.headers["deprecation"].startswith("@")
    assert many.json()["done"] == 1
    both = older | {"customer_id": "Acme Corp"}
    assert front.post("/payments", both).json()["code"] == "payer"
    document = front.client.get("/api/openapi.json").json()
    fields = document["components"]["schemas"]["ReceivedIn"]["properties"]
    assert [name for name, one in fields.items() if one.get("deprecated")] == ["customer"]
    assert "until 2027-11-30" in front.client.get("/api/docs").text


def test_a_payment_says_who_paid_and_in_one_currency(front: Front) -> None:
    euros = {"amount": {"amount": "5", "currency": "EUR"}}
    assert front.post("/payments", euros).json()["code"] == "payer"
    mixed = euros | {"settles": [{"invoice": issued(front)}]}
    assert front.post("/payments", mixed).json()["code"] == "currency"


def test_an_invoice_is_credited_voided_written_off_and_sent(front: Front) -> None:
    credited = front.post(
        f"/invoices/{issued(front)}/credit-notes",
        {"amount": {"amount": "118000", "currency": "XOF"}, "reason": "an hour"},
    )
    assert credited.status_code == 201
    assert credited.json()["balance"]["amount"] == "4130000"
    foreign = {"amount": {"amount": "1", "currency": "EUR"}}
    assert front.post(f"/invoices/{issued(front)}/credit-notes", foreign).status_code == 409
    number = issued(front)
    voided = front.post(f"/invoices/{number}/void", {"reason": "never ordered"})
    assert voided.json()["credit_note"]["type_code"] == "381"
    assert front.get(f"/invoices/{number}").json()["status"] == "void"
    assert front.post(f"/invoices/{number}/void", {}).status_code == 409
    lost = front.post(f"/invoices/{issued(front)}/write-off", {"reason": "bankrupt"})
    assert lost.json()["written_off"]["amount"] == "4248000"
    sent = front.post(f"/invoices/{issued(front)}/send", {"to": "desk@acme.example"})
    assert sent.json()["to"] == "desk@acme.example"


def test_what_customers_said_is_noted(front: Front) -> None:
    number = issued(front)
    promised = front.post(f"/worklist/{number}/promises", {"day": "2026-12-15"})
    assert promised.json()["promises"][0]["amount"]["amount"] == "4248000"
    disputed = front.post(f"/worklist/{number}/disputes", {"reason": "too dear"})
    assert disputed.json()["disputes"][0]["reason"] == "too dear"
    resolved = front.post(f"/worklist/{number}/disputes/resolve")
    assert resolved.json()["disputes"][0]["closed"] == "2026-11-21"
    again = front.post(f"/worklist/{number}/disputes")
    assert again.json()["disputes"][1]["reason"] == "", "no body is one without any field"
    nothing = front.post(f"/worklist/{number}/promises").json()
    assert [one["path"] for one in nothing["findings"]] == ["day"]
    noted = front.post(f"/worklist/{number}/calls", {"text": "pays Friday"})
    assert noted.json()["calls"][0]["text"] == "pays Friday"
    back = front.post(f"/worklist/{number}/withdrawals", {"kind": "call"})
    assert back.json()["calls"] == [], "noted by mistake"
    gone = front.post(f"/worklist/{number}/withdrawals", {"kind": "call"})
    assert (gone.status_code, gone.json()["code"]) == (409, "no_mark")
    assert front.post(f"/worklist/{number}/withdrawals", {"kind": "hm"}).status_code == 422


def test_a_schedule_is_added_paused_resumed_skipped_and_run_once(front: Front) -> None:
    new = {
        "id": "",
        "invoice": {
            "customer_id": "Acme Corp",
            "lines": [{"name": "support", "unit_price": "50000"}],
        },
        "start": "2026-11-01",
        "making": "draft",
    }
    made = front.post("/schedules", new)
    at = made.headers["location"].removeprefix("/api/v1")
    assert front.post(f"{at}/pause").json()["paused"] is True
    assert front.post("/schedules/run").json()["made"] == []
    tag = front.get(at).headers["etag"]
    replaced = front.send("PUT", at, new | {"every": 2}, headers={"If-Match": tag})
    assert replaced.json()["every"] == 2
    due = front.get("/schedules/due").json()["due"]
    assert [one["day"] for one in due] == ["2026-11-01"]
    run = front.post("/schedules/run", once="run-1")
    again = front.post("/schedules/run", once="run-1")
    assert len(run.json()["made"]) == 1
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == run.content
    assert front.post("/schedules/run").json()["made"] == []
    assert front.post(f"{at}/skip", {"until": "2027-01-31"}).json()["made_until"] == "2027-01-31"
    assert front.post(f"{at}/resume").status_code == 200
    assert front.get("/schedules").json()["items"][0]["next_day"] == "2027-03-01"


def test_the_organisation_s_usual_rate_is_changed_and_the_rest_stays(front: Front) -> None:
    read = front.get("/organisation")
    company = {
        name: read.json()[name]
        for name in ("party", "currency", "terms", "language", "place", "payment")
    }
    company |= {"tax": {"category": "S", "percent": "18"}, "cost_of_capital": "12"}
    headers = {"If-Match": read.headers["etag"]}
    changed = front.send("PUT", "/organisation", company, headers=headers)
    assert changed.status_code == 200, changed.text
    assert Decimal(changed.json()["cost_of_capital"]) == 12
    assert changed.json()["patterns"] == read.json()["patterns"]


def test_rules_of_alerts_get_a_limit_or_are_off(front: Front) -> None:
    assert front.post("/alerts/rules/cei", {"limit": "0.5"}).json()["limit"] == "0.5"
    assert front.post("/alerts/rules/cei", {"limit": None}).json()["limit"] is None
    assert "cei" not in front.get("/alerts/rules").json()
    checked = front.post("/alerts/check").json()
    assert checked["day"] == "2026-11-21"
    assert front.get("/alerts", params={"as_of": "2026-11-20"}).status_code == 200


def test_the_assistant_answers_and_goes_on_in_the_user_s_own_conversation(front: Front) -> None:
    first = front.post("/ask", {"text": "Invoice Acme Corp 2 hours of design at 50000 XOF"})
    assert first.status_code == 200, first.text
    assert first.json()["answered_by"] == "offline"
    following = {"text": "show me overdue invoices", "conversation": first.json()["conversation"]}
    assert front.post("/ask", following).json()["conversation"] == following["conversation"]
    stranger = front.post("/ask", following, role=Role.ACCOUNTANT)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")
    assert front.post("/ask", {"text": "x" * 10_001}).json()["code"] == "message_too_long"


def test_a_clock_that_goes_back_a_year_loses_nothing_and_breaks_nothing(fresh_home: Path) -> None:
    with open_front(fresh_home) as front:
        first = front.post("/invoices/issued", DRAFT, once="first").json()
        front.desk.clock.day -= timedelta(days=400)
        again = front.post("/invoices/issued", DRAFT, once="first")
        assert (again.json()["number"], again.headers["idempotent-replayed"]) == (
            first["number"],
            "true",
        )
        number = front.post("/invoices/issued", DRAFT).json()["number"]
        assert number.startswith("INV-2025-")
        paid = {"amount": {"amount": "5", "currency": "XOF"}, "settles": [{"invoice": number}]}
        assert front.post("/payments", paid).status_code == 201
        for path in ("", "/figures", "/forecast", "/predictions", "/worklist", "/audit", "/me"):
            assert front.settled().get(path or "/invoices").status_code == 200, path
        front.desk.clock.day += timedelta(days=401)
        assert front.post("/invoices/issued", DRAFT).json()["number"] > first["number"]
