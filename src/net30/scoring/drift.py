"""Drift: whether invoices have changed since a model learned, and whether it still does as well.

The population stability index compares the shares of ten bins (tenths of the last invoices that
the model learned from, and what is missing): sum of (p - q) ln(p / q). By chance alone it comes to
about (bins - 1) (1/n + 1/m), which is taken off; above 0.25 is a change by custom. Sources: Siddiqi
2006; Yurdakul 2018 (its law by chance).

Features of a customer's past move in any growing ledger: counts rise, and a few customers' means
wander. So the index of the two stretches just before the model learned is beside it, and a feature
has changed only when it moved by more than twice as much as it did then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np

from net30.features.invoices import Invoices
from net30.features.point_in_time import Matrix
from net30.kernel.findings import Finding, Severity
from net30.scoring.distribution import Floats
from net30.scoring.figures import calibration_error, figures
from net30.scoring.judge import Judged, features_of, judge
from net30.scoring.model import Model

TENTHS = 10
SHARE_MIN = 1e-4
"""Empty bins count as this share, so that one row does not make the index endless."""
DRAWS, LUCK = 200, 0.99
"""So many outcomes are drawn from the chances told; the error of all but the worst hundredth of
them is luck."""
ROWS_MAX = 20_000
"""So many invoices of a stretch are enough to tell."""


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when on a change is told; ratios are to the figures on the model's card."""

    version: int
    rows_min: int
    psi_max: float
    psi_ratio_max: float
    ece_max: float
    brier_ratio_max: float
    mae_ratio_max: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How invoices issued since a model learned differ, and how well it predicted those judged.

    `psi` is how far each feature has moved, `usual` how far it had before. `figures` are of the
    `judged` ones, `then` those of the model's card. `findings` tell what is past a threshold; none
    means that nothing is.
    """

    issued: int
    judged: int
    psi: Mapping[str, float]
    usual: Mapping[str, float]
    figures: Mapping[str, float]
    then: Mapping[str, float]
    findings: tuple[Finding, ...]


@cache
def thresholds() -> Thresholds:
    """Return the published thresholds."""
    content = (files("net30.scoring") / "drift.json").read_bytes()
    return msgspec.json.decode(content, type=Thresholds)


def drift(model: Model, known: Invoices, since: int, horizon: int) -> Drift:
    """Compare what was issued from `since` on, the model's as-of day, with what was before."""
    limits = thresholds()
    judged = judge(model, known, since, horizon)
    enough = len(judged) >= limits.rows_min
    found = figures(judged.told, judged.delay) if enough else {}
    psi, usual = _moved(model, known, since, horizon)
    issued = int((known.issued >= since).sum())
    return Drift(
        issued=issued,
        judged=len(judged),
        psi=psi,
        usual=usual,
        figures=found,
        then=model.card.metrics,
        findings=(
            *_too_few(issued, len(judged)),
            *_of_features(psi, usual),
            *(_of_chances(found, judged) if enough else ()),
            *_of_figures(found, model.card.metrics),
        ),
    )


def _moved(
    model: Model, known: Invoices, since: int, horizon: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the index of each feature, and what it was between the two stretches before.

    The stretches have as many invoices as have come since, as far as there are so many.
    """
    order = np.argsort(known.issued, kind="stable")
    new = order[known.issued[order] >= since][:ROWS_MAX]
    old = order[known.issued[order] < since]
    size = min(len(new), len(old) // 2)
    if size < thresholds().rows_min:
        return {}, {}
    before, last, now = (
        features_of(model, known, known.take(rows), horizon)
        for rows in (old[-2 * size : -size], old[-size:], new)
    )
    names = model.card.features
    return stability(names, last, now), stability(names, before, last)


def stability(names: tuple[str, ...], then: Matrix, now: Matrix) -> dict[str, float]:
    """Return the index of each feature, the most changed first; never below 0."""
    found = {name: _index(then[:, at], now[:, at]) for at, name in enumerate(names)}
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def _index(then: Matrix, now: Matrix) -> float:
    there = then[~np.isnan(then)].astype(np.float64)
    levels = np.linspace(0, 1, TENTHS + 1)[1:-1]
    cuts = np.unique(np.quantile(there, levels)) if len(there) else there
    p, q = _shares(then, cuts), _shares(now, cuts)
    chance = (len(p) - 1) * (1 / len(then) + 1 / len(now))
    p, q = np.maximum(p, SHARE_MIN), np.maximum(q, SHARE_MIN)
    return max(float(((q - p) * np.log(q / p)).sum()) - chance, 0.0)


def _shares(column: Matrix, cuts: Floats) -> Floats:
    places = np.where(np.isnan(column), len(cuts) + 1, np.searchsorted(cuts, column))
    found: Floats = np.bincount(places, minlength=len(cuts) + 2) / len(column)
    return found


def _too_few(issued: int, judged: int) -> list[Finding]:
    least = thresholds().rows_min
    if judged >= least:
        return []
    says = (
        f"{issued:,} invoices were issued since and {judged:,} of them fell due: {least} are "
        "needed to judge"
    )
    return [Finding("too_few", "", says, Severity.NOTE)]


def _of_features(psi: Mapping[str, float], usual: Mapping[str, float]) -> list[Finding]:
    limits = thresholds()
    return [
        Finding(
            "feature_drift",
            name,
            f"its values have changed: PSI {value:.2f}, {usual[name]:.2f} before",
            Severity.WARNING,
        )
        for name, value in psi.items()
        if value > limits.psi_max and value > limits.psi_ratio_max * usual[name]
    ]


def _of_chances(found: Mapping[str, float], judged: Judged) -> list[Finding]:
    """Tell when chances are off by more than is allowed and than luck would make of true ones."""
    most, late = thresholds().ece_max, judged.told.late
    draw = np.random.default_rng(0)
    luck = [calibration_error(draw.random(len(late)) < late, late) for _ in range(DRAWS)]
    if found["ece"] <= max(most, float(np.quantile(luck, LUCK))):
        return []
    says = f"chances are off by {found['ece']:.3f} (allowed: {most})"
    return [Finding("calibration_drift", "ece", says)]


def _of_figures(found: Mapping[str, float], then: Mapping[str, float]) -> list[Finding]:
    limits, told = thresholds(), []
    for name, most in (("brier", limits.brier_ratio_max), ("mae", limits.mae_ratio_max)):
        if found and name in then and found[name] > most * then[name]:
            says = f"{found[name]:.3f}, {then[name]:.3f} when it was made (allowed: {most} x)"
            told.append(Finding("accuracy_drift", name, says))
    return told
