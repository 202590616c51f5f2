"""A desk whose tools an MCP client calls, in memory."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import anyio
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult

from net30.mcp.server import server
from tests.desk import Desk, open_desk

Found = TypeVar("Found")


@dataclass(frozen=True)
class Counter:
    """An MCP client at a desk: calls tools and remembers nothing."""

    desk: Desk
    user: str = "awa"

    def ask(self, act: Callable[[Client], Awaitable[Found]]) -> Found:
        """Do something with a connected client."""

        async def connected() -> Found:
            async with Client(server(self.desk.app, self.user)) as client:
                return await act(client)

        return anyio.run(connected)

    def refusal(self, act: Callable[[Client], Awaitable[Any]]) -> str:
        """Do something that the server refuses, and return why it did."""

        async def refused(client: Client) -> str:
            with pytest.raises(MCPError) as told:
                await act(client)
            return told.value.message

        return self.ask(refused)

    def call(self, name: str, /, **args: Any) -> CallToolResult:
        """Call one tool."""
        return self.ask(lambda client: client.call_tool(name, args))

    def token(self, name: str, /, **args: Any) -> str:
        """Call a tool that waits for a yes, and return the token of the question."""
        content = self.call(name, **args).structured_content
        assert content["outcome"] == "confirm", content
        return str(content["confirm"][0]["token"])


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = open_desk(tmp_path / "home")
    opened.app.settle()
    yield opened
    opened.app.close()


@pytest.fixture
def counter(desk: Desk) -> Counter:
    return Counter(desk)
