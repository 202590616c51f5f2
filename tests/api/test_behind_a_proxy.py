"""Behind a proxy: who asks is who the proxy says, if it is one of ours, and nobody else's word."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from net30.api.auth import sender_of
from net30.api.serving import configuration
from net30.app import App
from net30.kernel.errors import ConfigurationError
from net30.settings import load
from tests.desk import open_desk

PROXY, STRANGER, ASKS = "10.1.0.5", "203.0.113.9", "198.51.100.7"
OURS = "10.1.0.0/16, 10.2.3.4"


async def told(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with who asks, as guesses and rates are counted for, and by which scheme."""
    request = Request(scope)
    await PlainTextResponse(f"{sender_of(request)} {request.url.scheme}")(scope, receive, send)


def composed(_app: App, _recognise: object) -> ASGIApp:
    return told


@pytest.mark.parametrize(
    ("proxies", "sender", "said", "believed"),
    [
        (OURS, PROXY, ASKS, f"{ASKS} https"),
        (OURS, "10.2.3.4", f"{ASKS}:4711", f"{ASKS} https"),  # some write the port too
        (OURS, PROXY, f"{ASKS}, 10.1.9.9", f"{ASKS} https"),  # one proxy behind the other
        (OURS, PROXY, f"192.0.2.1, {ASKS}", f"{ASKS} https"),  # typed by whoever asks: no source
        (OURS, STRANGER, ASKS, f"{STRANGER} http"),
        ("", PROXY, ASKS, f"{PROXY} http"),
        ("", "127.0.0.1", ASKS, "127.0.0.1 http"),
    ],
)
def test_only_a_proxy_of_ours_is_believed_about_who_asks(
    tmp_path: Path, proxies: str, sender: str, said: str, believed: str
) -> None:
    desk = open_desk(tmp_path, proxies=proxies)
    config = configuration(desk.app, composed)
    config.load()
    client = TestClient(config.loaded_app, client=(sender, 50_000))
    headers = {"X-Forwarded-For": said, "X-Forwarded-Proto": "https"}
    assert client.get("/", headers=headers).text == believed
    desk.app.close()


@pytest.mark.parametrize("wrong", ["*", "10.1.0.0/33", "proxy.internal"])
def test_a_proxy_is_named_by_its_address(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="NET30_PROXIES"):
        load({"NET30_PROXIES": wrong})
