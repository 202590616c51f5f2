"""Lists: sorted, filtered, in pages that neither lose nor repeat a row."""

from __future__ import annotations

from typing import Any

from tests.api.front import Front


def customer(front: Front, name: str, **more: object) -> str:
    """Add a customer and return the id."""
    answer = front.post("/customers", {"id": "", "party": {"name": name}, **more})
    return str(answer.json()["id"])


def followed(front: Front, path: str, **asked: Any) -> list[dict[str, Any]]:
    """All rows of a list, page by page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = front.get(path, params=asked | ({"cursor": cursor} if cursor else {})).json()
        found += page["items"]
        cursor = page["cursor"]
        if page["next"] is None:
            return found


def test_customers_are_sorted_by_name_and_filtered(front: Front) -> None:
    for name in ("Zebra SA", "mango Ltd", "Éclair SARL", "Mango Bis"):
        customer(front, name)
    customer(front, "Held SA", hold=True, parked=True)
    by_name = [one["party"]["name"] for one in followed(front, "/customers", sort="name", limit=2)]
    assert by_name == sorted(by_name, key=lambda one: one.casefold().replace("é", "e"))
    assert len(by_name) == 6
    back = [
        one["party"]["name"]
        for one in followed(front, "/customers", sort="name", descending=True, limit=4)
    ]
    assert back == by_name[::-1]
    mangos = followed(front, "/customers", text="MANGO", sort="name")
    assert [one["party"]["name"] for one in mangos] == ["Mango Bis", "mango Ltd"]
    for asked in ({"hold": True}, {"parked": True, "sort": "name"}, {"hold": True, "limit": 1}):
        held = followed(front, "/customers", **asked)
        assert [one["party"]["name"] for one in held] == ["Held SA"]
    assert [one["party"]["name"] for one in followed(front, "/customers", country="CI")] == [
        "Acme Corp"
    ]
    newest = followed(front, "/customers", descending=True, limit=4)
    assert newest == followed(front, "/customers", limit=4)[::-1]
    assert front.get("/customers", params={"sort": "size"}).status_code == 422
    wrong = front.get("/customers", params={"sort": "name", "cursor": "x"})
    assert wrong.json()["code"] == "cursor"


def test_payments_are_sorted_by_day_and_filtered(front: Front) -> None:
    other = customer(front, "Payer SA")
    for day, amount, method in (
        ("2026-11-03", "300", "cash"),
        ("2026-11-01", "100", "cash"),
        ("2026-11-02", "200", "mobile_money"),
    ):
        paid = {
            "customer": other,
            "amount": {"amount": amount, "currency": "XOF"},
            "day": day,
            "method": method,
        }
        assert front.post("/payments", paid).status_code == 201

    def days(**asked: object) -> list[str]:
        return [one["payment"]["day"] for one in followed(front, "/payments", **asked)]

    recorded = days(limit=2)
    assert sorted(recorded) == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert days(descending=True, limit=2) == recorded[::-1]
    assert days(sort="day", limit=2) == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert days(sort="day", descending=True, limit=1)[0] == "2026-11-03"
    assert days(method="cash", customer="Payer SA", sort="day") == ["2026-11-01", "2026-11-03"]
    assert days(received_from="2026-11-02", sort="day") == ["2026-11-02", "2026-11-03"]
    assert days(received_to="2026-11-01") == ["2026-11-01"]
    assert days(currency="EUR") == []
    assert days(customer="Acme Corp") == []


def test_schedules_and_jobs_are_filtered(front: Front) -> None:
    new = {
        "id": "",
        "invoice": {"customer_id": "Acme Corp", "lines": [{"name": "x", "unit_price": "5"}]},
        "start": "2026-12-01",
    }
    made = front.post("/schedules", new).json()["id"]
    assert [one["schedule"]["id"] for one in followed(front, "/schedules", paused=False)] == [made]
    assert followed(front, "/schedules", paused=True) == []
    assert len(followed(front, "/schedules", customer="Acme Corp")) == 1
    assert front.get("/schedules", params={"customer": "Nobody"}).status_code == 404
