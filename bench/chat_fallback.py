"""Fallback: how soon the offline model answers when a language model does not.

Seconds to the first piece of the answer, against a refused port and a server that hangs; warm, as
in a conversation. The alternative is the same SDK as it comes, with its two retries.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
import time
from pathlib import Path

from openai import APIConnectionError, AsyncOpenAI

from bench.bench import Row
from net30.assistant.ask import ask_in_pieces
from net30.assistant.chat_model import Breaker
from tests.desk import open_desk
from tests.doubles.openai_server import OpenAIServer, openai_server, refused_port

GOAL_SECONDS = 0.1
LIMIT_SECONDS = 1
TIMES = 15
SENTENCE = "Invoice Acme Corp for 40 hours of consulting at 90000 FCFA/hour"


def measure() -> list[Row]:
    """Return one row a way to fail."""
    port = refused_port()
    refused = _first_pieces(port)
    with openai_server(OpenAIServer(mode="hang")) as server:
        hanging = _first_pieces(server.port, times=3)
    with openai_server(OpenAIServer(mode="500")) as server:
        failing = _first_pieces(server.port)
    return [
        _row("refused port", statistics.median(refused[1:]), _as_it_comes(port)),
        _row("refused port, slowest", max(refused[1:])),
        _row("server error", statistics.median(failing[1:])),
        _row(f"hanging, beyond its limit of {LIMIT_SECONDS} s", max(hanging[1:]) - LIMIT_SECONDS),
        _row("while it is left alone", _left_alone(port)),
        Row(case="first message of a process", ours="imports too", ours_seconds=refused[0]),
    ]


def _row(case: str, seconds: float, alternative: float | None = None) -> Row:
    return Row(
        case=case,
        ours="first piece",
        ours_seconds=seconds,
        alternative="SDK as it comes" if alternative else "",
        alternative_seconds=alternative,
        ratio=alternative / seconds if alternative else None,
        goal=f"< {GOAL_SECONDS} s",
        met=seconds < GOAL_SECONDS,
    )


def _first_pieces(port: int, times: int = TIMES, *, anew: bool = True) -> list[float]:
    """Measure the seconds to the first piece of several answers; the first one imports."""
    with tempfile.TemporaryDirectory() as home:
        url = f"openai:http://127.0.0.1:{port}/v1#gpt-4o"
        desk = open_desk(Path(home), chat_url=url, chat_key="secret", chat_seconds=LIMIT_SECONDS)
        chat = desk.app.chat
        assert chat is not None
        seconds = []
        for _ in range(times + 1):
            if anew:
                chat.breaker = Breaker(chat.pause_seconds)
            start = time.perf_counter()
            pieces = ask_in_pieces(desk.app, SENTENCE, model=chat)
            next(pieces)
            seconds.append(time.perf_counter() - start)
            for _piece in pieces:
                pass
        desk.app.close()
    return seconds


def _left_alone(port: int) -> float:
    return statistics.median(_first_pieces(port, anew=False)[1:])


def _as_it_comes(port: int) -> float:
    async def ask() -> None:
        async with AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="secret") as client:
            await client.chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": SENTENCE}]
            )

    start = time.perf_counter()
    with contextlib.suppress(APIConnectionError):
        asyncio.run(ask())
    return time.perf_counter() - start
