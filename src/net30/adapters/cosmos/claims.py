"""Claims in Cosmos: who drains a projection now stands in the document that says how far it is.

Whoever claims, renews or moves on writes over the etag that was read: of two one wins, and one
that lost its claim cannot write its place. All names of a claim are one batch.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from net30.adapters.cosmos import questions as ask
from net30.adapters.cosmos.documents import checkpoint_id, moment
from net30.adapters.cosmos.faults import OtherwiseNow
from net30.adapters.cosmos.partition import Document, Operation, Partition
from net30.ports.store import Lease, claim_lost


def advance(partition: Partition, projection: str, sequence: int, holder: str) -> None:
    """Move a checkpoint forward; raise ClaimLost when it is not its holder's any more."""
    name = checkpoint_id(projection)
    while True:
        found = partition.read(name)
        if holder and (found is None or found.get("holder", "") != holder):
            raise claim_lost(projection)
        try:
            if found is None:
                partition.create(_new(projection) | {"sequence": sequence})
            elif found["sequence"] < sequence:
                partition.replace(_plain(found) | {"sequence": sequence}, found["_etag"])
        except OtherwiseNow:
            continue  # another process wrote it at the same moment
        return


def take(partition: Partition, names: Collection[str], lease: Lease) -> frozenset[str]:
    """Claim what nobody else holds; return what that is."""
    now = moment(lease.now)

    def is_free(mark: Document) -> bool:
        return mark.get("holder", "") in {"", lease.holder} or mark["held_until"] <= now

    return _written(partition, names, is_free, _held(lease))


def renew(partition: Partition, names: Collection[str], lease: Lease) -> frozenset[str]:
    """Hold for longer what is still held; return what that is."""
    return _written(partition, names, _is_of(lease.holder), _held(lease))


def let_go(partition: Partition, places: Mapping[str, int], holder: str) -> None:
    """End claims, each with its checkpoint moved forward; those of others stay."""

    def ended(mark: Document) -> Document:
        sequence = max(mark["sequence"], places[mark["projection"]])
        return {"holder": "", "held_until": "", "sequence": sequence}

    _written(partition, places, _is_of(holder), ended)


def _written(
    partition: Partition,
    names: Collection[str],
    wanted: Callable[[Document], bool],
    said: Callable[[Document], Document],
) -> frozenset[str]:
    """Write something into those marks that are wanted, all at once; return which they are."""
    while True:
        found = {one["projection"]: one for one in partition.ask(ask.CHECKPOINTS, {})}
        marks = [found.get(name) or _new(name) for name in sorted(names)]
        marks = [mark for mark in marks if wanted(mark)]
        try:
            if marks:
                partition.batch([_operation(partition, mark, said(mark)) for mark in marks])
        except OtherwiseNow:
            continue  # another process wrote one of them at the same moment
        return frozenset(mark["projection"] for mark in marks)


def _operation(partition: Partition, mark: Document, said: Document) -> Operation:
    (document,) = partition.ours([_plain(mark) | said])
    if "_etag" not in mark:
        return ("create", (document,))
    return ("replace", (document["id"], document), {"if_match_etag": mark["_etag"]})


def _new(projection: str) -> Document:
    return {
        "id": checkpoint_id(projection),
        "type": "checkpoint",
        "projection": projection,
        "sequence": 0,
    }


def _plain(mark: Document) -> Document:
    """Return a mark without what Cosmos itself keeps of it."""
    return {name: value for name, value in mark.items() if not name.startswith("_")}


def _held(lease: Lease) -> Callable[[Document], Document]:
    return lambda _mark: {"holder": lease.holder, "held_until": moment(lease.until)}


def _is_of(holder: str) -> Callable[[Document], bool]:
    return lambda mark: mark.get("holder", "") == holder
