"""GraphQL: the same things as REST, in one question; changes once for each key."""

from __future__ import annotations

import pytest

from net30.api.resource import Route
from net30.domain.identity.roles import Role
from tests.api.front import Front
from tests.api.graph import FIELDS, ask, data, document_of, fault
from tests.api.test_changes import issued

FRENCH = {"Accept-Language": "fr"}
DRAFT = """mutation ($key: String!, $price: Decimal!) {
  draftAndIssueInvoice(idempotencyKey: $key, input: {customerId: "Acme Corp",
    lines: [{name: "consulting", quantity: "40", unitPrice: $price, unit: "HUR"}]}) {
    number totals { due { amount currency } } customerRecord { party { name } }
    claim { balance { amount } }
  }
}"""


@pytest.mark.parametrize("route", FIELDS, ids=lambda route: route.operation)
def test_every_route_is_a_field_that_answers_and_never_crashes(front: Front, route: Route) -> None:
    answer = ask(front, document_of(front, route, {}))
    assert answer.status_code == 200, answer.text
    for one in answer.json().get("errors", ()):
        assert one["extensions"]["classification"] == "BAD_USER_INPUT", one


def test_a_field_says_what_its_route_says(front: Front) -> None:
    number = issued(front)
    front.settled()
    rest = front.get(f"/invoices/{number}").json()
    graph = data(
        front,
        """query ($number: String!) { invoice(number: $number) { status etag balance { amount }
        invoice { id lines { name unitPrice net { amount currency } tax { category percent } } }
        } }""",
        variables={"number": number},
    )["invoice"]
    line = rest["invoice"]["lines"][0]
    assert graph["invoice"]["id"] == rest["invoice"]["id"]
    assert graph["invoice"]["lines"][0]["unitPrice"] == line["unit_price"]
    assert graph["invoice"]["lines"][0]["net"] == line["net"]
    assert graph["invoice"]["lines"][0]["tax"] == {"category": "STANDARD", "percent": "18"}
    assert (graph["status"], graph["balance"]["amount"]) == ("ISSUED", rest["balance"]["amount"])
    assert graph["etag"] == front.get(f"/invoices/{number}").headers["etag"]


def test_one_question_leads_from_customers_to_invoices_claims_and_payments(front: Front) -> None:
    number = issued(front)
    paid = {"amount": {"amount": "1000", "currency": "XOF"}, "settles": [{"invoice": number}]}
    front.post("/payments", paid)
    note = {"amount": {"amount": "118000", "currency": "XOF"}, "reason": "too many"}
    credit = front.post(f"/invoices/{number}/credit-notes", note).json()["credit_note"]["number"]
    found = data(
        front,
        """{ customer(customer: "Acme Corp") { party { name }
          claims { balance { amount } openItem { number invoiceRecord { number } } }
          invoices(first: 500) { nodes { number typeCode creditNotes { number } claim {
            openItem { customerRecord { id } } } } }
          payments(first: 500) { nodes { unapplied { amount } payment { id
            customerRecord { party { name } } allocations { invoiceRecord { number } } } } }
        } }""",
    )["customer"]
    claims = {one["openItem"]["number"]: one for one in found["claims"]}
    assert claims[number]["balance"]["amount"] == str(4248000 - 118000 - 1000)
    assert claims[number]["openItem"]["invoiceRecord"]["number"] == number
    notes = {one["number"]: one["creditNotes"] for one in found["invoices"]["nodes"]}
    assert notes[number] == [{"number": credit}]
    assert any(
        part["invoiceRecord"] == {"number": number}
        for one in found["payments"]["nodes"]
        for part in one["payment"]["allocations"]
    )


def test_forty_hours_at_90000_xof_are_issued_and_the_answer_leads_on(front: Front) -> None:
    made = data(front, DRAFT, variables={"key": "gq-1", "price": "90000"})["draftAndIssueInvoice"]
    assert made["totals"]["due"] == {"amount": "4248000", "currency": "XOF"}
    assert made["customerRecord"]["party"]["name"] == "Acme Corp"
    assert made["claim"]["balance"]["amount"] == "4248000"


def test_the_same_key_does_it_once_in_either_face(front: Front) -> None:
    first = data(front, DRAFT, variables={"key": "gq-2", "price": "90000"})
    assert data(front, DRAFT, variables={"key": "gq-2", "price": "90000"}) == first
    other = fault(front, DRAFT, variables={"key": "gq-2", "price": "90001"})
    assert (other["code"], other["status"]) == ("idempotency_key_reused", 422)
    for key, code in (("", "idempotency_key"), ("é漢", "idempotency_key")):
        assert fault(front, DRAFT, variables={"key": key, "price": "1"})["code"] == code


