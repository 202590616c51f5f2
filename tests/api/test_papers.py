"""Quotes, statements, reports, policies, conversations and settings over HTTP."""

from __future__ import annotations

from net30.domain.identity.roles import Role
from tests.api.front import Front

LINES = [{"name": "consulting", "quantity": "40", "unit_price": "90000", "unit": "HUR"}]
DRAFT = {"customer_id": "Acme Corp", "lines": LINES}


def test_a_quote_becomes_a_deposit_and_an_invoice(front: Front) -> None:
    drafted = front.post("/quotes", DRAFT)
    assert drafted.json()["type_code"] == "310"
    quote = front.post(f"/invoices/{drafted.json()['id']}/issue").json()["number"]
    deposit = front.post(f"/quotes/{quote}/deposits", {"percent": "30"})
    assert deposit.status_code == 201, deposit.text
    assert deposit.json()["totals"]["due"]["amount"] == "1274400"
    front.post(f"/invoices/{deposit.json()['id']}/issue")
    invoice = front.post(f"/quotes/{quote}/invoices")
    assert invoice.json()["totals"]["due"]["amount"] == str(4248000 - 1274400)
    again = front.post(f"/quotes/{quote}/invoices")
    assert (again.status_code, again.json()["code"]) == (409, "quote_invoiced")
    nameless = front.post(f"/quotes/{quote}/deposits", {"percent": "30", "name": " "})
    assert nameless.status_code == 422
    front.settled()
    assert [one["number"] for one in front.get("/quotes").json()["items"]] == [quote]
    of_type = front.get("/invoices", params={"type_code": "386"}).json()["items"]
    assert [one["type_code"] for one in of_type] == ["386"]


def test_a_statement_is_told_and_written_in_every_form(front: Front) -> None:
    number = front.post("/invoices/issued", DRAFT).json()["number"]
    front.settled()
    told = front.get("/customers/Acme Corp/statement").json()
    lines = told["accounts"][0]["lines"]
    assert number in {line["number"] for line in lines}
    for form, magic in (("pdf", b"%PDF"), ("html", b"<!"), ("csv", b"number"), ("xlsx", b"PK")):
        file = front.get(f"/customers/Acme Corp/statement/{form}")
        assert file.content.lstrip(b'"').startswith(magic), form
        assert "attachment" in file.headers["content-disposition"]
    assert front.get("/customers/Acme Corp/statement/doc").json()["code"] == "statement_format"


def test_a_report_is_downloaded_as_a_file(front: Front) -> None:
    assert "ageing" in front.get("/reports").json()
    file = front.get("/reports/ageing/pdf")
    assert file.content.startswith(b"%PDF")
    assert front.get("/reports/nothing/pdf").status_code == 422
    assert front.get("/reports/ageing/doc").status_code == 422
    assert front.get("/reports/ageing/pdf", role=Role.COLLECTOR).status_code == 403


def test_dunning_policies_are_replaced_and_given_to_a_customer(front: Front) -> None:
    read = front.get("/dunning-policies")
    assert [one["name"] for one in read.json()["policies"]] == ["default"]
    gentle = {"policies": [{"name": "gentle", "steps": [{"level": 1, "days": 7}]}]}
    tag = {"If-Match": read.headers["etag"]}
    put = front.send("PUT", "/dunning-policies", gentle, headers=tag)
    assert [one["name"] for one in put.json()["policies"]] == ["default", "gentle"]
    assert put.headers["etag"] == front.get("/dunning-policies").headers["etag"]
    given = front.post("/customers/Acme Corp/dunning-policy", {"policy": "gentle"})
    assert given.json()["dunning"] == "gentle"
    gone = front.send("PUT", "/dunning-policies", {"policies": []}, headers={"If-Match": "*"})
    assert gone.status_code == 409
    twice = {"policies": gentle["policies"] * 2}
    wrong = front.send("PUT", "/dunning-policies", twice, headers={"If-Match": "*"})
    assert wrong.status_code == 422
    assert front.post("/customers/Acme Corp/dunning-policy", {"policy": "x"}).status_code == 404
    assert front.post("/customers/Acme Corp/dunning-policy", {}).json()["dunning"] == ""


