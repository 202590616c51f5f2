"""Judging: how models of the shelf did on what came since, beside each other and over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from net30.domain.identity.roles import Permission
from net30.kernel.findings import Finding, Severity
from net30.scoring.card import Card
from net30.scoring.drift import Drift
from net30.services.check_models import Comparison, check_model, compare_models
from net30.services.context import ReadContext
from net30.services.past_invoices import of_books
from net30.services.promote_model import open_model
from net30.services.published_model import served_model
from net30.services.train_model import DEFAULT_NAME
from net30.ui.learning.training import feature_called
from net30.ui.learning.which_model import family_name, model_called
from net30.ui.pieces.notices import telling
from net30.ui.pieces.shown import plain, sentence
from net30.ui.pieces.tables import table
from net30.ui.visit import Visit
from net30.ui.words import Words

READ = Permission.MODELS_READ
CHECKED = ("brier", "ece", "mae", "cover")
FEATURES_SHOWN = 10
FEATURE_DRIFT = "feature_drift"


def figure_names(t: Words) -> Mapping[str, str]:
    """Return the figures of a model, as people read them."""
    return {
        "auc": t("Order (AUC)"),
        "brier": t("Error of the chances (Brier)"),
        "ece": t("Calibration error"),
        "mae": t("Error in days"),
        "cover": t("Within the range told"),
        "interval_score": t("Score of the range"),
        "accuracy": t("Right about late or not"),
        "ap30": t("Finds what is over 30 days late"),
        "brier30": t("Error of the chances of over 30 days (Brier)"),
        "n": t("Judged on invoices"),
        "late_rate": t("Paid late"),
        "late30_rate": t("Over 30 days late"),
        "width": t("Width of the range, days"),
    }


def compare(visit: Visit, cards: Sequence[Card]) -> None:
    """Put two versions before the same later invoices, which neither had learned from."""
    t = visit.t
    if len(cards) < 2:  # noqa: PLR2004 - it takes two to compare
        st.caption(t("Two models of your own can be compared once a second one is trained."))
        return
    names = {card.version: f"{card.version} · {family_name(t, card.family)}" for card in cards}
    versions = list(names)
    left, right = st.columns(2)
    first = left.selectbox(
        t("Model"), versions, index=len(versions) - 2, format_func=lambda one: names[one],
        key="compare_first",
    )  # fmt: skip
    second = right.selectbox(
        t("Beside"), versions, index=len(versions) - 1, format_func=lambda one: names[one],
        key="compare_second",
    )  # fmt: skip
    if st.button(t("Compare"), icon=":material/compare:", key="compare_now",
                 disabled=first == second):  # fmt: skip
        with telling(t), st.spinner(t("Asking both about the same invoices ...")):
            st.session_state.compared = _compared(visit, first, second)
    found: Comparison | None = st.session_state.get("compared")
    if found is not None and {found.champion, found.challenger} == {first, second}:
        _comparison(visit, found)


def _compared(visit: Visit, first: str, second: str) -> Comparison:
    with visit.look(READ) as ctx:
        ours, theirs = (open_model(ctx.models, DEFAULT_NAME, one) for one in (first, second))
        return compare_models(ours, theirs, of_books(ctx, ctx.today).history, ctx.today)


def _comparison(visit: Visit, found: Comparison) -> None:
    t, names = visit.t, figure_names(visit.t)
    better, worse = found.better, found.worse
    if not better and not worse:
        said = t("The difference is within chance.")
    elif len(better) > len(worse):
        said = t("{version} is surely better in: {n}.", version=found.challenger,
                 n=", ".join(names[one] for one in better))  # fmt: skip
    else:
        said = t("{version} is surely worse in: {n}.", version=found.challenger,
                 n=", ".join(names[one] for one in worse))  # fmt: skip
    st.markdown(f"**{plain(said)}**")
    table(
        visit,
        {
            t("Smaller is better"): [names[one] for one in found.difference],
            found.champion: [found.figures[0][one] for one in found.difference],
            found.challenger: [found.figures[1][one] for one in found.difference],
            t("Difference"): [gap for gap, _, _ in found.difference.values()],
            t("From"): [low for _, low, _ in found.difference.values()],
            t("To"): [high for _, _, high in found.difference.values()],
        },
        alt=t("Compare"),
    )
    st.caption(
        t(
            "On {n} invoices issued since {day}, which neither had learned from; the true "
            "difference lies in the range from and to in 95 of 100 cases.",
            n=visit.number_of(found.judged),
            day=visit.day(found.since),
        )
    )


def drift(visit: Visit) -> None:
    """Tell whether invoices have changed since the served model learned, and how it has done."""
    t = visit.t
    with telling(t), st.spinner(t("Looking at what came since ...")):
        with visit.look(READ) as ctx:
            served = served_model(ctx)
            asked = ("drift", served.model.card.model_sha256, ctx.today)
            found = visit.known(ctx, asked, lambda: _drift(ctx))
        st.write(
            t(
                "{name} has learned until {day}; since then {n} invoices were issued, {judged} of "
                "them fell due.",
                name=plain(sentence(model_called(t, served.name))),
                day=visit.day(served.model.card.as_of),
                n=visit.number_of(found.issued),
                judged=visit.number_of(found.judged),
            )
        )
        _drifted(visit, found)


def _drift(ctx: ReadContext) -> Drift:
    return check_model(served_model(ctx).model, of_books(ctx, ctx.today).history, ctx.today)


def _drifted(visit: Visit, found: Drift) -> None:
    t, names = visit.t, figure_names(visit.t)
    if not found.findings:
        st.success(t("Nothing has drifted beyond the published limits."),
                   icon=":material/check_circle:")  # fmt: skip
    changed = [one.path for one in found.findings if one.code == FEATURE_DRIFT]
    if changed:
        count = t.count(
            len(changed),
            "{n} thing that it learns from has changed more than it used to.",
            "{n} things that it learns from have changed more than they used to.",
        )
        st.warning(plain(count), icon=":material/trending_up:")
    for finding in found.findings:
        if finding.code != FEATURE_DRIFT:
            show = st.caption if finding.severity is Severity.NOTE else st.warning
            show(plain(_finding(t, finding, names)))
    if found.figures:
        table(
            visit,
            {
                t("How well it did"): [names[one] for one in CHECKED],
                t("Since then"): [found.figures.get(one) for one in CHECKED],
                t("When it was made"): [found.then.get(one) for one in CHECKED],
            },
            alt=t("How well it did"),
        )
    if found.psi:
        rest = [name for name in found.psi if name not in changed]
        worst = [*changed, *rest][: max(FEATURES_SHOWN, len(changed))]
        table(
            visit,
            {
                t("What has changed most"): [feature_called(t, name) for name in worst],
                t("Change (PSI)"): [found.psi[name] for name in worst],
                t("Change before"): [found.usual[name] for name in worst],
                t("More than usual"): [t("yes") if name in changed else None for name in worst],
            },
            alt=t("What has changed most"),
        )


def _finding(t: Words, finding: Finding, names: Mapping[str, str]) -> str:
    name = names.get(finding.path, finding.path)
    said = {
        "too_few": t("Too few invoices have fallen due since to judge."),
        "calibration_drift": t("The chances it tells are further off than is allowed."),
        "accuracy_drift": t("{name}: worse than when it was made.", name=name),
    }
    return said.get(finding.code, finding.message)
