"""System: what runs, what waits, what is kept, what can be switched, what this can do."""

from __future__ import annotations

from importlib.util import find_spec
from platform import platform, python_version

import streamlit as st

from net30 import __version__
from net30.domain.identity.roles import Permission
from net30.domain.job import JobState
from net30.kernel.plugins import names_in
from net30.services.jobs.watch_jobs import cancel_job, list_jobs
from net30.services.relay import ROOM as PROJECTIONS
from net30.ui import shell
from net30.ui.house.caches import caches
from net30.ui.house.features import features
from net30.ui.house.health import health
from net30.ui.house.load import load
from net30.ui.house.storage import storage, store_name
from net30.ui.house.told import told
from net30.ui.pieces.notices import telling
from net30.ui.pieces.shown import plain
from net30.ui.pieces.tables import table
from net30.ui.place import Place, Section
from net30.ui.visit import Visit
from net30.ui.words import Words

READ = Permission.SETTINGS_READ
JOBS_SHOWN = 20
EVERY_SECONDS = 5
PARTS = {
    "openai": "chat",
    "lightgbm": "ml",
    "keras": "deep",
    "pyspark": "spark",
    "psycopg": "postgres",
    "mcp": "mcp",
}


def show(visit: Visit) -> None:
    """Show one side of the installation at a time."""
    t = visit.t
    st.title(t("System"))
    groups = {
        t("State"): _overview,
        t("Features"): features,
        t("Storage"): storage,
        t("Caches"): caches,
        t("Load"): lambda _: load(),
        t("What was told"): told,
        t("About"): _about,
    }
    for tab, work in zip(
        st.tabs(list(groups), on_change="rerun", key="system_tabs"), groups.values(), strict=True
    ):
        if tab.open:
            with tab:
                work(visit)


def _overview(visit: Visit) -> None:
    _state()
    health()
    if visit.may(Permission.JOBS_READ):
        _jobs(visit)


def _about(visit: Visit) -> None:
    t = visit.t
    st.caption(t("net30 {version}, schema {schema}", version=__version__,
                 schema=visit.app.schema_version))  # fmt: skip
    _parts(visit)
    st.caption(t("Python {version} on {system}", version=python_version(), system=platform()))


@st.fragment(run_every=EVERY_SECONDS)
def _state() -> None:
    visit = shell.here()
    t, world = visit.t, visit.app.world
    organisation = visit.principal.organisation
    with visit.look(READ) as ctx:
        last, _ = ctx.tx.last_event()
    rows = [(name, world.store.checkpoint(organisation, name)) for name in names_in(PROJECTIONS)]
    behind = [name for name, at in rows if at < last]
    with st.grid(4, min_column_width=185):
        st.metric(t("Events"), visit.number_of(last), border=True)
        st.metric(t("Behind"), str(len(behind)), border=True,
                  help=t("What follows from a change and has not followed yet."))  # fmt: skip
        st.metric(t("Database"), store_name(visit.app.settings.database_url), border=True)
        st.metric(
            t("Assistant"),
            visit.app.chat.name if visit.app.chat else t("net30 itself"),
            border=True,
        )
    names = _following(t)
    table(
        visit,
        {
            t("What follows"): [names.get(name, name) for name, _ in rows],
            t("Taken in"): [at for _, at in rows],
            t("To do"): [max(0, last - at) for _, at in rows],
        },
        alt=t("What follows"),
    )


def _following(t: Words) -> dict[str, str]:
    """Return what follows from a change, as people call it."""
    return {
        "audit": t("The audit's chain"),
        "documents": t("Documents to take away"),
        "erasure": t("Erasure of personal data"),
        "ledger": t("Figures and predictions"),
        "letters": t("Reminders that go out"),
        "mail": t("Mail"),
        "orders": t("Files of work that has ended"),
        "search": t("Search and lists"),
        "stream": t("Events for the stream"),
        "webhooks": t("Messages to other programs"),
    }


def _jobs(visit: Visit) -> None:
    t, names = visit.t, _job_states(visit.t)
    with visit.look(Permission.JOBS_READ) as ctx:
        jobs = list_jobs(ctx, JOBS_SHOWN)
    st.subheader(t("Long work"))
    if not jobs:
        st.caption(t("Nothing has run yet."))
        return
    table(
        visit,
        {
            t("What"): [job.title for job in jobs],
            t("State"): [names[job.state] for job in jobs],
            t("Done"): [job.percent for job in jobs],
            t("Fault"): [job.error for job in jobs],
        },
        config={
            t("Done"): st.column_config.ProgressColumn(format="%d %%", min_value=0, max_value=100)
        },
        alt=t("Long work"),
    )
    running = [job for job in jobs if not job.is_over]
    if visit.may(Permission.JOBS_WRITE):
        for job in running:
            label = t("Cancel {what}", what=plain(job.title))
            if st.button(label, key=f"system_cancel_{job.id}"):
                with telling(t), visit.change(Permission.JOBS_WRITE) as ctx:
                    cancel_job(ctx, job.id)


def _job_states(t: Words) -> dict[JobState, str]:
    return {
        JobState.WAITING: t("waits"),
        JobState.RUNNING: t("runs"),
        JobState.DONE: t("done"),
        JobState.FAILED: t("failed"),
        JobState.CANCELLED: t("stopped"),
    }


def _parts(visit: Visit) -> None:
    t, settings = visit.t, visit.app.settings
    st.subheader(t("Parts"))
    table(
        visit,
        {
            t("Extra"): list(PARTS.values()),
            t("Installed"): [find_spec(name) is not None for name in PARTS],
            t("To add it"): [f"pip install 'net30[{extra}]'" for extra in PARTS.values()],
        },
        alt=t("Parts"),
    )
    st.caption(t("Engine for large files: {name}", name=settings.engine))


PLACE = Place(
    title="System",
    icon="monitor_heart",
    section=Section.HOUSE,
    order=1,
    needs=(READ, Permission.SETTINGS_WRITE),
    show=show,
)
