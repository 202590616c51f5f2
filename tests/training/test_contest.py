"""The contest: each family as it would learn alone, and who cannot take part is named."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

pytest.importorskip("lightgbm", reason="lightgbm is in the extra ml")

from net30.kernel.errors import ConfigurationError, InputError
from net30.training.contest import CHOSEN, Entrant, contest
from net30.training.train import train
from tests.features.ledgers import random_ledger
from tests.training.lessons import lesson, quiet


def hold(*families: str, competing: tuple[str, ...] = ("small",)) -> dict[str, Entrant]:
    """A contest over a few customers, in which only these compete when nothing is asked."""
    made = replace(lesson(random_ledger(400, 8)), families=competing)
    return {one.name: one for one in contest(made, families, quiet)}


def test_what_is_chosen_comes_first_and_is_not_learned_twice() -> None:
    found = hold("small")
    assert list(found) == [CHOSEN, "small"]
    assert found["small"].trained is found[CHOSEN].trained


def test_a_family_of_the_contest_is_the_one_it_would_be_alone() -> None:
    both = hold("small", "random_forest", competing=("small",))
    for name in ("small", "random_forest"):
        made = replace(lesson(random_ledger(400, 8)), families=(name,))
        alone, found = train(made, quiet), both[name].trained
        assert found is not None
        assert (found.choice.family, found.choice.setup) == (name, alone.choice.setup)
        assert found.onnx == alone.onnx


def test_a_second_family_of_those_that_compete_learns_from_its_own_best_setup() -> None:
    both = hold("ensemble", "small", competing=("small", "ensemble"))
    ensemble, small = both["ensemble"].trained, both["small"].trained
    assert ensemble is not None
    assert small is not None
    assert set(ensemble.choice.setup) <= {"small.0", "small.1", "small.2"}
    assert small.choice.family == "small"


def test_a_family_without_its_package_is_left_out_by_name_and_refused_when_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "net30.training.xgboost", raising=False)
    monkeypatch.setitem(sys.modules, "xgboost", None)  # as if it were not installed
    monkeypatch.setattr("net30.training.contest.family_names", lambda: ("small", "xgboost"))
    found = hold()
    assert list(found) == [CHOSEN, "small", "xgboost"]
    assert found["xgboost"].trained is None
    assert "pip install 'net30[ml]'" in found["xgboost"].left_out
    with pytest.raises(ConfigurationError, match="xgboost"):
        hold("xgboost")


def test_a_history_that_cannot_teach_is_refused_with_its_figures() -> None:
    made = lesson(random_ledger(60, 3))
    with pytest.raises(InputError, match="a model needs 200") as refusal:
        list(contest(made, ("small",), quiet))
    assert refusal.value.code == "too_few_settled"
