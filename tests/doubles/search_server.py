"""A double of Azure AI Search on the loopback: the routes that net30 asks, strictly.

It keeps documents in memory, cuts words as the index's own analyzers say (spaces, beginnings) and
enforces the index's definition as the service does: a filter on a field that is not filterable, an
unknown field, a wrong type, a query key that writes are answered with an error. What it does not
know it refuses with 400. It is no emulator: scores, the service's language analyzers, replicas,
quotas and throttling are not there. With `delay_seconds` a write is shown that much later.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.doubles.loopback import Answering, listening
from tests.doubles.search_odata import BadRequest, Filter, Simple, Test

API_VERSION = "2026-04-01"
ROWS_MAX = 1000
BATCH_MAX = 1000
FILTER_CHARACTERS_MAX = 1_000_000
_KEY = re.compile("[A-Za-z0-9_=-]{1,1024}")
_ASKED = {"search", "filter", "orderby", "select", "top", "skip", "count", "queryType",
          "searchMode", "searchFields"}  # fmt: skip
_TYPES: dict[str, type] = {"Edm.String": str, "Edm.Int64": int, "Edm.Boolean": bool,
                           "Edm.DateTimeOffset": str}  # fmt: skip
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ATTRIBUTES = {"name", "type", "key", "searchable", "filterable", "sortable", "facetable",
               "retrievable", "indexAnalyzer", "searchAnalyzer"}  # fmt: skip

Json = dict[str, Any]


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class Index:
    """One index: its definition, its documents, and writes that are not shown yet."""

    definition: Json
    documents: dict[str, Json] = field(default_factory=dict)
    tokens: dict[tuple[str, str], list[frozenset[str]]] = field(default_factory=dict)
    waiting: list[tuple[float, Json]] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, Json]:
        """Return the fields by name."""
        return {one["name"]: one for one in self.definition["fields"]}

    @property
    def key(self) -> str:
        """Return the key's name."""
        return str(next(one["name"] for one in self.definition["fields"] if one.get("key")))


