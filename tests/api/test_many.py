"""Imports, exports and bulk requests: many records over HTTP, each once."""

from __future__ import annotations

import csv
import io
from typing import Any

import pyarrow as pa

from net30.domain.identity.roles import Role
from tests.api.front import Front
from tests.samples import an_invoice

LEDGER = b"""invoice,customer,date,due,total,currency,paid on
A-1,Baobab Films,2026-01-05,2026-02-04,118000,XOF,2026-02-20
A-2,Baobab Films,2026-09-05,2026-10-05,236000,XOF,
A-3,Kora Studio,not a day,2026-10-05,5000,XOF,
"""
LINES = [{"name": "consulting", "quantity": "40", "unit_price": "90000"}]


def test_past_invoices_come_as_a_file_once_and_are_exported_again(front: Front) -> None:
    tried = front.post("/imports/ledger?dry_run=true", files={"file": ("a.csv", LEDGER)})
    assert tried.status_code == 200, tried.text
    assert tried.json()["dry_run"] is True
    fields = {"source": "sage", "currency": "xof"}
    first = front.post("/imports/ledger", files={"file": ("a.csv", LEDGER)}, data=fields, once="i")
    assert (first.json()["invoices"], first.json()["source"]) == (2, "sage")
    assert first.json()["errors"] == 1
    # Another boundary, another name of the file: the same request.
    again = front.post("/imports/ledger", files={"file": ("b.csv", LEDGER)}, data=fields, once="i")
    assert again.headers["idempotent-replayed"] == "true"
    other = front.post("/imports/ledger", files={"file": ("a.csv", b"x,y\n1,2\n")}, once="i")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    front.settled()
    table = front.get("/exports/invoices").text
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {"A-1", "A-2"} <= {row["number"] for row in rows}


def test_an_export_comes_as_arrow_too_and_stands_in_the_audit(front: Front) -> None:
    front.desk.issue()
    front.settled()
    answer = front.get("/exports/invoices", params={"format": "arrow"})
    table = pa.ipc.open_stream(answer.content).read_all()
    assert str(table.num_rows) == answer.headers["x-total-count"]
    assert table.schema.field("amount").type == pa.decimal128(23, 0)
    assert front.get("/exports/customers", params={"format": "xlsx"}).content[:2] == b"PK"
    assert front.get("/exports/ageing", params={"format": "parquet"}).content[:4] == b"PAR1"
    assert front.get("/exports/payments", params={"format": "arrow"}).status_code == 200
    assert front.get("/exports/invoices", params={"format": "doc"}).json()["code"] == (
        "export_format"
    )
    assert front.get("/exports/secrets").status_code == 422
    assert front.get("/exports/invoices", role=Role.VIEWER).status_code == 403
    entries = front.get("/audit", params={"limit": 500}).json()["items"]
    taken = {one["target"].split()[0] for one in entries if one["action"] == "exported"}
    assert taken >= {"invoices", "customers", "ageing"}


def test_an_invoice_of_someone_else_is_kept_as_it_was_stated(front: Front) -> None:
    front.desk.issue()
    number = an_invoice().number
    ubl = front.get(f"/invoices/{number}/documents/ubl").content
    taken = front.post("/imports/invoices", files={"file": ("a.xml", ubl)})
    assert taken.status_code == 200, taken.text
    assert (taken.json()["format"], taken.json()["is_new"]) == ("ubl", True)
    again = front.post("/imports/invoices", files={"file": ("a.xml", ubl)})
    assert again.json()["is_new"] is False
    cut = front.post("/imports/invoices", files={"file": ("a.pdf", b"%PDF-1.7 cut")})
    assert (cut.status_code, cut.json()["findings"][0]["code"]) == (422, "pdf_damaged")


