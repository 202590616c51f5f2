"""The examples of docs/api.md, typed as they stand, at a real server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from net30.api.serving import bound, configuration
from net30.domain.identity.roles import Role
from tests.api.front import US, member_key
from tests.desk import Desk, open_desk

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"^```sh( refused)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BEFORE = """\
set -eu
uuidgen() { echo "key-$RANDOM$RANDOM$RANDOM"; }
curl() { command curl --fail-with-body --silent --show-error --max-time 60 "$@"; echo; }
"""


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """Serve a desk's API and lend its address."""
    with bound("127.0.0.1", 0) as listening:
        server = uvicorn.Server(configuration(desk.app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="needs curl, bash")
def test_the_examples_of_the_page_work_as_they_stand(fresh_home: Path, tmp_path: Path) -> None:
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) >= 6
    desk = open_desk(fresh_home)
    key = member_key(desk.app, Role.OWNER, US)
    with served(desk) as address:
        environment = {**os.environ, "NET30": address, "KEY": key}
        for refused, commands in blocks:
            done = subprocess.run(
                ["bash", "-c", BEFORE + commands],
                env=environment,
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode != 0) == bool(refused), done.stdout + done.stderr
            assert not refused or '"code":"validation"' in done.stdout
    assert (tmp_path / "invoice.pdf").read_bytes().startswith(b"%PDF")
    desk.app.close()
