"""Any client of the graph: whatever schemathesis makes of the schema, no fault of ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from graphql import get_introspection_query
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis import strategies as st
from schemathesis import checks
from schemathesis.graphql import nodes

from tests.api.front import Front, open_front
from tests.api.graph import data

CASES_PER_FIELD = int(os.environ.get("NET30_TEST_API_CASES", "2"))
"""Small here; the figure S1 asks for 50,000 in all."""


@pytest.fixture(scope="module")
def stormed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    home = tmp_path_factory.mktemp("stormed_graph") / "home"
    with open_front(home, api_rate_per_minute=1_000_000) as front:
        front.desk.issue()
        front.settled()
        yield front


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
@pytest.mark.timeout(3600)
def test_no_document_that_fits_the_schema_is_a_crash(stormed: Front) -> None:
    teach_scalars()
    schema = schemathesis.graphql.from_dict({"data": data(stormed, get_introspection_query())})
    key = {"Authorization": f"Bearer {stormed.key()}"}
    tried = 0
    codes: set[str] = set()
    for found in schema.get_all_operations():
        tested: Any = found.ok()  # type: ignore[union-attr] # or a fault of the schema
        if tested.label.startswith("Subscription"):
            continue  # a stream of its own: see test_graphql_streams

        @hypothesis.settings(
            max_examples=CASES_PER_FIELD,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=tested.as_strategy())
        def storm(case: Any) -> None:
            nonlocal tried
            tried += 1
            response = stormed.client.post("/api/graphql", json={"query": case.body}, headers=key)
            assert response.status_code in {200, 400}, response.text
            told = response.json()
            for one in told.get("errors", ()):
                codes.add(one["extensions"]["code"])
                assert one["extensions"]["classification"] == "BAD_USER_INPUT", (case.body, one)
            case.validate_response(response, checks=[checks.not_a_server_error])

        storm()
    assert tried >= 50
    assert "internal" not in codes
