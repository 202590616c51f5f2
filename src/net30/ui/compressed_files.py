"""Compressed files: the program's own scripts and styles, a third of their size on the network.

Streamlit sends its files as they are, which is right on one machine. Over a telephone's network the
first visit is several megabytes: whoever comes from elsewhere gets them compressed, each made once.
"""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from net30.kernel.this_machine import is_this_machine

MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}
BYTES_MIN = 1_000
"""What is smaller fits one packet or two in any case."""


@dataclass(frozen=True, slots=True)
class CompressedFiles:
    """Stands before the screens and sends Streamlit's scripts and styles compressed."""

    screens: ASGIApp
    kept: dict[str, bytes] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a file compressed to who is elsewhere and can read that; pass on all else."""
        file = _files().get(scope["path"]) if _may_shrink(scope) else None
        if file is None:
            await self.screens(scope, receive, send)
            return
        if scope["path"] not in self.kept:
            self.kept[scope["path"]] = await asyncio.to_thread(_compressed, file)
        answer = Response(
            self.kept[scope["path"]],
            media_type=MEDIA_TYPES[file.suffix],
            headers={"content-encoding": "gzip", "vary": "accept-encoding"},
        )
        await answer(scope, receive, send)


def _may_shrink(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    headers = Headers(scope=scope)
    return "gzip" in headers.get("accept-encoding", "") and not _is_here(scope, headers)


def _is_here(scope: Scope, headers: Headers) -> bool:
    """Tell whether the browser is on this machine: not where a proxy asks for somebody."""
    client = scope.get("client")
    if not client or "x-forwarded-for" in headers or "forwarded" in headers:
        return False
    return is_this_machine(client[0])


@cache
def _files() -> dict[str, Path]:
    """Return the files that are worth it by their addresses."""
    folder = Path(streamlit.__file__).parent / "static"
    found = (file for file in (folder / "static").rglob("*") if file.suffix in MEDIA_TYPES)
    return {
        f"/{file.relative_to(folder).as_posix()}": file
        for file in found
        if file.stat().st_size >= BYTES_MIN
    }


def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)