def test_two_changes_of_one_document_follow_one_another_each_under_its_key(front: Front) -> None:
    made = data(
        front,
        """mutation { a: addCustomer(idempotencyKey: "a", input: {id: "",
             party: {name: "Kora Studio"}}) { id etag }
           b: draftInvoice(idempotencyKey: "b", input: {customerId: "Kora Studio",
             lines: [{name: "score", unitPrice: "5"}]}) { customerRecord { id } } }""",
    )
    assert made["b"]["customerRecord"]["id"] == made["a"]["id"]


def test_a_customer_is_replaced_only_over_the_version_that_was_read(front: Front) -> None:
    change = """mutation ($tag: String!, $id: String!) { replaceCustomer(customer: $id,
      ifMatch: $tag, input: {id: "", party: {name: "Sahel Tours"}, currency: "EUR"})
      { currency etag } }"""
    made = front.post("/customers", {"id": "", "party": {"name": "Sahel Tours"}}).json()["id"]
    listed = data(front, "{ customers(first: 500) { nodes { id etag } } }")["customers"]["nodes"]
    tag = {one["id"]: one["etag"] for one in listed}[made]
    first = data(front, change, variables={"tag": tag, "id": made})["replaceCustomer"]
    assert first["currency"] == "EUR"
    assert first["etag"] != tag
    late = fault(front, change, variables={"tag": tag, "id": made})
    assert (late["code"], late["status"]) == ("precondition_failed", 412)


def test_a_draft_is_thrown_away_and_says_so(front: Front) -> None:
    draft = front.desk.draft().id
    gone = "mutation ($id: String!) { deleteInvoiceDraft(number: $id) }"
    assert data(front, gone, variables={"id": draft}) == {"deleteInvoiceDraft": True}
    assert fault(front, gone, variables={"id": draft})["status"] == 404


def test_everything_that_is_wrong_with_an_input_is_told_with_its_path(front: Front) -> None:
    answer = ask(
        front,
        """mutation { draftInvoice(idempotencyKey: "x", input: {customerId: "Acme Corp",
           lines: [{name: "x", unitPrice: "many"}, {name: "y", unitPrice: "1", quantity: "no"}]})
           { id } customers: draftInvoice(idempotencyKey: "y", input: {customerId: "Acme Corp",
           lines: [{name: "x", unitPrice: "1"}], language: null}) { number } }""",
    )
    told = answer.json()
    assert answer.status_code == 200
    assert told["data"] == {"draftInvoice": None, "customers": {"number": ""}}
    (error,) = told["errors"]
    assert error["path"] == ["draftInvoice"]
    paths = {one["path"] for one in error["extensions"]["findings"]}
    assert paths == {"lines[0].unitPrice", "lines[1].quantity"}
    assert error["extensions"]["request_id"] == answer.headers["x-request-id"]


def test_arguments_that_do_not_fit_are_told_by_name(front: Front) -> None:
    told = fault(front, '{ invoices(first: 501, issuedFrom: "20261121") { nodes { id } } }')
    assert {one["path"] for one in told["findings"]} == {"first", "issuedFrom"}
    assert fault(front, '{ figures(currency: "nonsense") { asOf } }')["code"] == "validation"
    assert fault(front, '{ customer(customer: "a\\u0000") { id } }')["code"] == "validation"
    nobody = fault(front, '{ customer(customer: "nobody") { id } }')
    assert (nobody["code"], nobody["status"]) == ("customer_not_found", 404)


def test_one_field_that_fails_leaves_the_others(front: Front) -> None:
    answer = ask(front, "{ me { name } jobs { job { id } } members { name } }", role=Role.VIEWER)
    if answer.status_code == 400:  # no such list yet
        answer = ask(front, "{ me { name } trainedModels { __typename } }", role=Role.COLLECTOR)
    told = answer.json()
    assert told["data"]["me"]["name"]
    assert {one["extensions"]["code"] for one in told["errors"]} == {"permission"}


def test_a_frenchman_is_told_in_french(front: Front) -> None:
    deep = "{ me " + "{ a " * 40 + "}" * 41
    (error,) = ask(front, deep, headers=FRENCH).json()["errors"]
    assert error["message"] == "Le document GraphQL descend trop profond (20)."
    asked = "{ invoices(first: 501) { totalCount } }"
    (error,) = ask(front, asked, headers=FRENCH).json()["errors"]
    assert (
        error["extensions"]["findings"][0]["message"] == "la valeur est trop grande : 500 au plus"
    )


def test_records_read_in_bulk_through_steps_stand_in_the_audit(front: Front) -> None:
    number = issued(front)
    front.settled()
    steps = "{ invoices(first: 1) { nodes { invoiceRecord { customerRecord { id } } } } }"
    for _ in range(101):
        data(front, steps)
    told = front.get("/audit", params={"limit": "500"}).json()["items"]
    read = [one["target"] for one in told if one["action"] == "read_in_bulk"]
    assert number
    assert set(read) >= {"customers", "invoices"}
