"""Links: what of ours is what there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from net30.domain.aggregates import Key
from net30.domain.books import BooksLink, LinkKind, LinkState, link_id, theirs_key
from net30.domain.open_item import OpenItem, Settlement, SettlementKind
from net30.kernel.errors import NotFound
from net30.ports.store import NEW, Stored
from net30.services.context import Context, ReadContext


def links_of_theirs(
    ctx: ReadContext, connection: str, kind: LinkKind, theirs: Collection[str]
) -> dict[str, str]:
    """Return what of ours each of many things there is; those of nobody are left out."""
    keys = {theirs_key(connection, kind, one): one for one in theirs}
    found = ctx.tx.find_many(BooksLink, Key.NAME, list(keys), limit=1)
    return {keys[key]: stored[0].value.ours for key, stored in found.items() if stored}


def link_of(
    ctx: ReadContext, connection: str, kind: LinkKind, ours: str
) -> Stored[BooksLink] | None:
    """Return the link of something of ours, or None."""
    try:
        return ctx.tx.load(BooksLink, link_id(connection, kind, ours))
    except NotFound:
        return None


def is_there(ctx: ReadContext, connection: str, kind: LinkKind, ours: str) -> bool:
    """Tell whether something of ours is in the books there."""
    link = link_of(ctx, connection, kind, ours)
    return link is not None and link.value.state is LinkState.THERE


def settlements_by_key(item: OpenItem) -> dict[str, Settlement]:
    """Return what settled an item, by what its link is called: source:invoice.

    The second time that the same payment is put to an invoice is source#2:invoice. A discount has
    no link: it is not pushed.
    """
    found: dict[str, Settlement] = {}
    times: Counter[str] = Counter()
    for entry in item.settlements:
        if entry.kind is not SettlementKind.DISCOUNT:
            times[entry.source_id] += 1
            turn = times[entry.source_id]
            name = entry.source_id if turn == 1 else f"{entry.source_id}#{turn}"
            found[f"{name}:{item.id}"] = entry
    return found


def keep_link(ctx: Context, connection: str, kind: LinkKind, ours: str, theirs: str, *,
              came: bool = False) -> None:  # fmt: skip
    """Keep that something of ours is something there."""
    stored = link_of(ctx, connection, kind, ours)
    link = BooksLink(
        id=link_id(connection, kind, ours),
        connection=connection,
        kind=kind,
        ours=ours,
        theirs=theirs,
        came=came,
        at=ctx.now,
    )
    ctx.tx.save(link, expected=stored.version if stored else NEW)


def keep_refusal(ctx: Context, connection: str, kind: LinkKind, ours: str, why: str) -> None:
    """Keep that something of ours was not taken there, and why."""
    stored = link_of(ctx, connection, kind, ours)
    if stored is None:
        fresh = BooksLink(
            id=link_id(connection, kind, ours),
            connection=connection,
            kind=kind,
            ours=ours,
            state=LinkState.REFUSED,
            at=ctx.now,
        )
    else:
        fresh = stored.value
    refused = replace(
        fresh, state=LinkState.REFUSED, why=why[:300], tries=fresh.tries + 1, at=ctx.now
    )
    ctx.tx.save(refused, expected=stored.version if stored else NEW)


def drop_link(ctx: Context, stored: Stored[BooksLink]) -> None:
    """Forget a link."""
    ctx.tx.delete(BooksLink, stored.value.id, expected=stored.version)
