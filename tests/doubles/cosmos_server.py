"""A double of one Azure Cosmos DB account: what the adapter sends, strictly, and nothing else.

It is no emulator. It checks signatures, keeps every request in the partition its header names,
carries batches out whole or not at all, and refuses what it does not know with 400. Queries are
those of `cosmos_query`. A replica that lags is played when `lag_seconds` is set: a read that does
not bring the session's token of a write may be answered as things were before it.

Not played: request units, splits of partitions, several regions, time to live, real latencies.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from tests.doubles.cosmos_query import Unsupported, answer
from tests.doubles.cosmos_shelf import BATCH_OPERATIONS_MAX, REQUEST_BYTES_MAX, Refused, Shelf

KEY = base64.b64encode(b"net30's double of Azure Cosmos DB").decode()
"""The account's key."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A request for documents: what it was, and the partition that its header named."""

    kind: str
    path: str
    partition: str
    query: str = ""
    changes: tuple[dict[str, Any], ...] = ()


@dataclass(slots=True)
class Account:
    """The account: databases with containers, what was asked of it, and how it is to fail."""

    key: str = KEY
    consistency: str = "Session"
    regions: int = 1
    lag_seconds: float = 0.0
    containers: dict[tuple[str, str], tuple[dict[str, Any], Shelf]] = field(default_factory=dict)
    databases: set[str] = field(default_factory=set)
    seen: list[Seen] = field(default_factory=list)
    fails: Callable[[Seen], str] = lambda _: ""
    """What is to become of a request: "" (answered), "refuse" (503, nothing done), "lose" (done,
    no answer), "slow" (answered after SLOW_SECONDS), "throttle" (429, nothing done)."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    url: str = ""
    slow_seconds: float = 1.0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    account: Account

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that their clients dropped."""


