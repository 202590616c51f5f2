"""The command `python3 dev.py check`: everything a tool can say about the project's text."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.architecture import sbom, settings_pages, sizes
from tests.architecture.project import ROOT

BIN = Path(sys.executable).parent


def main(words: list[str]) -> int:
    """Run the steps named, or all; `--fix` first mends what a tool can mend."""
    if "--fix" in words:
        words.remove("--fix")
        settings_pages.write()
        _tool("ruff", "check", "--quiet", "--fix-only", ".")
        _tool("ruff", "format", "--quiet", ".")
    unknown = [word for word in words if word not in STEPS]
    if unknown:
        print(f"there is no step {unknown[0]!r}; there are: {', '.join(STEPS)}")
        return 2
    failed = []
    for name in words or STEPS:
        start = time.perf_counter()
        passed = STEPS[name]()
        print(f"{'ok  ' if passed else 'FAIL'} {name} ({time.perf_counter() - start:.1f} s)\n")
        if not passed:
            failed.append(name)
    print("failed: " + ", ".join(failed) if failed else "all checks passed")
    return 1 if failed else 0


def docs() -> bool:
    """Compare the pages made from the source, and run the tests of the committed files."""
    for page in settings_pages.stale():
        print(f"{page} is out of date: python3 dev.py check --fix docs")
    tests = ["test_committed_files.py", "test_settings_documented.py"]
    paths = [str(Path(__file__).with_name(name)) for name in tests]
    return _tool("pytest", "-q", "--no-header", *paths)


def containers() -> bool:
    """Lint the Dockerfile, and run the tests of the deployment files."""
    linted = _tool("hadolint", "Dockerfile")
    return _tool("pytest", "-q", "--no-header", "tests/deployment") and linted


def bill_of_materials() -> bool:
    """Write the SBOM and say what is wrong with it."""
    faults = sbom.write()
    print("\n".join(faults) or f"{sbom.TARGET.relative_to(ROOT)} written and valid")
    return not faults


def _tool(name: str, *words: str) -> bool:
    sys.stdout.flush()
    return subprocess.run([BIN / name, *words], cwd=ROOT, check=False).returncode == 0


STEPS: dict[str, Callable[[], bool]] = {
    "format": lambda: _tool("ruff", "format", "--check", "."),
    "lint": lambda: _tool("ruff", "check", "."),
    "types": lambda: _tool("mypy"),
    "imports": lambda: _tool("lint-imports"),
    # Lesser findings are ruff's S rules, where each exception stands with its reason.
    "security": lambda: _tool("bandit", "-q", "-lll", "-c", "pyproject.toml", "-r", "src"),
    "dependencies": lambda: _tool("deptry", "src"),
    "docs": docs,
    "containers": containers,
    "sbom": bill_of_materials,
    "sizes": sizes.report,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
