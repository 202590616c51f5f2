"""Batch: the invoices of a file, and when each will be paid."""

from __future__ import annotations

from importlib.util import find_spec

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from net30.domain.identity.roles import Permission
from net30.kernel.money import digits_of
from net30.ledger.samples import ASKED
from net30.services.jobs.works import SCORE, FileOrder, order_scoring
from net30.services.read_columns import MAPPED
from net30.ui.learning.batch_results import results
from net30.ui.learning.beside import order
from net30.ui.learning.engines import engine_names
from net30.ui.learning.watch import watch
from net30.ui.learning.which_model import choose_model
from net30.ui.pieces.columns import choose_meanings, columns_of, show_first_rows
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.samples import offer_samples
from net30.ui.place import Place, Section
from net30.ui.visit import Visit
from net30.ui.words import Words
from net30.wiring.parts import engine_for

USUAL = "auto"
ENGINES = (USUAL, "local", "spark")
NEEDS = (Permission.PREDICTIONS_READ, Permission.EXPORTS_READ, Permission.JOBS_WRITE)


def show(visit: Visit) -> None:
    """Take a file, say what its columns mean, score it beside the page, and show what came out."""
    t = visit.t
    st.title(t("Batch"))
    st.write(
        t(
            "A table of invoices as CSV, XLSX or Parquet: each gets the chance that it is paid "
            "late, the day it is expected, and its risk. Nothing of the books changes."
        )
    )
    file = st.file_uploader(t("File"), type=["csv", "xlsx", "parquet"], key="batch_file")
    if file is None:
        offer_samples(visit, Permission.PREDICTIONS_READ, "batch", ASKED)
    else:
        with telling(t):
            _ask(visit, file)
    watch(SCORE, t("The scoring is over."))
    results(visit)


def _ask(visit: Visit, file: UploadedFile) -> None:
    """Ask what the file's columns mean, which model is to say, and by which engine."""
    t = visit.t
    columns = columns_of(visit, file, Permission.PREDICTIONS_READ, "batch")
    with st.container(border=True):
        st.markdown(f"**{t('Which column means what')}**")
        chosen = choose_meanings(t, columns, MAPPED, "batch")
        show_first_rows(t, columns)
        left, middle, right = st.columns(3)
        version = choose_model(visit, left, key="batch_model")
        engine = middle.selectbox(
            t("Engine"),
            ENGINES,
            format_func=lambda name: _engine_name(t, name),
            key="batch_engine",
            help=t("Spark is for a cluster: on one machine threads are faster."),
        )
        with visit.look(Permission.PREDICTIONS_READ) as ctx:
            own = ctx.company.currency
        currency = right.text_input(
            t("Currency of rows without one"), value=own, max_chars=3, key="batch_currency"
        )
        if st.button(
            t("Score this file"), type="primary", icon=":material/play_arrow:", key="batch_start",
            disabled=not visit.may(*NEEDS),
        ):  # fmt: skip
            wanted = FileOrder(
                layout=columns.layout_for(chosen),
                currency=_checked(currency or own),
                version=version,
                engine="" if engine == USUAL else _installed(visit, engine),
                name=file.name,
            )
            order(visit, "batch", NEEDS, lambda ctx: order_scoring(ctx, file.getvalue(), wanted))
            keep_notice(t("The scoring has begun."))
            st.rerun()


def _checked(currency: str) -> str:
    digits_of(currency.upper())
    return currency.upper()


def _installed(visit: Visit, engine: str) -> str:
    """Return an engine's name; raise ConfigurationError where its package is missing."""
    engine_for(visit.app.settings, engine)
    return engine


def _engine_name(t: Words, name: str) -> str:
    if name == "spark" and find_spec("pyspark") is None:
        return t("Spark (not installed)")
    return engine_names(t)[name]


PLACE = Place(
    title="Batch",
    icon="table_view",
    section=Section.INSIGHT,
    order=2,
    needs=(Permission.PREDICTIONS_READ, Permission.EXPORTS_READ),
    show=show,
)
