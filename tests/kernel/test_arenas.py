"""Threads that share their arenas."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from net30.kernel.arenas import ARENAS

SEEN = """
import ctypes, threading
from net30.kernel.arenas import few_arenas
assert few_arenas()
every = threading.Barrier(8)
def work():
    kept = [bytes(1000) for _ in range(1000)]
    every.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
for one in threads: one.start()
for one in threads: one.join()
ctypes.CDLL(None).malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="arenas are glibc's")
def test_eight_threads_share_two_arenas() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SEEN], capture_output=True, text=True, check=True, timeout=60
    )
    assert 1 <= ran.stderr.count("Arena ") <= ARENAS
