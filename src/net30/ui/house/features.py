"""Features: what this organisation switches while net30 runs: engines, and how much is shown."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.organisation import DEPTHS, ENGINES
from net30.scoring.registry import version_number
from net30.services.create_organisation import save_organisation
from net30.services.promote_model import Shelving, list_models, promote_model
from net30.services.train_model import DEFAULT_NAME
from net30.ui.learning.engines import engine_names
from net30.ui.learning.which_model import kind_of
from net30.ui.pieces.links import link
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.undoing import offer_company_back
from net30.ui.visit import Visit
from net30.ui.words import Words

KINDS = ("trees", "neural", "ensemble")


def features(visit: Visit) -> None:
    """Show each switch with what it stands at now."""
    _model(visit)
    _organisation(visit)


def _model(visit: Visit) -> None:
    """Switch what predicts to the newest model of another kind."""
    t = visit.t
    names = {"trees": t("Trees"), "neural": t("Neural"), "ensemble": t("Ensemble")}
    with visit.look(Permission.MODELS_READ) as ctx:
        shelf = list_models(ctx.models, DEFAULT_NAME)
    newest: dict[str, str] = {}
    for card in sorted(shelf.cards, key=lambda one: version_number(one.version)):
        newest[kind_of(card.family)] = card.version
    now = next((kind_of(one.family) for one in shelf.cards if one.version == shelf.current), "")
    with st.container(border=True):
        st.markdown(f"**{t('What predicts')}**")
        chosen = st.segmented_control(
            t("Kind of model"), KINDS, default=now or None, format_func=lambda one: names[one],
            key="feature_model", disabled=not visit.may(Permission.MODELS_WRITE),
            label_visibility="collapsed",
        )  # fmt: skip
        if not now:
            st.caption(t("Now: the model that net30 brings, made of trees."))
        if chosen and chosen not in newest:
            st.caption(t("There is no model of this kind yet: {name}.", name=names[chosen].lower()))
            link("models", t("Train one"))
        elif chosen and chosen != now:
            _promote(visit, newest[chosen])


def _promote(visit: Visit, version: str) -> None:
    t = visit.t
    if st.button(t("Have {version} predict", version=version), type="primary",
                 key="feature_promote"):  # fmt: skip
        with telling(t), visit.look(Permission.MODELS_WRITE) as ctx:
            where = Shelving(
                models=ctx.models, name=DEFAULT_NAME, day=ctx.today, by=visit.principal.user
            )
            promote_model(where, version)
            keep_notice(t("{version} predicts from now on.", version=version))
            st.rerun()


def _organisation(visit: Visit) -> None:
    t = visit.t
    with visit.look(Permission.SETTINGS_READ) as ctx:
        company = ctx.company
    locked = not visit.may(Permission.SETTINGS_WRITE)
    engines, depths = _engines(visit), _depths(t)
    with st.container(border=True):
        st.markdown(f"**{t('What scores files')}**")
        engine = st.segmented_control(
            t("Engine"), ENGINES, default=company.engine, required=True, disabled=locked,
            format_func=lambda one: engines[one], key="feature_engine",
            label_visibility="collapsed",
        )  # fmt: skip
        if engine == "spark" and find_spec("pyspark") is None:
            st.caption(t("Spark is not installed here: {hint}", hint="pip install 'net30[spark]'"))
        st.markdown(f"**{t('How much of the figures is shown')}**")
        depth = st.segmented_control(
            t("Analytics"), DEPTHS, default=company.analytics, required=True, disabled=locked,
            format_func=lambda one: depths[one], key="feature_analytics",
            label_visibility="collapsed",
        )  # fmt: skip
        changed = replace(company, engine=engine, analytics=depth)
        if st.button(t("Save"), type="primary", key="feature_save",
                     disabled=locked or changed == company):  # fmt: skip
            with telling(t):
                with visit.change(Permission.SETTINGS_WRITE) as ctx:
                    before = ctx.company
                    wanted = replace(before, engine=engine, analytics=depth)
                    saved = save_organisation(ctx, wanted)
                offer_company_back(visit, before, saved)
                st.rerun()


def _engines(visit: Visit) -> dict[str, str]:
    t = visit.t
    named = engine_names(t)
    usual = visit.app.settings.engine
    return {"": t("As installed ({name})", name=named.get(usual, usual)), **named}


def _depths(t: Words) -> dict[str, str]:
    return {"basic": t("Basic: the dashboard"), "comprehensive": t("All analytics")}
