"""Served: net30 itself and the bare server, each a process of its own, and keys to net30's door."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.request import urlopen

from bench.web.load import seconds_of_processor
from tests.architecture.project import ROOT
from tests.ui.browser import free_port

_PORT = re.compile(r":([0-9]+)/")
UNLIMITED = "1000000"
START_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 60.0
IDLE_SECONDS = 1.5
LOOK_SECONDS = 0.25
BUSY_SHARE_MAX = 0.1
"""Of one processor: a server that rests looks around now and then."""
HELLO = Path(__file__).with_name("hello.py")
_PROGRAM = "from net30.cli import main; main()"


@contextmanager
def net30(home: Path, *, settings: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run `net30 serve` on a home that has an owner and lend its port."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NET30_")},
        "NET30_HOME": str(home),
        "NET30_API_RATE_PER_MINUTE": UNLIMITED,
        **(settings or {}),
    }
    program = [sys.executable, "-c", _PROGRAM, "serve", "--port", "0"]
    with _running(program, environment) as (said, process):
        port = int(_PORT.findall(said)[0])
        # It says its address before all of it is loaded; who comes meanwhile waits.
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=START_SECONDS_MAX) as answer:
            assert answer.status == HTTPStatus.OK
        wait_until_idle(process.pid)
        yield port


@contextmanager
def bare(url: str = "") -> Iterator[int]:
    """Run the bare server and lend its port."""
    words = [url] if url else []
    with _running([sys.executable, "-m", "bench.web.bare", *words], dict(os.environ)) as (said, _):
        yield int(said)


@contextmanager
def hello_page() -> Iterator[str]:
    """Run Streamlit's own server on a page of one heading and one figure, and lend its address."""
    port = free_port()
    own = {"server.port": port, "server.address": "127.0.0.1", "server.headless": "true",
           "browser.gatherUsageStats": "false"}  # fmt: skip
    options = [word for name, value in own.items() for word in (f"--{name}", str(value))]
    program = [sys.executable, "-m", "streamlit", "run", str(HELLO), *options]
    with _running(program, dict(os.environ)) as (_, process):
        wait_until_idle(process.pid)
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def _running(
    program: list[str], environment: dict[str, str]
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        said = process.stdout.readline()
        assert said, "the server did not start"
        yield said, process
    finally:
        process.terminate()
        process.communicate(timeout=STOP_SECONDS_MAX)


def wait_until_idle(server: int) -> None:
    """Wait until a server and its worker have loaded what they load after their first answer."""
    until = time.monotonic() + START_SECONDS_MAX
    done, idle = 0.0, 0.0
    while idle < IDLE_SECONDS:
        assert time.monotonic() < until, "the server never came to rest"
        time.sleep(LOOK_SECONDS)
        now = sum(seconds_of_processor(one) for one in (server, *_children(server)))
        idle = idle + LOOK_SECONDS if now - done <= LOOK_SECONDS * BUSY_SHARE_MAX else 0.0
        done = now


def _children(process: int) -> list[int]:
    threads = Path(f"/proc/{process}/task").glob("*/children")
    return [int(one) for thread in threads for one in thread.read_text().split()]
