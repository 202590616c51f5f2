"""Tour: the first steps that a user takes, and when there is no more need of them."""

from __future__ import annotations

from dataclasses import replace

from net30.domain.workplace import Workplace
from net30.kernel.errors import InputError
from net30.services.context import Context
from net30.services.workplace.saved_views import stored_workplace

STEPS = ("assistant", "invoices", "invoice", "collections", "analytics", "settings")
"""The pages of the tour, in their order."""


def take_step(ctx: Context, step: str) -> Workplace:
    """Note that the user has seen a page of the tour; raise InputError for another page."""
    if step not in STEPS:
        raise InputError(
            f"{step!r} is no step of the tour", hint=f"there are: {', '.join(STEPS)}", code="tour"
        )
    stored = stored_workplace(ctx)
    place = stored.value
    if step in place.tour:
        return place
    return _saved(ctx, replace(place, tour=(*place.tour, step)), stored.version)


def end_tour(ctx: Context) -> Workplace:
    """Show the tour no more."""
    stored = stored_workplace(ctx)
    return _saved(ctx, replace(stored.value, tour_over=True), stored.version)


def begin_tour(ctx: Context) -> Workplace:
    """Show the tour from its first step."""
    stored = stored_workplace(ctx)
    return _saved(ctx, replace(stored.value, tour=(), tour_over=False), stored.version)


def _saved(ctx: Context, place: Workplace, version: int) -> Workplace:
    ctx.tx.save(place, expected=version)
    return place
