"""S17: what a static reader finds in our source, and whether the SBOM lists what is installed.

Known vulnerabilities of dependencies need a database from the network: the scheduled security
workflow looks there; this proof does not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.architecture import sbom
from tests.architecture.project import ROOT
from tests.proofs.proof import Outcome

ID = "S17"
TITLE = "high findings in the source, and locked packages the SBOM lacks"
SMALL = FULL = 1


def high_findings(folder: Path) -> tuple[int, list[str]]:
    """Return how many files bandit read, and where it found something of high severity."""
    command = [sys.executable, "-m", "bandit", "-q", "-f", "json", "-r", str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    report = json.loads(ran.stdout)
    unread = [f"{error['filename']}: {error['reason']}" for error in report["errors"]]
    high = [
        f"{found['filename']}:{found['line_number']} {found['issue_text']}"
        for found in report["results"]
        if found["issue_severity"] == "HIGH"
    ]
    return len(report["metrics"]) - 1, unread + high  # one entry of the metrics is their sum


def run(size: int, seed: int) -> Outcome:
    """Read every source file and every locked package; there is no chance in it."""
    del size, seed
    files, found = high_findings(ROOT / "src")
    text = sbom.make()
    found += sbom.faults(text)
    locked = len(sbom.packages())
    detail = f"{files} source files, {locked} packages of the base install"
    return Outcome(files + locked, len(found), "\n".join([detail, *found]))


def test_nothing_high_is_found_and_the_sbom_is_whole() -> None:
    outcome = run(SMALL, seed=0)
    assert outcome.failures == 0, outcome.detail
    assert outcome.tries > 0


def test_a_shell_with_text_from_outside_is_found(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("import subprocess\n\ndef go(x):\n    subprocess.call(x, shell=True)\n")
    files, found = high_findings(tmp_path)
    assert files == 1
    assert len(found) == 1


def test_an_sbom_that_lacks_a_package_is_noticed() -> None:
    whole = json.loads(sbom.make())
    gone = whole["components"].pop()
    assert sbom.faults(json.dumps(whole)) == [
        f"{gone['name']}=={gone['version']} is missing or has no hash"
    ]
