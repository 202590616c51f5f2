"""Rendering: the files made of an issued document, and the hashes that prove them unchanged."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFile:
    """One file: its format, the blob it is kept under and its SHA-256 in hexadecimal."""

    format: str
    blob: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """All files of one issued document; `id` is the document's."""

    id: str
    number: str
    files: tuple[RenderedFile, ...]