@dataclass(slots=True)
class SearchServer:
    """How the double behaves, and what it was asked: method, path and body of each request."""

    admin_key: str = "admin-key"
    query_key: str = "query-key"
    token: str = ""
    delay_seconds: float = 0.0
    fails_with: int = 0
    silent: threading.Event | None = None
    port: int = 0
    scheme: str = "http"
    indexes: dict[str, Index] = field(default_factory=dict)
    asked: list[tuple[str, str, Json]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def url(self, index: str = "invoices") -> str:
        """Return the address as settings name it."""
        host = "localhost" if self.scheme == "https" else "127.0.0.1"
        return f"azure-search:{self.scheme}://{host}:{self.port}#{index}"

    # --- routes

    def answer(self, method: str, path: str, body: Json, headers: Mapping[str, str]) -> Any:
        """Return the answer's body (None: no content); raise Refused."""
        parts = urlsplit(path)
        if parse_qs(parts.query).get("api-version") != [API_VERSION]:
            raise Refused(400, "double: another api-version")
        place = unquote(parts.path).rstrip("/")
        is_admin = self._recognised(headers)
        self.asked.append((method, place, body))
        routes: list[tuple[str, str, bool, Callable[..., Any]]] = [
            ("PUT", r"/indexes\('([^']+)'\)", True, self._make),
            ("POST", r"/indexes", True, self._make),
            ("GET", r"/indexes\('([^']+)'\)", True, self._definition),
            ("DELETE", r"/indexes\('([^']+)'\)", True, self._drop),
            ("POST", r"/indexes\('([^']+)'\)/docs/search\.index", True, self._write),
            ("POST", r"/indexes\('([^']+)'\)/docs/search\.post\.search", False, self._search),
        ]
        for verb, pattern, needs_admin, do in routes:
            found = re.fullmatch(pattern, place)
            if found and verb == method:
                if needs_admin and not is_admin:
                    raise Refused(403, "the key may only ask")
                with self.lock:
                    return do(*found.groups(), body)
        raise Refused(400, f"double: {method} {place} is not supported")

    def _recognised(self, headers: Mapping[str, str]) -> bool:
        """Tell whether an administrator asks; raise Refused for a stranger."""
        if self.token and headers.get("Authorization") == f"Bearer {self.token}":
            return True
        if headers.get("api-key") not in {self.admin_key, self.query_key}:
            raise Refused(403, "the key is not known")
        return headers["api-key"] == self.admin_key

    def _make(self, *words: Any) -> Json:
        body: Json = words[-1]
        name = words[0] if len(words) > 1 else body["name"]
        if name in self.indexes:
            raise Refused(409, f"there is an index {name}")
        keys = 0
        filters = {one["name"]: one for one in body.get("tokenFilters", [])}
        analyzers = {one["name"]: one for one in body.get("analyzers", [])}
        for one in body["fields"]:
            if unknown := set(one) - _ATTRIBUTES:
                raise Refused(400, f"double: attributes {unknown}")
            if one["type"] not in _TYPES:
                raise Refused(400, f"double: type {one['type']}")
            keys += bool(one.get("key"))
            if one.get("key") and one["type"] != "Edm.String":
                raise Refused(400, "a key is a string")
            if one.get("searchable") and one["type"] != "Edm.String":
                raise Refused(400, "only strings are searchable")
            if bool(one.get("indexAnalyzer")) != bool(one.get("searchAnalyzer")):
                raise Refused(400, "both analyzers, or one for both")
            if one.get("searchable"):
                _check_analyzers(one, analyzers, filters)
        if keys != 1:
            raise Refused(400, "an index has one key")
        self.indexes[name] = Index({**body, "name": name})
        return self.indexes[name].definition

    def _definition(self, name: str, _: Json) -> Json:
        return self._index(name).definition

    def _drop(self, name: str, _: Json) -> None:
        self._index(name)
        del self.indexes[name]

    def _index(self, name: str) -> Index:
        try:
            return self.indexes[name]
        except KeyError:
            raise Refused(404, f"there is no index {name}") from None

    # --- writing

    def _write(self, name: str, body: Json) -> Json:
        index = self._index(name)
        if not 0 < len(body["value"]) <= BATCH_MAX:
            raise Refused(400, f"a batch has 1 to {BATCH_MAX} documents")
        for action in body["value"]:
            self._check(index, action)
        results = []
        for action in body["value"]:
            gone = action["@search.action"] == "merge" and not self._is_there(index, action)
            if not gone:
                index.waiting.append((time.monotonic() + self.delay_seconds, action))
            results.append({
                "key": action[index.key],
                "status": not gone,
                "errorMessage": "there is no such document" if gone else None,
                "statusCode": 404 if gone else 200,
            })  # fmt: skip
        return {"value": results}

    def _is_there(self, index: Index, action: Json) -> bool:
        there = action[index.key] in index.documents
        for _, written in index.waiting:
            if written[index.key] == action[index.key]:
                there = written["@search.action"] != "delete"
        return there

    def _check(self, index: Index, action: Json) -> None:
        kind = action.get("@search.action")
        if kind not in {"upload", "merge", "delete"}:
            raise Refused(400, f"double: the action {kind!r}")
        if not _KEY.fullmatch(action.get(index.key, "")):
            raise Refused(400, f"{action.get(index.key)!r} is no key")
        for name, value in action.items():
            if name == "@search.action":
                continue
            if name not in index.fields:
                raise Refused(400, f"there is no field {name!r}")
            kind = index.fields[name]["type"]
            if value is not None and type(value) is not _TYPES[kind]:
                raise Refused(400, f"{name} is {kind}, not {value!r}")
            if kind == "Edm.DateTimeOffset" and value and not _INSTANT.fullmatch(str(value)):
                raise Refused(400, f"{name} is an instant, not {value!r}")
            longest = max(map(len, value.split()), default=0) if isinstance(value, str) else 0
            if longest > 32_766:
                raise Refused(400, f"{name} has a term of more than 32,766 bytes")

    def _show(self, index: Index) -> None:
        """Let questions see the writes whose time has come."""
        now = time.monotonic()
        while index.waiting and index.waiting[0][0] <= now:
            _, action = index.waiting.pop(0)
            key = action[index.key]
            given = {name: one for name, one in action.items() if name != "@search.action"}
            if action["@search.action"] == "delete":
                index.documents.pop(key, None)
                given = {}
            elif action["@search.action"] == "merge":
                index.documents[key] = index.documents[key] | given
            else:
                index.documents[key] = dict.fromkeys(index.fields) | given
            for name, one in index.fields.items():
                if one.get("searchable") and (name in given or not given):
                    index.tokens.pop((key, name), None)

    # --- asking

    def _search(self, name: str, body: Json) -> Json:
        index = self._index(name)
        self._show(index)
        if unknown := set(body) - _ASKED:
            raise Refused(400, f"double: {unknown} are not supported")
        top, skip = body.get("top", 50), body.get("skip", 0)
        if not 0 <= top <= ROWS_MAX or skip:
            raise Refused(400, "double: top is at most 1000, and nothing is skipped")
        if len(body.get("filter") or "") > FILTER_CHARACTERS_MAX:
            raise Refused(400, "the filter is too long")
        try:
            tests = self._tests(index, body)
            found = [one for one in index.documents.values() if all(test(one) for test in tests)]
            for by in reversed((body.get("orderby") or "").split(",")):
                _sort(index, found, by)
        except BadRequest as error:
            raise Refused(400, str(error)) from None
        chosen = (body.get("select") or ",".join(index.fields)).split(",")
        for one in chosen:
            if not index.fields.get(one, {}).get("retrievable", one in index.fields):
                raise Refused(400, f"{one!r} cannot be retrieved")
        rows = [{"@search.score": 1.0} | {one: row[one] for one in chosen} for row in found[:top]]
        return ({"@odata.count": len(found)} if body.get("count") else {}) | {"value": rows}

    def _tests(self, index: Index, body: Json) -> list[Test]:
        def matcher(query: str, fields: Sequence[str]) -> Test:
            for one in fields:
                if not index.fields.get(one, {}).get("searchable"):
                    raise BadRequest(f"{one!r} is not searchable")
            return Simple(query, lambda tokens: _in_a_row(index, fields, tokens), str.split).test()

        tests = []
        if body.get("filter"):
            tests.append(Filter(body["filter"], index.fields, matcher).test())
        if body.get("search", "*") != "*":
            if (body.get("queryType"), body.get("searchMode")) != ("simple", "all"):
                raise BadRequest("double: only the simple syntax, all words")
            tests.append(matcher(body["search"], body["searchFields"].split(",")))
        return tests


def _check_analyzers(one: Json, analyzers: Json, filters: Json) -> None:
    """Know the two analyzers that are: spaces for questions, beginnings of words for documents."""
    cut = analyzers.get(one.get("indexAnalyzer", ""), {})
    edges = [filters.get(name, {}) for name in cut.get("tokenFilters", [])]
    if one.get("searchAnalyzer") != "whitespace" or cut.get("tokenizer") != "whitespace":
        raise Refused(400, "double: only analyzers that cut at spaces")
    kinds = [each.get("@odata.type") for each in edges]
    if kinds != ["#Microsoft.Azure.Search.EdgeNGramTokenFilterV2"] or edges[0]["minGram"] != 1:
        raise Refused(400, "double: only beginnings of words")
    if not 64 <= edges[0]["maxGram"] <= 300:
        raise Refused(400, "double: beginnings of up to 64 characters")


def _in_a_row(index: Index, fields: Sequence[str], tokens: Sequence[str]) -> Test:
    """Tell whether the tokens stand one after the other in one of the fields.

    Each word of a document stands in its place with all its beginnings, as Lucene's filter does.
    """

    def test(document: Mapping[str, Any]) -> bool:
        return any(_stand(_places(index, document, name), tokens) for name in fields)

    return test


def _stand(places: Sequence[frozenset[str]], tokens: Sequence[str]) -> bool:
    return any(
        all(token in places[start + at] for at, token in enumerate(tokens))
        for start in range(len(places) - len(tokens) + 1)
    )


def _places(index: Index, document: Mapping[str, Any], name: str) -> Sequence[frozenset[str]]:
    key = document[index.key], name
    found = index.tokens.get(key)
    if found is None:
        (edges,) = index.definition["tokenFilters"]
        words = (document[name] or "").split()
        found = index.tokens[key] = [
            frozenset(word[:end] for end in range(1, min(len(word), edges["maxGram"]) + 1))
            for word in words
        ]
    return found


def _sort(index: Index, found: list[Json], by: str) -> None:
    if not by:
        return
    name, _, direction = by.strip().partition(" ")
    if not index.fields.get(name, {}).get("sortable"):
        raise BadRequest(f"{name!r} is not sortable")
    if direction not in {"", "asc", "desc"}:
        raise BadRequest(f"double: the direction {direction!r}")
    missing = [one for one in found if one[name] is None]
    there = [one for one in found if one[name] is not None]
    there.sort(key=lambda one: one[name], reverse=direction == "desc")
    found[:] = there + missing if direction == "desc" else missing + there


class _Answering(Answering):
    def _do(self) -> None:
        behaviour = self.behaviour
        body = json.loads(self.content() or b"{}")
        if behaviour.silent is not None:
            behaviour.silent.wait(20)
        status, answer = 200, None
        try:
            if behaviour.fails_with:
                raise Refused(behaviour.fails_with, "told to fail")  # noqa: TRY301 - as any other
            answer = behaviour.answer(self.command, self.path, body, dict(self.headers.items()))
            made = self.command == "POST" and urlsplit(self.path).path == "/indexes"
            status = 201 if made else 200
        except Refused as refused:
            status = refused.status
            answer = {"error": {"code": str(status), "message": str(refused)}}
        except (KeyError, TypeError, AttributeError) as error:
            status = 400
            answer = {"error": {"code": "400", "message": f"double: {error!r}"}}
        content = json.dumps(answer).encode() if answer is not None else b""
        headers = {"Content-Type": "application/json; odata.metadata=none"}
        self.tell_bytes(status if content else 204, content, headers)

    do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815 - the base class' names


@contextmanager
def search_server(certificate: Path | None = None, **behaviour: Any) -> Iterator[SearchServer]:
    """Lend a double; with a certificate it speaks TLS."""
    server = SearchServer(scheme="https" if certificate else "http", **behaviour)
    port = server.port
    with listening(_Answering, server, certificate=certificate, port=port) as server.port:
        yield server
