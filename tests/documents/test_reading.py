"""Reading: a file's format is told from what it holds, never from its name."""

from __future__ import annotations

import pytest

from net30.documents import cii, facturx, json, ubl
from net30.documents.reading import Reading, recognise
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding, Severity
from tests.documents.einvoices import credit, plain


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (ubl.write(plain()), "ubl"),
        (ubl.write(credit(plain())), "ubl"),
        (ubl.write(plain()).decode().replace("UTF-8", "utf-16", 1).encode("utf-16"), "ubl"),
        (cii.write(plain()), "cii"),
        (b"\xef\xbb\xbf" + cii.write(plain()), "cii"),
        (b'<x:CrossIndustryDocument xmlns:x="urn:ferd:x"/>', "cii"),
        (facturx.write(plain()), "facturx"),
        (b"\n%PDF-1.4 and so on", "facturx"),
        (json.write(plain()), "json"),
        (b"\xef\xbb\xbf \n{}", "json"),
    ],
)
def test_a_format_is_recognised_by_its_content(content: bytes, name: str) -> None:
    assert recognise(content) == name


@pytest.mark.parametrize(
    "content", [b"", b"number;date\n1;2", b"<html/>", b"PK\x03\x04", b"\xff\xfe\x00"]
)
def test_what_is_no_invoice_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="no e-invoice"):
        recognise(content)


def test_a_reading_is_clean_with_an_invoice_and_without_errors() -> None:
    warning = Finding("a", "", "b", Severity.WARNING)

    assert Reading(invoice=plain(), findings=(warning,)).is_clean
    assert not Reading(invoice=plain(), findings=(Finding("a", "", "b"),)).is_clean
    assert not Reading(invoice=None, findings=()).is_clean
