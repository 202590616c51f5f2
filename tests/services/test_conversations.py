"""Conversations: kept for one user of one organisation, found again, exported, really deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from net30.adapters.sql import build
from net30.domain.aggregates import Key
from net30.domain.conversation import CallMade, Conversation, Said, Speaker
from net30.kernel.errors import InputError, NotFound
from net30.ports.store import Store
from net30.services.context import Context, ReadContext
from net30.services.conversations.delete_conversation import delete_conversation
from net30.services.conversations.export_conversation import Written, export_conversation
from net30.services.conversations.keep_turns import CONVERSATIONS_KEPT_MAX, keep_turns
from net30.services.conversations.list_conversations import list_conversations
from net30.services.conversations.open_conversation import latest_conversation, open_conversation
from net30.services.conversations.search_conversations import search_conversations
from tests.databases import DIALECTS, fresh
from tests.desk import Desk
from tests.samples import NOW

HALF_AN_HOUR = timedelta(minutes=30)


class Office:
    """Organisations with their users, all in one database."""

    def __init__(self, store: Store, desk: Desk) -> None:
        self.store, self.world = store, desk.app.world

    @contextmanager
    def change(
        self, user: str = "awa", organisation: str = "lagune", at: datetime = NOW
    ) -> Iterator[Context]:
        with self.store.transaction(organisation) as tx:
            yield Context(
                user=user,
                now=at,
                tx=tx,
                blobs=self.world.blobs,
                search=self.world.search,
                mail=self.world.mail,
                cache=self.world.cache,
            )

    def say(self, text: str, conversation: str = "", **whom: object) -> Conversation:
        """Somebody says something and is answered."""
        with self.change(**whom) as ctx:  # type: ignore[arg-type] # the arguments of change
            return keep_turns(ctx, exchange(text, ctx.now), conversation)


def exchange(text: str, at: datetime) -> tuple[Said, Said]:
    call = CallMade(tool="search_invoices", args='{"client": "Société Générale"}')
    answer = f"You said: {text}"
    return (
        Said(speaker=Speaker.USER, text=text, at=at),
        Said(
            speaker=Speaker.ASSISTANT,
            text=answer,
            at=at,
            calls=(call,),
            reference="INV-2026-000031",
            language="en",
            answered_by="offline",
        ),
    )


@pytest.fixture(params=DIALECTS)
def office(request: pytest.FixtureRequest, tmp_path: Path, desk: Desk) -> Iterator[Office]:
    with fresh(request.param, tmp_path) as url:
        store = build(url)
        yield Office(store, desk)
        store.close()


def titles(ctx: ReadContext) -> list[str]:
    return [one.title for one in list_conversations(ctx)]


def test_turns_join_their_conversation_and_the_latest_one_is_gone_on_with(office: Office) -> None:
    first = office.say("Show me overdue invoices")
    second = office.say("Who owes us the most?", at=NOW + timedelta(minutes=1))
    office.say("only October", first.id, at=NOW + timedelta(minutes=2))
    with office.change(at=NOW + timedelta(minutes=32)) as ctx:
        latest = latest_conversation(ctx, HALF_AN_HOUR)
        assert latest is not None
        assert latest.id == first.id
        assert [said.text for said in latest.turns][2] == "only October"
        assert titles(ctx) == ["Show me overdue invoices", "Who owes us the most?"]
        assert open_conversation(ctx, second.id).latest is False
        assert len(ctx.tx.find(Conversation, Key.EXTERNAL, "awa")) == 1


def test_after_half_an_hour_a_conversation_is_over_but_not_lost(office: Office) -> None:
    kept = office.say("Show me overdue invoices")
    with office.change(at=NOW + HALF_AN_HOUR + timedelta(seconds=1)) as ctx:
        assert latest_conversation(ctx, HALF_AN_HOUR) is None
        assert latest_conversation(ctx) == kept


def test_nobody_sees_what_another_user_said(office: Office) -> None:
    kept = office.say("Show me overdue invoices")
    with office.change(user="kofi") as ctx:
        assert list_conversations(ctx) == ()
        assert latest_conversation(ctx) is None
        assert search_conversations(ctx, "overdue") == ()
        with pytest.raises(NotFound):
            open_conversation(ctx, kept.id)
        with pytest.raises(NotFound):
            delete_conversation(ctx, kept.id)
        with pytest.raises(NotFound):
            keep_turns(ctx, exchange("mine now", NOW), kept.id)
    with office.change() as ctx:
        assert open_conversation(ctx, kept.id) == kept


def test_the_same_user_of_another_organisation_sees_nothing_of_it(office: Office) -> None:
    kept = office.say("Show me overdue invoices")
    theirs = office.say("Bonjour", organisation="rival")
    with office.change(organisation="rival") as ctx:
        assert titles(ctx) == ["Bonjour"]
        assert search_conversations(ctx, "overdue") == ()
        with pytest.raises(NotFound):
            open_conversation(ctx, kept.id)
        with pytest.raises(NotFound):
            delete_conversation(ctx, kept.id)
        delete_conversation(ctx, theirs.id)
    with office.change() as ctx:
        assert titles(ctx) == ["Show me overdue invoices"]


def test_all_words_are_found_whatever_their_case_and_accents(office: Office) -> None:
    office.say("Facture la Société Générale de BTP : 3 jours")
    office.say("Show me overdue invoices", at=NOW + timedelta(minutes=1))
    with office.change() as ctx:
        (found,) = search_conversations(ctx, "SOCIETE generale btp")
        assert found.turn.text.startswith("Facture la Société")
        assert [one.conversation.title for one in search_conversations(ctx, "inv 000031")] == [
            "Show me overdue invoices",
            "Facture la Société Générale de BTP : 3 jours",
        ]
        assert len(search_conversations(ctx, "inv", limit=1)) == 1
        assert search_conversations(ctx, "societe overdue") == ()
        assert search_conversations(ctx, "eneral") == ()


@pytest.mark.parametrize("words", ["", " ... ", " ".join(f"mot{at}" for at in range(21))])
def test_a_search_without_words_or_with_too_many_is_refused(office: Office, words: str) -> None:
    with office.change() as ctx, pytest.raises(InputError) as refused:
        search_conversations(ctx, words)
    assert refused.value.hint


def test_a_deleted_conversation_is_gone_and_no_event_ever_held_it(office: Office) -> None:
    kept = office.say("Show me overdue invoices")
    with office.change() as ctx:
        assert delete_conversation(ctx, kept.id) == kept
    with office.change() as ctx:
        assert list_conversations(ctx) == ()
        assert latest_conversation(ctx) is None
        assert search_conversations(ctx, "overdue") == ()
        assert ctx.tx.events() == ()
        with pytest.raises(NotFound):
            delete_conversation(ctx, kept.id)
        with pytest.raises(NotFound):
            keep_turns(ctx, exchange("and in October?", NOW), kept.id)


def test_nothing_of_a_deleted_conversation_is_left_in_the_file(tmp_path: Path, desk: Desk) -> None:
    with fresh("sqlite", tmp_path) as url:
        store = build(url)
        office = Office(store, desk)
        kept = office.say("quinquagenarian " * 300)
        for _ in range(5):
            kept = office.say("quinquagenarian again", kept.id)
        with office.change() as ctx:
            delete_conversation(ctx, kept.id)
        store.close()
        left = b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
        assert b"SQLite format" in left
        assert b"quinquagenarian" not in left


def test_a_user_keeps_the_latest_conversations_and_others_keep_theirs(office: Office) -> None:
    office.say("of another user", user="kofi")
    with office.change() as ctx:
        ctx.tx.save_new([old_conversation(number) for number in range(CONVERSATIONS_KEPT_MAX)])
    office.say("still used", "old-000")
    office.say("a new one", at=NOW + timedelta(minutes=1))
    with office.change() as ctx:
        kept = list_conversations(ctx, CONVERSATIONS_KEPT_MAX + 1)
        assert len(kept) == CONVERSATIONS_KEPT_MAX
        assert [one.title for one in kept[:2]] == ["a new one", "old 0"]
        assert kept[-1].title == "old 2"
        assert len(list_conversations(ctx, 1)) == 1
    with office.change(user="kofi") as ctx:
        assert titles(ctx) == ["of another user"]


def old_conversation(number: int) -> Conversation:
    return Conversation(
        id=f"old-{number:03}",
        user="awa",
        title=f"old {number}",
        started_at=NOW - timedelta(days=CONVERSATIONS_KEPT_MAX - number),
        latest=False,
    )


def test_an_export_holds_every_turn_with_its_calls(office: Office) -> None:
    kept = office.say("Facture la Société Générale")
    told = json.loads(export_conversation(kept, Written.JSON))
    assert told["title"] == "Facture la Société Générale"
    asked, answered = told["turns"]
    assert asked == {"speaker": "user", "at": NOW.isoformat(), "text": kept.turns[0].text}
    assert answered["answered_by"] == "offline"
    assert answered["calls"] == [
        {"tool": "search_invoices", "args": {"client": "Société Générale"}}
    ]
    assert answered["reference"] == "INV-2026-000031"


def test_an_export_to_read_shows_text_as_text(office: Office) -> None:
    kept = office.say("# not a heading\n\n[nor](a link)")
    for _ in range(205):
        kept = kept.with_turns(exchange("more", NOW))
    written = export_conversation(kept, Written.MARKDOWN)
    assert written.startswith("# \\# not a heading \\[nor\\](a link)\n\n(12 earlier turns")
    fresh_one = export_conversation(
        office.say("# not a heading\n\n[nor](a link)"), Written.MARKDOWN
    )
    assert "\n    # not a heading\n\n    [nor](a link)\n" in fresh_one
    assert '    > search_invoices {"client": "Société Générale"}' in fresh_one
    assert "**net30 (offline)**, 2026-11-21 09:30 UTC" in fresh_one
