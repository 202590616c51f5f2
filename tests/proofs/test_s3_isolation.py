"""S3: every route of the API and field of GraphQL with the ids of another organisation.

A try is one request of an owner of ours, for one route or field, with a rival's id, number or name
in its path, arguments or body. Counted: a byte of the rival's in the answer, an answer that differs
from that for what nobody has, a change in the rival's books.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import Response

from net30.api.resource import Route
from net30.api.serving import recognised
from net30.app import App
from net30.domain.identity.principal import Principal
from tests.api.every_route import CLOSED, address, asked, body_of
from tests.api.front import SECRET, THEM, Front, found_rival, open_front
from tests.api.graph import FIELDS, GRAPH, ask, document_of
from tests.proofs.proof import Outcome

ID = "S3"
TITLE = "answers of the API that show, tell of or change what is another organisation's"
SMALL = 40
FULL = 1000

NOBODY = "01m7ynaym0bd6gh106k10qt0tn"
THEIRS = re.compile("zanzibar|saffron|rival", re.IGNORECASE)
Recognise = Callable[[App, str, str], Principal]


def run(size: int, seed: int) -> Outcome:
    """Try so many requests, each route in its turn."""
    return tried(size, seed, recognised)


def tried(size: int, seed: int, recognise: Recognise) -> Outcome:
    """Try requests at an API that recognises people in one way."""
    chance = random.Random(seed)
    ways = [(route, False) for route in CLOSED] + [(route, True) for route in FIELDS]
    order = chance.sample(ways, len(ways))
    wrong: list[str] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        open_front(Path(folder) / "home", recognise, api_rate_per_minute=1_000_000) as front,
    ):
        ids = found_rival(front.desk.app)
        before = _events(front.desk.app)
        for at in range(size):
            fault = _fault(front, order[at % len(order)], _chosen(chance, ids))
            wrong += [fault] if fault else []
        if _events(front.desk.app) != before:
            wrong.append("the rival's books have changed")
    return Outcome(size, len(wrong), "\n".join(wrong[:10]))


def _chosen(chance: random.Random, ids: dict[str, str]) -> dict[str, str]:
    """The rival's ids, a customer by name or id, in letters of either case."""
    found = ids | {"customer": chance.choice([ids["customer"], SECRET])}
    return {name: chance.choice([one, one.upper()]) for name, one in found.items()}


def _fault(front: Front, way: tuple[Route, bool], ids: dict[str, str]) -> str:
    route, _ = way
    answer = _sent(front, way, ids)
    told = answer.text
    for name in ids.values():  # what was sent may be told again
        told = told.replace(name, "")
    if THEIRS.search(told) or answer.status_code >= 500:
        return f"{route.operation}: {answer.status_code} {answer.text[:200]}"
    if set(re.findall(r"\{(\w+)\}", route.path)) & set(ids):
        nobody = _sent(front, way, dict.fromkeys(ids, NOBODY))
        if (answer.status_code, _code(answer)) != (nobody.status_code, _code(nobody)):
            return f"{route.operation}: {answer.status_code}, but {nobody.status_code} for nobody's"
    return ""


def _sent(front: Front, way: tuple[Route, bool], ids: dict[str, str]) -> Response:
    route, in_graph = way
    if in_graph:
        return ask(front, document_of(front, route, ids))
    body = body_of(route)
    if isinstance(body, dict) and "customer_id" in body:
        body = body | {"customer_id": ids["customer"]}
    if isinstance(body, dict) and "customer" in body:
        body = body | {"customer": ids["customer"]}
    path = address(route, ids) + asked(route)
    return front.send(route.method, path, body, headers={"If-Match": "*"})


def _code(answer: Response) -> object:
    if GRAPH in answer.headers.get("content-type", "") and answer.json().get("errors"):
        return [one["extensions"]["code"] for one in answer.json()["errors"]]
    return answer.json().get("code") if answer.status_code >= 400 else ""


def _events(app: App) -> tuple[int, str]:
    with app.world.store.reading(THEM) as books:
        return books.last_event()


def whom_the_client_names(app: App, secret: str, organisation: str) -> Principal:
    """The mutant: the key tells who somebody is, but not in which organisation."""
    return replace(recognised(app, secret, organisation), organisation=THEM)


@pytest.mark.slow
def test_nothing_of_another_organisation_is_seen_told_or_changed() -> None:
    outcome = run(SMALL, 3)
    assert outcome.holds, outcome.detail


@pytest.mark.slow
def test_a_door_that_opens_the_wrong_books_is_noticed() -> None:
    assert tried(SMALL, 3, whom_the_client_names).failures > 0
