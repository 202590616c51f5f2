"""Commit: all changes of a transaction at once, and the truth about it when the answer is lost.

Up to 99 changes are one transactional batch with the head. More than that, or more bytes, are
written down first as pieces that no reader looks at; the batch that says so in the head decides,
and the pieces are carried out after it, each once, by whoever comes by when its writer has died.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

from net30.adapters.cosmos.changes import Changes
from net30.adapters.cosmos.faults import OtherwiseNow, too_large
from net30.adapters.cosmos.head import ID, RECENT, Head, look
from net30.adapters.cosmos.partition import Document, Operation, Partition
from net30.adapters.cosmos.turn import Turn
from net30.kernel.errors import LimitExceeded, Unavailable

OPERATIONS_MAX = 98
"""Of the 100 of a batch: one is the head, one the piece that was carried out."""
BATCH_BYTES_MAX = 1_500_000
"""Of 2 MB; the rest is for what the protocol adds."""
DOCUMENT_BYTES_MAX = 1_400_000
CHANGES_MAX = 100_000
"""More changes at once stay too long in memory and in everybody's way."""
RESOLVE_SECONDS = 15.0
"""How long it is tried to find out whether a commit whose answer was lost has happened."""
HELP_SECONDS = 1.0
"""A pending commit that makes no progress for so long is carried out by whoever waits for it."""

PIECES = "SELECT c.id FROM c WHERE c.type = 'piece'"


def commit(turn: Turn, changes: Changes, after: Head) -> Head | None:
    """Write all changes, or nothing; return the head as it is then, None where that is not known.

    `after` says what the head shall say. Raises Unavailable when nothing was written, or when
    that cannot be found out (commit_unknown); LimitExceeded for too much at once.
    """
    _check(changes)
    name = uuid4().hex[:16]
    whole = _operations(changes)
    after = after.after(name)
    if whole is None:
        _clear(turn)
        pieces = _stage(turn.partition, name, changes)
        after = replace(after, pending=name, pieces=pieces, applied=0)
    with turn.lock:
        turn.ended = True
        head = _decide(turn, whole or [], after, name)
    if whole is not None:
        return head
    try:
        return finish(turn.partition, head)
    except Unavailable:
        return None  # it is decided: whoever comes next carries it out before looking


def finish(partition: Partition, head: Head) -> Head:
    """Carry out what is pending, or find that somebody has; return the head after it."""
    until = time.monotonic() + RESOLVE_SECONDS
    commit_id = head.pending
    while head.pending and head.pending == commit_id:
        try:
            head = _carry_out(partition, head)
            until = time.monotonic() + RESOLVE_SECONDS
        except (OtherwiseNow, Unavailable):
            if time.monotonic() > until:
                raise Unavailable(
                    "a large change is decided and not carried out yet",
                    hint="try again in a moment",
                    code="busy",
                ) from None
            time.sleep(0.05)
            head = look(partition)
    return head


def settled(partition: Partition) -> Head:
    """Return the head when nothing is pending: wait for whoever is at it, or help."""
    head = look(partition)
    since = time.monotonic()
    while head.pending:
        if time.monotonic() - since > HELP_SECONDS:
            return finish(partition, head)
        time.sleep(0.02)
        before, head = head, look(partition)
        if head.etag != before.etag:
            since = time.monotonic()
    return head


def _check(changes: Changes) -> None:
    if len(changes) > CHANGES_MAX:
        raise LimitExceeded(
            f"{len(changes)} changes at once are more than {CHANGES_MAX} on Azure Cosmos DB",
            hint="divide the file and take in the parts one after the other",
            code="changes_at_once",
        )
    for document in changes.documents():
        if _bytes(document) > DOCUMENT_BYTES_MAX:
            kind = document.get("kind", document["type"])
            raise too_large(f"the {kind} {document.get('aggregate', document['id'])!r}")


def _operations(changes: Changes) -> list[Operation] | None:
    """Return what one batch does, or None when one is not enough."""
    if len(changes) > OPERATIONS_MAX:
        return None
    operations, size = [], 0
    for operation, document in changes.operations():
        operations.append(operation)
        size += _bytes(document)
    return operations if size <= BATCH_BYTES_MAX else None


