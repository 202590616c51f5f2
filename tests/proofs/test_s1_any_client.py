"""S1: requests that schemathesis makes of our own OpenAPI document and GraphQL schema.

Every route is asked with what fits the document and with what does not, every query and mutation
with documents that fit the schema; again and again in fresh books, until there were enough. A
failure is an answer that is a fault of ours (5xx), has a status, type, header or body that the
document does not tell, or takes what it should not.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from graphql import get_introspection_query
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.graphql import nodes

from net30.api.answers import problem
from net30.api.following import Following
from net30.kernel.errors import InputError
from tests.api.front import Front, open_front
from tests.api.graph import data
from tests.proofs.proof import Outcome

ID = "S1"
TITLE = "answers to any client that are a fault of ours or unlike the document"
SMALL = 400
FULL = 50_000

WAYS = 400
"""About so many ways to ask there are: routes, well and wrongly, and fields."""
CASES_A_ROUND_MAX = 20
"""Of one way to ask, in the same books: those grow, and with them every answer."""
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]


@dataclass(slots=True)
class Storm:
    """What was asked so far, and what went wrong, by its way and kind."""

    seed: int
    cases: int
    tries: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    def rage(self, label: str, strategy: Any, ask: Any) -> None:  # Any: schemathesis is untyped
        """Ask one way of asking with some cases."""

        @hypothesis.seed(self.seed)
        @hypothesis.settings(
            max_examples=self.cases,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=strategy)
        def asked(case: Any) -> None:
            try:
                ask(case)
            except (Failure, FailureGroup, AssertionError) as fault:
                self.faults[f"{label}: {str(fault).strip()[:300]}"] += 1
            self.tries += 1

        with suppress(Unsatisfiable):  # a route that takes nothing cannot be asked wrongly
            asked()


def run(size: int, seed: int) -> Outcome:
    """Ask at least so often."""
    tries, faults, rounds = 0, Counter[str](), 0
    while tries < size:
        storm = Storm(seed=seed + rounds, cases=min(CASES_A_ROUND_MAX, max(1, size // WAYS)))
        with books() as front:
            ask_routes(storm, front)
            asked_rest = storm.tries
            ask_graph(storm, front)
        tries, rounds = tries + storm.tries, rounds + 1
        faults += storm.faults
        told = (
            f"the last of {rounds} rounds: {asked_rest:,} REST, {storm.tries - asked_rest:,} graph"
        )
    lines = [told, *(f"{count} x {fault}" for fault, count in faults.most_common(10))]
    return Outcome(tries, faults.total(), "\n".join(lines))


@contextmanager
def books() -> Iterator[Front]:
    """Open books with an invoice in them, before which streams end at once."""
    with (
        tempfile.TemporaryDirectory(prefix="net30-s1-") as folder,
        open_front(Path(folder) / "home", api_rate_per_minute=1_000_000) as front,
    ):
        front.api.state.following = Following(longest_seconds=0.0)
        front.desk.issue()
        front.settled()
        yield front


def ask_routes(storm: Storm, front: Front, only: str = "") -> None:
    """Ask every route, or those with something in their name, well and wrongly."""
    document = front.client.get("/api/openapi.json").json()
    del document["components"]["securitySchemes"]  # the key is ours to send, not theirs to spoil
    for path in document["paths"].values():
        for operation in path.values():
            del operation["security"]
    schema = schemathesis.openapi.from_dict(document)
    key = {"Authorization": f"Bearer {front.key()}"}

    def ask(case: Any) -> None:  # Any: schemathesis is untyped
        case.headers.update(key)
        response = front.client.request(**_sent(case))
        case.validate_response(response, checks=CHECKS)

    for found in schema.get_all_operations():
        tested: Any = found.ok()  # type: ignore[union-attr] # or a fault of the document
        if only not in tested.label:
            continue
        for mode in GenerationMode:
            strategy = tested.as_strategy(generation_mode=mode)
            storm.rage(f"{tested.label} ({mode.value})", strategy, ask)


def _sent(case: Any) -> dict[str, Any]:  # Any: schemathesis is untyped
    """Return a case as our client sends it: files as bytes or text, plain bodies as content."""
    sent: dict[str, Any] = case.as_transport_kwargs(base_url="http://testserver")
    sent.pop("cookies", None)
    if sent.get("files"):
        parts = [(name, (called, part)) for name, (called, part, *_) in sent["files"]]
        if not all(isinstance(part, str | bytes) for _, (_, part) in parts):
            hypothesis.reject()  # a form has no numbers: as text it would be a file like any other
        sent["files"] = parts
    if isinstance(sent.get("data"), str | bytes):
        sent["content"] = sent.pop("data")
    return sent


def ask_graph(storm: Storm, front: Front) -> None:
    """Ask every field of query and mutation; subscriptions are streams and tested apart."""
    teach_scalars()
    schema = schemathesis.graphql.from_dict({"data": data(front, get_introspection_query())})
    key = {"Authorization": f"Bearer {front.key()}"}

    def ask(case: Any) -> None:  # Any: schemathesis is untyped
        response = front.client.post("/api/graphql", json={"query": case.body}, headers=key)
        assert response.status_code in {200, 400}, response.text
        for one in response.json().get("errors", ()):
            about = one["extensions"]
            assert about["classification"] == "BAD_USER_INPUT", (case.body, one)
            assert about["code"] != "internal", (case.body, one)
        case.validate_response(response, checks=[checks.not_a_server_error])

    for found in schema.get_all_operations():
        tested: Any = found.ok()  # type: ignore[union-attr] # or a fault of the schema
        if not tested.label.startswith("Subscription"):
            storm.rage(tested.label, tested.as_strategy(), ask)


def teach_scalars() -> None:
    """Tell what our scalars may hold: what fits, and what does not."""
    texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
    days = st.dates().map(str) | texts
    numbers = st.decimals(allow_nan=False, allow_infinity=False).map(str) | texts
    for name, strategy in (
        ("Date", days),
        ("DateTime", st.datetimes().map(str) | texts),
        ("Decimal", numbers),
        ("Base64", texts),
        ("JSON", texts),
    ):
        schemathesis.graphql.scalar(name, strategy.map(nodes.String))


@pytest.mark.slow
@pytest.mark.timeout(1200)  # it stands still for nobody, but a busy machine is slow
def test_no_request_of_any_client_is_a_fault_of_ours() -> None:
    outcome = run(SMALL, seed=1)
    assert outcome.holds, outcome.detail


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_wrong_requests_that_are_taken_for_our_faults_are_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The mutant: what does not fit is answered as if it were our fault.
    kinds = tuple(one for one in problem.BY_KIND if one[0] is not InputError)
    monkeypatch.setattr(problem, "BY_KIND", kinds)
    storm = Storm(seed=1, cases=3)
    with books() as front:
        ask_routes(storm, front, only="/customers")
    assert storm.tries > sum(storm.faults.values()) > 0
