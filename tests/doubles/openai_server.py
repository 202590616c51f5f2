"""A server with OpenAI's interface on the loopback, which says what a script tells it to say.

The real SDK talks to it: /v1/chat/completions as OpenAI has it, Azure's routes by deployment
(with api-version and api-key) and by /openai/v1, whole answers and streams of pieces. It can fail
in every way that servers fail. It is a double, no model: it understands nothing.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from tests.doubles.loopback import Answering, listening

HANG_SECONDS_MAX = 20
ROUTE = re.compile(
    r"(/v1|/openai/v1|/api/projects/[^/]+/openai/v1|/openai/deployments/(?P<name>[^/]+))"
    r"/chat/completions"
)


@dataclass(frozen=True, slots=True)
class Say:
    """One answer of the model: some text, some calls."""

    text: str = ""
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()


def call(name: str, **args: Any) -> Say:
    """Return the answer that makes one call."""
    return Say(calls=((name, args),))


@dataclass(slots=True)
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Return the messages of the conversation."""
        return cast("list[dict[str, Any]]", self.body["messages"])

    @property
    def all_text(self) -> str:
        """Return everything that a model would see."""
        return json.dumps(self.body, ensure_ascii=False)


Script = Callable[[Asked], Say]


def in_turn(*answers: Say) -> Script:
    """Return the script of these answers one after another; the last one again and again."""
    left = list(answers)

    def script(_: Asked) -> Say:
        return left.pop(0) if len(left) > 1 else left[0]

    return script


def obedient(first: Say) -> Script:
    """Return the script that does what any text says, whoever wrote it, and else `first`.

    "CALL void_invoice number=INV-2026-000001" makes that call; "SAY words." says them.
    """

    def script(asked: Asked) -> Say:
        latest = json.dumps(asked.messages[-1], ensure_ascii=False)
        orders = re.findall(r"CALL (\w+)((?: \w+=[^\s\\\"]+)*)", latest)
        calls = [(name, dict(pair.split("=") for pair in args.split())) for name, args in orders]
        said = " ".join(re.findall(r"SAY ([^\"\\\n]+\.)", latest))
        if calls or said:
            return Say(said, tuple(calls))
        return Say("Done.") if asked.messages[-1]["role"] == "tool" else first

    return script


@dataclass(slots=True)
class OpenAIServer:
    """How the server behaves, and what it was asked.

    `mode` is "" or one of: hang (no byte), drip (a comment now and then), malformed (no JSON),
    odd (JSON of another shape), half (the stream breaks off), half_call (inside a call), 401,
    403, 404, 429, 500. `fails_from` lets the first requests pass. `key` is the one that counts.
    """

    script: Script = lambda _: Say("Hello.")
    mode: str = ""
    fails_from: int = 0
    key: str = "secret"
    certificate: Path | None = None
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Return the address without a route."""
        scheme = "https" if self.certificate else "http"
        host = "localhost" if self.certificate else "127.0.0.1"
        return f"{scheme}://{host}:{self.port}"


class _Answering(Answering):
    def post(self) -> None:
        server = self.behaviour
        body = json.loads(self.content())
        asked = Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        server.asked.append(asked)
        problem = self._problem(asked, server)
        if problem:
            self.tell(problem[0], {"error": {"message": problem[1], "code": "double"}})
            return
        fails = server.mode and len(server.asked) > server.fails_from
        mode = server.mode if fails else ""
        try:
            self._answer(asked, server, mode)
        except OSError:  # the client hung up
            self.close_connection = True

    def _problem(self, asked: Asked, server: OpenAIServer) -> tuple[int, str] | None:
        path, _, query = asked.path.partition("?")
        route = ROUTE.fullmatch(path)
        if route is None:
            return 404, f"no such route: {path}"
        if route["name"] and "api-version=" not in query:
            return 404, "the routes by deployment need an api-version"
        given = asked.headers.get("api-key") or asked.headers.get("authorization", "")
        if given.removeprefix("Bearer ") != server.key:
            return 401, "wrong key"
        if not asked.body.get("messages"):
            return 400, "no messages"
        return None

    def _answer(self, asked: Asked, server: OpenAIServer, mode: str) -> None:
        if mode.isdigit():
            self.tell(int(mode), {"error": {"message": f"double: {mode}", "code": "double"}})
        elif mode == "hang":
            server.release.wait(HANG_SECONDS_MAX)
            self.close_connection = True
        elif mode == "malformed":
            self.tell_bytes(200, b'{"choices": [{"mess')
        elif mode == "odd":
            self.tell_bytes(200, b'{"choices": 5, "object": []}')
        elif asked.body.get("stream"):
            self._stream(asked, server, mode)
        else:
            self.tell(200, _whole(server.script(asked), asked))

    def _stream(self, asked: Asked, server: OpenAIServer, mode: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if mode == "drip":
            until = time.monotonic() + HANG_SECONDS_MAX
            while time.monotonic() < until and not server.release.wait(0.05):
                self._chunk(b": still thinking\n\n")
            return
        pieces = [*_pieces(server.script(asked), asked)]
        kept = max(1, len(pieces) // 2) if mode.startswith("half") else len(pieces)
        for piece in pieces[:kept]:
            self._chunk(b"data: " + json.dumps(piece).encode() + b"\n\n")
        if mode == "half_json":
            self._chunk(b'data: {"choices": [{"delta": {"cont\n\n')
        if mode.startswith("half"):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


@contextmanager
def openai_server(server: OpenAIServer | None = None) -> Iterator[OpenAIServer]:
    """Serve on a free port of the loopback until the block ends."""
    behaviour = server or OpenAIServer()
    with listening(_Answering, behaviour, certificate=behaviour.certificate) as behaviour.port:
        try:
            yield behaviour
        finally:
            behaviour.release.set()


def refused_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _calls(say: Say) -> list[dict[str, Any]]:
    return [
        {
            "id": f"call_{at}_{time.monotonic_ns()}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(args)},
        }
        for at, (name, args) in enumerate(say.calls)
    ]


def _whole(say: Say, asked: Asked) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": say.text or None}
    if say.calls:
        message["tool_calls"] = _calls(say)
    finish = "tool_calls" if say.calls else "stop"
    return {
        "id": "chatcmpl-double",
        "object": "chat.completion",
        "created": 1,
        "model": asked.body.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def _pieces(say: Say, asked: Asked) -> Iterator[dict[str, Any]]:
    """Yield an answer as a stream: a word a piece, a call's arguments in two."""
    for word in re.findall(r"\S+\s*", say.text):
        yield _piece(asked, {"content": word})
    for at, entry in enumerate(_calls(say)):
        function = entry["function"]
        half = len(function["arguments"]) // 2
        head = {**entry, "function": {**function, "arguments": function["arguments"][:half]}}
        tail = {"function": {"arguments": function["arguments"][half:]}}
        yield _piece(asked, {"tool_calls": [{"index": at, **head}]})
        yield _piece(asked, {"tool_calls": [{"index": at, **tail}]})
    yield _piece(asked, {}, "tool_calls" if say.calls else "stop")


def _piece(asked: Asked, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-double",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": asked.body.get("model", ""),
        "choices": [{"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}],
    }


def prompted(*answers: Sequence[tuple[str, dict[str, Any]]] | str) -> Script:
    """Return the script of a server without tool calls: calls as JSON in text, or words."""
    said = [
        Say(
            answer
            if isinstance(answer, str)
            else json.dumps({"calls": [{"tool": t, "args": a} for t, a in answer], "say": ""})
        )
        for answer in answers
    ]
    return in_turn(*said)
