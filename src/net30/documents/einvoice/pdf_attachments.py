"""PDF attachments: the files inside a PDF from strangers, and what its metadata says of them."""

from __future__ import annotations

import logging
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

PDF_BYTES_MAX = 50_000_000
"""Largest PDF read."""

NAME_TREE_NODES_MAX = 1000
FILES_MAX = 200
PAGES_MAX = 200
"""How many nodes of the tree of names, files and pages are looked through."""

# What pypdf remarks on while it reads becomes a finding here, not a line on the terminal.
logging.getLogger("pypdf").addHandler(logging.NullHandler())

# pypdf promises PyPdfError, but trips over its own objects in damaged files in all these ways.
DAMAGE = (
    PyPdfError,
    DependencyError,  # encrypted in a way that needs another package
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    AssertionError,
    struct.error,
    zlib.error,
)

_XMP = re.compile(
    r"(?:fx|zf|zugferd)?:?(DocumentFileName|ConformanceLevel|DocumentType|Version)"
    r"""(?:\s*=\s*["']([^"']*)["']|\s*>\s*([^<]*?)\s*<)"""
)
_XMP_CHARACTERS_MAX = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """One file inside a PDF: `relationship` is AFRelationship, `associated` that /AF names it."""

    name: str
    content: bytes
    relationship: str = ""
    associated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a PDF carries: its files, and the Factur-X properties of its metadata."""

    files: tuple[AttachedFile, ...]
    properties: dict[str, str]


def contents_of(content: bytes) -> Contents:
    """Return the files in a PDF; raises one of DAMAGE for a file that is broken or encrypted."""
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        reader.decrypt("")  # opens what has an owner's password only
    root = _dictionary(reader.trailer["/Root"])
    associated = {_place(one) for one in _array(root.get("/AF"))}
    found: dict[object, AttachedFile] = {}
    for entry in _specifications(reader, root):
        if len(found) >= FILES_MAX:
            break
        file = _file(_dictionary(entry), associated=_place(entry) in associated)
        if file is not None:
            # A file named in two places is one file; being associated in either counts.
            before = found.get(_key(file))
            if before is None or file.associated:
                found[_key(file)] = file
    return Contents(files=tuple(found.values()), properties=_properties(root))


def _specifications(reader: PdfReader, root: DictionaryObject) -> Iterator[Any]:
    """Yield file specifications wherever PDFs keep them: names, associated files, annotations."""
    names = _dictionary(root.get("/Names"))
    yield from _named(_dictionary(names.get("/EmbeddedFiles")))
    yield from _array(root.get("/AF"))
    for page in reader.pages[:PAGES_MAX]:
        yield from _array(page.get("/AF"))
        for note in _array(page.get("/Annots")):
            annotation = _dictionary(note)
            if annotation.get("/Subtype") == "/FileAttachment" and "/FS" in annotation:
                yield annotation.raw_get("/FS")


def _named(root: DictionaryObject) -> Iterator[Any]:
    """Yield the values of a name tree: (name, value) pairs in its leaves, kids above them."""
    waiting: list[DictionaryObject] = [root]
    seen: set[object] = set()
    while waiting and len(seen) < NAME_TREE_NODES_MAX:
        node = waiting.pop()
        yield from _array(node.get("/Names"))[1::2]
        for kid in _array(node.get("/Kids")):
            if _place(kid) not in seen:  # a damaged tree may hang in itself
                seen.add(_place(kid))
                waiting.append(_dictionary(kid))


def _file(specification: DictionaryObject, *, associated: bool) -> AttachedFile | None:
    embedded = _dictionary(specification.get("/EF"))
    stream = embedded.get("/UF") or embedded.get("/F")
    stream = None if stream is None else stream.get_object()
    if not isinstance(stream, StreamObject):
        return None
    return AttachedFile(
        name=str(specification.get("/UF") or specification.get("/F") or ""),
        content=bytes(stream.get_data()),
        relationship=str(specification.get("/AFRelationship") or "").lstrip("/"),
        associated=associated,
    )


def _properties(root: DictionaryObject) -> dict[str, str]:
    metadata = root.get("/Metadata")
    stream = None if metadata is None else metadata.get_object()
    if not isinstance(stream, StreamObject):
        return {}
    text = bytes(stream.get_data())[:_XMP_CHARACTERS_MAX].decode("utf-8", "replace")
    said: dict[str, str] = {}
    for name, attribute, element in _XMP.findall(text):
        # A closing tag matches too, with nothing behind it.
        said[name] = said.get(name) or attribute or element
    return said


def _dictionary(value: Any) -> DictionaryObject:
    found = None if value is None else value.get_object()
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _array(value: Any) -> list[Any]:
    found = None if value is None else value.get_object()
    return list(found) if isinstance(found, ArrayObject) else []


def _place(value: Any) -> object:
    """Return what tells one object of the file from another."""
    reference = getattr(value, "indirect_reference", None) or value
    return getattr(reference, "idnum", id(value))


def _key(file: AttachedFile) -> object:
    return file.name, file.content
