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
from pathlib import Path

import anyio
import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import CallToolResult
from starlette.applications import Starlette
from starlette.routing import Mount

from net30.cli import exits
from net30.mcp.serving import http_app
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
    """Mount the server below /mcp of a web application on a free port of this machine."""
    mounted = http_app(desk.app, "awa")
    web = Starlette(routes=[Mount("/mcp", app=mounted)], lifespan=mounted.router.lifespan_context)
    config = uvicorn.Config(web, host="127.0.0.1", port=0, log_level="error")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    (listening,) = running.servers[0].sockets
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/mcp/"
    running.should_exit = True
    thread.join(10)


@pytest.mark.slow
def test_a_web_application_serves_the_same_tools_and_no_foreign_page(desk: Desk) -> None:
    with served(desk) as url:

        async def talk() -> CallToolResult:
            async with Client(url) as client:
                return await client.call_tool("create_invoice", ORDER)

        made = anyio.run(talk)
        assert made.structured_content["outcome"] == "done"
        accepts = {"Accept": "application/json, text/event-stream"}
        for headers, status in (
            ({"Origin": "https://evil.example"}, 403),
            ({"Host": "books.evil.example"}, 421),
            ({"Origin": "http://localhost:3000"}, 200),
        ):
            answer = httpx2.post(url, json=HELLO, headers={**accepts, **headers})
            assert answer.status_code == status, (headers, answer.text)
