"""Answers: lists in pages, documents in formats, and errors that say what to do."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from net30.domain.job import Job
from net30.kernel.errors import Unavailable
from net30.ports.store import NEW
from net30.services.rate_limit import RateLimit
from tests.api.front import Front, open_front
from tests.api.test_changes import DRAFT, issued


def test_customers_come_in_pages_without_a_gap_or_a_repetition(front: Front) -> None:
    for at in range(5):
        front.post("/customers", {"id": "", "party": {"name": f"Customer {at}"}})
    seen: list[str] = []
    address: str | None = "/api/v1/customers?limit=2"
    while address:
        page = front.get(address.removeprefix("/api/v1"))
        seen += [one["id"] for one in page.json()["items"]]
        address = page.json()["next"]
        assert (address is None) == ("link" not in page.headers)
    assert len(seen) == len(set(seen)) >= 6
    assert seen == sorted(seen)


def test_invoices_are_found_by_words_status_customer_and_amount(front: Front) -> None:
    number = issued(front)
    front.settled()
    page = front.get("/invoices", params={"text": number, "status": "issued", "limit": 1}).json()
    assert page["items"][0]["number"] == number
    assert page["items"][0]["amount"] == {"amount": "4248000", "currency": "XOF"}
    more = {"currency": "XOF", "amount_min": "4248000", "amount_max": "4248000"}
    assert front.get("/invoices", params=more | {"customer": "Acme Corp"}).json()["total"] >= 1
    assert front.get("/invoices", params=more | {"issued_to": "2026-11-20"}).json()["total"] == 0
    alone = front.get("/invoices", params={"amount_min": "1"})
    assert (alone.status_code, alone.json()["code"]) == (422, "currency")
    foreign = front.get("/invoices", params={"cursor": "nonsense"})
    assert foreign.status_code == 422


def test_every_format_of_a_document_can_be_downloaded_and_runs_nothing(front: Front) -> None:
    number = issued(front)
    for form, begins in (
        ("pdf", b"%PDF"),
        ("facturx", b"%PDF"),
        ("html", b"<!"),
        ("json", b"{"),
        ("ubl", b"<?xml"),
        ("cii", b"<?xml"),
    ):
        answer = front.get(f"/invoices/{number}/documents/{form}")
        assert answer.content.lstrip().startswith(begins), form
        assert answer.headers["content-security-policy"].startswith("sandbox")
        assert f'filename="{number}' in answer.headers["content-disposition"]
    unknown = front.get(f"/invoices/{number}/documents/docx")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "format")


def test_everything_that_is_wrong_with_a_body_is_told_with_its_path(front: Front) -> None:
    body = {
        "customer_id": "Acme Corp",
        "lines": [{"name": "x", "unit_price": 12.5}, {"quantity": "many", "nam": "x"}],
        "colour": "red",
    }
    answer = front.post("/invoices", body)
    assert answer.status_code == 422
    paths = {one["path"] for one in answer.json()["findings"]}
    assert {"lines[0].unit_price", "lines[1].quantity", "lines[1].nam", "colour"} <= paths
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("content", "media", "status", "code"),
    [
        (b"{", "application/json", 400, "json"),
        (b"[" * 100_000, "application/json", 400, "json"),
        (b'{"customer_id": NaN}', "application/json", 400, "json"),
        (b"\xff\xfe", "application/json", 400, "json"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "media_type"),
        (b"", "application/json", 422, "validation"),
        (b'{"customer_id": "\\ud800", "lines": []}', "application/json", 422, "validation"),
        (b'{"customer_id": "a\\u0000", "lines": []}', "application/json", 422, "validation"),
        (b"[" * 40 + b"]" * 40, "application/json", 422, "validation"),
        (b"x" * 2_000_001, "application/json", 413, "body_too_large"),
    ],
)
def test_what_is_no_body_is_refused_plainly(
    front: Front, content: bytes, media: str, status: int, code: str
) -> None:
    answer = front.send("POST", "/invoices", content=content, headers={"Content-Type": media})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["hint"]


def test_a_body_that_hides_its_size_is_refused_when_it_proves_too_large(front: Front) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(50):
            yield b"x" * 100_000

    answer = front.send("POST", "/invoices", content=pieces())
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_query_with_a_name_that_is_not_known_or_a_day_that_is_none_is_refused(
    front: Front,
) -> None:
    typo = front.get("/invoices", params={"stauts": "paid"})
    assert typo.json()["findings"][0]["path"] == "query.stauts"
    for wrong in ({"as_of": "20261121"}, {"as_of": "0"}, {"as_of": "2026-02-30"}):
        answer = front.get("/figures", params=wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation")
    assert front.get("/customers", params={"limit": "501"}).status_code == 422
    assert front.get("/insights/nonsense").status_code == 422


def test_an_address_and_a_method_that_are_none_say_where_to_look(front: Front) -> None:
    nothing = front.get("/nothing")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "no_route")
    wrong = front.send("PATCH", "/customers")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, POST")
    both = front.send("PATCH", "/invoices/INV-2026-000001")
    assert both.headers["allow"] == "DELETE, GET"


def test_a_request_keeps_its_own_plain_name_and_no_other(front: Front) -> None:
    assert front.get("/me", headers={"X-Request-Id": "run-7"}).headers["x-request-id"] == "run-7"
    made = front.get("/me", headers={"X-Request-Id": "a b<script>"}).headers["x-request-id"]
    assert "script" not in made


def test_long_answers_are_packed_when_asked(front: Front) -> None:
    key = {"Authorization": f"Bearer {front.key()}", "Accept-Encoding": "gzip"}
    with front.client.stream("GET", "/api/v1/figures", headers=key) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert "currencies" in json.loads(gzip.decompress(raw))
    plain = front.get("/figures", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_health_and_readiness_need_no_key_and_name_what_is_behind(front: Front) -> None:
    assert front.client.get("/health").json() == {"status": "ok"}
    ready = front.settled().client.get("/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "down": [], "behind": []})
    for path in ("/health", "/ready"):  # as watchers of servers ask
        assert front.client.head(path).status_code == 200


def test_more_requests_in_a_minute_than_allowed_wait(fresh_home: Path) -> None:
    with open_front(fresh_home, api_rate_per_minute=5) as front:
        answers = [front.get("/me") for _ in range(12)]
        refused = [one for one in answers if one.status_code == 429]
        assert refused, "five a minute, even over the minute's end"
        assert refused[0].json()["code"] == "rate_limit"
        assert int(refused[0].headers["retry-after"]) <= 61
        assert answers[0].headers["ratelimit-limit"] == "5"


def test_who_guesses_keys_is_made_to_wait_and_others_are_not(front: Front) -> None:
    guesser = TestClient(front.api, client=("203.0.113.9", 1))
    wrong = {"Authorization": "Bearer n30k_guess"}
    statuses = [guesser.get("/api/v1/me", headers=wrong).status_code for _ in range(70)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert front.get("/me").status_code == 200
    right = {"Authorization": f"Bearer {front.key()}"}
    assert guesser.get("/api/v1/me", headers=right).status_code == 200, "a colleague's key"


def test_a_minute_later_there_are_requests_again() -> None:
    now = [0.0]
    limit = RateLimit(2, lambda: now[0])
    assert [limit.count("awa").remaining for _ in range(3)] == [1, 0, -1]
    assert limit.count("binta").remaining == 1
    now[0] = 60.0
    assert limit.count("awa").remaining == 1


def test_a_database_that_does_not_answer_is_503_and_says_when_to_come_back(
    fresh_home: Path,
) -> None:
    with open_front(fresh_home) as front:
        front.key()

        def away(_secret: str, _organisation: str) -> object:
            raise Unavailable("the database does not answer", hint="try again")

        object.__setattr__(front.house.doorman, "recognise", away)
        answer = front.get("/me")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


def test_a_fault_of_ours_tells_its_request_id_and_nothing_else(
    fresh_home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_front(fresh_home) as front:
        front.key()

        def broken(_secret: str, _organisation: str) -> object:
            raise ZeroDivisionError("password=hunter2")

        object.__setattr__(front.house.doorman, "recognise", broken)
        answer = front.get("/me")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "hunter2" not in answer.text
    assert answer.json()["request_id"] in caplog.text


def test_every_question_is_answered(front: Front) -> None:
    number = issued(front)
    front.settled()
    for path in (
        "/figures",
        "/figures/outstanding/invoices",
        "/insights/revenue",
        "/forecast",
        "/forecast?days=30&weeks=4",
        "/risk",
        "/risk/later?days=30",
        "/worklist",
        "/reminders",
        "/predictions",
        f"/predictions/{number}?explain=true",
        f"/predictions/{number}?terms=15&amount=1000&instalments=3",
        f"/predictions/{number}?model=default",
        "/models",
        "/models/history",
        "/jobs",
        "/schedules",
        "/payments",
    ):
        answer = front.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text}"
    assert front.get(f"/predictions/{number}?model=v9").status_code == 404
    assert front.post("/reminders/send").json()["sent"] is True
    assert front.post("/invoices", DRAFT).status_code == 201


def test_long_work_is_shown_and_asked_to_stop(front: Front) -> None:
    with front.desk.app.change("awa") as ctx:
        now = ctx.now
        job = Job(
            id=ctx.new_id(),
            kind="score",
            title="score past.csv",
            user="awa",
            began=now,
            began_step=now,
            heard=now,
        )
        ctx.tx.save(job, expected=NEW)
    (row,) = front.get("/jobs").json()
    assert front.get(f"/jobs/{job.id}").json() == row
    nowhere = front.get("/jobs/nobody")
    assert (nowhere.status_code, nowhere.json()["hint"]) == (404, "GET /api/v1/jobs lists them")
    assert row["job"]["title"] == "score past.csv"
    assert front.post(f"/jobs/{job.id}/cancel").json()["cancel_asked"] is True


def test_a_store_that_is_away_is_named_by_ready(fresh_home: Path) -> None:
    with open_front(fresh_home) as front:

        class Away:
            def organisations(self) -> tuple[str, ...]:
                raise Unavailable("the database does not answer")

        app = front.house.app
        world = replace(app.world, store=Away())  # type: ignore[arg-type] # asked for one thing only
        object.__setattr__(front.house, "app", replace(app, world=world))
        ready = front.client.get("/ready")
        assert (ready.status_code, ready.json()["down"]) == (503, ["store"])
        assert front.client.get("/health").status_code == 200


def test_a_projection_that_is_stuck_is_named_and_tried_again(fresh_home: Path) -> None:
    with open_front(fresh_home) as front:
        mail = front.desk.app.settings.home / "outbox-mail"
        mail.write_text("a file where a folder should be")
        front.post(f"/invoices/{issued(front)}/send", {"to": "desk@acme.example"})
        assert front.settled().client.get("/ready").json()["behind"] == ["mail"]
        mail.unlink()
        front.post("/invoices", DRAFT)
        assert front.settled().client.get("/ready").json()["status"] == "ok"
