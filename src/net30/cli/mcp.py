"""net30 mcp: the assistant's tools for any MCP client, over standard input and output."""

from __future__ import annotations

import typer

from net30.cli.session import opened
from net30.kernel.plugins import load


def register(program: typer.Typer) -> None:
    """Add this command to `net30`."""
    program.command("mcp")(serve)


def serve() -> None:
    """Serve the assistant's tools to an MCP client; the client starts this command itself."""
    from net30.assistant.ask import USER  # whoever starts a command is its user

    serving = load("net30.mcp", "serving", extra="mcp")
    with opened() as net30:
        serving.serve_stdio(net30, USER)
