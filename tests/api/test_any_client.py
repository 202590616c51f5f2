"""Any client: whatever schemathesis makes of the OpenAPI document, no 5xx and no unknown shape."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode, checks

from net30.api.following import Following
from tests.api.front import Front, open_front

CASES_PER_OPERATION = int(os.environ.get("NET30_TEST_API_CASES", "3"))
"""Small here; the figure S1 asks for 50,000 in all."""
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]


@pytest.fixture(scope="module")
def stormed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    home = tmp_path_factory.mktemp("stormed") / "home"
    with open_front(home, api_rate_per_minute=1_000_000) as front:
        front.api.state.following = Following(longest_seconds=0.0)  # no storm waits for news
        front.desk.issue()
        front.settled()
        yield front


def test_the_document_is_openapi_3_1_whose_references_all_lead_somewhere(front: Front) -> None:
    document = front.client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        assert "description" in schema or name.endswith("In"), name
    assert set(_references(document)) <= set(schemas)
    operations = [one for path in document["paths"].values() for one in path.values()]
    ids = [one["operationId"] for one in operations]
    assert len(ids) == len(set(ids)) > 50
    assert all(one["summary"] and one["tags"] for one in operations)


def test_the_page_needs_no_other_server_and_shows_every_operation(front: Front) -> None:
    page = front.client.get("/api/docs")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    told = re.sub(r"https?://(127\.0\.0\.1|[a-z.]+\.example(\.com)?)\b", "", page.text)
    assert "//" not in told
    for operation in front.house.routes:
        assert f'id="{operation}"' in page.text


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_that_fits_the_document_or_does_not_is_a_crash(
    stormed: Front, mode: GenerationMode
) -> None:
    document = stormed.client.get("/api/openapi.json").json()
    del document["components"]["securitySchemes"]  # the key is ours to send, not theirs to spoil
    for path in document["paths"].values():
        for operation in path.values():
            del operation["security"]
    schema = schemathesis.openapi.from_dict(document)
    key = {"Authorization": f"Bearer {stormed.key()}"}
    tried = 0
    for found in schema.get_all_operations():
        tested: Any = found.ok()  # type: ignore[union-attr] # or a fault of the document

        @hypothesis.settings(
            max_examples=CASES_PER_OPERATION,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=tested.as_strategy(generation_mode=mode))
        def storm(case: Any) -> None:
            nonlocal tried
            tried += 1
            case.headers.update(key)
            sent = case.as_transport_kwargs(base_url="http://testserver")
            sent.pop("cookies", None)
            if isinstance(sent.get("data"), str | bytes):
                sent["content"] = sent.pop("data")
            response = stormed.client.request(**sent)
            case.validate_response(response, checks=CHECKS)

        with suppress(Unsatisfiable):  # a route that takes nothing cannot be asked wrongly
            storm()
    assert tried >= 50


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, one in part.items():
            if name == "$ref":
                yield one.rpartition("/")[2]
            yield from _references(one)
    elif isinstance(part, list):
        for one in part:
            yield from _references(one)
