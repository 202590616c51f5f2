"""What the base install brings has a licence that lets anyone ship it."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata

from tests.architecture import sbom

PERMISSIVE = re.compile(r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Unlicense|0BSD)\b")
COPYLEFT = re.compile(r"\bA?L?GPL|GNU", re.IGNORECASE)


def licence(package: str) -> str:
    """Return all that a package's metadata says about its licence."""
    said = metadata(package)
    fields = ("License-Expression", "License", "Classifier")
    texts = [text for name in fields for text in said.get_all(name, [])]
    # A licence given as its whole text starts with its name.
    return " ".join(text.strip().partition("\n")[0] for text in texts)


def test_everything_in_the_base_is_permissive() -> None:
    odd = []
    for package, _version in sbom.packages():
        try:
            text = licence(package)
        except PackageNotFoundError:  # for another system or Python: not installed here
            continue
        if COPYLEFT.search(text) or not PERMISSIVE.search(text):
            odd.append(f"{package}: {text!r}")
    assert odd == []


def test_a_copyleft_licence_is_noticed() -> None:
    assert COPYLEFT.search(licence("psycopg"))
    assert not COPYLEFT.search(licence("rich"))
