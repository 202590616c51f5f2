"""The relay: every event reaches every projection, whatever fails on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from net30.adapters.blobs.folder import FolderBlobs
from net30.adapters.mail.folder import FolderMail
from net30.adapters.sql import SqlStore, open_database
from net30.adapters.sql.accounts import SqlAccounts
from net30.adapters.sql.search import SqlSearch
from net30.domain.events import CustomerSaved, DisputeClosed, DraftSaved, Event
from net30.kernel.errors import Unavailable
from net30.kernel.plugins import names_in
from net30.services.drain_report import DrainReport
from net30.services.progress import waiting
from net30.services.relay import EVENTS_PER_BATCH_MAX, ROOM, Manner, drain
from net30.services.relaying import Relaying
from net30.services.world import World
from tests.databases import sqlite_url
from tests.relay_room import read
from tests.samples import COMPANY, NOW, TODAY
from tests.surroundings import caches

US, THEM = "lagune", "rival"
TEST_ROOM = "tests.relay_room"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Lend an empty world on disk."""
    database = open_database(sqlite_url(tmp_path))
    yield World(
        store=SqlStore(database),
        accounts=SqlAccounts(database),
        blobs=FolderBlobs(tmp_path / "blobs"),
        search=SqlSearch(database),
        mail=FolderMail(tmp_path / "mail"),
        cache=caches(),
        clock=lambda: NOW,
    )
    database.close()


def tell(world: World, *events: Event, organisation: str = US) -> None:
    with world.store.transaction(organisation) as tx:
        for event in events:
            tx.append(event, at=NOW, known_on=TODAY, user="awa")


def saved(count: int) -> list[Event]:
    return [CustomerSaved(customer_id=f"c{at}") for at in range(count)]


def run(world: World, *projections: str) -> DrainReport:
    return drain(world, US, projections, room=TEST_ROOM)


def break_at(world: World, projection: str, *sequences: int) -> None:
    lines = "\n".join(map(str, sequences)) or "none"
    suffix = "refuses" if projection == "one_by_one" else "breaks"
    world.blobs.put(US, f"{projection}_{suffix}", lines.encode())


def test_events_are_handed_over_once_in_their_order(world: World) -> None:
    tell(world, *saved(3))
    report = run(world, "everything")
    assert report.ok
    assert [each.events for each in report.projections] == [3]
    assert run(world, "everything").projections[0].events == 0
    tell(world, *saved(1))
    run(world, "everything")
    assert read(world, US, "everything") == ["1 2 3", "4"]


def test_only_what_a_projection_wants_is_handed_to_it(world: World) -> None:
    tell(world, *saved(1), DisputeClosed(invoice_id="i", day=TODAY), DraftSaved(invoice_id="i"))
    run(world, "everything", "stubborn")
    assert read(world, US, "everything") == ["1 3"]
    assert read(world, US, "stubborn") == ["1"]
    assert world.store.checkpoint(US, "stubborn") == 3


def test_events_that_nobody_wants_are_passed_over(world: World) -> None:
    tell(world, DisputeClosed(invoice_id="i", day=TODAY))
    assert run(world, "everything").ok
    assert read(world, US, "everything") == []
    assert world.store.checkpoint(US, "everything") == 1


def test_many_events_come_in_batches(world: World) -> None:
    tell(world, *saved(EVENTS_PER_BATCH_MAX + 1))
    assert run(world, "everything").projections[0].events == EVENTS_PER_BATCH_MAX + 1
    assert [len(line.split()) for line in read(world, US, "everything")] == [200, 1]


def test_who_is_told_to_stop_ends_with_the_batch_under_way(world: World) -> None:
    tell(world, *saved(2 * EVENTS_PER_BATCH_MAX))
    some = ["everything", "stubborn"]
    stopped = iter([False, False, True, True])
    report = drain(world, US, some, room=TEST_ROOM, manner=Manner(ends=lambda: next(stopped)))
    assert [told.events for told in report.projections] == [EVENTS_PER_BATCH_MAX]
    assert run(world, "everything").projections[0].events == EVENTS_PER_BATCH_MAX


