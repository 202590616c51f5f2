"""Seat: somebody at the screens without a browser: the websocket that a browser would hold.

A browser draws for longer than the server works; what many people at once cost the server is
measured without paying for their browsers on the same cores.
"""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

ANSWER_SECONDS_MAX = 120.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page that was drawn: seconds until its heading and its end, messages it took."""

    seconds: float
    heading: float
    messages: int


class Seat:
    """A session at the screens."""

    def __init__(self, link: str) -> None:
        """Follow a link that signs in, and take the seat."""
        at = urlsplit(link)
        asking = http.client.HTTPConnection(at.netloc, timeout=ANSWER_SECONDS_MAX)
        asking.request("GET", at.path)
        cookie = (asking.getresponse().getheader("set-cookie") or "").partition(";")[0]
        asking.close()
        self._line: ClientConnection = connect(
            f"ws://{at.netloc}/_stcore/stream",
            additional_headers={"Cookie": cookie},
            subprotocols=["streamlit"],  # type: ignore[list-item] # a NewType of str
            max_size=None,
            open_timeout=ANSWER_SECONDS_MAX,
        )

    def draw(self, page: str = "", query: str = "") -> Drawn:
        """Open a page, or draw it again where it is open."""
        wanted = BackMsg()
        wanted.rerun_script.page_name = page
        wanted.rerun_script.query_string = query
        wanted.rerun_script.context_info.locale = "en-GB"
        began = time.perf_counter()
        self._line.send(wanted.SerializeToString())
        heading, messages = 0.0, 0
        while True:
            told = ForwardMsg()
            told.ParseFromString(self._line.recv(timeout=ANSWER_SECONDS_MAX, decode=False))
            messages += 1
            if not heading and told.delta.new_element.HasField("heading"):
                heading = time.perf_counter() - began
            if told.WhichOneof("type") == "script_finished":
                return Drawn(time.perf_counter() - began, heading, messages)

    def leave(self) -> None:
        """Give the seat up."""
        self._line.close()
