"""The frames of proofs, benches and coverage gates judge rightly."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bench import bench
from tests.architecture import coverage_gates
from tests.proofs import proof

PROMISED = {"ID", "TITLE", "SMALL", "FULL", "run"}


def covered(path: str, lines: tuple[int, int], branches: tuple[int, int]) -> dict[str, object]:
    summary = {
        "covered_lines": lines[0],
        "num_statements": lines[1],
        "covered_branches": branches[0],
        "num_branches": branches[1],
    }
    file = {
        "summary": summary,
        "missing_lines": [7, 8, 9, 12],
        "missing_branches": [[3, 5], [4, -1]],
    }
    return {"files": {path: file}}


def test_one_missing_branch_of_the_kernel_fails_its_gate() -> None:
    passed, lines = coverage_gates.verdict(covered("src/net30/kernel/money.py", (9, 10), (3, 5)))
    assert not passed
    assert lines[0].startswith("FAIL kernel")
    assert lines[1] == "src/net30/kernel/money.py: 7-9, 12, 3->5, 4->exit"


def test_nine_tenths_pass_in_another_room_and_less_does_not() -> None:
    assert coverage_gates.verdict(covered("/x/src/net30/ledger/schema.py", (9, 10), (0, 0)))[0]
    assert not coverage_gates.verdict(covered("src/net30/settings.py", (8, 10), (0, 0)))[0]


def test_a_report_that_was_not_written_fails(tmp_path: Path) -> None:
    assert coverage_gates.main([str(tmp_path / "coverage.json")]) == 1
    whole = tmp_path / "whole.json"
    whole.write_text(json.dumps(covered("src/net30/kernel/money.py", (10, 10), (4, 4))))
    assert coverage_gates.main([str(whole)]) == 0


def test_an_outcome_without_tries_or_with_a_failure_does_not_hold() -> None:
    assert proof.Outcome(12480, 0).holds
    assert str(proof.Outcome(12480, 0)) == "0 of 12,480"
    assert not proof.Outcome(0, 0).holds
    assert not proof.Outcome(10, 1).holds


def test_every_proof_keeps_the_form() -> None:
    for file in proof.find():
        text = file.read_text()
        given = {
            name
            for name in PROMISED
            if re.search(rf"^(def )?([A-Z]+ = )*{name}\b", text, re.MULTILINE)
        }
        assert given == PROMISED, file.name
        assert f'ID = "{file.stem.split("_")[1].upper()}"' in text
        assert "\ndef test_" in text


def test_proofs_are_listed_with_their_sizes() -> None:
    assert proof.listing(proof.find(["S17"])).startswith("S17  high findings in the source")


def test_proofs_are_found_by_id_and_by_name_and_a_wrong_name_lists_them() -> None:
    assert [file.stem for file in proof.find(["s17"])] == ["test_s17_static"]
    assert proof.find(["static"]) == proof.find(["S17"])
    with pytest.raises(LookupError, match="S17"):
        proof.find(["S99"])
    assert proof.main(["S99"]) == 2


def test_a_comparison_says_whether_its_goal_is_met() -> None:
    row = bench.compare("page", ("net30", 0.02), ("other", 0.3), goal=10)
    assert (row.ratio, row.goal, row.met) == (15, "10 x", True)
    assert bench.compare("page", ("net30", 0.1), ("other", 0.3), goal=10).met is False
    printed = bench.table([row, bench.Row("write", "612/s", goal="500/s", met=True)])
    assert " ".join(printed.splitlines()[1].split()) == "page net30 0.02 other 0.3 15.0 x 10 x met"
    assert "seconds" in printed


def test_a_wrong_bench_name_lists_the_benches() -> None:
    assert bench.main(["nothing"]) == 2
    assert bench.best_of(lambda: None, times=2) < 1
    assert "bench" not in bench.find()
