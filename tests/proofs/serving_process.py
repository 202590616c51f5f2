"""A server with a guard removed: `python -m tests.proofs.serving_process GUARD`.

It serves the home and database of the environment as `net30 serve` does, and says its address on
its first line. GUARD is one of:

    early       numbers are taken in a transaction of their own, before the one that uses them
    forgetful   answers are not kept under their idempotency keys
    unexplained what PostgreSQL's driver raises goes up as it is
    hoarding    every request's content is kept for ever
"""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import replace
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from net30.adapters.sql import postgres, store
from net30.api.application import create_api
from net30.api.auth import Recognise
from net30.api.serving import Compose, serve
from net30.app import App, open_app
from net30.services.relaying import Elsewhere
from net30.settings import load
from tests.proofs.issuer import EarlyNumberStore

HOARDED_PER_REQUEST = 100_000


class Hoarding:
    """Keeps something of every request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: list[Any] = []  # Any: only its size matters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        self._kept.append((b"x" * HOARDED_PER_REQUEST, socket.socket()))
        await self._app(scope, receive, send)


def main(guard: str) -> None:
    """Serve until killed."""
    app = open_app(load(os.environ))
    compose: Compose = partial(create_api, relay=Elsewhere(app.world))
    match guard:
        case "early":
            database = app.world.store.database  # type: ignore[attr-defined] # it is one of SQL
            app = replace(app, world=replace(app.world, store=EarlyNumberStore(database)))
        case "forgetful":
            store.SqlTransaction.remember = _forget  # type: ignore[method-assign] # the mutant
        case "unexplained":
            postgres.Postgres.explain = _itself  # type: ignore[assignment,method-assign] # the mutant
        case "hoarding":
            compose = partial(_hoarded, compose)
    serve(app, "127.0.0.1", 0, partial(print, flush=True), compose)


def _forget(*_: object, **__: object) -> None:
    """Keep nothing."""


def _itself(_: object, error: Exception) -> Exception:
    return error


def _hoarded(compose: Compose, app: App, recognise: Recognise) -> ASGIApp:
    return Hoarding(compose(app, recognise))


if __name__ == "__main__":
    main(sys.argv[1])
