"""Workplace: what one user has arranged in one organisation: views kept, notices seen, the tour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from net30.domain.customer import fold
from net30.domain.open_item import Status
from net30.kernel.errors import InputError, LimitExceeded, NotFound

VIEWS_MAX = 30
VIEW_NAME_CHARACTERS_MAX = 60
VIEW_TEXT_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A question to the list of invoices under a name of its own; empty fields ask for all.

    `usual` is the usual question that it starts from; `sort` is empty for that one's order.
    """

    name: str
    usual: str = "all"
    text: str = ""
    customer_id: str = ""
    statuses: tuple[Status, ...] = ()
    issued_from: date | None = None
    issued_to: date | None = None
    sort: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """One user's arrangements; `id` is the user's.

    `alert_seen` is the id of the last alert that was looked at and `seen_at` when that was; ids
    grow with time. `tour` has the steps that were taken, until `tour_over`.
    """

    id: str
    views: tuple[SavedView, ...] = ()
    alert_seen: str = ""
    seen_at: datetime | None = None
    tour: tuple[str, ...] = ()
    tour_over: bool = False

    def with_view(self, view: SavedView) -> Workplace:
        """Return it with one more view; one of the same name gives way.

        Raises InputError without a name, LimitExceeded beyond VIEWS_MAX.
        """
        if not fold(view.name):
            raise InputError("the view has no name", hint="give a name", code="view_name")
        others = tuple(one for one in self.views if fold(one.name) != fold(view.name))
        if len(others) >= VIEWS_MAX:
            raise LimitExceeded(
                f"there are {VIEWS_MAX} views already", hint="remove one first", code="views"
            )
        return replace(self, views=(*others, view))

    def without_view(self, name: str) -> Workplace:
        """Return it without a view; raise NotFound."""
        kept = tuple(one for one in self.views if fold(one.name) != fold(name))
        if len(kept) == len(self.views):
            raise NotFound(f"there is no view {name!r}", hint="it was removed already", code="view")
        return replace(self, views=kept)
