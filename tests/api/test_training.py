"""Training and scoring over HTTP: ordered work, done beside the requests."""

from __future__ import annotations

import json
import random
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from net30.domain.identity.roles import Role
from net30.services.jobs.watch_jobs import list_jobs
from tests.api.front import Front, open_front


def ended(front: Front, job: str, kind: str = "train") -> dict[str, Any]:
    """A job once it has ended."""
    for _ in range(600):
        rows = front.get("/jobs", params={"kind": kind}).json()
        found: dict[str, Any] = next(one["job"] for one in rows if one["job"]["id"] == job)
        if found["state"] not in {"waiting", "running"}:
            return found
        time.sleep(0.2)
    raise AssertionError("it goes on and on")


def past(rows: int) -> bytes:
    """Invoices of two years of ten customers, each with a habit of paying."""
    chance = random.Random(7)
    lines = ["invoice,customer,date,due,total,currency,paid on"]
    for at in range(rows):
        customer = at % 10
        issued = date(2024, 1, 5) + timedelta(days=at * 600 // rows)
        due = issued + timedelta(days=30)
        paid = due + timedelta(days=customer * 4 - 10 + chance.randint(-3, 9))
        lines.append(f"P-{at},Habit {customer},{issued},{due},{50000 + at},XOF,{paid}")
    return "\n".join(lines).encode()


def test_books_without_a_past_teach_nothing_and_the_job_says_so(front: Front) -> None:
    front.settled()
    begun = front.post("/models/train", {}, once="t1")
    assert begun.status_code == 202, begun.text
    assert begun.json()["kind"] == "train"
    job = ended(front, begun.json()["id"])
    assert job["state"] == "failed"
    assert job["error"]
    again = front.post("/models/train", {}, once="t1")
    assert again.json()["id"] == begun.json()["id"], "the same key begins nothing"
    for wrong, code in (
        ({"families": ["oracle"]}, "family"),
        ({"without": ["weather"]}, "feature_group"),
        ({"budget_seconds": 0}, "training_number"),
        ({"seed": -1}, "training_number"),
    ):
        assert front.post("/models/train", wrong).json()["code"] == code
    assert front.post("/models/train", {}, role=Role.ACCOUNTANT).status_code == 403


@pytest.mark.parametrize(("deep", "family"), [(True, "lstm"), (False, "lightgbm")])
def test_the_setting_says_whether_the_lstm_or_trees_are_trained(
    fresh_home: Path, *, deep: bool, family: str
) -> None:
    with open_front(fresh_home, use_deep_learning=deep) as front:
        assert front.post("/models/train", {}).status_code == 202
        with front.desk.app.look() as ctx:
            (job,) = list_jobs(ctx)
    assert json.loads(job.order)["families"][0] == family


@pytest.mark.slow
def test_a_past_teaches_a_model_that_is_listed_when_it_is_good(front: Front) -> None:
    files = {"file": ("past.csv", past(600))}
    assert front.post("/imports/ledger", files=files).json()["invoices"] == 600
    front.settled()
    wish = {"families": ["small"], "without": ["calendar"], "budget_seconds": 60}
    begun = front.post("/models/train", wish).json()
    job = ended(front, begun["id"])
    assert job["state"] == "done", job
    assert '"family": "small"' in job["result"]


@pytest.mark.slow
def test_a_file_is_scored_by_what_the_books_know_and_kept_for_its_job(front: Front) -> None:
    front.post("/imports/ledger", files={"file": ("past.csv", past(300))})
    front.settled()
    asked = b"invoice,customer,date,due,total,currency\nN-1,Habit 9,2026-11-22,2026-12-22,5,XOF\n"
    begun = front.post("/predictions/files", files={"file": ("new.csv", asked)}, once="s1")
    assert begun.status_code == 202, begun.text
    job = ended(front, begun.json()["id"], kind="score")
    assert job["state"] == "done", job
    scores = front.get(f"/predictions/files/{begun.json()['id']}")
    header, row = scores.text.splitlines()
    assert "p_late" in header
    assert "N-1" in row
    again = front.post("/predictions/files", files={"file": ("other.csv", asked)}, once="s1")
    assert again.json()["id"] == begun.json()["id"]
    assert front.get("/predictions/files/nobody").status_code == 404
    nothing = front.post("/predictions/files", files={"file": ("new.csv", b"%PDF")}).json()
    assert ended(front, nothing["id"], kind="score")["state"] == "failed"
    lacking = front.get(f"/predictions/files/{nothing['id']}")
    assert (lacking.status_code, lacking.json()["code"]) == (404, "no_scores")
    for fields, status in (({"x": "1"}, 422), ({"engine": "abacus"}, 422), ({"model": "v9"}, 404)):
        refused = front.post("/predictions/files", files={"file": ("a", asked)}, data=fields)
        assert refused.status_code == status, refused.text


@pytest.mark.slow
def test_a_file_is_scored_by_the_model_and_engine_that_are_named_and_its_faults_are_told(
    front: Front,
) -> None:
    front.post("/imports/ledger", files={"file": ("past.csv", past(300))})
    front.settled()
    header = "invoice,customer,date,due,total,currency"
    rows = f"{header}\nN-1,Habit 9,2026-11-22,2026-12-22,5,XOF\nN-2,Habit 9,never,2026-12-22,5,XOF"
    begun = front.post(
        "/predictions/files",
        files={"file": ("new.csv", rows.encode())},
        data={"model": "default", "engine": "local", "name": "november.csv"},
    ).json()
    assert begun["title"] == "scoring november.csv"
    job = ended(front, begun["id"], kind="score")
    assert job["state"] == "done", job
    assert '"engine": "local' in job["result"]
    findings = front.get(f"/predictions/files/{begun['id']}/findings").text.splitlines()
    assert findings[0] == '"severity","code","path","message"'
    assert "never" in findings[1]
    assert front.get("/predictions/files/nobody/findings").status_code == 404
