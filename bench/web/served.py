"""Served: net30 itself and the bare server, each a process of its own, and keys to net30's door."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.request import urlopen

from tests.architecture.project import ROOT

_PORT = re.compile(r":([0-9]+)/")
UNLIMITED = "1000000"
START_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 60.0
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
    with _running(program, environment) as said:
        port = int(_PORT.findall(said)[0])
        # It says its address before all of it is loaded; who comes meanwhile waits.
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=START_SECONDS_MAX) as answer:
            assert answer.status == HTTPStatus.OK
        yield port


@contextmanager
def bare(url: str = "") -> Iterator[int]:
    """Run the bare server and lend its port."""
    words = [url] if url else []
    with _running([sys.executable, "-m", "bench.web.bare", *words], dict(os.environ)) as said:
        yield int(said)


@contextmanager
def _running(program: list[str], environment: dict[str, str]) -> Iterator[str]:
    process = subprocess.Popen(
        program, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        said = process.stdout.readline()
        assert said, "the server did not start"
        yield said
    finally:
        process.terminate()
        process.communicate(timeout=STOP_SECONDS_MAX)
