"""Keep the views of a user: questions to the list of invoices under names of their own."""

from __future__ import annotations

from dataclasses import replace

from net30.domain.text import clean
from net30.domain.workplace import (
    VIEW_NAME_CHARACTERS_MAX,
    VIEW_TEXT_CHARACTERS_MAX,
    SavedView,
    Workplace,
)
from net30.kernel.errors import NotFound
from net30.ports.store import NEW, Stored
from net30.services.context import Context, ReadContext


def workplace_of(ctx: ReadContext) -> Workplace:
    """Return what the user has arranged; an empty one for who has arranged nothing."""
    return stored_workplace(ctx).value


def stored_workplace(ctx: ReadContext) -> Stored[Workplace]:
    """Return the same with its version, NEW for who has arranged nothing."""
    try:
        return ctx.tx.load(Workplace, ctx.user)
    except NotFound:
        return Stored(Workplace(id=ctx.user), NEW)


def keep_view(ctx: Context, view: SavedView) -> SavedView:
    """Keep a view under its name, over one of the same name.

    No event is written: it is nobody else's business. Raises InputError without a name,
    LimitExceeded for too many.
    """
    name = clean(view.name, "the view's name", VIEW_NAME_CHARACTERS_MAX)
    text = clean(view.text, "the search", VIEW_TEXT_CHARACTERS_MAX)
    kept, stored = replace(view, name=name, text=text), stored_workplace(ctx)
    ctx.tx.save(stored.value.with_view(kept), expected=stored.version)
    return kept


def remove_view(ctx: Context, name: str) -> None:
    """Forget a view; raise NotFound."""
    stored = stored_workplace(ctx)
    ctx.tx.save(stored.value.without_view(name), expected=stored.version)
