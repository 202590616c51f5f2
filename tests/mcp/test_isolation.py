"""Every tool over HTTP with the ids of another organisation, by every role."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from net30.api.serving import recognised
from net30.asgi import compose
from net30.assistant.calls import needs_of, tool_names
from net30.domain.identity.roles import Role, permissions_of
from tests.api.front import SECRET, THEM, US, found_rival, member_key
from tests.desk import Desk, open_desk

LINE = {"description": "consulting", "quantity": "1", "unit_price": "5"}
ARGS: dict[str, dict[str, Any]] = {
    "create_invoice": {"client": SECRET, "lines": [LINE]},
    "create_credit_note": {"number": "NUMBER"},
    "export": {"what": "clients", "format": "csv"},
    "get_invoice": {"number": "NUMBER"},
    "issue_invoice": {"number": "NUMBER"},
    "predict_payment": {"number": "NUMBER"},
    "record_payment": {"number": "NUMBER"},
    "search_invoices": {"text": "saffron"},
    "send_invoice": {"number": "NUMBER"},
    "send_reminder": {"client": SECRET},
    "void_invoice": {"number": "NUMBER"},
}
"""What a tool is asked about the rival; the others take nothing."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    opened = open_desk(Path(tmp_path_factory.mktemp("mcp")) / "home", api_rate_per_minute=100_000)
    yield opened
    opened.app.close()


@pytest.fixture(scope="module")
def client(desk: Desk) -> Iterator[TestClient]:
    with TestClient(compose(desk.app, partial(recognised, desk.app))) as opened:
        yield opened


@pytest.fixture(scope="module")
def key_of(desk: Desk) -> Callable[[Role], str]:
    """Give the key of a member of ours, the same each time."""
    return cache(lambda role: member_key(desk.app, role, US))


def called(client: TestClient, key: str, tool: str, args: dict[str, Any]) -> dict[str, Any]:
    """Call a tool and return the whole answer."""
    asked = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": tool, "arguments": args},
    }
    headers = {
        "Authorization": f"Bearer {key}",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-06-18",
    }
    answer = client.post("/api/mcp", json=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.slow
def test_no_tool_shows_or_changes_what_is_another_organisation_s(
    desk: Desk, client: TestClient, key_of: Callable[[Role], str]
) -> None:
    theirs = found_rival(desk.app)
    key = key_of(Role.OWNER)
    with desk.app.world.store.reading(THEM) as books:
        before = books.last_event()
    for tool in tool_names():
        args = json.loads(json.dumps(ARGS.get(tool, {})).replace("NUMBER", theirs["number"]))
        told = json.dumps(called(client, key, tool, args))
        for sent in (SECRET, "saffron"):  # what was sent may be told again
            told = told.replace(sent, "") if sent in json.dumps(args) else told
        assert not {word for word in ("Zanzibar", "saffron", "Rival") if word in told}, (tool, told)
    with desk.app.world.store.reading(THEM) as books:
        assert books.last_event() == before


@pytest.mark.slow
@pytest.mark.parametrize("role", [Role.OWNER, Role.ACCOUNTANT, Role.COLLECTOR])
def test_a_tool_runs_exactly_for_whom_the_table_allows_it(
    desk: Desk, client: TestClient, key_of: Callable[[Role], str], role: Role
) -> None:
    number = desk.issue().number
    desk.app.settle()
    key = key_of(role)
    for tool in tool_names():
        args = json.loads(json.dumps(ARGS.get(tool, {})).replace("NUMBER", number))
        args = {name: "Acme Corp" if one == SECRET else one for name, one in args.items()}
        content = called(client, key, tool, args)["result"]["structuredContent"]
        refused = content.get("error", {}).get("code") == "permission"
        assert refused is not (needs_of(tool) <= permissions_of(role)), (role, tool, content)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AUDITOR, Role.API])
def test_who_may_not_chat_has_no_tools(
    client: TestClient, key_of: Callable[[Role], str], role: Role
) -> None:
    headers = {"Authorization": f"Bearer {key_of(role)}"}
    answer = client.post("/api/mcp", json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission")
