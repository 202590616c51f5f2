"""Models after they were published: promoted, gone back from, checked for drift, compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.app import open_app
from net30.kernel.errors import InputError, NotFound
from net30.scoring.card import Card
from net30.scoring.drift import thresholds
from net30.scoring.model import CARD_FILE, ONNX_FILE, Model
from net30.scoring.promotions import promotions
from net30.services.check_models import check_model, compare_models
from net30.services.past_invoices import of_books
from net30.services.promote_model import (
    Shelving,
    list_models,
    open_model,
    promote_model,
    roll_back,
    show_model,
)
from net30.settings import Settings
from tests.desk import TODAY, Desk
from tests.payers import payers_csv
from tests.predicted_books import open_books, publish
from tests.published import publish_small

LEARNED, LATER = date(2026, 5, 1), date(2026, 6, 15)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Books with two versions of a model."""
    desk = open_books(tmp_path, learned=LEARNED)
    publish(desk, LATER)
    yield desk
    desk.app.close()


def shelving(desk: Desk) -> Shelving:
    return Shelving(models=desk.app.models, name="payments", day=TODAY, by="awa")


def current(desk: Desk) -> str:
    return list_models(desk.app.models, "payments").current


def history_of(desk: Desk) -> pa.Table:
    with desk.app.look() as ctx:
        return of_books(ctx, TODAY).history


def test_promoting_and_going_back_move_one_pointer_and_are_remembered(desk: Desk) -> None:
    assert current(desk) == "v2"
    assert promote_model(shelving(desk), "v1").version == "v1"
    assert current(desk) == "v1"
    assert roll_back(shelving(desk)).version == "v2"
    assert roll_back(shelving(desk)).version == "v1"
    with pytest.raises(NotFound, match="nothing to go back to"):
        roll_back(shelving(desk))
    moves = [(one.version, one.back, one.by) for one in promotions(shelving(desk).folder)]
    assert moves == [
        *(("v1", False, "training"), ("v2", False, "training"), ("v1", False, "awa")),
        *(("v2", True, "awa"), ("v1", True, "awa")),
    ]


def test_a_version_that_is_not_there_or_damaged_is_never_promoted(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no version 'v9'"):
        promote_model(shelving(desk), "v9")
    with pytest.raises(NotFound, match=r"no version '../../x'"):
        promote_model(shelving(desk), "../../x")
    path = shelving(desk).folder / "v1" / ONNX_FILE
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="SHA-256 differs"):
        promote_model(shelving(desk), "v1")
    assert current(desk) == "v2"
    assert [one.path for one in list_models(desk.app.models, "payments").findings] == ["v1"]


def test_a_version_whose_card_is_of_another_cannot_be_asked_for(desk: Desk) -> None:
    folder = shelving(desk).folder
    (folder / "v1" / CARD_FILE).write_bytes((folder / "v2" / CARD_FILE).read_bytes())
    (folder / "v1" / ONNX_FILE).write_bytes((folder / "v2" / ONNX_FILE).read_bytes())
    with pytest.raises(NotFound, match="no version 'v1'"):
        show_model(desk.app.models, "payments", "v1")


def test_without_a_model_there_is_nothing_to_show_or_go_back_to(tmp_path: Path) -> None:
    assert list_models(tmp_path, "payments").cards == ()
    with pytest.raises(NotFound, match="no model is published yet"):
        show_model(tmp_path, "payments", "")
    with pytest.raises(NotFound, match="no model is published yet"):
        roll_back(Shelving(models=tmp_path, name="payments", day=TODAY, by="awa"))


def learned(tmp_path: Path, drift: int) -> tuple[Model, pa.Table]:
    """A model of payers who then pay as before, or so many days later, and its card's figures."""
    desk = open_books(tmp_path, learned=LATER, drift=drift)
    model, history = open_model(desk.app.models, "payments"), history_of(desk)
    desk.app.close()
    usual = {"brier": 0.14, "ece": 0.05, "mae": 8.0}
    return replace(model, card=with_metrics(model.card, usual)), history


