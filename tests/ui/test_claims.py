"""One claim on the screens: its reminders, who did what to it, and one that was imported."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from net30.domain.identity.roles import Role
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.services.mark_invoice import open_dispute
from tests.desk import Desk
from tests.ui.screens import no_fault, open_screens, said


def tab(number: str, name: str) -> AppTest:
    screen = AppTest.from_function(_script, default_timeout=60)
    screen.session_state["drawn_page"] = "invoice"
    screen.session_state["invoice_tabs"] = name
    screen.query_params["number"] = number
    return no_fault(screen.run())


def _script() -> None:
    from tests.ui.screens import drawn

    drawn()


def test_the_reminders_of_a_claim_say_what_is_due_and_how_it_would_read(desk: Desk) -> None:
    open_screens(desk, Role.COLLECTOR)
    screen = tab("INV-2026-000002", "Reminders")
    assert "Step 1 is due now: friendly, by mail." in said(screen)
    assert "INV-2026-000002" in screen.text[0].value
    assert list(screen.dataframe[0].value["Step"]) == ["1", "2", "3"]
    with desk.app.change("awa") as ctx:
        open_dispute(ctx, "INV-2026-000002", "wrong hours")
    assert "Held back: the customer disputes it." in said(tab("INV-2026-000002", "Reminders"))


def test_who_did_what_to_an_invoice_is_for_who_may_read_the_audit(desk: Desk) -> None:
    with desk.app.change("awa") as ctx:
        open_dispute(ctx, "INV-2026-000002", "wrong hours")
    keeper = open_screens(desk, Role.AUDITOR)
    rows = tab("INV-2026-000002", "Audit").dataframe[0].value
    assert next(iter(rows["What happened"])) == "Disputed: wrong hours"
    assert "Issued: 23,600 FCFA" in [one.replace("\N{NO-BREAK SPACE}", " ")
                                     for one in rows["What happened"]]  # fmt: skip
    assert next(iter(rows["Who"])) == "awa"
    keeper.role = Role.COLLECTOR
    assert "Audit" not in [one.label for one in tab("INV-2026-000002", "History").tabs]


def test_an_invoice_that_another_system_made_has_its_page(desk: Desk) -> None:
    with desk.app.change() as ctx:
        import_ledger(
            ctx,
            LedgerFile(
                content=b"invoice_id,customer,issue_date,due_date,amount,paid_date\n"
                b"OLD-1,Baobab SA,2026-09-01,2026-10-01,5000,\n",
                currency="XOF",
            ),
        )
    open_screens(desk)
    screen = tab("OLD-1", "History")
    assert "Invoice OLD-1" in said(screen).replace("\\", "")
    assert "Customer: Baobab SA" in said(screen)
    assert "ask_payments_" in {one.key for one in screen.button}
    assert not screen.error