def test_a_form_that_is_none_says_what_is_wanted(front: Front) -> None:
    cases: tuple[tuple[dict[str, Any], int], ...] = (
        ({"json": {}}, 415),
        ({"content": b"--x", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 422),
        ({"files": {"other": ("a.csv", LEDGER)}}, 422),
        ({"files": [("file", ("a", b"1")), ("file", ("b", b"2"))]}, 422),
        ({"files": {"file": ("a.csv", LEDGER)}, "data": {"unknown": "1"}}, 422),
        ({"files": {"file": ("a.csv", LEDGER)}, "data": {"currency": "coins"}}, 422),
        ({"files": {"file": ("a.csv", LEDGER)}, "data": {"layout": "{"}}, 422),
        ({"files": {"file": ("a.csv", LEDGER)}, "data": {"source": "A B"}}, 422),
        ({"files": {"file": ("a.pdf", b"%PDF-1.7")}}, 422),
        ({"files": {"file": ("a.csv", b"")}}, 422),
    )
    for asked, status in cases:
        answer = front.post("/imports/ledger", **asked)
        assert answer.status_code == status, (asked, answer.text)
        assert answer.json()["hint"]
    huge = front.post("/imports/ledger", files={"file": ("a.csv", b"x" * 20_000_001)})
    assert huge.status_code == 413


def test_each_of_many_is_done_or_refused_by_itself_and_once(front: Front) -> None:
    new = {"id": "", "party": {"name": "Bulk One"}}
    body = {"items": [new, {"id": "x", "party": {"name": "Bulk Two"}}, new]}
    made = front.post("/bulk/customers", body, once="b1")
    assert made.status_code == 200, made.text
    told = made.json()
    assert (told["done"], told["refused"]) == (1, 2)
    assert [one["status"] for one in told["outcomes"]] == [201, 422, 409]
    assert [one["code"] for one in told["outcomes"]] == ["", "id", "customer_exists"]
    again = front.post("/bulk/customers", body, once="b1")
    assert again.json() == told
    assert again.headers["idempotent-replayed"] == "true"
    other = front.post("/bulk/customers", {"items": [new]}, once="b1")
    assert other.json()["code"] == "idempotency_key_reused"


def test_a_refused_invoice_among_many_takes_no_number(front: Front) -> None:
    good = {"customer_id": "Acme Corp", "lines": LINES}
    bad = {"customer_id": "Acme Corp", "lines": [{"name": "x", "unit_price": "-1"}]}
    made = front.post("/bulk/invoices", {"items": [good, bad, good], "issue": True}).json()
    numbers = [one["number"] for one in made["outcomes"]]
    assert numbers[1] == ""
    assert int(numbers[2][-6:]) == int(numbers[0][-6:]) + 1
    paid = {"amount": {"amount": "4248000", "currency": "XOF"}}
    items = [{**paid, "settles": [{"invoice": number}]} for number in (numbers[0], "nothing")]
    paying = front.post("/bulk/payments", {"items": items}).json()
    assert [one["status"] for one in paying["outcomes"]] == [201, 404]
    assert front.get(f"/invoices/{numbers[0]}").json()["status"] == "paid"


def test_too_many_or_none_are_refused_before_anything_is_done(front: Front) -> None:
    assert front.post("/bulk/customers", {"items": []}).status_code == 422
    many = {"items": [{"id": "", "party": {"name": "x"}}] * 501}
    assert front.post("/bulk/customers", many).json()["code"] == "bulk_items"
    assert front.post("/bulk/payments", {"items": []}, role=Role.VIEWER).status_code == 403


def test_answers_have_the_fields_that_were_asked_for(front: Front) -> None:
    front.desk.issue()
    front.settled()
    rows = front.get("/invoices", params={"fields": "number,balance.amount"}).json()
    assert set(rows["items"][0]) == {"number", "balance"}
    assert set(rows["items"][0]["balance"]) == {"amount"}
    assert rows["total"] >= 1
    named = front.get("/customers", params={"fields": "party.name"}).json()["items"]
    assert {"party": {"name": "Acme Corp"}} in named
    one = front.get("/customers/Acme Corp", params={"fields": "id,terms.days"}).json()
    assert set(one) == {"id", "terms"}
    policies = front.get("/dunning-policies", params={"fields": "policies.steps.days"}).json()
    assert policies["policies"][0]["steps"][0] == {"days": 3}
    wrong = front.get("/invoices", params={"fields": "number,nmber,balance.cents"})
    assert wrong.status_code == 422
    missing = [one["message"].partition("; there are: ") for one in wrong.json()["findings"]]
    assert [one[0] for one in missing] == [
        "there is no field 'nmber'",
        "there is no field 'balance.cents'",
    ]
    assert {"number", "balance", "status"} <= set(missing[0][2].split(", "))
    for odd in ("", "number, balance", "\x16"):
        assert front.get("/alerts/rules", params={"fields": odd}).status_code == 422
    assert front.get("/exports/invoices", params={"fields": "number"}).status_code == 422
