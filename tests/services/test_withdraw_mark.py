"""What was noted by mistake is taken back the same day; what was noted before stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from net30.domain.events import MarkWithdrawn
from net30.domain.open_item import OpenItem
from net30.kernel.errors import Conflict
from net30.services.context import Context
from net30.services.list_marks import list_disputes, list_promises
from net30.services.mark_invoice import close_dispute, note_call, note_promise, open_dispute
from net30.services.withdraw_mark import (
    MarkKind,
    reopen_dispute,
    withdraw_call,
    withdraw_dispute,
    withdraw_last,
    withdraw_promise,
)
from tests.desk import TODAY, Desk, open_desk

NUMBER = "INV-2026-000001"
SOON = TODAY + timedelta(days=7)
Note = Callable[[Context], OpenItem]
MARKS: tuple[tuple[Note, Note], ...] = (
    (lambda ctx: open_dispute(ctx, NUMBER, "wrong"), lambda ctx: withdraw_dispute(ctx, NUMBER)),
    (lambda ctx: note_promise(ctx, NUMBER, SOON), lambda ctx: withdraw_promise(ctx, NUMBER, SOON)),
    (lambda ctx: note_call(ctx, NUMBER, " hm "), lambda ctx: withdraw_call(ctx, NUMBER, "hm")),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = open_desk(tmp_path)
    found.issue()
    yield found
    found.app.close()


def do(desk: Desk, *notes: Note) -> OpenItem:
    for note in notes:
        with desk.app.change() as ctx:
            item = note(ctx)
    return item


@pytest.mark.parametrize(("note", "back"), MARKS)
def test_what_was_noted_is_taken_back_once_and_both_stay_in_the_books(
    desk: Desk, note: Note, back: Note
) -> None:
    before = desk.item(NUMBER)
    assert do(desk, note, back) == before
    with pytest.raises(Conflict, match="nothing like that"):
        do(desk, back)
    with desk.app.look() as ctx:
        told = [one.event for one in ctx.tx.events() if isinstance(one.event, MarkWithdrawn)]
    assert [one.invoice_id for one in told] == [before.id]


@pytest.mark.parametrize(("note", "back"), MARKS)
def test_what_was_noted_on_an_earlier_day_stays(desk: Desk, note: Note, back: Note) -> None:
    noted = do(desk, note)
    desk.clock.day = TODAY + timedelta(days=1)
    with pytest.raises(Conflict):
        do(desk, back)
    assert desk.item(NUMBER) == noted


def test_of_several_promises_the_one_that_is_meant_goes(desk: Desk) -> None:
    later = SOON + timedelta(days=3)
    do(desk, lambda ctx: note_promise(ctx, NUMBER, SOON))
    kept = do(desk, lambda ctx: note_promise(ctx, NUMBER, later), MARKS[1][1])
    assert [one.day for one in kept.promises] == [later]
    desk.app.settle()
    with desk.app.look() as ctx:
        assert [one.day for one in list_promises(ctx)] == [later]


def test_somebody_elses_call_is_not_taken_back(desk: Desk) -> None:
    do(desk, MARKS[2][0])
    with pytest.raises(Conflict), desk.app.change("ben") as ctx:
        withdraw_call(ctx, NUMBER, "hm")


def test_a_dispute_that_was_closed_by_mistake_goes_on_as_it_was(desk: Desk) -> None:
    with pytest.raises(Conflict):
        do(desk, lambda ctx: reopen_dispute(ctx, NUMBER))
    before = do(desk, MARKS[0][0])
    do(desk, lambda ctx: close_dispute(ctx, NUMBER))
    assert do(desk, lambda ctx: reopen_dispute(ctx, NUMBER)) == before
    desk.app.settle()
    with desk.app.look() as ctx:
        assert [(one.reason, one.closed) for one in list_disputes(ctx)] == [("wrong", None)]


@pytest.mark.parametrize(("kind", "marks"), list(zip(MarkKind, MARKS, strict=True)))
def test_the_last_of_a_kind_is_taken_back_whoever_knows_no_more_of_it(
    desk: Desk, kind: MarkKind, marks: tuple[Note, Note]
) -> None:
    with pytest.raises(Conflict, match="nothing like that"):
        do(desk, lambda ctx: withdraw_last(ctx, NUMBER, kind))
    once = do(desk, marks[0])
    if kind is not MarkKind.DISPUTE:  # only one can be open
        do(desk, marks[0])
        assert do(desk, lambda ctx: withdraw_last(ctx, NUMBER, kind)) == once
    before = do(desk, lambda ctx: withdraw_last(ctx, NUMBER, kind))
    assert (before.disputes, before.promises, before.calls) == ((), (), ())


def test_what_somebody_else_noted_of_a_call_is_not_taken_back(desk: Desk) -> None:
    with desk.app.change("moussa") as ctx:
        note_call(ctx, NUMBER, "pays Friday")
    with pytest.raises(Conflict):
        do(desk, lambda ctx: withdraw_last(ctx, NUMBER, MarkKind.CALL))
