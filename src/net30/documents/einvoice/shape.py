"""Shape: one table that says where each business term stands in an XML document.

The same nodes write a record into XML and read it back, so the two cannot drift apart. A node
writes in the table's order, which is the order of the XML schema; it reads whatever order it meets.
`write` tells whether it wrote anything that the record said: a group of constants alone vanishes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Protocol

from lxml import etree

from net30.documents.einvoice.kinds import TEXT, Kind
from net30.documents.einvoice.sheet import Sheet, Tag, marked
from net30.documents.einvoice.source import Source, Where, text_of

Fields = dict[str, Any]
"""What was read of a record, by field name; a dotted name belongs to a record inside it."""

Make = Callable[[Fields, Source, etree._Element], Any]  # noqa: SLF001 - no public name
"""Builds a record from its fields, or returns None when they make none."""


class Node(Protocol):
    """One entry of a table."""

    def write(self, sheet: Sheet, record: Any) -> bool:
        """Add what the record says; tell whether it said anything."""
        ...

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Put what the document says into the record's fields."""
        ...


class Leaf:
    """One element with text: a business term (such as BT-27) and the record's field for it."""

    def __init__(
        self,
        term: str,
        tag: Tag,
        name: str,
        kind: Kind = TEXT,
        *,
        get: Callable[[Any], Any] | None = None,
        marks: Mapping[str, str] | None = None,
    ) -> None:
        """Bind a term; `get` replaces reading the field, `marks` are constant attributes."""
        self.term = term
        self.tag = tag
        self.name = name
        self.kind = kind
        self.get = get or getter(name)
        self.marks = dict(marks or {})
        self.constant = marked(self.marks)

    def write(self, sheet: Sheet, record: Any) -> bool:
        """Add the element unless the field is empty."""
        value = self.get(record)
        if value is None or value == "":
            return False
        write_value(sheet, self.tag, self.kind, value, self.constant)
        return True

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Take the first element of that name, unless the field is known already."""
        if self.name in fields:
            return
        element = source.take(parent, self.tag)
        if element is None:
            return
        for mark in self.marks:
            element.attrib.pop(mark, "")
        value = self.kind.take(source, element)
        if value is not None:
            fields[self.name] = value


class Each(Leaf):
    """A repeated element with text, bare or each in an element of its own; the field is a tuple."""

    wrapper: Tag | None = None

    def write(self, sheet: Sheet, record: Any) -> bool:
        """Add one element for each value."""
        values = self.get(record)
        for value in values:
            started = sheet.start(self.wrapper) if self.wrapper else 0
            write_value(sheet, self.tag, self.kind, value, self.constant)
            if self.wrapper:
                sheet.end(self.wrapper, started)
        return bool(values)

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Take all elements of that name."""
        places = source.children(parent, self.wrapper) if self.wrapper else (parent,)
        for place in places:
            source.taken.add(place)
            for element in source.children(place, self.tag):
                source.taken.add(element)
                value = self.kind.take(source, element)
                if value is not None:
                    fields[self.name] = (*fields.get(self.name, ()), value)


@dataclass(frozen=True, slots=True)
class Const:
    """An element whose text the standard fixes, such as VAT; another text is reported."""

    tag: Tag
    text: str

    def write(self, sheet: Sheet, record: Any) -> bool:  # noqa: ARG002 - a Node's
        """Add the constant."""
        sheet.text(self.tag, self.text)
        return False

    def read(
        self,
        parent: etree._Element,
        source: Source,
        fields: Fields,  # noqa: ARG002 - a Node's
    ) -> None:
        """Take the element when it says what it must."""
        for element in source.children(parent, self.tag):
            if text_of(element).upper() == self.text.upper():
                source.taken.add(element)


@dataclass(frozen=True, slots=True)
class Group:
    """An element around others that belong to the same record."""

    tag: Tag
    nodes: tuple[Node, ...]
    where: Where | None = None
    always: bool = False

    def write(self, sheet: Sheet, record: Any) -> bool:
        """Add the element when something in it was said, or when the schema demands it."""
        started = sheet.start(self.tag)
        said = write_all(self.nodes, sheet, record)
        sheet.end(self.tag, started, keep=said or self.always)
        return said

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read the first element of that name."""
        element = source.take(parent, self.tag, self.where)
        if element is not None:
            read_all(self.nodes, element, source, fields)


@dataclass(frozen=True, slots=True)
class Part:
    """An element that holds a record of its own, made by `make`."""

    tag: Tag
    name: str
    make: Make
    nodes: tuple[Node, ...]
    where: Where | None
    get: Callable[[Any], Any]

    def write(self, sheet: Sheet, record: Any) -> bool:
        """Add the part unless it is absent or empty."""
        part = self.get(record)
        if part is None:
            return False
        started = sheet.start(self.tag)
        said = write_all(self.nodes, sheet, part)
        sheet.end(self.tag, started, keep=said)
        return said

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read the first element of that name into one record."""
        if self.name in fields:
            return
        element = source.take(parent, self.tag, self.where)
        if element is not None:
            part = made(self.make, self.nodes, element, source)
            if part is not None:
                fields[self.name] = part


