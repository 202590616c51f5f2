"""net30 work: projections, webhooks and recurring invoices, in a process of its own."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from net30.cli.learning import prepare_to_learn
from net30.cli.session import opened
from net30.kernel.plugins import load

GIVES_WAY = 10
"""Where a server and its worker want the same processor the server has it nine times as long."""


def register(program: typer.Typer) -> None:
    """Add this command to `net30`."""
    program.command("work")(work)


def work(
    *,
    beside_a_server: Annotated[
        bool, typer.Option("--beside-a-server", help="End with standard input.", hidden=True)
    ] = False,
) -> None:
    """Keep lists, documents and mail up to date, tell webhooks, make recurring invoices.

    net30 serve does it by itself, unless it is started with --no-worker.
    """
    prepare_to_learn()  # it trains what is ordered
    if beside_a_server and hasattr(os, "nice"):
        os.nice(GIVES_WAY)
    working = load("net30.worker", "work")
    with opened() as home, home.traced() as net30:
        net30.keep_log()
        working.work(net30, working.lines_of_the_server() if beside_a_server else None)