@contextmanager
def cosmos_account(account: Account | None = None, *, port: int = 0) -> Iterator[Account]:
    """Lend a running account."""
    account = account or Account()
    server = _Server(("127.0.0.1", port), _Handler)
    server.account = account
    account.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield account
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        """Send answers at once."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PUT(self) -> None:
        self._answer("PUT")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def _answer(self, verb: str) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        try:
            with self.server.account.lock:
                reply = _Request(self.server.account, verb, self.path, self.headers, body).reply()
        except Refused as refused:
            reply = _Reply(refused.status, {"code": str(refused.status), "message": str(refused)})
        except Unsupported as unsupported:
            message = f"double: {unsupported} is not supported"
            reply = _Reply(400, {"code": "BadRequest", "message": message})
        if reply.fate == "lose":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if reply.fate == "slow":
            time.sleep(self.server.account.slow_seconds)
        content = b"" if reply.body is None else json.dumps(reply.body).encode()
        head = [f"HTTP/1.1 {reply.status} Double"]
        head += [f"{name}: {value}" for name, value in reply.headers.items()]
        head += ["Content-Type: application/json", f"Content-Length: {len(content)}", "", ""]
        self.wfile.write("\r\n".join(head).encode() + content)


@dataclass(slots=True)
class _Reply:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    fate: str = ""


class _Request:
    """One request: found to be allowed, then carried out."""

    def __init__(self, account: Account, verb: str, path: str, headers: Any, body: bytes) -> None:
        self.account, self.verb, self.headers, self.body = account, verb, headers, body
        self.parts = [unquote(part) for part in path.partition("?")[0].split("/") if part]

    def reply(self) -> _Reply:
        self._check_signature()
        parts = self.parts
        if not parts and self.verb == "GET":
            return _Reply(200, self._account())
        if parts[:1] != ["dbs"]:
            raise Unsupported("/".join(parts))
        match len(parts):
            case 1 | 2:
                return self._database()
            case 3 | 4 if parts[2] == "colls":
                return self._container()
            case 5 if parts[4] == "pkranges" and self.verb == "GET":
                return self._ranges()
            case 5 | 6 if parts[4] == "docs":
                return self._documents()
        raise Unsupported("/".join(parts))

    def _check_signature(self) -> None:
        given = unquote(self.headers.get("authorization", ""))
        kind, link = "", ""
        if self.parts:
            is_named = len(self.parts) % 2 == 0
            kind = self.parts[-2] if is_named else self.parts[-1]
            link = "/".join(self.parts if is_named else self.parts[:-1])
        date = self.headers.get("x-ms-date", "")
        text = f"{self.verb.lower()}\n{kind.lower()}\n{link}\n{date.lower()}\n\n"
        key = base64.b64decode(self.account.key)
        mark = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
        if not hmac.compare_digest(given, f"type=master&ver=1.0&sig={mark}"):
            raise Refused(401, "the signature is not that of the account's key")

    def _account(self) -> dict[str, Any]:
        places = [
            {"name": f"region {at}", "databaseAccountEndpoint": self.account.url}
            for at in range(self.account.regions)
        ]
        return {
            "id": "double",
            "_self": "",
            "_rid": "double",
            "_dbs": "//dbs/",
            "media": "//media/",
            "addresses": "//addresses/",
            "writableLocations": places,
            "readableLocations": places,
            "enableMultipleWriteLocations": self.account.regions > 1,
            "userConsistencyPolicy": {"defaultConsistencyLevel": self.account.consistency},
        }

    def _database(self) -> _Reply:
        if self.verb == "POST" and len(self.parts) == 1:
            name = json.loads(self.body)["id"]
            if name in self.account.databases:
                raise Refused(409, f"the database {name} exists")
            self.account.databases.add(name)
            return _Reply(201, {"id": name, "_rid": name, "_self": f"dbs/{name}/"})
        if self.verb == "GET" and len(self.parts) == 2:
            name = self.parts[1]
            if name not in self.account.databases:
                raise Refused(404, f"there is no database {name}")
            return _Reply(200, {"id": name, "_rid": name, "_self": f"dbs/{name}/"})
        raise Unsupported(f"{self.verb} of databases")

    def _container(self) -> _Reply:
        if self.verb == "POST" and len(self.parts) == 3:
            made = json.loads(self.body)
            name = (self.parts[1], made["id"])
            if self.parts[1] not in self.account.databases:
                raise Refused(404, "there is no such database")
            if name in self.account.containers:
                raise Refused(409, "the container exists")
            rid = base64.b64encode(hashlib.sha256(repr(name).encode()).digest()[:8]).decode()
            made |= {"_rid": rid, "_self": f"dbs/{name[0]}/colls/{rid}/"}
            self.account.containers[name] = (made, Shelf(made))
            return _Reply(201, made)
        if self.verb == "GET" and len(self.parts) == 4:
            return _Reply(200, self._held()[0])
        raise Unsupported(f"{self.verb} of containers")

    def _held(self) -> tuple[dict[str, Any], Shelf]:
        found = self.account.containers.get((self.parts[1], self.parts[3]))
        if found is None:
            raise Refused(404, "there is no such container")
        return found

    def _ranges(self) -> _Reply:
        made, _ = self._held()
        if self.headers.get("If-None-Match") == "ranges":
            return _Reply(304, None, {"etag": "ranges"})
        whole = {"id": "0", "minInclusive": "", "maxExclusive": "FF", "_rid": "r", "parents": []}
        body = {"_rid": made["_rid"], "PartitionKeyRanges": [whole], "_count": 1}
        return _Reply(200, body, {"etag": "ranges"})

    # --- documents -----------------------------------------------------------------------------

    def _documents(self) -> _Reply:
        _, shelf = self._held()
        if len(self.body) > REQUEST_BYTES_MAX:
            raise Refused(413, "the request is larger than 2 MB")
        partition = self._partition()
        kind = self._kind()
        changes = self._changes() if kind == "batch" else ()
        seen = Seen(kind, "/".join(self.parts[5:]), partition, self._query_text(), changes)
        self.account.seen.append(seen)
        fate = self.account.fails(seen)
        if fate == "refuse":
            return _Reply(503, {"code": "ServiceUnavailable", "message": "as the test wants"})
        if fate == "throttle":
            body = {"code": "TooManyRequests", "message": "as the test wants"}
            return _Reply(429, body, {"x-ms-retry-after-ms": "10"})
        reply = self._carried_out(seen.kind, shelf, partition)
        reply.fate = fate
        reply.headers |= {
            "x-ms-session-token": f"0:-1#{shelf.sequence}",
            "x-ms-alt-content-path": "/".join(self.parts[:4]),
            "x-ms-request-charge": "1",
        }
        return reply

    def _carried_out(self, kind: str, shelf: Shelf, partition: str) -> _Reply:
        match kind:
            case "read":
                found = shelf.see(partition, self.parts[5], self._visible())
                return _Reply(200, found, {"etag": found["_etag"]})
            case "query":
                return self._query(shelf, partition)
            case "batch":
                return self._batch(shelf, partition)
            case "create" | "upsert" | "replace":
                change = {"operationType": kind, "resourceBody": json.loads(self.body)}
            case _:
                change = {"operationType": "delete"}
        change |= {"id": self.parts[5]} if len(self.parts) == 6 else {}
        change |= {"ifMatch": self.headers["If-Match"]} if self.headers.get("If-Match") else {}
        ((status, written),) = shelf.change(partition, [change])
        return _Reply(status, written, {"etag": written["_etag"]} if written else {})

    def _partition(self) -> str:
        try:
            (name,) = json.loads(self.headers.get("x-ms-documentdb-partitionkey", ""))
        except ValueError:
            raise Refused(400, "a request for documents names its one partition") from None
        if not isinstance(name, str) or not name:
            raise Refused(400, "the partition key is a text")
        return name

    def _kind(self) -> str:
        headers = self.headers
        for name in ("query-plan-request", "supported-query-features"):
            if headers.get(f"x-ms-cosmos-is-{name}", "").lower() == "true":
                raise Unsupported(name)
        if (self.verb, len(self.parts)) == ("POST", 5):
            if headers.get("x-ms-cosmos-is-batch-request", "").lower() == "true":
                if headers.get("x-ms-cosmos-batch-atomic", "").lower() != "true":
                    raise Unsupported("a batch that is not atomic")
                return "batch"
            if headers.get("x-ms-documentdb-isquery", "").lower() == "true":
                return "query"
            is_upsert = headers.get("x-ms-documentdb-is-upsert", "").lower() == "true"
            return "upsert" if is_upsert else "create"
        known = {("GET", 6): "read", ("PUT", 6): "replace", ("DELETE", 6): "delete"}
        try:
            return known[self.verb, len(self.parts)]
        except KeyError:
            raise Unsupported(f"{self.verb} of documents") from None

    def _query_text(self) -> str:
        if self._kind() != "query":
            return ""
        return str(json.loads(self.body)["query"])

    def _visible(self) -> Callable[[int, float], bool]:
        """Return which writes this read sees: those of its session, and what has had its time."""
        token = self.headers.get("x-ms-session-token", "")
        known = int(token.rpartition("#")[2]) if token else 0
        until = time.monotonic() - self.account.lag_seconds
        return lambda sequence, written_at: sequence <= known or written_at <= until

    def _query(self, shelf: Shelf, partition: str) -> _Reply:
        asked = json.loads(self.body)
        values = {one["name"]: one["value"] for one in asked.get("parameters", [])}
        rows = answer(asked["query"], values, shelf.all(partition, self._visible()), shelf.indexed)
        start = int(self.headers.get("x-ms-continuation") or 0)
        most = int(self.headers.get("x-ms-max-item-count") or 100)
        page = rows[start : start + (most if most > 0 else 100)]
        more = start + len(page) < len(rows)
        headers = {"x-ms-continuation": str(start + len(page))} if more else {}
        return _Reply(200, {"_rid": "r", "Documents": page, "_count": len(page)}, headers)

    def _changes(self) -> tuple[dict[str, Any], ...]:
        asked = json.loads(self.body)
        return tuple({**one, "operationType": one["operationType"].lower()} for one in asked)

    def _batch(self, shelf: Shelf, partition: str) -> _Reply:
        changes = self._changes()
        if not 0 < len(changes) <= BATCH_OPERATIONS_MAX:
            raise Refused(400, "a batch has 1 to 100 operations")
        try:
            done = shelf.change(partition, changes)
        except Refused as refused:
            told = [{"statusCode": 424, "requestCharge": 0} for _ in changes]
            told[refused.at] = {"statusCode": refused.status, "requestCharge": 1}
            return _Reply(207, told)
        results = [
            {"statusCode": status, "requestCharge": 1}
            | ({"eTag": written["_etag"], "resourceBody": written} if written else {})
            for status, written in done
        ]
        return _Reply(200, results)