@dataclass(frozen=True, slots=True)
class Many:
    """A repeated element, each a record; the field is a tuple."""

    tag: Tag
    name: str
    make: Make
    nodes: tuple[Node, ...]
    where: Where | None = None

    def write(self, sheet: Sheet, record: Any) -> bool:
        """Add one element for each record."""
        parts = getattr(record, self.name)
        for part in parts:
            started = sheet.start(self.tag)
            write_all(self.nodes, sheet, part)
            sheet.end(self.tag, started)
        return bool(parts)

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read all elements of that name."""
        parts = []
        for element in source.children(parent, self.tag, self.where):
            source.taken.add(element)
            part = made(self.make, self.nodes, element, source)
            if part is not None:
                parts.append(part)
        if parts:
            fields[self.name] = (*fields.get(self.name, ()), *parts)


@dataclass(frozen=True, slots=True)
class Also:
    """Another place where others put the same thing: read, never written."""

    node: Node

    def write(self, sheet: Sheet, record: Any) -> bool:  # noqa: ARG002 - a Node's
        """Add nothing."""
        return False

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Fill the fields that are still empty."""
        here: Fields = {}
        self.node.read(parent, source, here)
        for name, value in here.items():
            fields.setdefault(name, value)


@dataclass(frozen=True, slots=True)
class Signed:
    """Allowances and charges: one element for both, told apart by an indicator."""

    tag: Tag
    indicator: tuple[Tag, ...]
    make: Make
    nodes: tuple[Node, ...]
    names: tuple[str, str] = field(default=("allowances", "charges"))

    def write(self, sheet: Sheet, record: Any) -> bool:
        """Add the allowances, then the charges."""
        said = False
        for name, sign in zip(self.names, ("false", "true"), strict=True):
            for entry in getattr(record, name):
                started = sheet.start(self.tag)
                *around, last = self.indicator
                inside = [sheet.start(tag) for tag in around]
                sheet.text(last, sign)
                for tag, place in zip(reversed(around), reversed(inside), strict=True):
                    sheet.end(tag, place)
                said = write_all(self.nodes, sheet, entry) or said
                sheet.end(self.tag, started)
        return said

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read both; one without a readable indicator counts as an allowance and is reported."""
        found: dict[str, list[Any]] = {name: [] for name in self.names}
        for element in source.children(parent, self.tag):
            source.taken.add(element)
            sign = self._sign(element, source)
            entry = made(self.make, self.nodes, element, source)
            if entry is not None:
                found[self.names[sign == "true"]].append(entry)
        for name, entries in found.items():
            if entries:
                fields[name] = (*fields.get(name, ()), *entries)

    def _sign(self, element: etree._Element, source: Source) -> str:
        at: etree._Element | None = element
        for tag in self.indicator:
            at = None if at is None else source.take(at, tag)
        said = "" if at is None else text_of(at).lower()
        if said in {"true", "1"}:
            return "true"
        if said not in {"false", "0"}:
            source.report(
                "CII-SR-463", element, f"the charge indicator says {said!r}; taken as an allowance"
            )
        return "false"


def write_all(nodes: Iterable[Node], sheet: Sheet, record: Any) -> bool:
    """Write every node; tell whether any of them said something."""
    said = False
    for node in nodes:
        said = node.write(sheet, record) or said
    return said


def read_all(nodes: Iterable[Node], parent: etree._Element, source: Source, fields: Fields) -> None:
    """Read every node into the fields."""
    for node in nodes:
        node.read(parent, source, fields)


def made(make: Make, nodes: Iterable[Node], element: etree._Element, source: Source) -> Any:
    """Return the record that an element holds, or None when it holds nothing."""
    fields: Fields = {}
    read_all(nodes, element, source, fields)
    return make(fields, source, element) if fields else None


def write_value(sheet: Sheet, tag: Tag, kind: Kind, value: Any, constant: str = "") -> None:
    """Write an element with a value's text and attributes; `constant` are attributes as spelt."""
    marks = "" if kind.marks is None else marked(kind.marks(value))
    sheet.text(tag, kind.show(value), marks + constant)


def getter(name: str) -> Callable[[Any], Any]:
    """Return a function that reads a dotted field, None where a record on the way is None."""
    steps = name.split(".")
    if len(steps) == 1:
        return attrgetter(name)

    def get(record: Any) -> Any:
        for step in steps:
            if record is None:
                return None
            record = getattr(record, step)
        return record

    return get
