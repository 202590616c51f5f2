"""XML from strangers: encodings are sorted out, doors stay shut, faults are named."""

from __future__ import annotations

import pytest

from net30.documents.einvoice.xml_file import XML_BYTES_MAX, XML_ELEMENTS_MAX, parse

TEXT = "<a>Ébène ₣</a>"


def text_of(content: bytes) -> str | None:
    root, _ = parse(content)
    return None if root is None else root.text


def codes(content: bytes) -> list[str]:
    return [finding.code for finding in parse(content)[1]]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        f'<?xml version="1.0" encoding="utf-8"?>\n{TEXT}'.encode(),
        f'<?xml version="1.0" encoding="UTF-16"?>{TEXT}'.encode("utf-16"),
        f'<?xml version="1.0" encoding="UTF-16LE"?>{TEXT}'.encode("utf-16-le"),
        f'<?xml version="1.0" encoding="UTF-16BE"?>{TEXT}'.encode("utf-16-be"),
        f'<?xml version="1.0"?>{TEXT}'.encode("utf-32"),
        b"  \n" + TEXT.encode() + b"\x00\x00\n",
        f"<?xml version='1.0'?><?xml-stylesheet href='x'?><!-- <!DOCTYPE --> {TEXT}".encode(),
    ],
)
def test_an_encoding_that_is_said_is_read_without_a_word(content: bytes) -> None:
    assert text_of(content) == "Ébène ₣"
    assert codes(content) == []


@pytest.mark.parametrize(
    "declared", ["UTF-8-W/O-BOM", "utf8mb4", "utf-16", "UTF-32", "rot13", "utf-8-sig", "hex"]
)
def test_a_wrong_declaration_is_read_as_utf_8_and_told(declared: str) -> None:
    content = f'<?xml version="1.0" encoding="{declared}"?>{TEXT}'.encode()

    assert text_of(content) == "Ébène ₣"
    assert codes(content) == ["xml_encoding"]


def test_windows_bytes_called_utf_8_are_read_and_told() -> None:
    content = '<?xml version="1.0" encoding="UTF-8"?><a>Ébène €</a>'.encode("cp1252")

    assert text_of(content) == "Ébène €"
    assert codes(content) == ["xml_encoding"]


def test_old_western_bytes_are_read_as_declared() -> None:
    content = '<?xml version="1.0" encoding="ISO-8859-1"?><a>Ébène</a>'.encode("latin-1")

    assert text_of(content) == "Ébène"
    assert codes(content) == []


def test_half_a_character_in_utf_16_is_told() -> None:
    content = "<a>x</a>".encode("utf-16") + b"\xd8\xd8\x00"

    assert text_of(content) is None
    assert codes(content) == ["xml_encoding"]


@pytest.mark.parametrize(
    "content", [b"", b"<a>", b"<a></b>", b"no XML at all", b"<a>&undefined;</a>"]
)
def test_broken_xml_is_told(content: bytes) -> None:
    assert codes(content)[-1:] == ["xml_syntax"]


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        b'<?xml version="1.0"?><!-- hides --><!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'.encode("utf-16"),
    ],
)
def test_a_document_type_is_refused_before_anything_is_read(content: bytes) -> None:
    assert codes(content) == ["xml_doctype"]


def test_a_huge_file_is_refused_unread() -> None:
    assert codes(b" " * (XML_BYTES_MAX + 1)) == ["xml_too_large"]


def test_a_million_elements_are_refused() -> None:
    assert codes(b"<a>" + b"<b/>" * XML_ELEMENTS_MAX + b"</a>") == ["xml_too_large"]
