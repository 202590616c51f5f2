"""The workflows: keys that GitHub knows, rights no wider than needed, commands that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.check import STEPS
from tests.architecture.project import ROOT

FOLDER = ROOT / ".github" / "workflows"
NAMES = sorted(file.name for file in FOLDER.glob("*.yml"))
WORKFLOW = {"name", "on", "permissions", "concurrency", "jobs", "env", "defaults", "run-name"}
JOB = {
    *("name", "needs", "runs-on", "timeout-minutes", "permissions", "strategy", "steps", "uses"),
    *("with", "env", "environment", "if", "concurrency", "outputs", "secrets"),
}
STEP = {"name", "id", "uses", "with", "run", "env", "if", "shell", "working-directory"}

Found = dict[str, Any]  # Any: YAML


def read(name: str) -> Found:
    """Return a workflow; YAML takes its `on` for a yes."""
    found: dict[Any, Any] = yaml.safe_load((FOLDER / name).read_text())
    return {("on" if key is True else str(key)): value for key, value in found.items()}


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_one_that_github_knows(name: str) -> None:
    found = read(name)
    assert set(found) <= WORKFLOW
    for each, job in found["jobs"].items():
        assert set(job) <= JOB, each
        assert ("uses" in job) != ("runs-on" in job), each
        needed = job.get("needs", [])
        assert {*([needed] if isinstance(needed, str) else needed)} <= set(found["jobs"]), each
        for step in job.get("steps", ()):
            assert set(step) <= STEP, step
            assert ("uses" in step) != ("run" in step), step


@pytest.mark.parametrize("name", NAMES)
def test_a_job_ends_and_may_no_more_than_is_said(name: str) -> None:
    found = read(name)
    assert "permissions" in found
    for each, job in found["jobs"].items():
        if "uses" in job:
            assert (ROOT / Path(job["uses"])).is_file(), each
            assert "workflow_call" in read(Path(job["uses"]).name)["on"], each
        else:
            assert 0 < job["timeout-minutes"] <= 120, each
        for step in job.get("steps", ()):
            assert re.fullmatch(r"[\w.-]+/[\w./-]+@[\w./-]+", step.get("uses", "a/b@v1")), step


@pytest.mark.parametrize("name", NAMES)
def test_expressions_name_what_there_is(name: str) -> None:
    text = (FOLDER / name).read_text()
    ids = {
        step["id"]
        for job in read(name)["jobs"].values()
        for step in job.get("steps", ())
        if "id" in step
    }
    assert set(re.findall(r"steps\.(\w+)\.", text)) <= ids
    for lock in re.findall(r"requirements/\w+\.lock", text):
        assert (ROOT / lock).is_file()
    for words in re.findall(r"dev\.py check ([a-z ]+)", text):
        assert set(words.split()) <= set(STEPS)
    for target in re.findall(r"target: (\w+)", text):
        assert f" AS {target}\n" in (ROOT / "Dockerfile").read_text()


def test_nothing_is_published_before_the_tests_have_passed() -> None:
    jobs = read("release.yml")["jobs"]

    def needed(name: str) -> set[str]:
        own = jobs[name].get("needs", [])
        direct = {own} if isinstance(own, str) else set(own)
        return direct.union(*(needed(one) for one in direct))

    for name in ("packages", "image", "publish", "release"):
        assert "test" in needed(name)
    assert "secrets." not in (FOLDER / "release.yml").read_text()
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert read("release.yml")["permissions"] == {"contents": "read"}
