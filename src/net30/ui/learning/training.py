"""Training: a model learns from the books beside the screens, by what was chosen for it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.domain.job import JobState
from net30.kernel.plugins import load
from net30.scoring.explain.groups import group_names, membership
from net30.services.jobs.watch_jobs import list_jobs
from net30.services.jobs.works import TRAIN, order_training
from net30.ui.learning.beside import order
from net30.ui.learning.which_model import FAMILY_NAMES, family_name
from net30.ui.pieces.notices import keep_notice, telling
from net30.ui.pieces.shown import plain
from net30.ui.visit import Visit
from net30.ui.words import Words

USUAL, DEEP = "lightgbm", "lstm"
MINUTES_USUAL, MINUTES_MAX = 15, 240
JOBS_LOOKED_AT = 50
PACKAGES = {"lstm": "keras", "xgboost": "xgboost"}
"""Families that need a package which is not of the extra ml."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which families compete, what is not learned from, and how long they are tried."""

    families: tuple[str, ...]
    without: tuple[str, ...] = ()
    minutes: int = MINUTES_USUAL


def training_form(visit: Visit) -> None:
    """Ask what to train, and begin on a click."""
    t = visit.t
    with st.container(border=True):
        st.markdown(f"**{t('Train a model of your own')}**")
        installed = [name for name in FAMILY_NAMES if is_installed(name)]
        deep = visit.app.settings.use_deep_learning and DEEP in installed
        families = st.pills(
            t("Families that compete"),
            installed,
            selection_mode="multi",
            default=[DEEP if deep else USUAL],
            format_func=lambda name: family_name(t, name),
            key="models_families",
        )
        with st.expander(t("What it learns from, and for how long")):
            names = groups(t)
            learned = st.pills(
                t("It learns from"),
                list(names),
                selection_mode="multi",
                default=list(names),
                format_func=lambda name: names[name],
                key="models_groups",
            )
            minutes = st.number_input(
                t("Minutes in which ways of learning are tried"),
                min_value=1,
                max_value=MINUTES_MAX,
                value=MINUTES_USUAL,
                key="models_minutes",
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
                without = tuple(name for name in names if name not in learned)
                start_training(
                    visit, Wish(families=tuple(families), without=without, minutes=int(minutes))
                )
                keep_notice(t("The training has begun."))
                st.rerun()


def tell_outcome(visit: Visit) -> None:
    """Tell what the last training came to; nothing where none has ended well."""
    t = visit.t
    if not visit.may(Permission.JOBS_READ):
        return
    with visit.look(Permission.JOBS_READ) as ctx:
        jobs = list_jobs(ctx, JOBS_LOOKED_AT)
    last = next((job for job in jobs if job.kind == TRAIN and job.is_over), None)
    if last is None or last.state is not JobState.DONE:
        return
    told: dict[str, Any] = json.loads(last.result)  # Any: as the training keeps it
    name = plain(family_name(t, told["family"]))
    # From the command line comes the model's folder instead, which is called as its version.
    version = told.get("version") or Path(told.get("folder", "")).name
    if version:
        st.caption(t("The last training made {version}: {name}.", version=version, name=name))
        return
    st.warning(
        t("The last training made no model: {name} was not good enough. What predicts now stays.",
          name=name),
        icon=":material/model_training:",
    )  # fmt: skip
    for reason in told.get("refused", ()):
        st.caption(plain(reason))


def groups(t: Words) -> dict[str, str]:
    """Return the groups of features, as people call them."""
    names = {
        "record": t("How the customer has paid"),
        "lately": t("How it has paid lately"),
        "open": t("What it owes"),
        "alike": t("How similar invoices were paid"),
        "terms": t("Terms"),
        "amount": t("Amount"),
        "calendar": t("Days of the week and month"),
        "words": t("What the invoice says"),
    }
    return {name: names.get(name, name) for name in group_names()}


def feature_called(t: Words, name: str) -> str:
    """Return a feature with what it tells about, such as `How the customer has paid: late 90`."""
    group = group_names()[int(membership((name,)).argmax())]
    return f"{groups(t)[group]}: {name.replace('_', ' ')}"


def is_installed(family: str) -> bool:
    """Tell whether what a family needs is there, without loading it."""
    return find_spec(PACKAGES.get(family, "lightgbm")) is not None


def start_training(visit: Visit, wish: Wish) -> None:
    """Have a model trained on the books.

    Raises ConfigurationError where the packages that learn are missing.
    """
    _check_packages(wish.families)
    asked = {
        "families": wish.families,
        "without": wish.without,
        "budget_seconds": 60 * wish.minutes,
    }
    order(
        visit,
        "train",
        (Permission.MODELS_WRITE, Permission.JOBS_WRITE),
        lambda ctx: order_training(ctx, asked),
    )


def _check_packages(families: Sequence[str]) -> None:
    load_family = load("net30.training", "families", extra="ml").load_family
    for family in families:
        load_family(family)
