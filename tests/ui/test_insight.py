"""The analytics that take more than a chart: what is at risk, and how past forecasts have done."""

from __future__ import annotations

from datetime import timedelta

from streamlit.testing.v1 import AppTest

from net30.services.import_ledger import LedgerFile, import_ledger
from net30.ui.pieces.columns import place_called
from net30.ui.words import Words
from tests.desk import TODAY, Desk
from tests.ui.screens import draw, no_fault, open_screens, raw_codes, said


def _tab(name: str) -> AppTest:
    screen = draw("analytics")
    screen.session_state["analytics_tabs"] = name
    return no_fault(screen.run())


def test_who_bears_the_expected_loss_is_told_with_what_to_do(shelf: Desk) -> None:
    open_screens(shelf)
    screen = _tab("Risk")
    assert "of the expected loss" in said(screen)
    table = screen.dataframe[0].value
    assert set(table) >= {"Owed", "Expected loss", "What to do"}
    assert table["What to do"].notna().any()
    assert raw_codes(screen) == []


def test_past_forecasts_stand_beside_what_came_in_once_somebody_asks(shelf: Desk) -> None:
    open_screens(shelf)
    screen = _tab("Cash to come")
    before = len(screen.get("plotly_chart"))
    screen = no_fault(screen.toggle(key="cash_looked_back").set_value(True).run())
    assert len(screen.get("plotly_chart")) == before + 1
    assert "forecasts held what came in" in said(screen)


def test_what_should_be_invoiced_is_told_beside_what_was(shelf: Desk) -> None:
    open_screens(shelf)
    assert [one.label for one in _tab("Revenue").metric] == ["Next 30 days", "Next 90 days"]


def test_a_place_in_a_file_is_told_in_words() -> None:
    t = Words("en")
    places = ("rows[43].issue_date", "rows[7]", "rows[7].cost_centre", "lines[3]", "due_date", "")
    assert [place_called(t, one) for one in places] == [
        "row 43, Issued",
        "row 7",
        "row 7, cost centre",
        "line 3",
        "Due",
        "the file",
    ]


def test_industries_stand_beside_what_is_published_of_them(shelf: Desk) -> None:
    open_screens(shelf)
    screen = _tab("Benchmarks")
    assert "of the invoices that fell due were paid late; published" in said(screen)
    assert len(screen.get("plotly_chart")) == 1
    assert "All" in set(screen.dataframe[-1].value["Industry"])


def test_amounts_of_a_table_are_written_in_the_readers_language(desk: Desk) -> None:
    open_screens(desk)
    screen = draw("invoice", number="INV-2026-000002")
    screen.session_state["language"] = "fr"
    nets = list(no_fault(screen.run()).dataframe[0].value["Hors taxes"])
    assert nets == ["20\N{NARROW NO-BREAK SPACE}000\N{NO-BREAK SPACE}FCFA"]


def test_what_would_save_stands_beside_what_waiting_costs(shelf: Desk) -> None:
    open_screens(shelf)
    screen = _tab("Health and impact")
    saved = next(one.value for one in screen.dataframe if "What would save" in one.value)
    assert list(saved["What would save"]) == [
        "Paid a day sooner",
        "All paid by the due date",
        "None over 30 days late",
        "The ten slowest customers on time",
    ]
    assert saved["From, to"].str.contains(" to ").all()
    assert raw_codes(screen) == []


def _often_invoiced() -> bytes:
    """Twelve customers invoiced each month; half of them have not been for some months."""
    lines = ["invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date"]
    for customer in range(12):
        silent = 30 * (customer % 6)
        for at in range(6):
            issued = TODAY - timedelta(days=5 + silent + 30 * at + customer)
            due = issued + timedelta(days=30)
            lines.append(f"F-{customer}-{at},C{customer},{issued},{due},1000,XOF,")
    return "\n".join(lines).encode()


def test_customers_who_may_not_come_back_are_told_with_their_chance(desk: Desk) -> None:
    with desk.app.change() as ctx:
        import_ledger(ctx, LedgerFile(content=_often_invoiced()))
    open_screens(desk)
    screen = _tab("Customers")
    told = next(one.value for one in screen.dataframe if "Chance of no invoice" in one.value)
    chances = list(told["Chance of no invoice"])
    assert len(chances) == 10
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= one <= 100 for one in chances)


def test_with_too_few_customers_nobody_is_said_to_be_lost(shelf: Desk) -> None:
    open_screens(shelf)
    assert "Too few customers were invoiced often enough" in said(_tab("Customers"))
