"""Table: makes the nodes of a table from paths with prefixes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from net30.documents.einvoice.kinds import TEXT, Kind
from net30.documents.einvoice.shape import (
    Const,
    Each,
    Group,
    Leaf,
    Make,
    Many,
    Node,
    Part,
    Signed,
    getter,
)
from net30.documents.einvoice.sheet import Tag
from net30.documents.einvoice.source import Where


class Table:
    """Makes nodes from paths with prefixes, such as 'cac:Country/cbc:IdentificationCode'."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        """Remember what each prefix stands for."""
        self.namespaces = namespaces

    def tag(self, name: str) -> Tag:
        """Return the full name of one element."""
        prefix, _, local_name = name.rpartition(":")
        return Tag.of(self.namespaces[prefix], prefix, local_name)

    def leaf(
        self,
        term: str,
        path: str,
        name: str,
        kind: Kind = TEXT,
        *,
        get: Callable[[Any], Any] | None = None,
        marks: Mapping[str, str] | None = None,
    ) -> Node:
        """Return the node of one business term."""
        outer, _, last = path.rpartition("/")
        leaf = Leaf(term, self.tag(last), name, kind, get=get, marks=marks)
        return self.group(outer, leaf) if outer else leaf

    def each(
        self,
        term: str,
        path: str,
        name: str,
        kind: Kind = TEXT,
        *,
        get: Callable[[Any], Any] | None = None,
    ) -> Node:
        """Return the node of a repeated business term; its wrapper is repeated with it."""
        outer, _, last = path.rpartition("/")
        node = Each(term, self.tag(last), name, kind, get=get)
        node.wrapper = self.tag(outer) if outer else None
        return node

    def const(self, path: str, text: str) -> Node:
        """Return the node of a fixed text."""
        outer, _, last = path.rpartition("/")
        node = Const(self.tag(last), text)
        return Group(self.tag(outer), (node,), always=True) if outer else node

    def group(
        self, path: str, *nodes: Node, where: Where | None = None, always: bool = False
    ) -> Node:
        """Return an element, or nested ones, around nodes of the same record."""
        *outer, last = path.split("/")
        node = Group(self.tag(last), nodes, where, always)
        for step in reversed(outer):
            node = Group(self.tag(step), (node,), None, always)
        return node

    def part(
        self,
        path: str,
        name: str,
        make: Make,
        *nodes: Node,
        where: Where | None = None,
        get: Callable[[Any], Any] | None = None,
    ) -> Node:
        """Return an element, or nested ones, around a record of its own."""
        outer, _, last = path.rpartition("/")
        node = Part(self.tag(last), name, make, nodes, where, get or getter(name))
        return self.group(outer, node) if outer else node

    def many(
        self, path: str, name: str, make: Make, *nodes: Node, where: Where | None = None
    ) -> Node:
        """Return a repeated element, each with a record of its own."""
        return Many(self.tag(path), name, make, nodes, where)

    def signed(self, path: str, indicator: str, make: Make, *nodes: Node) -> Node:
        """Return the element of allowances and charges."""
        tags = tuple(self.tag(step) for step in indicator.split("/"))
        return Signed(self.tag(path), tags, make, nodes)
