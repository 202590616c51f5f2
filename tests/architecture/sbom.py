"""The SBOM: what the base install is made of, in CycloneDX, from the lock file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.architecture.project import ROOT

LOCK = ROOT / "requirements" / "base.lock"
TARGET = ROOT / "var" / "sbom.json"


def make(lock: Path = LOCK) -> str:
    """Return the SBOM of a lock file as JSON; the same lock gives the same text."""
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements"]
    options = ["--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--sv", "1.6"]
    ran = subprocess.run(
        [*command, *options, str(lock)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return ran.stdout


def faults(sbom: str, lock: Path = LOCK) -> list[str]:
    """List what is wrong with an SBOM: its form, or a locked package it does not list with hash."""
    found = []
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom)
    if error is not None:
        found.append(f"not CycloneDX 1.6: {error}")
    listed = {}
    for component in json.loads(sbom).get("components", []):
        references = component.get("externalReferences", [])
        hashed = any(reference.get("hashes") for reference in references)
        listed[component["name"], component["version"]] = hashed
    return found + [
        f"{name}=={version} is missing or has no hash"
        for name, version in packages(lock)
        if not listed.get((name, version))
    ]


def packages(lock: Path = LOCK) -> list[tuple[str, str]]:
    """List name and version of what a lock file pins."""
    pins = re.findall(r"^([a-z0-9._-]+)==([^\s;]+)", lock.read_text(), re.MULTILINE)
    return [(name, version) for name, version in pins]


def write() -> list[str]:
    """Write var/sbom.json and return its faults."""
    text = make()
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text)
    return faults(text)