def with_metrics(card: Card, metrics: dict[str, float]) -> Card:
    return msgspec.structs.replace(card, metrics=metrics)


def test_payers_who_pay_as_before_raise_no_alarm(tmp_path: Path) -> None:
    found = check_model(*learned(tmp_path, drift=0), TODAY)
    assert found.judged > thresholds().rows_min
    assert found.findings == ()
    assert found.psi.keys() == found.usual.keys()


def test_payers_who_pay_three_weeks_later_raise_the_alarms(tmp_path: Path) -> None:
    found = check_model(*learned(tmp_path, drift=21), TODAY)
    codes = {one.code for one in found.findings}
    assert codes == {"feature_drift", "calibration_drift", "accuracy_drift"}
    changed = [one.path for one in found.findings if one.code == "feature_drift"]
    assert "overdue7_count" in changed
    assert "amount" not in changed
    assert list(found.psi.values()) == sorted(found.psi.values(), reverse=True)


def test_a_model_that_learned_yesterday_cannot_be_judged_yet(desk: Desk) -> None:
    publish(desk, TODAY)
    found = check_model(open_model(desk.app.models, "payments"), history_of(desk), TODAY)
    assert [one.code for one in found.findings] == ["too_few"]
    assert (found.issued, found.judged, found.psi, found.figures) == (0, 0, {}, {})


def test_champion_and_challenger_are_judged_on_the_same_invoices(desk: Desk) -> None:
    first, second = (open_model(desk.app.models, "payments", one) for one in ("v1", "v2"))
    history = history_of(desk)
    found = compare_models(first, second, history, TODAY)
    assert (found.champion, found.challenger, found.since) == ("v1", "v2", LATER)
    ours, theirs = found.figures
    assert ours["n"] == theirs["n"] == found.judged
    for name, (gap, low, high) in found.difference.items():
        assert gap == pytest.approx(theirs[name] - ours[name])
        assert low <= high
    turned = compare_models(second, first, history, TODAY)
    assert turned.difference["brier"][0] == pytest.approx(-found.difference["brier"][0])
    assert (turned.better, turned.worse) == (found.worse, found.better)


def test_a_model_is_no_better_than_itself(desk: Desk) -> None:
    model = open_model(desk.app.models, "payments")
    found = compare_models(model, model, history_of(desk), TODAY)
    assert set(found.difference.values()) == {(0.0, 0.0, 0.0)}
    assert (found.better, found.worse) == ((), ())


def test_a_model_that_learned_from_too_little_is_surely_worse(tmp_path: Path) -> None:
    desk = open_books(tmp_path, learned=LEARNED)
    history = history_of(desk)
    publish_small(desk.app.models, history.slice(0, 40), LEARNED)
    good, bad = (open_model(desk.app.models, "payments", one) for one in ("v1", "v2"))
    found = compare_models(good, bad, history, TODAY)
    assert "brier" in found.worse
    assert "brier" in compare_models(bad, good, history, TODAY).better
    desk.app.close()


def test_two_models_with_nothing_to_judge_them_on_are_not_compared(desk: Desk) -> None:
    publish(desk, TODAY)
    first, second = (open_model(desk.app.models, "payments", one) for one in ("v1", "v3"))
    with pytest.raises(InputError, match="only 0 invoices"):
        compare_models(first, second, history_of(desk), TODAY)


def test_the_test_s_payers_are_the_same_every_time() -> None:
    assert payers_csv(50, today=TODAY) == payers_csv(50, today=TODAY)


def test_each_organisation_has_its_own_versions(desk: Desk) -> None:
    home = desk.app.settings.home
    rival = open_app(Settings(home=home, organisation="rival"), clock=desk.clock)
    assert rival.models != desk.app.models
    assert list_models(rival.models, "payments").cards == ()
    with pytest.raises(NotFound):
        promote_model(replace(shelving(desk), models=rival.models), "v1")
    assert current(desk) == "v2"
    rival.close()
