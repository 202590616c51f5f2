"""Beside: long work that is ordered from a page, once a click, and done by whoever has the time."""

from __future__ import annotations

from collections.abc import Callable

from net30.domain.identity.roles import Permission
from net30.domain.job import Job
from net30.services.context import Context
from net30.services.once import once
from net30.ui.pieces.clicks import done, token
from net30.ui.visit import Visit


def order(
    visit: Visit, form: str, needs: tuple[Permission, ...], work: Callable[[Context], Job]
) -> None:
    """Have work done; a double click orders it once. Raises Forbidden for who may not."""
    with visit.change(*needs) as ctx:
        once(ctx, token(form), f"screen:{form}", lambda: work(ctx).id)
    done(form)
