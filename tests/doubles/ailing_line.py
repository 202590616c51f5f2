"""A line to a server on the loopback that tests cut, break or silence."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import cast

PIECE_BYTES = 65_536


class AilingLine(socketserver.ThreadingTCPServer):
    """A port that passes everything on to another one, while the line is well.

    `cut`: connections are closed at once; `silent`: what is said is taken and never passed on;
    `late_seconds`: it is passed on after so long.
    """

    daemon_threads = True
    allow_reuse_address = True
    cut = False
    silent = False
    late_seconds = 0.0

    def __init__(self, port: int) -> None:
        self.behind = port
        self.healed = threading.Event()
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Call)

    @property
    def port(self) -> int:
        """Return the port of this end of the line."""
        return int(self.server_address[1])

    def break_once(self) -> None:
        """Close what is open now; who calls again is put through."""
        for side in list(self._open):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)

    def heal(self) -> None:
        """Let everything pass again, also what waits."""
        self.cut, self.silent, self.late_seconds = False, False, 0.0
        self.healed.set()

    def carry(self, here: socket.socket, there: socket.socket) -> None:
        """Pass on what one side says until either hangs up."""
        self._open |= {here, there}
        with suppress(OSError):
            while piece := here.recv(PIECE_BYTES):
                if self.cut:
                    break
                if self.silent:
                    self.healed.wait(20)
                    break
                if self.late_seconds:
                    self.healed.wait(self.late_seconds)
                there.sendall(piece)
        for side in (here, there):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
        self._open -= {here, there}


class _Call(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        line = cast("AilingLine", self.server)
        if line.cut:
            return
        with socket.create_connection(("127.0.0.1", line.behind)) as there:
            back = threading.Thread(target=self._answers, args=(there,), daemon=True)
            back.start()
            line.carry(self.request, there)
            back.join()

    def _answers(self, there: socket.socket) -> None:
        with suppress(OSError):
            while piece := there.recv(PIECE_BYTES):
                self.request.sendall(piece)
            self.request.shutdown(socket.SHUT_RDWR)


@contextmanager
def ailing_line(port: int) -> Iterator[AilingLine]:
    """Lend a line to a port until the block ends."""
    with AilingLine(port) as line:
        thread = threading.Thread(target=line.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield line
        finally:
            line.heal()
            line.break_once()
            line.shutdown()
            thread.join(5)