def test_a_customer_is_parked_and_reminded_again(front: Front) -> None:
    assert front.post("/customers/Acme Corp/park", {"parked": True}).json()["parked"] is True
    assert front.post("/customers/Acme Corp/park", {"parked": False}).json()["parked"] is False


def test_a_payment_that_bounced_opens_its_invoice_again(front: Front) -> None:
    number = front.post("/invoices/issued", DRAFT).json()["number"]
    paid = {"amount": {"amount": "4248000", "currency": "XOF"}, "settles": [{"invoice": number}]}
    payment = front.post("/payments", paid).json()["payment"]["id"]
    back = front.post(f"/payments/{payment}/return", {"reason": "no funds"})
    assert back.status_code == 200, back.text
    assert back.json()["payment"]["returned"]["reason"] == "no funds"
    assert back.json()["open_items"][0]["balance"]["amount"] == "4248000"
    assert front.post(f"/payments/{payment}/return", {}).status_code == 409
    assert front.post("/payments/nobody/return", {}).status_code == 404


def test_conversations_are_one_s_own(front: Front) -> None:
    said = front.post("/ask", {"text": "Show me overdue invoices"}).json()["conversation"]
    assert said in {one["id"] for one in front.get("/conversations").json()}
    found = front.get("/conversations/search", params={"words": "overdue"}).json()
    assert found[0]["conversation"]["id"] == said
    assert front.get(f"/conversations/{said}").json()["turns"][0]["speaker"] == "user"
    assert b"overdue" in front.get(f"/conversations/{said}/file/md").content
    other = front.get(f"/conversations/{said}", role=Role.ACCOUNTANT)
    assert other.status_code == 404
    assert front.send("DELETE", f"/conversations/{said}", role=Role.ACCOUNTANT).status_code == 404
    assert front.send("DELETE", f"/conversations/{said}").status_code == 204
    assert front.get(f"/conversations/{said}").status_code == 404


def test_settings_are_replaced_as_a_whole_and_checked(front: Front) -> None:
    read = front.get("/settings")
    wanted = read.json() | {"date_order": "MDY", "bounds": {"payments": 7, "amounts": []}}
    wanted["look"] = {"colour": "#112233", "payment_link": "https://pay.example/{number}"}
    wanted |= {"engine": "local", "analytics": "basic"}
    tag = {"If-Match": read.headers["etag"]}
    put = front.send("PUT", "/settings", wanted, headers=tag)
    assert put.status_code == 200, put.text
    assert put.json()["bounds"]["payments"] == 7
    assert put.json()["look"]["colour"] == "#112233"
    assert put.json()["patterns"] == read.json()["patterns"]
    assert front.get("/organisation").json()["date_order"] == "MDY"
    older = {name: put.json()[name] for name in put.json() if name not in {"engine", "analytics"}}
    again = front.send("PUT", "/settings", older, headers={"If-Match": "*"}).json()
    assert (again["engine"], again["analytics"]) == ("local", "basic"), "what is not said stays"
    for fault in (
        {"time_zone": "Mars/Base"},
        {"time_zone": "../../etc/passwd"},
        {"fcfa": "EUR"},
        {"dollar": "???"},
        {"date_order": "YMD"},
        {"alert_mail": "nobody"},
        {"look": {"payment_link": "javascript:alert(1)"}},
        {"look": {"template": "../../secret"}},
        {"look": {"colour": "red; x"}},
        {"bounds": {"payments": -1}},
        {"engine": "abacus"},
        {"analytics": "deep"},
        {"patterns": [["invoice", "SAME"]]},
    ):
        refused = front.send("PUT", "/settings", wanted | fault, headers={"If-Match": "*"})
        assert refused.status_code == 422, fault


def test_a_logo_is_taken_and_one_that_cannot_be_drawn_is_not(front: Front) -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
        b'<rect width="40" height="20" fill="#0b7a4b"/></svg>'
    )
    taken = front.post("/settings/logo", drawing)
    assert taken.status_code == 200, taken.text
    assert front.get("/organisation").json()["appearance"]["logo"].startswith("logos/")
    assert front.post("/settings/logo", b"no picture at all").status_code == 422
    assert front.post("/settings/logo", drawing, role=Role.ACCOUNTANT).status_code == 403
