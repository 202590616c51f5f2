"""Models: which one predicts, how good the others are; train, compare, promote, go back."""

from __future__ import annotations

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.scoring.card import Card
from net30.scoring.shelf import Shelf
from net30.services.jobs.works import TRAIN
from net30.services.promote_model import Shelving, list_models, promote_model, roll_back
from net30.services.published_model import Served, served_model
from net30.services.train_model import DEFAULT_NAME
from net30.ui.learning.card_words import limit_in
from net30.ui.learning.judging import compare, drift, figure_names
from net30.ui.learning.training import tell_outcome, training_form
from net30.ui.learning.watch import watch
from net30.ui.learning.which_model import family_name, model_called
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.shown import plain
from net30.ui.pieces.tables import table
from net30.ui.place import Place, Section
from net30.ui.visit import Visit

READ, WRITE = Permission.MODELS_READ, Permission.MODELS_WRITE


def show(visit: Visit) -> None:
    """Show the served model and the others of the shelf, two beside each other, and drift."""
    t = visit.t
    st.title(t("Models"))
    with visit.look(READ) as ctx:
        served = served_model(ctx)
        shelf = list_models(ctx.models, DEFAULT_NAME)
    first, second, third = st.tabs(
        [t("Your models"), t("Compare"), t("Drift")], on_change="rerun", key="models_tabs"
    )
    if first.open:
        with first:
            _models(visit, served, shelf)
    if second.open:
        with second:
            compare(visit, shelf.cards)
    if third.open:
        with third:
            drift(visit)


def _models(visit: Visit, served: Served, shelf: Shelf) -> None:
    t = visit.t
    _served(visit, served)
    if visit.may(WRITE, Permission.JOBS_WRITE):
        training_form(visit)
    watch(TRAIN, t("The training is over."))
    tell_outcome(visit)
    if shelf.cards:
        _shelf(visit, list(shelf.cards), shelf.current)
    else:
        st.caption(t("No model of your own yet: train one when there is enough history."))
    for finding in shelf.findings:
        st.caption(plain(finding.message))


def _served(visit: Visit, served: Served) -> None:
    t, card, start = visit.t, served.model.card, served.cold_start
    with st.container(border=True):
        st.markdown(f"**{t('Predicts now: {name}', name=plain(model_called(t, served.name)))}**")
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
                st.caption(plain(limit_in(t, limit)))


def _shelf(visit: Visit, cards: list[Card], current: str) -> None:
    t = visit.t
    st.subheader(t("Your models"))
    figures = figure_names(t)
    names = sorted({name for card in cards for name in card.metrics})
    columns: dict[str, list[object]] = {
        t("Version"): [card.version for card in cards],
        t("Serves"): [t("yes") if card.version == current else "" for card in cards],
        t("Family"): [family_name(t, card.family) for card in cards],
        t("Made"): [card.made_on for card in cards],
        t("Invoices"): [card.learned_from.settled for card in cards],
    }
    for name in names:
        columns[figures.get(name, name)] = [card.metrics.get(name) for card in cards]
    table(visit, columns, alt=t("Your models"))
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
    return Shelving(models=models, name=DEFAULT_NAME, day=day, by=visit.principal.user)  # type: ignore[arg-type] # of a context


PLACE = Place(
    title="Models",
    icon="model_training",
    section=Section.INSIGHT,
    order=3,
    needs=(READ, Permission.PREDICTIONS_READ),
    show=show,
)
