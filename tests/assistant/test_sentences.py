"""Every sentence of sentences.jsonl is understood as it was read by a person."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from net30.assistant.fixtures import ListedBooks
from tests.assistant.chat_cases import HERE, answers_of, own_books


@cache
def books() -> ListedBooks:
    return own_books()


def conversations() -> list[dict[str, Any]]:  # Any: JSON as read
    lines = (HERE / "sentences.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("case", conversations(), ids=lambda case: " | ".join(case["say"]))
def test_the_sentence_asks_for_these_calls(case: dict[str, Any]) -> None:
    assert answers_of(case["say"], books()) == case["calls"]


def test_a_write_never_runs_before_a_yes() -> None:
    confirmed = {"record_payment", "void_invoice", "create_credit_note", "send_invoice"}
    for case in conversations():
        first = case["calls"][0]
        assert not confirmed & {call["tool"] for call in first}, case["say"]
