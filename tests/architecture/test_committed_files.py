"""What is committed serves every reader: no place of one machine, no package host, no long page."""

from __future__ import annotations

import re
import tomllib

from tests.architecture.project import ROOT, place, texts

README_LINES_MAX = 150
DECISION_LINES_MAX = 40
# Written in two halves, so that this file does not match itself.
PRIVATE = [
    "/" + "work/",
    "/" + "root/",
    "/opt/" + "pypi",
    "pypi" + ".org",
    "files.python" + "hosted",
    "registry." + "npmjs",
    "deb." + "debian.org",
]


def test_no_file_names_a_place_of_one_machine_or_a_package_host() -> None:
    named = [
        f"{place(file)}: {mark}"
        for file, text in texts().items()
        for mark in PRIVATE
        if mark in text
    ]
    assert named == []


def test_lock_files_pin_every_package_with_a_hash_and_no_host() -> None:
    for name in ("base", "test", "dev"):
        text = (ROOT / "requirements" / f"{name}.lock").read_text()
        pins = re.findall(r"^[a-z0-9][^\n]*?==[^\n]*\\\n(?=    --hash=sha256:)", text, re.MULTILINE)
        assert len(pins) == len(re.findall("^[a-z0-9]", text, re.MULTILINE)) > 0
        assert "://" not in text


def test_the_narrower_lock_files_are_part_of_the_wider_ones() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / f"{name}.lock").read_text()
        return {line.split(";")[0].strip(" \\") for line in text.splitlines() if "==" in line[:60]}

    assert pins("base") <= pins("test") <= pins("dev")


def test_lock_files_know_every_package_that_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"]
    locked = (ROOT / "requirements" / "base.lock").read_text()
    for requirement in asked:
        name = re.split(r"[\[<>=!~ ]", requirement)[0]
        assert re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE), name


def test_the_readme_and_the_decision_records_stay_short() -> None:
    readme = (ROOT / "README.md").read_text().splitlines()
    assert len(readme) <= README_LINES_MAX
    long = [
        place(file)
        for file in sorted((ROOT / "docs" / "decisions").glob("*.md"))
        if len(file.read_text().splitlines()) > DECISION_LINES_MAX
    ]
    assert long == []


def test_links_between_the_documents_lead_somewhere() -> None:
    lost = [
        f"{place(file)}: {target}"
        for file, text in texts().items()
        if file.suffix == ".md"
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
        if "://" not in target and not (file.parent / target).exists()
    ]
    assert lost == []


def test_commands_in_the_documents_exist() -> None:
    known = {"run", "test", "coverage", "setup", "check", "proofs", "bench", "lock", "help"}
    unknown = [
        f"{place(file)}: dev.py {verb}"
        for file, text in texts().items()
        if file.suffix == ".md"
        for verb in re.findall(r"(?:`|^)python3 dev\.py ([a-z]+)", text, re.MULTILINE)
        if verb not in known
    ]
    assert unknown == []
