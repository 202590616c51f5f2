"""Drift: whether invoices have changed since a model learned, and whether it still does as well.

The population stability index compares the shares of ten bins (tenths of what the model learned
from, and what is missing): sum of (p - q) ln(p / q). By chance alone it comes to about
(bins - 1) (1/n + 1/m), which is taken off; above 0.25 is a change by custom. Sources: Siddiqi 2006;
Yurdakul 2018 (its law by chance).
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
from net30.scoring.figures import figures
from net30.scoring.judge import features_of, judge
from net30.scoring.model import Model

TENTHS = 10
SHARE_MIN = 1e-4
"""Empty bins count as this share, so that one row does not make the index endless."""
ROWS_MAX = 20_000
"""So many invoices, the last ones, stand for what a model learned from."""


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From when on a change is told; ratios are to the figures on the model's card."""

    version: int
    rows_min: int
    psi_max: float
    ece_max: float
    brier_ratio_max: float
    mae_ratio_max: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How invoices issued since a model learned differ, and how well it predicted those judged.

    `figures` are of the `judged` ones, `then` those of the model's card. `findings` tell what is
    past a threshold; none means that nothing is.
    """

    issued: int
    judged: int
    psi: Mapping[str, float]
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
    before = np.flatnonzero(known.issued < since)
    before = before[np.argsort(known.issued[before], kind="stable")][-ROWS_MAX:]
    new = known.take(known.issued >= since)
    psi, judged = {}, judge(model, known, since, horizon)
    if min(len(before), len(new)) >= limits.rows_min:
        then = features_of(model, known, known.take(before), horizon)
        now = features_of(model, known, new, horizon)
        psi = stability(model.card.features, then, now)
    enough = len(judged) >= limits.rows_min
    found = figures(judged.told, judged.delay) if enough else {}
    return Drift(
        issued=len(new),
        judged=len(judged),
        psi=psi,
        figures=found,
        then=model.card.metrics,
        findings=_findings(psi, found, model.card.metrics, (len(new), len(judged))),
    )


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


def _findings(
    psi: Mapping[str, float],
    found: Mapping[str, float],
    then: Mapping[str, float],
    counts: tuple[int, int],
) -> tuple[Finding, ...]:
    limits, told = thresholds(), []
    issued, judged = counts
    if not found:
        says = (
            f"{issued:,} invoices were issued since and {judged:,} of them fell due: "
            f"{limits.rows_min} are needed to judge"
        )
        told.append(Finding("too_few", "", says, Severity.NOTE))
    for name, value in psi.items():
        if value > limits.psi_max:
            says = f"its values have changed: PSI {value:.2f} (allowed: {limits.psi_max})"
            told.append(Finding("feature_drift", name, says, Severity.WARNING))
    if found and found["ece"] > limits.ece_max:
        says = f"chances are off by {found['ece']:.3f} (allowed: {limits.ece_max})"
        told.append(Finding("calibration_drift", "ece", says))
    for name, most in (("brier", limits.brier_ratio_max), ("mae", limits.mae_ratio_max)):
        if found and name in then and found[name] > most * then[name]:
            says = f"{found[name]:.3f}, {then[name]:.3f} when it was made (allowed: {most} x)"
            told.append(Finding("accuracy_drift", name, says))
    return tuple(told)
