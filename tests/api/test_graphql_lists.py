"""GraphQL lists: pages as Relay wants them, and as many questions for a hundred rows as for one."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import current_thread
from typing import Any, cast, get_origin

import pytest
from graphql import get_named_type
from starlette.testclient import TestClient
from strawberry.utils.str_converters import to_camel_case

from net30.api.answers.paging import Listed
from net30.api.application import create_api
from net30.api.graphql.schema.fields import field_name
from net30.api.serving import recognised
from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice, NewLine
from net30.domain.identity.roles import Role
from net30.domain.party import Party
from net30.kernel.money import Money
from net30.ports.search import SearchIndex
from net30.ports.store import Store
from net30.services.create_draft import create_draft
from net30.services.issue_invoice import issue_invoice
from net30.services.record_payment import NewPayment, record_payment
from net30.services.save_customer import save_customer
from tests.api.front import Front, found_rival
from tests.api.graph import FIELDS, ask, core, data, fault, selection
from tests.desk import Desk, open_desk


class Counted:
    """Anything, with its methods' calls counted."""

    def __init__(self, inner: Any, counts: Counter[str], name: str) -> None:
        self._inner, self._counts, self._name = inner, counts, name

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        def counted(*args: Any, **more: Any) -> Any:
            if name == "reading":
                return self._reading(*args)
            self._count(f"{self._name}.{name}")
            return found(*args, **more)

        return counted

    def _count(self, what: str) -> None:
        if "AnyIO" in current_thread().name:  # a request; what follows changes has other threads
            self._counts[what] += 1

    @contextmanager
    def _reading(self, organisation: str) -> Iterator[Any]:
        self._count("views")
        with self._inner.reading(organisation) as books:
            yield Counted(books, self._counts, "books")


def fill(desk: Desk, customers: int) -> None:
    """So many customers with two invoices and a payment each."""
    with desk.app.change() as ctx:
        for at in range(customers):
            customer = save_customer(ctx, Customer(id="", party=Party(name=f"Customer {at}")))
            line = NewLine(name="x", unit_price=Decimal(at + 1))
            new = NewInvoice(customer_id=customer.id, lines=(line,))
            for _ in range(2):
                issue_invoice(ctx, create_draft(ctx, new).id)
            money = Money.of("1", "XOF")
            record_payment(ctx, NewPayment(customer_id=customer.id, amount=money, spread=True))
    desk.app.settle()


DEEP = """query ($first: Int!) { customers(first: $first) { nodes { party { name } etag
  claims { balance { amount } openItem { invoiceRecord { number } customerRecord { id } } }
  invoices(first: 3) { nodes { number claim { balance { amount } } creditNotes { number } } }
  payments(first: 3) { nodes { payment { customerRecord { id }
    allocations { invoiceRecord { number } } } } } } }
  invoices(first: $first) { nodes { number
    invoiceRecord { customerRecord { party { name } } } } } }"""


def test_twenty_customers_take_as_many_questions_as_two(tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "home")
    fill(desk, 20)
    counts: Counter[str] = Counter()
    store = cast("Store", Counted(desk.app.world.store, counts, "store"))
    search = cast("SearchIndex", Counted(desk.app.world.search, counts, "search"))
    app = replace(desk.app, world=replace(desk.app.world, store=store, search=search))
    api = create_api(app, partial(recognised, app))
    with TestClient(api) as client:
        front = Front(desk, api, client)
        front.settled()
        found = {}
        for first in (2, 20):
            data(front, DEEP, variables={"first": first})
            counts.clear()
            rows = data(front, DEEP, variables={"first": first})["customers"]["nodes"]
            assert len(rows) == first
            assert sum(len(one["claims"]) for one in rows) >= 2 * (first - 2)
            found[first] = dict(counts)
    desk.app.close()
    assert sum(found[20].values()) <= sum(found[2].values()), found
    assert sum(found[2].values()) < 30, found[2]


@pytest.fixture(scope="module")
def books(front: Front) -> Front:
    fill(front.desk, 7)
    return front.settled()


def books_row(front: Front, name: str) -> str:
    """The name of the type of a list's rows."""
    query = core(front).query_type
    assert query is not None
    return str(get_named_type(query.fields[name].type).name).removesuffix("Connection")


LISTS = [
    to_camel_case(field_name(route))
    for route in FIELDS
    if get_origin(route.gives) is Listed and "{" not in route.path
]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("by", ["page", "edge"])
def test_pages_are_walked_without_a_gap_or_a_repetition(books: Front, name: str, by: str) -> None:
    fields = getattr(core(books).type_map[books_row(books, name)], "fields", {})
    row = selection(core(books).type_map[books_row(books, name)], 0 if "id" in fields else 1)
    query = f"""query ($first: Int!, $after: String) {{ {name}(first: $first, after: $after) {{
      edges {{ cursor node {row} }} totalCount
      pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"""
    whole = [one["node"] for one in data(books, query, variables={"first": 30})[name]["edges"]]
    seen: list[Any] = []
    after = None
    while len(seen) < len(whole):
        page = data(books, query, variables={"first": 2, "after": after})[name]
        taken = page["edges"][:1] if by == "edge" else page["edges"]
        seen += [one["node"] for one in taken]
        assert taken
        assert page["pageInfo"]["hasPreviousPage"] == bool(after)
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        after = taken[-1]["cursor"]
    assert seen[: len(whole)] == whole
    if len(whole) < 30:
        last = data(books, query, variables={"first": 2, "after": after})[name]
        assert (last["edges"], last["pageInfo"]["hasNextPage"]) == ([], False)