def _decide(turn: Turn, operations: list[Operation], after: Head, name: str) -> Head:
    """Write the head with the changes; when the answer is lost, find out what happened."""
    partition, etag = turn.partition, turn.head.etag
    written: Operation = (
        "replace",
        (ID, partition.ours([after.document])[0]),
        {"if_match_etag": etag},
    )
    try:
        return replace(after, etag=partition.batch([*_owned(partition, operations), written])[-1])
    except (OtherwiseNow, Unavailable, LimitExceeded) as error:
        found = _found_out(turn, name)
        if found:
            return found
        if isinstance(error, LimitExceeded):
            raise
        raise _not_done(error) from error


def _found_out(turn: Turn, name: str) -> Head | None:
    """Return the head when the commit has happened, None when it has not and never will.

    Where our head still stands it is written anew, so that a batch that is still on its way is
    refused when it arrives.
    """
    partition, ours = turn.partition, turn.head
    until = time.monotonic() + RESOLVE_SECONDS
    while time.monotonic() < until:
        try:
            head = look(partition)
            if name in head.recent:
                return head
            if head.etag != ours.etag:
                if head.commits - ours.commits < RECENT:
                    return None
                break
            partition.replace(replace(ours, holder="").document, ours.etag)
        except OtherwiseNow:
            continue
        except Unavailable:
            time.sleep(0.2)
        else:
            return None
    raise Unavailable(
        "Azure Cosmos DB does not say whether the change was made",
        hint="look whether it is there; or send the request again with the same idempotency key",
        code="commit_unknown",
    )


def _not_done(error: Exception) -> Unavailable:
    if isinstance(error, Unavailable):
        return error
    return Unavailable(
        "another process wrote these books meanwhile; nothing was changed",
        hint="try again",
        code="busy",
    )


def _clear(turn: Turn) -> None:
    """Remove what somebody wrote down who died before deciding.

    The head is written along: who lost the turn unnoticed removes nothing of its new holder's.
    """
    partition = turn.partition
    while left := list(partition.ask(PIECES, {}, OPERATIONS_MAX)):
        with turn.lock:
            written: Operation = (
                "replace",
                (ID, partition.ours([turn.head.document])[0]),
                {"if_match_etag": turn.head.etag},
            )
            gone: list[Operation] = [("delete", (one["id"],)) for one in left]
            try:
                etags = partition.batch([*gone, written])
            except OtherwiseNow as error:
                raise _not_done(error) from error
            turn.head = replace(turn.head, etag=etags[-1])


def _stage(partition: Partition, name: str, changes: Changes) -> int:
    """Write the changes down where no reader looks; return in how many pieces."""
    count = 0
    for count, piece in enumerate(_pieces(changes), 1):
        partition.put({"id": _piece_id(name, count), "type": "piece", "changes": piece})
    return count


def _pieces(changes: Changes) -> Iterator[list[Document]]:
    piece: list[Document] = []
    size = 0
    for change in changes.pieces():
        weight = _bytes(change)
        if piece and (len(piece) == OPERATIONS_MAX or size + weight > BATCH_BYTES_MAX):
            yield piece
            piece, size = [], 0
        piece.append(change)
        size += weight
    if piece:
        yield piece


def _carry_out(partition: Partition, head: Head) -> Head:
    """Do the next piece; the head that says so keeps anybody from doing it twice."""
    at = head.applied + 1
    piece_id = _piece_id(head.pending, at)
    piece = partition.read(piece_id)
    if piece is None:
        raise OtherwiseNow(piece_id)
    operations: list[Operation] = []
    for change in piece["changes"]:
        if "put" in change:
            operations.append(("upsert", (change["put"],)))
        else:
            operations.append(("delete", (change["remove"],)))
    done = replace(head, applied=at)
    if at == head.pieces:
        done = replace(done, pending="", pieces=0, applied=0)
    operations += [
        ("delete", (piece_id,)),
        ("replace", (ID, done.document), {"if_match_etag": head.etag}),
    ]
    return replace(done, etag=partition.batch(_owned(partition, operations))[-1])


def _owned(partition: Partition, operations: list[Operation]) -> list[Operation]:
    """Return operations whose documents have the partition's key in them."""
    owned: list[Operation] = []
    for verb, values, *more in operations:
        named = tuple(
            partition.ours([value])[0] if isinstance(value, dict) else value for value in values
        )
        owned.append((verb, named, *more))
    return owned


def _piece_id(commit_id: str, at: int) -> str:
    return f"piece:{commit_id}:{at:06}"


def _bytes(document: Document) -> int:
    return len(json.dumps(document, separators=(",", ":")))
