"""Contributions: how much each group of features moved the log-odds of being paid late.

The Shapley value of a game whose players are the groups: a coalition's worth is what the very
model that is served says, calibration included, of an invoice that has the coalition's features
from the one explained and all others from a typical one (the card's). All coalitions of the few
groups are asked, so nothing is estimated, no second model stands in for the first, and it is the
same for trees, networks and ensembles. The contributions and the typical invoice's log-odds add up
to the log-odds explained.

Chosen over TreeSHAP because the odds of being late are no sum of trees here: they follow from a
softmax over delay bins. Sources: Shapley 1953; Lundberg and Lee 2017 (additive attribution);
Lundberg et al. 2018 (the interventional game for trees); Sundararajan and Najmi 2020 (a baseline
in the place of what is absent).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from math import factorial

import numpy as np
from numpy.typing import NDArray

from net30.features.point_in_time import Matrix
from net30.kernel.errors import InputError
from net30.scoring.delay_bins import LATE
from net30.scoring.distribution import Floats
from net30.scoring.explain.groups import groups, membership
from net30.scoring.explain.typical import as_row
from net30.scoring.model import Model

TINY = 1e-9
GAP = "gap_days"


@dataclass(frozen=True, slots=True)
class Contributions:
    """Log-odds of P(late): of a typical invoice, what each group adds, and of the one explained."""

    base: float
    margin: float
    by_group: dict[str, float]


def contributions(model: Model, row: Matrix) -> Contributions:
    """Return what each group of features contributes; `row` is the one row of its features.

    Raises InputError for a model whose card knows no typical invoice.
    """
    card = model.card
    if len(card.typical) != len(card.features):
        raise InputError(
            f"{card.name} {card.version} knows no typical invoice to compare with",
            hint="train the model anew with this version",
            code="no_typical",
        )
    typical = as_row(card.typical)
    if GAP in card.features:  # how old the history is, is no reason of this invoice's
        typical[:, card.features.index(GAP)] = row[:, card.features.index(GAP)]
    differs = (typical != row) & ~(np.isnan(typical) & np.isnan(row))
    members = membership(card.features) & differs
    players = np.flatnonzero(members.any(axis=1))
    taken, weights = _coalitions(card.features, tuple(players.tolist()))
    margins = log_odds(model, np.where(taken, row, typical))
    found = dict.fromkeys((group.name for group in groups()), 0.0)
    for player, value in zip(players, weights @ margins, strict=True):
        found[groups()[player].name] = float(value)
    return Contributions(float(margins[0]), float(margins[-1]), found)


def log_odds(model: Model, matrix: Matrix) -> Floats:
    """Return the log-odds of P(late), as the model tells it at issue."""
    late = np.clip(model.distribution(matrix).later_than(LATE), TINY, 1 - TINY)
    found: Floats = np.log(late) - np.log1p(-late)
    return found


@lru_cache(maxsize=32)
def _coalitions(
    names: tuple[str, ...], players: tuple[int, ...]
) -> tuple[NDArray[np.bool_], Floats]:
    """Return the features that each coalition of these groups has, and the Shapley weights."""
    coalitions, weights = _game(len(players))
    return coalitions @ membership(names)[list(players)], weights


@cache
def _game(players: int) -> tuple[NDArray[np.bool_], Floats]:
    """Return every coalition, the empty one first and the whole last, and the Shapley weights.

    The weights turn the coalitions' worths into each player's value: a row a player.
    """
    size = 2**players
    inside = (np.arange(size)[:, None] >> np.arange(players)[None, :] & 1).astype(np.bool_)
    count = inside.sum(axis=1)
    share = np.array(
        [factorial(n) * factorial(players - n - 1) / factorial(players) for n in range(players)]
    )
    weights = np.zeros((players, size))
    for player in range(players):
        joins = inside[:, player]
        weights[player, joins] = share[count[joins] - 1]
        weights[player, ~joins] = -share[count[~joins]]
    return inside, weights
