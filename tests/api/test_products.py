"""The catalogue: products over HTTP and on the command line, and their prices on invoices."""

from __future__ import annotations

import pytest

from net30.cli.commands import run
from net30.domain.identity.roles import Role
from tests.api.front import Front

HOURS = {
    "id": "",
    "code": "CONS",
    "name": "Consulting",
    "prices": [
        {"amount": "90000", "currency": "XOF"},
        {"amount": "137.205", "currency": "EUR"},
    ],
    "unit": "HUR",
    "tax": {"category": "S", "percent": "10"},
}


def product(front: Front, code: str, **more: object) -> str:
    """Add a product and return its code."""
    answer = front.post("/products", HOURS | {"code": code, "name": f"Sold as {code}"} | more)
    assert answer.status_code == 201, answer.text
    return code


def draft(front: Front, *lines: object, **more: object) -> dict[str, object]:
    """What was drafted for Acme, or why not."""
    answer = front.post("/invoices", {"customer_id": "Acme Corp", "lines": list(lines), **more})
    told: dict[str, object] = answer.json()
    return told


def test_a_line_takes_name_price_unit_and_tax_of_its_product(front: Front) -> None:
    made = front.post("/products", HOURS)
    assert made.status_code == 201, made.text
    invoice = front.post(
        "/invoices",
        {"customer_id": "Acme Corp", "lines": [{"product": "cons", "quantity": "40"}]},
    ).json()
    (line,) = invoice["lines"]
    assert (line["name"], line["unit"], line["seller_item_id"]) == ("Consulting", "HUR", "CONS")
    assert invoice["totals"]["due"]["amount"] == "3960000"
    euros = {"customer_id": "Acme Corp", "currency": "EUR", "lines": [{"product": "CONS"}]}
    assert front.post("/invoices", euros).json()["lines"][0]["unit_price"] == "137.205"
    dollars = euros | {"currency": "USD"}
    refused = front.post("/invoices", dollars)
    assert (refused.status_code, refused.json()["code"]) == (404, "product_price")


def test_what_a_line_says_itself_goes_before_the_catalogue(front: Front) -> None:
    code = product(front, "OWN-1")
    line = {"product": code, "name": "special", "unit_price": "5", "description": "as agreed"}
    told = draft(front, line)["lines"][0]  # type: ignore[index] # JSON
    assert (told["name"], told["unit_price"], told["unit"]) == ("special", "5", "HUR")


def test_a_line_without_price_or_product_is_refused(front: Front) -> None:
    assert draft(front, {"name": "consulting"})["code"] == "no_price"
    assert draft(front, {"unit_price": "5"})["code"] == "no_description"
    assert draft(front, {"product": "nobody"})["code"] == "product_not_found"


def test_an_archived_product_goes_on_no_new_invoice(front: Front) -> None:
    code = product(front, "OLD-1")
    read = front.get(f"/products/{code}")
    archived = HOURS | {"code": code, "archived": True}
    tag = {"If-Match": read.headers["etag"]}
    assert front.send("PUT", f"/products/{code}", archived).status_code == 428
    put = front.send("PUT", f"/products/{code}", archived, headers=tag)
    assert put.json()["archived"] is True
    assert put.headers["etag"] == front.get(f"/products/{code}").headers["etag"]
    assert draft(front, {"product": code})["code"] == "product_archived"
    assert code not in front.get("/products").text
    assert code in front.get("/products", params={"archived": True}).text


def test_the_catalogue_is_listed_in_pages_that_lose_nothing(front: Front) -> None:
    for at in range(5):
        product(front, f"PAGE-{at}")
    asked = {"text": "page", "limit": 2, "fields": "code"}
    first = front.get("/products", params=asked).json()
    assert first["total"] == 5
    product(front, "PAGE-00")
    second = front.get("/products", params=asked | {"cursor": first["cursor"]}).json()
    codes = [one["code"] for one in (*first["items"], *second["items"])]
    assert codes == ["PAGE-0", "PAGE-1", "PAGE-2", "PAGE-3"]
    back = front.get("/products", params=asked | {"descending": True}).json()
    assert back["items"][0] == {"code": "PAGE-4"}
    assert front.get("/products", params={"cursor": "e30"}).json()["code"] == "cursor"
    assert front.get("/products", params={"cursor": "é"}).json()["code"] == "cursor"
    assert front.get("/products", params={"currency": "GBP"}).json()["items"] == []


@pytest.mark.parametrize(
    "fault",
    [
        {"code": ""},
        {"code": "x" * 41},
        {"code": "\u202egniht"},
        {"name": " "},
        {"unit": ""},
        {"prices": []},
        {"prices": [{"amount": "-1", "currency": "XOF"}]},
        {"prices": [{"amount": "1", "currency": "COIN"}]},
        {"prices": [{"amount": "1", "currency": "XOF"}, {"amount": "2", "currency": "XOF"}]},
        {"tax": {"category": "S", "percent": "101"}},
        {"id": "mine"},
    ],
)
def test_what_is_no_product_is_refused(front: Front, fault: dict[str, object]) -> None:
    answer = front.post("/products", HOURS | {"code": "BAD-1"} | fault)
    assert answer.status_code == 422, answer.text
    assert answer.json()["hint"]


def test_a_code_is_one_product_s_only(front: Front) -> None:
    product(front, "ONE-1")
    again = front.post("/products", HOURS | {"code": "one-1"})
    assert (again.status_code, again.json()["code"]) == (409, "product_exists")
    assert front.post("/products", HOURS, role=Role.COLLECTOR).status_code == 403


def test_the_command_line_has_the_same_catalogue(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path))

    def ran(*words: str) -> int:
        return run(list(words))

    assert ran("customer", "add", "Acme Corp") == 0
    assert ran("product", "add", "CONS", "consulting", "--price", "90000 XOF", "--unit", "HUR") == 0
    assert ran("invoice", "new", "Acme Corp", "--line", "@CONS; 40", "--json") == 0
    assert ran("product", "price", "CONS", "--price", "95000 XOF") == 0
    assert ran("product", "archive", "CONS") == 0
    assert ran("product", "list") == 0
    assert ran("invoice", "new", "Acme Corp", "--line", "@CONS; 40") != 0
    assert ran("product", "archive", "CONS", "--back") == 0
    assert ran("product", "add", "X", "x", "--price", "90000") != 0
