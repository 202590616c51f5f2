"""The MCP server as programs meet it: a process of its own, and an address on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import anyio
import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult
from starlette.testclient import TestClient

from net30.api.application import create_api
from net30.api.mounted import behind_the_door, out_of_order
from net30.api.serving import recognised
from net30.asgi import compose
from net30.cli import exits
from net30.domain.identity.roles import Role
from net30.domain.invoice import Invoice
from net30.kernel.errors import ConfigurationError
from tests.api.front import member_key
from tests.desk import Desk, open_desk

LINE = {"description": "consulting", "quantity": "40", "unit": "hour", "unit_price": "90000"}
ORDER = {"client": "Acme Corp", "lines": [LINE]}
COMMAND = [sys.executable, "-c", "from net30.cli import main; main()", "mcp"]
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "0"},
    },
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = open_desk(tmp_path / "home")
    opened.app.settle()
    yield opened
    opened.app.close()


def surroundings(desk: Desk) -> dict[str, str]:
    return {**os.environ, "NET30_HOME": str(desk.app.settings.home)}


@pytest.mark.slow
def test_a_process_serves_a_client_over_standard_input_and_output(desk: Desk) -> None:
    started = StdioServerParameters(command=COMMAND[0], args=COMMAND[1:], env=surroundings(desk))

    async def talk() -> tuple[int, CallToolResult]:
        async with Client(stdio_client(started)) as client:
            listed = await client.list_tools()
            return len(listed.tools), await client.call_tool("create_invoice", ORDER)

    count, made = anyio.run(talk)
    assert count > 15
    assert made.structured_content["results"][0]["values"]["total"]["amount"] == "4248000"


@pytest.mark.slow
def test_standard_output_carries_the_protocol_only(desk: Desk) -> None:
    done = subprocess.run(
        COMMAND,
        input=json.dumps(HELLO) + "\n" + "this is no JSON\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=surroundings(desk),
    )
    lines = done.stdout.splitlines()
    assert lines
    assert {json.loads(line)["jsonrpc"] for line in lines} == {"2.0"}
    assert done.returncode == 0


def test_without_the_package_the_command_says_how_to_get_it(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['mcp'] = None; "
        "from net30.cli.commands import run; sys.exit(run(['mcp']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "NET30_HOME": str(tmp_path)},
    )
    assert done.returncode == exits.CONFIGURATION
    assert "pip install 'net30[mcp]'" in done.stderr
    assert done.stdout == ""


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """Serve all of net30 on a free port of this machine."""
    web = compose(desk.app, partial(recognised, desk.app))
    config = uvicorn.Config(web, host="127.0.0.1", port=0, log_level="error")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    (listening,) = running.servers[0].sockets
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/api/mcp"
    running.should_exit = True
    thread.join(10)


@pytest.mark.slow
def test_over_http_everybody_has_a_key_and_does_what_that_one_may(desk: Desk) -> None:
    keys = {role: member_key(desk.app, role, "main") for role in (Role.OWNER, Role.COLLECTOR)}

    async def talk(url: str, key: str) -> tuple[set[str], CallToolResult]:
        headers = {"Authorization": f"Bearer {key}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            listed = await client.list_tools()
            made = await client.call_tool("create_invoice", ORDER)
            return {one.name for one in listed.tools}, made

    with served(desk) as url:
        seen, made = anyio.run(talk, url, keys[Role.OWNER])
        assert {"create_invoice", "void_invoice", "confirm"} <= seen
        assert made.structured_content["outcome"] == "done"
        fewer, refused = anyio.run(talk, url, keys[Role.COLLECTOR])
        assert {"send_reminder", "search_invoices"} <= fewer
        assert not {"create_invoice", "void_invoice", "record_payment"} & fewer
        assert refused.structured_content["error"]["code"] == "permission"
        accepts = {"Accept": "application/json, text/event-stream"}
        for header in ({}, {"Authorization": "Bearer n30k_nothing"}, {"Cookie": "net30_session=x"}):
            answer = httpx2.post(url, json=HELLO, headers={**accepts, **header})
            assert answer.status_code == 401, answer.text
            assert answer.json()["code"] == "unauthenticated"
    with desk.app.look() as ctx:
        assert len(ctx.tx.page(Invoice)) == 1


def test_without_the_package_its_address_says_how_to_get_it(desk: Desk) -> None:
    missing = ConfigurationError("no mcp", hint="pip install 'net30[mcp]'", code="extra")
    api = create_api(desk.app, partial(recognised, desk.app))
    guarded = behind_the_door(api, out_of_order(missing), ())
    key = member_key(desk.app, Role.OWNER, "main")
    with TestClient(guarded) as client:
        answer = client.post("/api/mcp", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["hint"]) == (501, "pip install 'net30[mcp]'")
