"""The Dockerfile: read as a builder reads it, and its own commands run.

What is run here is what an image starts: ENTRYPOINT with CMD, and HEALTHCHECK beside it. How the
image itself was built and tried: docs/deployment.md#what-was-run.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from net30.domain.identity.roles import Role
from tests.api.front import member_key
from tests.architecture.project import ROOT
from tests.deployment.programs import is_command
from tests.desk import open_desk

LOCKS = ROOT / "requirements"
TARGETS = ("slim", "server")
SECONDS = 60.0


@dataclass(slots=True)
class Stage:
    """A stage of the Dockerfile, with what it took over from the one it stands on."""

    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def last(self, word: str) -> str:
        """Return what the last step of a kind says; empty for none."""
        return next((text for kind, text in reversed(self.steps) if kind == word), "")


def stages() -> dict[str, Stage]:
    """Return the stages by name; a step's continued lines are one."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    found: dict[str, Stage] = {}
    stage = Stage("")
    for line in text.splitlines():
        word, _, rest = line.strip().partition(" ")
        if not word or word.startswith("#"):
            continue
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            stage = found[name] = Stage(name, list(found[base].steps) if base in found else [])
        stage.steps.append((word, " ".join(rest.split())))
    return found


def pins(lock: str) -> set[str]:
    """Return the versions that a lock file holds, with the machines that they are for."""
    text = (LOCKS / f"{lock}.lock").read_text()
    return {line.rstrip(" \\") for line in text.splitlines() if "==" in line[:60]}


def test_the_default_image_is_the_one_with_screens() -> None:
    assert list(stages())[-1] == "server"


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_runs_as_a_numbered_user_and_keeps_its_home_apart(target: str) -> None:
    stage = stages()[target]
    assert re.fullmatch(r"[1-9][0-9]+:[1-9][0-9]+", stage.last("USER"))
    assert stage.last("VOLUME") == "/data"
    assert "NET30_HOME=/data" in stage.last("ENV")
    assert f"install -d -o {stage.last('USER').split(':')[0]}" in stage.steps[1][1]
    assert stage.last("EXPOSE") == "8501"


def test_all_that_is_copied_goes_to_the_builder_and_nothing_else_does() -> None:
    ignored, allowed = ["**/.env", "**/__pycache__", "**/*.pyc"], set()
    for line in (ROOT / ".dockerignore").read_text().splitlines():
        if line.startswith("!"):
            allowed.add(line.removeprefix("!"))
        elif line and not line.startswith("#"):
            assert line == "*" or line in ignored
    for stage in stages().values():
        for kind, text in stage.steps:
            if kind == "COPY" and not text.startswith("--from="):
                for source in shlex.split(text)[:-1]:
                    assert (ROOT / source).exists()
                    assert any(fnmatch.fnmatch(source.split("/")[0], name) for name in allowed)


def test_everything_that_is_installed_is_pinned_by_hash() -> None:
    installs = [
        text
        for stage in stages().values()
        for kind, text in stage.steps
        if kind == "RUN" and " install " in text and "pip" in text
    ]
    assert len(installs) >= 5
    for text in installs:
        locked = "--require-hashes" in text and re.search(r"-r requirements/[a-z]+\.lock", text)
        assert locked or ("--no-index" in text and "--no-deps" in text), text


def test_the_images_hold_the_versions_that_the_tests_run_with() -> None:
    assert pins("slim") <= pins("server") <= pins("dev")
    assert pins("base") <= pins("slim")
    assert pins("ui") <= pins("server")
    assert any(pin.startswith("hatchling==") for pin in pins("build"))
    for lock in ("slim", "server", "build"):
        assert "://" not in (LOCKS / f"{lock}.lock").read_text()


@pytest.mark.parametrize("target", TARGETS)
def test_what_an_image_starts_is_a_command_of_net30(
    target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = stages()[target]
    assert json.loads(stage.last("ENTRYPOINT")) == ["net30"]
    assert is_command(json.loads(stage.last("CMD")), capsys)


def test_what_an_image_starts_serves_is_healthy_and_ends_when_told(tmp_path: Path) -> None:
    stage = stages()["slim"]
    words = [*json.loads(stage.last("ENTRYPOINT")), *json.loads(stage.last("CMD"))]
    desk = open_desk(tmp_path)
    member_key(desk.app, Role.OWNER, "main")
    desk.app.close()
    environment = {name: text for name, text in os.environ.items() if name[:6] != "NET30_"}
    environment |= {"NET30_HOME": str(tmp_path), "NET30_PORT": str(_free_port())}
    # Its first word stands beside the interpreter, as in the image.
    program = [str(Path(sys.executable).with_name(words[0])), *words[1:]]
    process = subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        line = process.stdout.readline()
        assert f"http://0.0.0.0:{environment['NET30_PORT']}/" in line
        check = json.loads(stage.last("HEALTHCHECK").partition(" CMD ")[2])
        assert check[0] == "python"

        def healthy() -> bool:
            asked = [sys.executable, *check[1:]]
            told = subprocess.run(asked, env=environment, check=False, capture_output=True)
            return told.returncode == 0

        tries = (healthy() for _ in range(10))  # it may take more than one while it starts
        assert any(tries)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
        assert not healthy()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
