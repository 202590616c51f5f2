"""A file is scored from the screens: its columns named, its rows scored beside the page."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from streamlit.testing.v1 import AppTest

from net30.domain.identity.roles import Role
from net30.domain.job import Job, JobState
from net30.services.jobs.run_job import begin_job
from net30.services.jobs.watch_jobs import list_jobs
from net30.services.jobs.workbench import Workbench
from net30.services.score_upload import scored_table, scores_of
from tests.desk import TODAY, Desk
from tests.ui.screens import draw, no_fault, open_screens, press, said

PATIENCE_SECONDS = 60
HEAD = "invoice_id,customer,issue_date,due_date,amount,currency"
ROWS = (
    "=F1,c1,2026-11-01,2026-12-01,1250,XOF",
    "F2,c2,2026-11-02,2026-12-02,900,XOF",
    "F3,c3,2026-13-02,2026-12-02,900,XOF",
)


def brought(content: str, name: str = "asked.csv") -> AppTest:
    file = (name, content.encode(), "text/csv")
    return no_fault(draw("batch").file_uploader(key="batch_file").set_value(file).run())


def ended(desk: Desk, before: frozenset[str] = frozenset()) -> Job:
    """The work that was ordered after some, once a workbench has done it."""
    bench = Workbench(desk.app.world, desk.app.bench)
    bench.start()
    bench.poke(desk.app.organisation)
    assert bench.rest(PATIENCE_SECONDS)
    bench.stop()
    with desk.app.look() as ctx:
        (job,) = [one for one in list_jobs(ctx) if one.id not in before]
    return job


def begun(desk: Desk) -> frozenset[str]:
    with desk.app.look() as ctx:
        return frozenset(job.id for job in list_jobs(ctx))


def test_a_file_is_scored_and_taken_away_in_three_formats(shelf: Desk) -> None:
    open_screens(shelf)
    assert "No file has been scored yet" in said(draw("batch"))
    screen = brought("\n".join([HEAD, *ROWS]))
    assert screen.selectbox(key="batch_column_issue_date").value == "issue_date"
    screen = press(screen, "batch_start")
    assert [one.value for one in screen.toast] == ["The scoring has begun."]
    job = ended(shelf)
    assert (job.state, job.error) == (JobState.DONE, "")
    with shelf.app.look() as ctx:
        scores = scored_table(scores_of(ctx, job.id))
    assert scores.num_rows == 2
    screen = no_fault(draw("batch"))
    figures = {one.label: one.value for one in screen.metric}
    assert (figures["Scored"], figures["With a fault"]) == ("2", "1")
    assert screen.dataframe[0].value["late"].is_monotonic_decreasing
    assert "2026-13-02" in str(screen.dataframe[-1].value)
    assert "worked out by this machine" in said(screen)
    labels = {one.proto.label for one in screen.get("download_button")}
    assert labels >= {"CSV", "XLSX", "PDF"}


def test_columns_of_other_names_are_given_their_meaning(shelf: Desk) -> None:
    open_screens(shelf)
    content = "A,B,C,D\nF1,c1,2026-11-01,1250\n"
    screen = press(brought(content), "batch_start")
    assert "no column was chosen for" in screen.error[0].value.lower()
    for role, header in (("invoice_id", "A"), ("customer", "B"), ("issue_date", "C")):
        screen.selectbox(key=f"batch_column_{role}").set_value(header)
    screen = no_fault(screen.selectbox(key="batch_column_amount").set_value("C").run())
    screen = press(screen, "batch_start")
    assert "two meanings" in screen.error[0].value
    screen.selectbox(key="batch_model").set_value("default")
    screen = no_fault(screen.selectbox(key="batch_column_amount").set_value("D").run())
    before = begun(shelf)
    shelf.clock.day = TODAY + timedelta(days=1)  # what came first is told by the clock
    screen = press(screen, "batch_start")
    job = ended(shelf, before)
    assert (job.state, job.error) == (JobState.DONE, "")
    assert "default" in job.result
    assert no_fault(screen.run()).selectbox(key="batch_result").value == job.id
    shelf.clock.day = TODAY


def test_a_file_that_is_no_table_and_a_currency_that_is_none_are_told(shelf: Desk) -> None:
    open_screens(shelf)
    assert brought("%PDF-1.7 not a table").error
    screen = brought("\n".join([HEAD, *ROWS]))
    screen.text_input(key="batch_currency").input("XYZ").run()
    assert press(screen, "batch_start").error


def test_what_is_scored_can_be_stopped(shelf: Desk) -> None:
    open_screens(shelf)
    job = begin_job(partial(shelf.app.change, "awa"), "score", "scoring other.csv")
    job.tell("scoring", 1, 2)
    screen = press(draw("batch"), f"cancel_{job.id}")
    with shelf.app.look() as ctx:
        assert [one.cancel_asked for one in list_jobs(ctx) if one.id == job.id] == [True]
    job.end(JobState.CANCELLED)
    assert "The scoring is over." in [one.value for one in no_fault(screen.run()).toast]


def test_who_may_not_start_work_sees_the_button_closed(shelf: Desk) -> None:
    open_screens(shelf, Role.VIEWER)
    assert brought("\n".join([HEAD, *ROWS])).button(key="batch_start").disabled
