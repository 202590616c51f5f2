"""Retraining: when a model is due to learn anew, and what its successor has to show; as data."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From when on a model is due, and when its successor is promoted.

    Due: its as-of day is `every_days` old, or drift was found. Of what was issued since and has
    fallen due the newest `compared_share` is kept for comparing, `compared_min` invoices at least.
    Promoted: the mean ratio of the `figures`, successor to model, is at most `ratio_max`, and no
    more than `surely_worse_max` figures are worse with an interval that holds no 0.
    """

    version: int
    every_days: int
    compared_share: float
    compared_min: int
    figures: tuple[str, ...]
    ratio_max: float
    surely_worse_max: int


@cache
def rules() -> Rules:
    """Return the published rules."""
    content = (files("net30.scoring") / "retraining.json").read_bytes()
    return msgspec.json.decode(content, type=Rules)
