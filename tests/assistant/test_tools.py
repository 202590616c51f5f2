"""Tools: one file each, typed arguments, a docstring that describes it, an access mark."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from net30.assistant.arguments import Access, Arguments
from net30.assistant.calls import access_of, ask, make_call, propose, refuse, tool, tool_names
from net30.assistant.reply import LANGUAGES, refusal, reply_language
from net30.kernel.errors import ConfigurationError


@pytest.mark.parametrize("name", tool_names())
def test_a_tool_describes_itself(name: str) -> None:
    module = tool(name)
    assert issubclass(module.Args, Arguments)
    assert module.Args.__doc__
    assert module.__doc__
    assert callable(module.run)
    assert access_of(name) in set(Access)


def test_what_moves_money_or_leaves_the_house_must_be_confirmed() -> None:
    confirmed = {name for name in tool_names() if access_of(name) is Access.CONFIRM}
    assert confirmed == {
        "record_payment",
        "void_invoice",
        "create_credit_note",
        "send_invoice",
        "send_reminder",
        "issue_invoice",
    }
    assert propose("void_invoice", {"number": "INV-1"}).tool == "confirm"
    assert propose("get_invoice", {"number": "INV-1"}).tool == "get_invoice"


def test_arguments_are_written_as_given() -> None:
    lines = [{"description": "work", "quantity": "2.50", "unit_price": "90000"}]
    call = make_call("create_invoice", {"client": "Acme", "lines": lines, "notes": None})
    assert call.as_json() == {"tool": "create_invoice", "args": {"client": "Acme", "lines": lines}}
    assert call.args.model_dump()["lines"][0]["quantity"] == Decimal("2.50")


def test_unknown_arguments_and_tools_are_refused() -> None:
    with pytest.raises(ValidationError):
        make_call("get_invoice", {"number": "INV-1", "colour": "red"})
    with pytest.raises(ConfigurationError):
        make_call("drop_tables", {})


def test_a_period_is_called_from_and_to() -> None:
    call = make_call("get_statistics", {"from": "2026-01-01", "to": "2026-12-31"})
    assert call.as_json()["args"] == {"from": "2026-01-01", "to": "2026-12-31"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "reason", ["outside", "secret", "tenant", "override", "fraud", "mass", "too_long"]
)
def test_every_refusal_has_its_sentence(language: str, reason: str) -> None:
    assert refusal(refuse(reason), language)


def test_a_language_without_replies_is_answered_in_english() -> None:
    assert reply_language("tlh") == "en"


def test_a_question_names_at_most_five_options() -> None:
    options = ask("client", options=[str(at) for at in range(9)]).as_json()
    assert options["args"] == {"missing": ["client"], "options": ["0", "1", "2", "3", "4"]}
