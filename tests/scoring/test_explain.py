"""Explanations: they add up, by definition, and tell nothing that the features do not say."""

from __future__ import annotations

from itertools import permutations
from math import factorial, nan
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.features.point_in_time import feature_names
from net30.kernel.errors import InputError
from net30.scoring.explain.contributions import Contributions, contributions, log_odds
from net30.scoring.explain.groups import groups, membership
from net30.scoring.explain.reasons import reasons
from net30.scoring.explain.typical import as_row, typical_row
from net30.scoring.model import Model, load_model
from net30.services.past_invoices import of_books
from tests.desk import TODAY
from tests.predicted_books import open_books
from tests.scoring.small_model import write_model

NOTHING = dict.fromkeys(feature_names(), nan) | {
    "open_count": 0.0,
    "overdue0_count": 0.0,
    "terms_days": 30.0,
    "due_weekday": 6.0,
    "due_day_of_month": 20.0,
    "same_weekday_count": 0.0,
    "same_size_count": 0.0,
    "same_terms_count": 0.0,
}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A model of some small trees."""
    desk = open_books(tmp_path_factory.mktemp("home"))
    with desk.app.look() as ctx:
        assert of_books(ctx, TODAY).history.num_rows > 600
        folder = ctx.models / "payments" / "v1"
    desk.app.close()
    return load_model(folder)


def some_rows(model: Model, count: int) -> np.ndarray:
    """Rows between nothing known and the extreme."""
    draw = np.random.default_rng(3)
    rows = np.repeat(as_row(model.card.typical), count, axis=0)
    rows = rows + draw.normal(0, 3, rows.shape).astype(np.float32)
    rows[draw.random(rows.shape) < 0.2] = np.nan
    return rows


def test_contributions_and_a_typical_invoice_add_up_to_the_log_odds(model: Model) -> None:
    for row in some_rows(model, 40):
        found = contributions(model, row[None, :])
        assert found.margin == pytest.approx(float(log_odds(model, row[None, :])[0]), abs=1e-12)
        assert found.base + sum(found.by_group.values()) == pytest.approx(found.margin, abs=1e-6)


def test_a_contribution_is_the_mean_over_all_orders_in_which_groups_could_join(
    model: Model,
) -> None:
    row, typical = some_rows(model, 1), as_row(model.card.typical)
    typical[:, model.card.features.index("gap_days")] = row[
        :, model.card.features.index("gap_days")
    ]
    members = membership(model.card.features)
    players = [at for at in range(len(groups())) if members[at].any()][:5]
    row[:, ~members[players].any(axis=0)] = typical[:, ~members[players].any(axis=0)]
    slow = dict.fromkeys(players, 0.0)
    for order in permutations(players):
        now = typical.copy()
        for player in order:
            before = float(log_odds(model, now)[0])
            now[:, members[player]] = row[:, members[player]]
            slow[player] += (float(log_odds(model, now)[0]) - before) / factorial(len(players))
    found = contributions(model, row).by_group
    assert [found[groups()[at].name] for at in players] == pytest.approx(
        [slow[at] for at in players], abs=1e-9
    )


def test_a_typical_invoice_needs_no_explanation(model: Model) -> None:
    found = contributions(model, as_row(model.card.typical))
    assert found.base == found.margin
    assert not any(found.by_group.values())


def test_how_old_the_history_is_is_no_reason(model: Model) -> None:
    row = as_row(model.card.typical)
    row[:, model.card.features.index("gap_days")] = 30
    assert not any(contributions(model, row).by_group.values())


def test_every_feature_belongs_to_exactly_one_reason() -> None:
    members = membership(feature_names(["country", "unit"]))
    assert (members.sum(axis=0) == 1).all()
    assert members.any(axis=1).all()


def test_a_model_with_a_strange_feature_or_without_a_typical_invoice_is_refused(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputError, match="belongs to no reason"):
        membership(("shoe_size",))
    model = load_model(write_model(tmp_path / "v1"))
    with pytest.raises(InputError, match="knows no typical invoice"):
        contributions(model, np.zeros((1, 2), np.float32))


def test_a_typical_value_is_one_that_is_there() -> None:
    matrix = np.array([[1, np.nan, 3], [2, np.nan, 9], [9, 5, np.nan], [8, 7, 9]], np.float32)
    assert typical_row(matrix) == (2.0, None, 9.0)
    assert np.isnan(as_row(typical_row(matrix))).tolist() == [[False, True, False]]


def told(row: dict[str, float], **by_group: float) -> list[tuple[str, dict[str, object]]]:
    found = Contributions(0.0, 0.0, dict(by_group))
    words = {"country": "CI"}
    return [(one.code, dict(one.facts)) for one in reasons(found, NOTHING | row, words)]


def test_the_weightiest_reason_comes_first_and_what_adds_nothing_is_left_out() -> None:
    codes = [code for code, _ in told({}, terms=0.2, record=-0.9, amount=0.009, words=0.3)]
    assert codes == ["record_none", "words", "terms_only"]


def test_reasons_tell_what_the_features_say() -> None:
    row = {"delay_1": 9.0, "delay_2": -2.0, "delay_3": 15.0, "delay_4": 0.0, "delay_mean": 5.5}
    row |= {"late_share": 0.5, "terms_to_usual": -15.0, "amount_to_usual": 2.0}
    row |= {"open_count": 3.0, "overdue0_count": 2.0, "overdue_days_mean": 12.5}
    found = told(row, record=9, lately=8, open=7, terms=6, amount=5, calendar=4, words=3)
    assert found == [
        ("record_late", {"paid": 4, "late": 2, "days": 12.0}),
        ("lately", {"paid": 3, "days": pytest.approx(22 / 3), "usual": 5.5}),
        ("open_overdue", {"overdue": 2, "days": 12.5}),
        ("terms", {"terms": 30, "usual": 45.0}),
        ("amount", {"times": 4.0}),
        ("calendar", {"weekday": 6, "day": 20}),
        ("words", {"country": "CI"}),
    ]


def test_what_is_not_known_is_said_so() -> None:
    found = told({}, record=9, lately=8, open=7, alike=6, terms=5, amount=4)
    assert [code for code, _ in found] == [
        *("record_none", "lately_none", "open_none", "alike_none", "terms_only", "amount_only"),
    ]
    assert told({"delay_1": 0.0}, record=1.0) == [("record_on_time", {"paid": 1, "late": 0})]
    assert told({"open_count": 2.0}, open=1.0) == [("open_due", {"open": 2})]


def test_invoices_alike_speak_for_what_they_are_named_for() -> None:
    row = {"late_share": 0.5, "same_size_count": 1.0, "same_size_late_share": 1.0}
    row |= {"same_terms_count": 20.0, "same_terms_late_share": 0.9}
    row |= {"same_weekday_count": 10.0, "same_weekday_late_share": 0.1}
    # What features count up to is told as 'so many or more'.
    later = ("alike_same_terms", {"paid": "20+", "share": 0.9})
    sooner = ("alike_same_weekday", {"paid": 10, "share": 0.1})
    assert (told(row, alike=1.0), told(row, alike=-1.0)) == ([later], [sooner])
    only = row | {"same_terms_count": 0.0, "same_weekday_count": 1.0}
    assert told(only, alike=1.0) == [("alike_one", {})]
    assert told(row | {"late_share": nan}, alike=1.0) == [later]
