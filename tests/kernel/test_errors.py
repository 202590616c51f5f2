"""Errors: what happened, the way out, and a code for programs."""

from __future__ import annotations

import pickle

import pytest

from net30.kernel.errors import (
    ConfigurationError,
    Conflict,
    Forbidden,
    InputError,
    LimitExceeded,
    Net30Error,
    NotFound,
    Unavailable,
)
from net30.kernel.findings import Finding, Severity, has_errors


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (InputError, "input"),
        (NotFound, "not_found"),
        (Conflict, "conflict"),
        (Forbidden, "forbidden"),
        (LimitExceeded, "limit_exceeded"),
        (ConfigurationError, "configuration"),
        (Unavailable, "unavailable"),
    ],
)
def test_each_kind_of_error_has_its_code_unless_a_nearer_one_is_given(
    kind: type[Net30Error], code: str
) -> None:
    assert kind("no").code == code
    assert kind("no", code="nearer").code == "nearer"
    assert kind("no").hint == ""


def test_an_error_says_what_happened_and_keeps_its_hint_on_its_way_between_processes() -> None:
    error = Conflict("INV-1 is issued", hint="credit it", code="already_issued")
    assert str(error) == error.message == "INV-1 is issued"
    again = pickle.loads(pickle.dumps(error))
    assert (again.message, again.hint, again.code) == ("INV-1 is issued", "credit it", error.code)


def test_a_finding_is_one_line_with_its_place_and_code() -> None:
    finding = Finding("BR-CO-10", "totals.line_net", "the lines come to 5")
    assert str(finding) == "error: the lines come to 5 at totals.line_net [BR-CO-10]"
    assert str(Finding("x", "", "empty", Severity.NOTE)) == "note: empty [x]"


def test_warnings_and_notes_do_not_stop_the_work() -> None:
    mild = [Finding("a", "", "a", Severity.WARNING), Finding("b", "", "b", Severity.NOTE)]
    assert not has_errors(mild)
    assert not has_errors([])
    assert has_errors([*mild, Finding("c", "", "c")])
