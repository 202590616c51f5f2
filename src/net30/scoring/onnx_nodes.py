"""ONNX nodes: what stands in a small model file, read without a library that writes such files.

Source: onnx.proto of ONNX (ModelProto, GraphProto, NodeProto, AttributeProto) and the wire format
of Protocol Buffers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import unpack

IR_VERSION, OPSET = 9, 17
FLOAT = 1
"""The number of 32-bit floats among ONNX's kinds."""
_VARINT, _EIGHT, _TEXT, _FOUR = 0, 1, 2, 5
_GRAPH, _NODE = 7, 1
_MORE = 0x80
"""In a byte of a number: there is another byte."""

Value = int | bytes
Attribute = list[float] | list[int] | list[bytes]


@dataclass(slots=True)
class Node:
    """An operation with what it takes, what it gives and its attributes: each a list of values."""

    operation: str = ""
    takes: list[str] = field(default_factory=list)
    gives: list[str] = field(default_factory=list)
    attributes: dict[str, Attribute] = field(default_factory=dict)


def nodes_of(model: bytes) -> list[Node]:
    """Return the nodes of a model's graph, in their order."""
    graphs = [value for number, value in _fields(model) if number == _GRAPH]
    return [
        _node(value)
        for graph in graphs
        for number, value in _fields(_bytes(graph))
        if number == _NODE
    ]


def softmax_model(takes: str, gives: str, width: int) -> bytes:
    """Return a model that turns rows of so many numbers into shares that add up to 1."""
    axis = _text(1, b"axis") + _number(3, 1) + _number(20, 2)
    node = _text(1, takes.encode()) + _text(2, gives.encode()) + _text(4, b"Softmax")
    graph = _text(1, node + _text(5, axis)) + _text(2, b"net30")
    graph += _text(11, _floats(takes, width)) + _text(12, _floats(gives, width))
    return _number(1, IR_VERSION) + _text(7, graph) + _text(8, _number(2, OPSET))


def _node(value: Value) -> Node:
    node = Node()
    for number, part in _fields(_bytes(value)):
        match number:
            case 1:
                node.takes.append(_bytes(part).decode())
            case 2:
                node.gives.append(_bytes(part).decode())
            case 4:
                node.operation = _bytes(part).decode()
            case 5:
                name, told = _attribute(_bytes(part))
                node.attributes[name] = told
    return node


def _attribute(message: bytes) -> tuple[str, Attribute]:
    name = ""
    floats: list[float] = []
    numbers: list[int] = []
    texts: list[bytes] = []
    for number, part in _fields(message):
        match number, part:
            case 1, bytes():
                name = part.decode()
            case 2 | 7, bytes():
                floats.append(unpack("<f", part)[0])
            case 3 | 8, int():
                numbers.append(part)
            case 4 | 9, bytes():
                texts.append(part)
    return name, floats or numbers or texts


def _fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """Return the fields of a message, each with its number."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        value: Value
        if kind == _VARINT:
            value, at = _varint(message, at)
        else:
            size = {_EIGHT: 8, _FOUR: 4}.get(kind, 0)
            if kind == _TEXT:
                size, at = _varint(message, at)
            value, at = message[at : at + size], at + size
        yield key >> 3, value


def _varint(message: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while True:
        byte = message[at]
        at += 1
        found |= (byte & ~_MORE) << shift
        if byte < _MORE:
            return found, at
        shift += 7


def _floats(name: str, width: int) -> bytes:
    """Return the description of a table of floats, any number of rows and so many columns."""
    shape = _text(1, _text(2, b"n")) + _text(1, _number(1, width))
    kind = _text(1, _number(1, FLOAT) + _text(2, shape))
    return _text(1, name.encode()) + _text(2, kind)


def _text(number: int, content: bytes) -> bytes:
    return _plain(number << 3 | _TEXT) + _plain(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _plain(number << 3 | _VARINT) + _plain(value)


def _plain(value: int) -> bytes:
    found = bytearray()
    while value >= _MORE:
        found.append(value & ~-_MORE | _MORE)
        value >>= 7
    return bytes([*found, value])


def _bytes(part: Value) -> bytes:
    assert isinstance(part, bytes)
    return part