def test_files_come_last_and_give_way_after_a_batch_to_who_waits(world: World) -> None:
    tell(world, *saved(2 * EVENTS_PER_BATCH_MAX))
    report = drain(world, US, room=TEST_ROOM, manner=Manner(gives_way=lambda: True))
    taken = {told.projection: told.events for told in report.projections}
    assert list(taken)[-1] == "documents"
    assert taken["everything"] == 2 * EVENTS_PER_BATCH_MAX
    assert taken["documents"] == EVENTS_PER_BATCH_MAX
    assert run(world, "documents").projections[0].events == EVENTS_PER_BATCH_MAX


def test_who_gave_way_has_its_turn_again_after_the_others(world: World) -> None:
    tell(world, *saved(3 * EVENTS_PER_BATCH_MAX))
    tell(world, *saved(1), organisation=THEM)
    drained: list[str] = []
    relaying = Relaying(world, drained.append)
    relaying.poke(US)
    relaying.poke(THEM)
    relaying.start()
    assert relaying.rest()
    relaying.stop()
    assert drained == [US, THEM, US]
    assert not any(True for _ in waiting(world))


def test_a_projection_that_breaks_stops_at_its_event_and_the_others_go_on(world: World) -> None:
    tell(world, *saved(5))
    break_at(world, "stubborn", 4)
    report = run(world, "everything", "stubborn")
    fine, stuck = report.projections
    assert (fine.events, fine.error) == (5, "")
    assert (stuck.projection, stuck.stuck_at, stuck.backlog) == ("stubborn", 4, 2)
    assert "KeyError" in stuck.error
    assert (report.ok, report.backlog, list(report.errors)) == (False, 2, ["stubborn"])
    assert read(world, US, "stubborn") == ["1", "2", "3"]


def test_once_mended_a_projection_goes_on_where_it_stopped(world: World) -> None:
    tell(world, *saved(5))
    break_at(world, "stubborn", 4)
    run(world, "stubborn")
    run(world, "stubborn")
    break_at(world, "stubborn")
    assert run(world, "stubborn").ok
    assert read(world, US, "stubborn") == ["1", "2", "3", "4 5"]


def test_an_effect_that_cannot_be_taken_back_is_never_repeated_by_a_failure(world: World) -> None:
    tell(world, *saved(4))
    break_at(world, "one_by_one", 3)
    (stuck,) = run(world, "one_by_one").projections
    assert (stuck.error, stuck.hint, stuck.stuck_at) == ("the server is away", "wait", 3)
    break_at(world, "one_by_one")
    assert run(world, "one_by_one").ok
    assert read(world, US, "one_by_one") == ["1", "2", "3", "4"]


def test_a_projection_whose_package_is_missing_is_told_with_what_to_install(world: World) -> None:
    tell(world, *saved(1))
    missing, fine = run(world, "missing_package", "everything").projections
    assert "a_package_that_nobody_has" in missing.error
    assert "pip install" in missing.hint
    assert (missing.backlog, fine.error) == (1, "")


def test_every_projection_of_a_room_is_drained_by_default(world: World) -> None:
    tell(world, *saved(1))
    report = drain(world, US, room=TEST_ROOM)
    assert sorted(each.projection for each in report.projections) == list(names_in(TEST_ROOM))
    assert "search" in [each.projection for each in drain(world, THEM).projections]
    assert "search" in names_in(ROOM)


class Away(SqlStore):
    """A store whose server is gone."""

    def checkpoint(self, organisation: str, projection: str) -> int:
        raise Unavailable("the database does not answer", hint="wait", code="database")


def test_a_store_that_does_not_answer_is_reported_too(world: World) -> None:
    tell(world, *saved(1))
    assert isinstance(world.store, SqlStore)
    away = replace(world, store=Away(world.store.database))
    (report,) = drain(away, US, ["everything"], room=TEST_ROOM).projections
    assert (report.error, report.hint) == ("the database does not answer", "wait")
    assert (report.events, report.backlog) == (0, 0)


def test_all_organisations_are_drained_each_by_itself(world: World) -> None:
    for organisation in (US, THEM):
        with world.store.transaction(organisation) as tx:
            tx.save(replace(COMPANY, id=organisation), expected=0)
    tell(world, DisputeClosed(invoice_id="i", day=date(2026, 1, 1)), organisation=THEM)
    reports = [drain(world, one) for one in world.store.organisations()]
    assert [report.organisation for report in reports] == [US, THEM]
    assert all(report.ok for report in reports)
    assert world.store.checkpoint(THEM, "search") == 1
