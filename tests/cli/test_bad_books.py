"""Books that say little or odd things: each answer is right, or says what it needs; never NaN."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from net30.cli import exits
from net30.services.business_insights import Insight
from tests.cli.typed import Typed

HEADER = "invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date,status"
NOTHING = "Nothing to tell: not enough data: needs"
INSIGHTS = tuple(("insights", insight.value) for insight in Insight)
COMMANDS = (("figures",), ("forecast",), ("risk",), ("collect", "today"), ("alerts",), *INSIGHTS)
NO_NUMBER = re.compile(r"(?<![\w.])-?(?:nan|inf|none|null)(?![\w.])", re.IGNORECASE)
OF_WORDS = ("none over 30 days late",)
"""What is called so and is no number: an action."""

PLAIN = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})
OPEN = "A,acme,2026-05-01,2026-05-31,1000,EUR,,"


@dataclass(frozen=True)
class Case:
    """What is imported, asked as of which day, and what some answers must say."""

    rows: tuple[str, ...]
    says: Mapping[tuple[str, ...], str]
    as_of: str = "2026-11-21"
    again: tuple[str, ...] = field(default=())


SAYS_NOTHING: dict[tuple[str, ...], str] = {
    ("figures",): "not enough data: needs an invoice or a payment",
    ("forecast",): "Not enough data: needs invoices",
    ("risk",): "Nothing is open",
    ("collect", "today"): "Nobody to call",
    ("alerts",): "No alerts",
    **dict.fromkeys(INSIGHTS, NOTHING),
}
CASES = {
    "no invoices": Case((), SAYS_NOTHING),
    "all void": Case((f"{OPEN}void", "B,bolt,2026-05-02,2026-06-01,5,EUR,,void"), SAYS_NOTHING),
    "before the first fact": Case((OPEN,), SAYS_NOTHING, as_of="2020-01-01"),
    "one invoice": Case(
        (OPEN,),
        {
            ("figures",): "no sales in the period",
            ("risk",): "€1,000.00 open",
            ("insights", "patterns"): f"{NOTHING} a payment in the period",
            ("insights", "segments"): "needs 5, there are 1",
            ("insights", "churn"): "needs 3 invoices on different days",
            ("insights", "seasonality"): "needs 12 complete months",
        },
    ),
    "after the last fact": Case(
        (OPEN,),
        {
            ("figures",): "no invoice was due 90 to 179 days before",
            ("forecast",): "is not known yet",
            ("collect", "today"): "€1,000.00",
        },
        as_of="2050-01-01",
    ),
    "negative balances": Case(
        (OPEN, "B,acme,2026-05-10,,-4000,EUR,,", "C,bolt,2026-05-10,,-50.50,EUR,,"),
        {
            ("figures",): "-€3,050.50",
            ("risk",): "Herfindahl index unknown (no customer owes anything)",
            ("insights", "clients"): "€1,000.00",
        },
    ),
    "three currencies": Case(
        (
            OPEN,
            "B,bolt,2026-05-20,2026-06-19,500000,XOF,,",
            "C,zed,2026-06-20,2026-07-20,250.12,TND,,",
        ),
        {
            ("figures",): "250.120 TND",
            ("risk",): "500,000 FCFA",
            ("collect", "today"): "€1,000.00",
            ("insights", "clients"): "250.120 TND",
        },
    ),
    "a bounced payment": Case(
        ("A,acme,2026-05-01,2026-05-31,1000,EUR,2026-06-02,",),
        {
            ("import",): "had been paid further already: it stays as it was",
            ("collect", "today"): "Nobody to call",
        },
        again=(OPEN,),
    ),
}


@pytest.fixture
def net30(net30: Typed, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Type a command on a wide screen."""
    monkeypatch.setenv("COLUMNS", "400")

    def typed(*words: str) -> tuple[int, str]:
        code, told = net30(*words)
        return code, told.translate(PLAIN)

    return typed


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_odd_book_is_answered_or_says_what_it_needs(net30: Typed, case: Case) -> None:
    net30("init", "--name", "Lagune", "--country", "FR", "--currency", "EUR")
    told: dict[tuple[str, ...], str] = {("import",): ""}
    for rows in (case.rows, case.again):
        Path("past.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
        told["import",] += net30("import", "ledger", "past.csv")[1]
    asked = ("--as-of", case.as_of)
    for command in (*COMMANDS, ("statement", "acme")):
        code, said = net30(*command, *asked)
        assert code in {exits.DONE, exits.INPUT, exits.NOT_FOUND}, (command, said)
        plain = said
        for words in OF_WORDS:
            plain = plain.replace(words, "")
        assert not NO_NUMBER.search(plain), (command, said)
        told[command] = said
        _no_constants(net30(*command, *asked, "--json")[1])
    for command, words in case.says.items():
        assert words in told[command], (command, told[command])


def _no_constants(said: str) -> None:
    """JSON has no NaN and no infinity; Python would write and read them."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no number")

    json.loads(said, parse_constant=refuse)
