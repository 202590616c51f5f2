"""Coming in: the first owner's link, a password, a session, and going out again."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from net30.api.serving import bound, serve
from net30.kernel.errors import ConfigurationError
from net30.services.identity.create_owner import create_owner
from tests.api.front import Front, open_front
from tests.desk import open_desk

START_SECONDS = 90


def test_the_first_owner_comes_in_by_a_link_once(fresh_home: Path) -> None:
    with open_front(fresh_home) as front:
        app = front.desk.app
        secret = create_owner(app.world.accounts, app.organisation, app.clock())
        link = {"secret": secret, "password": "zebra lamp quartz", "email": "awa@lagune.example"}
        made = front.client.post("/api/v1/links/accept", json=link)
        assert made.status_code == 201, made.text
        again = front.client.post("/api/v1/links/accept", json=link)
        assert (again.status_code, again.json()["code"]) == (403, "link")
        _signed_in_and_out(front)


def _signed_in_and_out(front: Front) -> None:
    login = {"email": "awa@lagune.example", "password": "zebra lamp quartz"}
    wrong = front.client.post("/api/v1/sessions", json=login | {"password": "zebra"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign_in")
    session = front.client.post("/api/v1/sessions", json=login)
    assert session.status_code == 201
    assert session.headers["cache-control"] == "no-store"
    key = {"Authorization": f"Bearer {session.json()['secret']}"}
    assert front.client.get("/api/v1/me", headers=key).json()["organisation"] == "main"
    assert front.client.delete("/api/v1/sessions/current", headers=key).status_code == 204
    assert front.client.get("/api/v1/me", headers=key).status_code == 401


def test_nothing_is_served_to_other_machines_before_there_is_an_owner(fresh_home: Path) -> None:
    desk = open_desk(fresh_home)
    with pytest.raises(ConfigurationError, match="there is no owner yet"):
        serve(desk.app, "0.0.0.0", 0, print)
    desk.app.close()


def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigurationError, match="cannot be served"):
            bound("127.0.0.1", taken.getsockname()[1])


@pytest.mark.slow
def test_the_server_starts_lets_the_owner_in_and_stops_when_told(fresh_home: Path) -> None:
    command = [str(Path(sys.executable).with_name("net30")), "serve", "--port", "0"]
    environment = {**os.environ, "NET30_HOME": str(fresh_home)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            _let_in(server)
        finally:
            server.kill()  # a test that fails does not wait for it


def _let_in(server: subprocess.Popen[str]) -> None:
    assert server.stdout is not None
    told = [server.stdout.readline() for _ in range(6)]
    (address,) = re.findall(r"http://127\.0\.0\.1:\d+", told[0])
    (secret,) = re.findall(r'"secret": "([^"]+)"', "".join(told))
    _wait_for(address)
    link = {"secret": secret, "password": "zebra lamp quartz", "email": "awa@lagune.example"}
    made = httpx2.post(f"{address}/api/v1/links/accept", json=link, timeout=START_SECONDS)
    assert made.status_code == 201
    assert "server" not in made.headers
    server.send_signal(signal.SIGTERM)
    assert server.wait(START_SECONDS) == 0


def _wait_for(address: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            if httpx2.get(f"{address}/ready", timeout=START_SECONDS).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail("the server did not start")
