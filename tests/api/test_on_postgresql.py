"""The API on PostgreSQL: the same answers, numbers, pages and walls as on SQLite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from net30.domain.identity.roles import Role
from tests.api.front import SECRET, THEM, Front, found_rival, open_front
from tests.api.graph import ask, data
from tests.databases import postgres_url

DRAFT = {"customer_id": "Acme Corp", "lines": [{"name": "consulting", "unit_price": "90000"}]}


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    home = tmp_path_factory.mktemp("postgres") / "home"
    with postgres_url() as url, open_front(home, database_url=url) as opened:
        yield opened


def test_an_invoice_lives_from_draft_to_paid(front: Front) -> None:
    issued = front.post("/invoices/issued", DRAFT)
    assert issued.status_code == 201
    number, total = issued.json()["number"], issued.json()["totals"]["due"]
    payment = front.post("/payments", {"settles": [{"invoice": number}], "amount": total})
    assert payment.status_code == 201, payment.text
    shown = front.get(f"/invoices/{number}").json()
    assert (shown["status"], shown["balance"]["amount"]) == ("paid", "0")
    listed = front.settled().get(f"/invoices?text={number}").json()
    assert [row["number"] for row in listed["items"]] == [number]
    pdf = front.get(f"/invoices/{number}/documents/pdf")
    assert pdf.content.startswith(b"%PDF")


def test_a_key_is_done_once_and_refused_for_another_request(front: Front) -> None:
    first = front.post("/invoices/issued", DRAFT, once="k-1")
    again = front.post("/invoices/issued", DRAFT, once="k-1")
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    other = front.post("/invoices/issued", DRAFT | {"notes": ["x"]}, once="k-1")
    assert other.status_code == 422


def test_pages_lose_and_repeat_nothing(front: Front) -> None:
    for _ in range(5):
        assert front.post("/invoices/issued", DRAFT).status_code == 201
    front.settled()
    found: list[str] = []
    cursor = ""
    while True:
        page = front.get(f"/invoices?limit=2&cursor={cursor}").json()
        found += [row["id"] for row in page["items"]]
        cursor = page["cursor"]
        if not cursor:
            break
    assert len(found) == len(set(found)) == page["total"]


def test_another_organisations_books_are_not_there(front: Front) -> None:
    rival = found_rival(front.desk.app)
    for path in (f"/customers/{rival['customer']}", f"/payments/{rival['payment']}"):
        refused = front.get(path)
        assert refused.status_code == 404
        assert SECRET not in refused.text
        assert front.get(path, of=THEM).status_code == 200


def test_roles_hold(front: Front) -> None:
    assert front.post("/invoices", DRAFT, role=Role.VIEWER).status_code == 403
    assert front.client.get("/api/v1/invoices").status_code == 401


def test_the_graph_says_the_same_and_changes_once(front: Front) -> None:
    asked = """mutation($key: String!, $id: String!) {
      createIssuedInvoice: draftAndIssueInvoice(idempotencyKey: $key, input: {customerId: $id,
        lines: [{name: "graph", unitPrice: "500"}]}) { id number } }"""
    given = {"key": "graph-1", "id": front.desk.acme.id}
    first, again = (ask(front, asked, given).json() for _ in range(2))
    assert "errors" not in first, first
    assert first["data"] == again["data"]
    made = first["data"]["createIssuedInvoice"]
    front.settled()
    found = data(
        front,
        """query($id: ID!) { node(id: $id) { ... on Invoice { number claim { balance { amount } }
             customerRecord { party { name } claims { openItem { number } } } } }
           invoices(first: 3) { nodes { customerRecord { id } } pageInfo { hasNextPage } } }""",
        variables={"id": made["id"]},
    )
    assert found["node"]["number"] == made["number"]
    assert found["node"]["claim"]["balance"]["amount"] == "590"
    claims = found["node"]["customerRecord"]["claims"]
    assert made["number"] in {one["openItem"]["number"] for one in claims}
    assert {one["customerRecord"]["id"] for one in found["invoices"]["nodes"]} == {
        front.desk.acme.id
    }
