"""A conversation: what is kept of it, and what makes room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from net30.domain.conversation import (
    CHARACTERS_KEPT_MAX,
    TEXT_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
    TURNS_KEPT_MAX,
    CallMade,
    Said,
    Speaker,
    kept_text,
    title_of,
)
from tests.samples import NOW, a_conversation


def exchange(text: str = "hello", answer: str = "Good day.") -> tuple[Said, Said]:
    return (
        Said(speaker=Speaker.USER, text=text, at=NOW),
        Said(speaker=Speaker.ASSISTANT, text=answer, at=NOW),
    )


def test_a_conversation_without_turns_was_last_spoken_in_when_it_began() -> None:
    empty = replace(a_conversation(), turns=())
    assert empty.last_at == NOW
    later = replace(exchange()[1], at=NOW + timedelta(minutes=5))
    assert empty.with_turns((later,)).last_at == NOW + timedelta(minutes=5)


def test_the_oldest_turns_make_room_and_are_counted() -> None:
    long = replace(a_conversation(), turns=())
    for number in range(TURNS_KEPT_MAX // 2 + 3):
        long = long.with_turns(exchange(f"message {number}"))
    assert len(long.turns) == TURNS_KEPT_MAX
    assert long.dropped == 6
    assert long.turns[0].text == "message 3"


def test_large_calls_make_room_by_whole_exchanges_and_the_last_one_stays_whatever_its_size() -> (
    None
):
    def large(share: int) -> tuple[Said, Said]:
        asked, answered = exchange()
        args = '"' + "x" * (CHARACTERS_KEPT_MAX // share) + '"'
        return asked, replace(answered, calls=(CallMade(tool="create_invoice", args=args),))

    filled = replace(a_conversation(), turns=()).with_turns(large(2)).with_turns(large(3))
    assert (len(filled.turns), filled.dropped) == (4, 0)
    fuller = filled.with_turns(large(3))
    assert (len(fuller.turns), fuller.dropped) == (4, 2)
    one = fuller.with_turns(large(1))
    assert (len(one.turns), one.dropped) == (2, 6)


def test_what_was_said_is_kept_without_what_would_move_a_terminal_or_reorder_an_amount() -> None:
    said = exchange("pay\x1b[2J \u202e000.1\u202c\x00")[0]
    assert replace(a_conversation(), turns=()).with_turns((said,)).turns[0].text == "pay[2J 000.1"
    assert kept_text("two\r\nlines\t\ud800") == "two\nlines"


def test_a_very_long_text_says_how_much_of_it_is_missing() -> None:
    kept = kept_text("x" * (TEXT_CHARACTERS_MAX + 1_234))
    assert kept.endswith("[... 1,234 more characters]")
    assert kept_text("x" * TEXT_CHARACTERS_MAX) == "x" * TEXT_CHARACTERS_MAX


def test_the_title_is_the_first_words() -> None:
    assert title_of("Show me\n overdue invoices") == "Show me overdue invoices"
    long = title_of("Invoice Acme Corp for forty hours of consulting at ninety thousand francs")
    assert long == "Invoice Acme Corp for forty hours of consulting at ninety..."
    assert len(long) <= TITLE_CHARACTERS_MAX
    assert title_of("  \x00 ") == "..."
