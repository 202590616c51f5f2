"""Ways out: who comes over HTTP is told routes, not commands of a terminal."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from net30.api.answers.problem import status_of
from net30.api.answers.ways_out import COMMAND, WAYS_OUT, told_over_http
from net30.api.application import resources
from net30.kernel.errors import Conflict, NotFound
from net30.language.error_words import error_table
from tests.api.front import Front
from tests.api.test_languages import ROOMS, ROOT

OF_THE_TERMINAL = re.compile(
    r"\bnet30 (?:alerts|audit|bounds|chats|collect|copy|customer|export|gdpr|invoice|jobs|key|"
    r"models|payment|product|risk|serve|sso|train|user|webhook|work|check)\b|(?<![\w-])--[a-z]|\s-[a-z]\b"
)
FOR_OPERATORS = {
    *("audit_heads", "books_in_use", "books_moving", "copy_target", "has_users", "usage", "user"),
    *("damaged", "no_owner", "port", "spark", "unauthenticated"),
    *("copy_url", "key_vault_secret", "restore_files", "restore_target"),
}
"""Told at the machine that net30 runs on, or about it: there is no route that does this."""
ADDRESS = re.compile(r"(GET|POST|PUT) (/api/v1/\S+)")


def hints() -> Iterator[tuple[str, str]]:
    """The code and the hint of every error that speaks of commands."""
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            words = {word.arg: word.value for word in node.keywords}
            if "hint" not in words or not isinstance(words.get("code"), ast.Constant):
                continue
            parts = [one for one in ast.walk(words["hint"]) if isinstance(one, ast.Constant)]
            hint = "".join(str(one.value) for one in parts)
            code = words["code"]
            assert isinstance(code, ast.Constant)
            if OF_THE_TERMINAL.search(hint):
                yield str(code.value), hint


def test_every_hint_that_names_a_command_has_a_route_beside_it() -> None:
    found = set(hints())
    codes = {code for code, _ in found}
    assert codes - WAYS_OUT.keys() - FOR_OPERATORS == set()
    assert FOR_OPERATORS - codes == set()
    assert all(COMMAND.search(hint) for code, hint in found if code in WAYS_OUT)
    french = error_table("fr")["hint"]
    for code, hint in WAYS_OUT.items():
        assert not OF_THE_TERMINAL.search(hint), code
        assert not OF_THE_TERMINAL.search(french[code]), code


def test_the_routes_that_are_named_are_there() -> None:
    known = {(route.method, route.path) for one in resources() for route in one.routes}
    french = error_table("fr")["hint"]
    for hint in (*WAYS_OUT.values(), *(french[code] for code in WAYS_OUT)):
        for method, address in ADDRESS.findall(hint):
            asked = address.removeprefix("/api/v1").rstrip(";:,")
            paths = (re.sub(r"\{\w+\}", "[^/]+", path) for verb, path in known if verb == method)
            assert any(re.fullmatch(path, asked) for path in paths), hint


@pytest.mark.parametrize("language", ["en", "fr"])
def test_who_types_is_told_a_command_and_who_calls_a_route(language: str) -> None:
    error = NotFound("there is no job 'x'", hint="net30 jobs lists them", code="job")
    assert told_over_http(error, status_of(error), language).hint.startswith("GET /api/v1/jobs")
    other = Conflict("the customer is not alone", hint="did you mean Acme?", code="draft")
    assert told_over_http(other, status_of(other), "en").hint == "did you mean Acme?"


def test_rest_graphql_and_each_of_many_say_the_same_way_out(front: Front) -> None:
    hint = WAYS_OUT["customer_not_found"]
    new = {"customer_id": "Nobody & Co", "lines": [{"name": "x", "unit_price": "1"}]}
    assert front.post("/invoices", new).json()["hint"] == hint
    many = {"items": [new]}
    (one,) = front.post("/bulk/invoices", many).json()["outcomes"]
    assert one["hint"] == hint
    (one,) = front.post("/bulk/invoices", many, headers={"Accept-Language": "fr"}).json()[
        "outcomes"
    ]
    assert one["detail"] == "Il n'y a pas de client « Nobody & Co »."
    asked = {"query": '{ customer(customer: "Nobody & Co") { id } }'}
    key = {"Authorization": f"Bearer {front.key()}"}
    answer = front.client.post("/api/graphql", json=asked, headers=key).json()
    assert answer["errors"][0]["extensions"]["hint"] == hint
