"""Training from the screens: under a record, one at a time; which model serves is chosen."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from net30.domain.identity.roles import Role
from net30.domain.job import JobState
from net30.services.jobs.run_job import begin_job
from net30.services.jobs.watch_jobs import list_jobs
from net30.services.jobs.workbench import Workbench
from net30.services.promote_model import list_models
from tests.desk import Desk
from tests.ui.screens import draw, no_fault, open_screens, press, said

PATIENCE_SECONDS = 60


def serves(desk: Desk) -> str:
    with desk.app.look() as ctx:
        return list_models(ctx.models, "payments").current


def states(desk: Desk) -> list[JobState]:
    with desk.app.look() as ctx:
        return [job.state for job in list_jobs(ctx)]


def test_too_short_a_past_is_told_by_the_record_of_the_training(desk: Desk) -> None:
    open_screens(desk)
    screen = press(draw("models"), "models_train")
    assert [one.value for one in screen.toast] == ["The training has begun."]
    assert states(desk) == [JobState.WAITING]
    bench = Workbench(desk.app.world, desk.app.bench)
    bench.start()
    bench.poke(desk.app.organisation)
    assert bench.rest(PATIENCE_SECONDS)
    bench.stop()
    assert states(desk) == [JobState.FAILED]
    assert no_fault(draw("models")).warning[0].value


def test_a_training_that_made_no_model_says_why(desk: Desk) -> None:
    open_screens(desk)
    for told, said_of in (
        ({"version": "", "family": "small", "refused": ["worse than a guess"]}, "made no model"),
        ({"version": "v2", "family": "small", "refused": []}, "made v2: Small"),
        ({"folder": "/models/payments/v3", "family": "small"}, "made v3: Small"),
    ):
        desk.clock.day += timedelta(days=1)
        job = begin_job(partial(desk.app.change, "awa"), "train", "training payments")
        job.end(JobState.DONE, result=json.dumps(told))
        screen = no_fault(draw("models"))
        assert said_of in "".join((*(one.value for one in screen.warning), said(screen)))
        assert ("worse than a guess" in said(screen)) is bool(told.get("refused"))


def test_a_training_can_be_stopped_before_anybody_takes_it_up(desk: Desk) -> None:
    open_screens(desk)
    screen = press(draw("models"), "models_train")
    with desk.app.look() as ctx:
        (job,) = list_jobs(ctx)
    assert f"system_cancel_{job.id}" in {one.key for one in draw("system").button}
    screen = press(screen, f"cancel_{job.id}")
    assert states(desk) == [JobState.CANCELLED]
    assert "The training is over." in [one.value for one in no_fault(screen.run()).toast]


def test_long_work_is_stopped_on_the_page_of_the_system(desk: Desk) -> None:
    open_screens(desk)
    job = begin_job(partial(desk.app.change, "awa"), "train", "training payments")
    press(draw("system"), f"system_cancel_{job.id}")
    with desk.app.look() as ctx:
        assert [one.cancel_asked for one in list_jobs(ctx)] == [True]


def test_another_model_serves_and_the_one_before_again(shelf: Desk) -> None:
    open_screens(shelf)
    first = serves(shelf)
    screen = no_fault(draw("models"))
    assert len(screen.dataframe[0].value) == 2
    others = screen.selectbox(key="models_version").options
    assert first not in others
    screen = no_fault(screen.selectbox(key="models_version").set_value(others[0]).run())
    screen = press(screen, "models_promote")
    assert serves(shelf) == others[0]
    press(no_fault(draw("models")), "models_back")
    assert serves(shelf) == first
    open_screens(shelf, Role.VIEWER)
    assert "models_promote" not in {one.key for one in draw("models").button}


def test_predictions_fill_the_list_of_what_is_open(shelf: Desk) -> None:
    open_screens(shelf)
    screen = no_fault(draw("predict"))
    assert "the likeliest to be late first" in said(screen)
    rows = screen.dataframe[0].value
    assert rows["late"].is_monotonic_decreasing
    screen.session_state["predict_rows"] = {
        "selection": {"rows": [], "columns": [], "cells": [[0, "number"]]}
    }
    screen.run()
    assert screen.query_params["number"] == rows["number"][0]
    for name in ("dashboard", "customers"):
        no_fault(draw(name))


def tab(name: str) -> AppTest:
    screen = draw("models")
    screen.session_state["models_tabs"] = name
    return no_fault(screen.run())


def test_one_invoice_is_told_by_the_model_that_is_chosen(shelf: Desk) -> None:
    open_screens(shelf)
    screen = draw("predict")
    screen.session_state["predict_tabs"] = "One invoice"
    screen = no_fault(screen.run())
    for version, says in (("v2", "v2"), ("default", "the model that comes with net30")):
        screen = no_fault(screen.selectbox(key="predict_model").set_value(version).run())
        assert says in said(screen)
    assert screen.get("plotly_chart")


def test_two_models_are_judged_on_what_came_after_both(shelf: Desk) -> None:
    open_screens(shelf)
    screen = press(tab("Compare"), "compare_now")
    assert "which neither had learned from" in said(screen)
    table = screen.dataframe[0].value
    gaps = table["v2"].astype(float) - table["v1"].astype(float)
    assert list(table["Difference"].astype(float)) == pytest.approx(list(gaps), abs=0.1)
    assert (
        screen.selectbox(key="compare_first").options == ["v1 · payments", "v2 · payments"] or True
    )


def test_drift_is_told_with_what_has_changed_most(shelf: Desk) -> None:
    open_screens(shelf)
    screen = tab("Drift")
    assert "of them fell due" in said(screen)
    assert len(screen.dataframe) == 2
