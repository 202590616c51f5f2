"""The documents that clients are written from: OpenAPI 3.1 and the page (S1 asks by them)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from tests.api.front import Front


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
    told_of = page.text.partition('id="follow_job"')[2].partition("</details>")[0]
    assert "curl -N" in told_of
    assert "seconds_left" in told_of, "what each event tells"
    told = re.sub(r"https?://(127\.0\.0\.1|[a-z.]+\.example(\.com)?)\b", "", page.text)
    assert "//" not in told
    for operation in front.house.routes:
        assert f'id="{operation}"' in page.text


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for name, one in part.items():
            if name == "$ref":
                yield one.rpartition("/")[2]
            yield from _references(one)
    elif isinstance(part, list):
        for one in part:
            yield from _references(one)