def test_the_invoices_of_each_customer_come_in_pages_of_their_own(books: Front) -> None:
    query = """query ($after: String!) { customers(first: 500) { nodes { id
      invoices(first: 1, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } }"""
    first = data(books, query, variables={"after": ""})["customers"]["nodes"]
    owner = next(one for one in first if one["invoices"]["pageInfo"]["hasNextPage"])
    after = owner["invoices"]["pageInfo"]["endCursor"]
    second = data(books, query, variables={"after": after})["customers"]["nodes"]
    rest = next(one for one in second if one["id"] == owner["id"])["invoices"]["nodes"]
    assert not {one["id"] for one in rest} & {one["id"] for one in owner["invoices"]["nodes"]}
    assert len(rest) == 1
    for wrong in (0, 501):
        rows = f"invoices(first: {wrong}) {{ totalCount }}"
        asked = f'{{ customer(customer: "Customer 1") {{ {rows} }} }}'
        assert fault(books, asked)["code"] == "page_rows"


def test_a_cursor_of_another_question_is_refused(books: Front) -> None:
    wrong = [["", 0, "x"], ["", "1", "x"], ["", 1, "gone"], ["x"], {}, [[]] * 3]
    forged = ["~" + urlsafe_b64encode(json.dumps(one).encode()).decode() for one in wrong]
    for cursor in ("nonsense", "~nonsense", "~", "~é", *forged):
        answer = ask(books, f'{{ invoices(after: "{cursor}", text: "x") {{ nodes {{ id }} }} }}')
        (error,) = answer.json()["errors"]
        assert (error["extensions"]["code"], error["extensions"]["status"]) == ("cursor", 422)


@pytest.mark.parametrize("order", ["true", "false"])
def test_rows_that_come_or_go_meanwhile_are_neither_lost_nor_repeated(
    books: Front, order: str
) -> None:
    query = f"""query ($first: Int!, $after: String) {{ invoices(first: $first, after: $after,
      sort: NUMBER, descending: {order}) {{ edges {{ cursor node {{ id number }} }} }} }}"""
    drafts = [books.desk.draft().id for _ in range(2)]  # the lowest number: none
    before = data(books.settled(), query, variables={"first": 6})["invoices"]["edges"]
    assert books.send("DELETE", f"/invoices/{drafts[0]}").status_code == 204
    books.post(f"/invoices/{drafts[1]}/issue")  # the highest
    after = data(books.settled(), query, variables={"first": 2, "after": before[3]["cursor"]})
    assert [one["node"] for one in after["invoices"]["edges"]] == [
        one["node"] for one in before[4:6]
    ]


def test_a_step_needs_the_permission_of_its_end(books: Front) -> None:
    front, key = books, "restricted"
    secret = front.post("/keys", {"name": key, "may": ["invoices.read"]}).json()
    sent = {"query": "{ invoices { nodes { number invoiceRecord { customerRecord { id } } } } }"}
    answer = front.client.post(
        "/api/graphql", json=sent, headers={"Authorization": f"Bearer {secret['secret']}"}
    ).json()
    assert {one["extensions"]["code"] for one in answer["errors"]} == {"permission"}
    assert answer["data"]["invoices"]["nodes"][0]["number"]
    assert answer["data"]["invoices"]["nodes"][0]["invoiceRecord"]["customerRecord"] is None


def test_a_viewer_follows_every_step_that_it_may(books: Front) -> None:
    assert data(books, DEEP, variables={"first": 3}, role=Role.VIEWER)["customers"]["nodes"]


NODE = """query($id: ID!) { node(id: $id) { __typename id
  ... on Invoice { number claim { balance { amount } } }
  ... on Customer { party { name } etag } ... on Payment { amount { amount } } } }"""


def test_a_record_is_found_by_its_id_alone_by_who_may_read_it(front: Front) -> None:
    invoice, theirs = front.desk.issue(), found_rival(front.desk.app)
    whole = {"amount": {"amount": "5", "currency": "XOF"}, "customer_id": front.desk.acme.id}
    paid = front.post("/payments", whole).json()

    def node(key: str, secret: str = "") -> Any:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return ask(front, NODE, {"id": key}, headers=headers).json()["data"]["node"]

    found = node(invoice.id)
    assert (found["__typename"], found["number"]) == ("Invoice", invoice.number)
    assert found["claim"]["balance"]["amount"] == "4248000"
    acme = node(front.desk.acme.id)
    assert (acme["__typename"], acme["party"]["name"]) == ("Customer", "Acme Corp")
    assert acme["etag"].startswith('"')
    payment = paid["payment"]["id"]
    assert node(payment) == {"__typename": "Payment", "id": payment, "amount": {"amount": "5"}}
    assert [node(one) for one in ("nobody", "", theirs["customer"], theirs["payment"])] == [
        None
    ] * 4
    wanted = {"name": "names only", "may": ["customers.read"]}
    narrow = front.post("/keys", wanted).json()["secret"]
    assert node(front.desk.acme.id, narrow)["party"] == {"name": "Acme Corp"}
    assert node(invoice.id, narrow) is None


def test_what_is_asked_of_a_node_is_weighed(front: Front) -> None:
    deep = "customerRecord { invoices(first: 500) { nodes { claim { balance { amount } } } } }"
    one = f'{{ node(id: "x") {{ ... on Invoice {{ {deep} }} }} }}'
    weighed = ask(front, one).json()["extensions"]["cost"]
    assert weighed > 1_500, "the five hundred rows are counted"
    beside = " ".join(f"a{at}: {deep}" for at in range(30_000 // weighed + 1))
    heavy = f'{{ node(id: "x") {{ ... on Invoice {{ {beside} }} }} }}'
    assert fault(front, heavy)["code"] == "graphql_cost"
