"""Models: which one predicts, how good the others are; train, promote, go back."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.job import JobState
from net30.scoring.card import Card
from net30.services.jobs.watch_jobs import cancel_job, list_jobs
from net30.services.promote_model import Shelving, list_models, promote_model, roll_back
from net30.services.published_model import served_model
from net30.ui import shell
from net30.ui.notices import keep_notice, telling
from net30.ui.place import Place, Section
from net30.ui.shown import plain
from net30.ui.training_job import KIND, start_training
from net30.ui.visit import Visit

READ, WRITE = Permission.MODELS_READ, Permission.MODELS_WRITE
NAME = "payments"
FAMILIES = {
    "lightgbm": "LightGBM",
    "xgboost": "XGBoost",
    "random_forest": "Random forest",
    "gradient_boosting": "Gradient boosting",
    "lstm": "LSTM",
    "ensemble": "Ensemble",
}
USUAL = ("lightgbm",)
LOOK_SECONDS = 2


def show(visit: Visit) -> None:
    """Show the served model and the others of the shelf."""
    t = visit.t
    st.title(t("Models"))
    with visit.look(READ) as ctx:
        served = served_model(ctx)
        shelf = list_models(ctx.models, NAME)
    card, start = served.model.card, served.cold_start
    with st.container(border=True):
        st.markdown(f"**{t('Predicts now: {name}', name=plain(served.name))}**")
        st.caption(
            t(
                "Learned until {day} from {n} settled invoices of {c} customers.",
                day=visit.day(card.as_of),
                n=visit.number_of(card.learned_from.settled),
                c=visit.number_of(card.learned_from.customers),
            )
        )
        if start:
            st.progress(
                min(1.0, start.settled / start.needed),
                t(
                    "{settled} of the {needed} settled invoices that a model of your own needs",
                    settled=start.settled,
                    needed=start.needed,
                ),
            )
        with st.expander(t("What it does not know, as its card says")):
            for limit in card.limits:
                st.caption(plain(limit))
    if visit.may(WRITE):
        _train(visit)
    _jobs()
    if shelf.cards:
        _shelf(visit, list(shelf.cards), shelf.current)
    else:
        st.caption(t("No model of your own yet: train one when there is enough history."))
    for finding in shelf.findings:
        st.caption(plain(finding.message))


def _train(visit: Visit) -> None:
    t = visit.t
    with st.container(border=True):
        st.markdown(f"**{t('Train a model of your own')}**")
        families = st.pills(
            t("Families that compete"),
            list(FAMILIES),
            selection_mode="multi",
            default=list(USUAL),
            format_func=lambda name: FAMILIES[name],
            key="models_families",
        )
        st.caption(
            t(
                "It is served only when it is better than the customers' own medians on later "
                "invoices."
            )
        )
        if st.button(
            t("Train"), icon=":material/model_training:", disabled=not families, key="models_train"
        ):
            with telling(t):
                start_training(visit, list(families))
                keep_notice(t("The training has begun."))
                st.rerun()


@st.fragment(run_every=LOOK_SECONDS)
def _jobs() -> None:
    """Show how far training is; draw all anew when it is done."""
    visit = shell.here()
    t = visit.t
    if not visit.may(Permission.JOBS_READ):
        return
    with visit.look(Permission.JOBS_READ) as ctx:
        jobs = [job for job in list_jobs(ctx, 10) if job.kind == KIND]
    running = [job for job in jobs if job.state is JobState.RUNNING]
    for job in running:
        st.progress((job.percent or 0) / 100, f"{plain(job.title)}: {plain(job.step)}")
        if visit.may(Permission.JOBS_WRITE) and st.button(t("Cancel"), key=f"cancel_{job.id}"):
            with telling(t), visit.change(Permission.JOBS_WRITE) as ctx:
                cancel_job(ctx, job.id)
    if not running and jobs and jobs[0].error:
        st.warning(plain(jobs[0].error), icon=":material/error:")
    before = st.session_state.get("models_training", False)
    st.session_state.models_training = bool(running)
    if before and not running:
        keep_notice(t("The training is over."))
        st.rerun()


def _shelf(visit: Visit, cards: list[Card], current: str) -> None:
    t = visit.t
    st.subheader(t("Your models"))
    names = sorted({name for card in cards for name in card.metrics})
    columns: dict[str, list[object]] = {
        t("Version"): [card.version for card in cards],
        t("Serves"): [t("yes") if card.version == current else "" for card in cards],
        t("Family"): [FAMILIES.get(card.family, card.family) for card in cards],
        t("Made"): [card.made_on for card in cards],
        t("Invoices"): [visit.number_of(card.learned_from.settled) for card in cards],
    }
    for name in names:
        columns[name] = [card.metrics.get(name) for card in cards]
    st.dataframe(columns, hide_index=True, placeholder="–", alt=t("Your models"))
    if not visit.may(WRITE):
        return
    row = st.container(horizontal=True, vertical_alignment="bottom")
    others = [card.version for card in cards if card.version != current]
    version = row.selectbox(t("Version"), others, index=None, key="models_version", width=160)
    if row.button(t("Serve this one"), disabled=version is None, key="models_promote"):
        with telling(t), visit.look(WRITE) as ctx:
            promote_model(_shelving(visit, ctx.models, ctx.today), str(version))
            keep_notice(t("{version} predicts from now on.", version=version))
            st.rerun()
    if row.button(t("Go back to the one before"), key="models_back"):
        with telling(t), visit.look(WRITE) as ctx:
            card = roll_back(_shelving(visit, ctx.models, ctx.today))
            keep_notice(t("{version} predicts from now on.", version=card.version))
            st.rerun()


def _shelving(visit: Visit, models: object, day: object) -> Shelving:
    return Shelving(models=models, name=NAME, day=day, by=visit.principal.user)  # type: ignore[arg-type] # of a context


PLACE = Place(
    title="Models",
    icon="model_training",
    section=Section.INSIGHT,
    order=2,
    needs=(READ, Permission.PREDICTIONS_READ),
    show=show,
)
