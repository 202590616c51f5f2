"""net30 serve: the API and the pages, on this machine's own address unless another is named."""

from __future__ import annotations

import sys
from functools import partial
from importlib.util import find_spec
from typing import Annotated, Optional

import typer

from net30.cli.output import say
from net30.cli.session import opened
from net30.kernel.plugins import load
from net30.services.relaying import Elsewhere

PORT_MAX = 65_535


def register(program: typer.Typer) -> None:
    """Add this command to `net30`."""
    program.command("serve")(serve)


def serve(
    *,
    host: Annotated[
        str, typer.Option(help="The address to serve; others are reached by other machines.")
    ] = "127.0.0.1",
    port: Annotated[
        Optional[int],  # noqa: UP045 - as Typer reads it
        typer.Option(help="NET30_PORT by default; 0: any that is free.", min=0, max=PORT_MAX),
    ] = None,
    worker: Annotated[
        bool,
        typer.Option(
            "--worker/--no-worker",
            help="Without, net30 work must run beside: a service of its own.",
        ),
    ] = True,
    screens: Annotated[
        bool, typer.Option("--screens/--no-screens", help="Without: the API and sign-in only.")
    ] = True,
) -> None:
    """Serve the screens, the sign-in pages, the API at /api/v1 and its page at /api/docs.

    The first start prints a one-time link that makes its bearer the owner.
    """
    serving = load("net30.api", "serving", extra="web")
    asgi = load("net30", "asgi", extra="web")
    with_screens = screens and has_screens()
    compose = asgi.with_screens if with_screens else asgi.compose
    with opened() as home, home.traced() as net30:
        net30.keep_log()
        if screens and not with_screens:
            _say_now("without the screens: pip install 'net30[ui]' brings them")
        if worker:
            relay = load("net30.worker", "child").WorkerProcess(net30.world)
        else:
            relay = Elsewhere(net30.world)
        wanted = net30.settings.port if port is None else port
        serving.serve(net30, host, wanted, _say_now, partial(compose, relay=relay))


def has_screens() -> bool:
    """Tell whether what the screens need is installed, without loading it."""
    return find_spec("streamlit") is not None and find_spec("plotly") is not None


def _say_now(text: str) -> None:
    """Print a line at once: whoever started the server waits for it."""
    say(text)
    sys.stdout.flush()
