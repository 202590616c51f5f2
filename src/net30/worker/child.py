"""Child: the worker as a process of a server, started with it, started again when it dies."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from contextlib import suppress
from threading import Event, Thread

from net30.services.relaying import Elsewhere
from net30.services.world import World

AGAIN_SECONDS = 5.0
CLOSING_SECONDS = 30.0

log = logging.getLogger("net30.worker")


class WorkerProcess(Elsewhere):
    """A relay whose work is done by `net30 work`, which ends when the server does, in any way."""

    def __init__(self, world: World, command: tuple[str, ...] = ()) -> None:
        """Start nothing before `start`."""
        super().__init__(world)
        self._command = command or (sys.executable, "-m", "net30", "work", "--beside-a-server")
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = Event()
        self._thread = Thread(target=self._keep, name="net30-worker", daemon=True)

    def start(self) -> None:
        """Start the process, and again whenever it dies."""
        self._thread.start()

    def stop(self) -> None:
        """Let it finish what is under way."""
        self._ending.set()
        self._thread.join()

    @property
    def pid(self) -> int | None:
        """Return the process' id, None while there is none."""
        process = self._process
        return process.pid if process and process.poll() is None else None

    def poke(self, organisation: str) -> None:
        """Say that something happened; a worker that does not listen finds it by itself."""
        process = self._process
        if process and process.stdin:
            with suppress(OSError, ValueError):  # full, dead or closed meanwhile
                os.write(process.stdin.fileno(), f"{organisation}\n".encode())

    def _keep(self) -> None:
        while not self._ending.is_set():
            process = subprocess.Popen(self._command, stdin=subprocess.PIPE)
            assert process.stdin
            os.set_blocking(process.stdin.fileno(), False)
            self._process = process
            while process.poll() is None and not self._ending.wait(0.2):
                pass
            if self._ending.is_set():
                _end(process)
                return
            log.error("the worker ended with %s and is started again", process.returncode)
            process.stdin.close()
            self._ending.wait(AGAIN_SECONDS)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.close()
    try:
        process.wait(CLOSING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
