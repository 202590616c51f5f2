"""The examples of docs/graphql.md, typed as they stand, at a real server; its table of limits."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from net30.api.graphql.limits import LIMITS
from net30.domain.identity.roles import Role
from tests.api.front import US, member_key
from tests.api.test_examples import BEFORE, BLOCK, served
from tests.desk import open_desk

PAGE = Path(__file__).parents[2] / "docs" / "graphql.md"


def test_the_page_tells_the_limits_that_hold() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([0-9,]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert {name: int(most.replace(",", "")) for name, most in rows} == asdict(LIMITS)


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="needs curl, bash")
def test_the_examples_of_the_page_work_as_they_stand(fresh_home: Path) -> None:
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) >= 5
    desk = open_desk(fresh_home)
    before = BEFORE + blocks[0][1].splitlines()[0] + "\n"
    with served(desk) as address:
        key = member_key(desk.app, Role.OWNER, US)
        environment = {**os.environ, "NET30": address, "KEY": key}
        for refused, commands in blocks:
            done = subprocess.run(
                ["bash", "-c", before + commands],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            told = done.stdout + done.stderr
            assert (done.returncode != 0) == bool(refused), told
            assert ('"errors"' in told) == bool(refused), told
    desk.app.close()
