"""A terminal for tests: a pseudo-terminal of 80 columns with a command running in it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SECONDS_MAX = 60
CTRL_C, CTRL_D, UP = "\x03", "\x04", "\x1b[A"

# The command's own session must take the terminal, so that Ctrl-C reaches it as in a real one.
_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execv(sys.argv[1], sys.argv[1:])"
)


class Terminal:
    """What a person sees and types."""

    def __init__(self, master: int, process: subprocess.Popen[bytes]) -> None:
        self._master, self._process = master, process
        self._bytes = b""
        self.seen = ""

    def type(self, keys: str) -> None:
        """Press keys; a message ends with a carriage return."""
        os.write(self._master, keys.encode())

    def until(self, text: str) -> str:
        """Wait until a text is shown and return what came up to it; the rest is for later."""
        before, _, _ = self._read_until(text)
        return before

    def press_until(self, key: str, text: str) -> None:
        """Press a key until a text is shown, as people do.

        Python's prompt misses a Ctrl-C that comes while it still takes in the letter before it,
        until the next key.
        """
        deadline = time.monotonic() + SECONDS_MAX
        while text not in self.seen and time.monotonic() < deadline:
            self.type(key)
            while text not in self.seen and self._read(3):
                pass
        self.until(text)

    def leave(self) -> int:
        """Wait until the command has ended, and return its exit code."""
        deadline = time.monotonic() + SECONDS_MAX
        while self._process.poll() is None and time.monotonic() < deadline:
            self._read(0.1)
        while self._read(0):
            pass
        return self._process.wait(1)

    def _read_until(self, text: str) -> tuple[str, str, str]:
        deadline = time.monotonic() + SECONDS_MAX
        while text not in self.seen:
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"{text!r} did not come, only {self.seen!r}")
        before, found, self.seen = self.seen.partition(text)
        return before, found, self.seen

    def _read(self, seconds: float) -> bool:
        """Take in what is there; False when nothing came or the command has ended."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            self._bytes += os.read(self._master, 65_536)
        except OSError:  # Linux says so when the other side is closed
            return False
        # A character may come in two parts: what is whole is taken.
        text = self._bytes.decode(errors="ignore")
        self._bytes = self._bytes[len(text.encode()) :] if text else self._bytes
        self.seen += text
        return True


@contextmanager
def terminal(home: Path, *words: str, **settings: str) -> Iterator[Terminal]:
    """Run a net30 command in a terminal; skips where the system has none."""
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    termios = pytest.importorskip("termios", reason="this system has no pseudo-terminals")
    try:
        master, slave = pty.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal can be opened: {error}")
    termios.tcsetwinsize(slave, (24, 80))
    known = {name: value for name, value in os.environ.items() if not name.startswith("NET30_")}
    env = {**known, "NET30_HOME": str(home), "TERM": "xterm", "PYTHONUTF8": "1", **settings}
    net30 = str(Path(sys.executable).with_name("net30"))
    process = subprocess.Popen(
        [sys.executable, "-c", _TAKE_TERMINAL, net30, *words],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=env,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(master, process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(SECONDS_MAX)
        os.close(master)
