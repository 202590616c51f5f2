"""net30 figures: of a file and of our own books, as tables and as JSON."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from net30.cli import exits
from net30.insights.definitions import definitions
from tests.cli.typed import Typed
from tests.desk import open_desk

PAST = """invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date
A,acme,2026-05-01,2026-05-31,1000.00,EUR,2026-06-10
B,acme,2026-05-20,2026-06-19,500.50,EUR,
C,bolt,2026-06-20,,250,XOF,
D,bolt,2026-06-25,2026-07-25,750,XOF,
"""


@pytest.fixture(autouse=True)
def _past(home: Path) -> None:
    """The past of a company, in the folder that commands are typed in."""
    del home
    Path("past.csv").write_text(PAST, encoding="utf-8")


def test_every_figure_of_a_file_has_its_key_and_amounts_are_strings(net30: Typed) -> None:
    code, said = net30("figures", "--ledger", "past.csv", "--as-of", "2026-06-30", "--json")
    told = json.loads(said)
    euros = told["currencies"]["EUR"]
    assert code == exits.DONE
    assert set(told["currencies"]) == {"EUR", "XOF"}
    assert set(euros) == {*definitions(), "reasons"}
    assert euros["outstanding"] == {"amount": "500.50", "currency": "EUR"}
    assert euros["ageing"]["d1_30"]["amount"] == "500.50"
    assert euros["mean_days_late_weighted"] == 10.3
    assert told["currencies"]["XOF"]["ageing"]["no_due_date"]["amount"] == "250"
    assert euros["at_risk_rate"] is None
    assert "due 90 to 179 days" in euros["reasons"]["at_risk_rate"]
    assert told["definitions"]["cei"]["definition"].startswith("(Opening receivables")


def test_a_file_is_asked_about_as_it_ended_unless_a_day_is_given(net30: Typed) -> None:
    told = json.loads(net30("figures", "--ledger", "past.csv", "--json")[1])
    assert told["as_of"] == "2026-06-25"


def test_the_invoices_behind_a_figure_come_with_their_sum(net30: Typed) -> None:
    asked = ("figures", "--ledger", "past.csv", "--as-of", "2026-06-30", "--invoices")
    told = json.loads(net30(*asked, "collection_rate", "--currency", "EUR", "--json")[1])
    (total,) = told["sums"]
    assert (total["amount"]["amount"], total["of"]["amount"]) == ("1000.00", "1500.50")
    assert [row["number"] for row in told["invoices"]] == ["A", "B"]
    code, said = net30(*asked, "overdue")
    assert code == exits.DONE
    assert "1 rows: €500.50" in said


def test_people_read_a_table_then_the_definitions_in_their_language(net30: Typed) -> None:
    asked = ("figures", "--ledger", "past.csv", "--as-of", "2026-06-30", "--currency", "EUR")
    code, said = net30(*asked, "--language", "fr")
    assert code == exits.DONE
    assert "dso_simple" in said
    assert "Encours ÷ ventes de la période" in said
    assert "no invoice was due 90 to 179 days" in said


def test_what_cannot_be_asked_is_refused_with_a_way_out(net30: Typed) -> None:
    file = ("figures", "--ledger", "past.csv", "--as-of", "2026-06-30")
    for words, said in (
        (("--invoices", "profit"), "there is no figure 'profit'"),
        (("--invoices", "health_score"), "made of other figures"),
        (("--language", "de"), "use en or fr"),
        (("--currency", "ZZZ"), "is not a currency"),
        (("--from", "2026-07-01", "--to", "2026-08-01"), "after 2026-06-30"),
        (("--from", "2026-06-01", "--to", "2026-05-01"), "before it begins"),
    ):
        code, answer = net30(*file, *words)
        assert code != exits.DONE, words
        assert said in answer
    before = net30("figures", "--ledger", "past.csv", "--as-of", "2020-01-01")
    assert "not enough data: needs an invoice" in before[1]


def test_our_own_books_are_asked_with_the_scores_of_their_open_invoices(
    net30: Typed, tmp_path: Path
) -> None:
    desk = open_desk(tmp_path / "home")
    desk.issue("90000")
    desk.app.settle()
    desk.app.close()
    day = date(2030, 1, 1).isoformat()
    code, said = net30("figures", "--as-of", day, "--json")
    (found,) = json.loads(said)["currencies"].values()
    assert code == exits.DONE
    assert found["outstanding"] == found["ageing"]["d90_plus"]
    behind = json.loads(net30("figures", "--as-of", day, "--invoices", "overdue", "--json")[1])
    assert behind["sums"][0]["amount"] == found["overdue"]
    assert behind["invoices"][0]["number"]
