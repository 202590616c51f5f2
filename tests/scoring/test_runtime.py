"""The runtime of trained models reports to nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TOLD_APART = "CI"
"""Where this is set the runtime is silent by itself, and nothing would be shown."""


def _left_behind(program: str, folder: Path) -> list[Path]:
    """Return what a program that loads the runtime keeps for its maker."""
    env = {name: text for name, text in os.environ.items() if name != TOLD_APART}
    env.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run(
        [sys.executable, "-c", program],
        env=env | {"XDG_CACHE_HOME": str(folder), "HOME": str(folder)},
        check=True,
        timeout=60,
    )
    return [file for file in folder.rglob("*") if file.is_file()]


def test_loading_the_runtime_keeps_no_reports_for_its_maker(tmp_path: Path) -> None:
    assert _left_behind("import net30.scoring.model", tmp_path) == []
