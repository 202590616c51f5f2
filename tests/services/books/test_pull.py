"""What is pulled from an accounting program, and what becomes of it later."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from net30.domain.open_item import Status, status_of
from net30.language.error_words import finding_in
from tests.books_beside import Beside
from tests.doubles.xero_server import net_date

FIRST = date(2026, 9, 1)


def later(beside: Beside, days: int = 1) -> None:
    """Let time go on, here and there."""
    beside.desk.clock.day += timedelta(days=days)
    beside.server.now += timedelta(days=days)


def test_a_history_comes_in_with_every_payment_on_its_own_day(beside: Beside) -> None:
    there = beside.server
    baobab = there.contact("Baobab SARL", "pay@baobab.example")
    paid = there.invoice("B-1", baobab, "1234.56", tax="205.76")
    there.invoice("B-2", baobab, "0.10", day=date(2026, 10, 1))
    there.pay(paid, "1000.00", date(2026, 9, 20))
    there.pay(paid, "200.06", date(2026, 10, 5))
    report = beside.pull()
    assert (report.added, report.new_customers, report.findings) == (2, 1, ())
    assert beside.facts("B-1") == [
        ("invoice", 123456, "2026-09-01", "2026-09-01"),
        ("payment", -100000, "2026-09-20", "2026-09-20"),
        ("payment", -20006, "2026-10-05", "2026-10-05"),
    ]
    item = beside.item("B-1")
    assert (item.balance.minor, item.due_date, item.imported) == (3450, date(2026, 10, 1), True)
    assert beside.item("B-2").balance.minor == 10
    beside.check()


def test_pulling_again_changes_nothing(beside: Beside) -> None:
    there = beside.server
    one = there.invoice("B-1", there.contact("Baobab SARL"), "100.00")
    there.pay(one, "40.00", date(2026, 9, 9))
    beside.pull()
    before = beside.facts("B-1")
    for whole in (False, True):
        report = beside.pull(whole=whole)
        assert (report.added, report.changed, report.unchanged) == (0, 0, 1)
    assert beside.facts("B-1") == before


def test_what_is_paid_there_later_is_known_since_we_were_told(beside: Beside) -> None:
    there = beside.server
    one = there.invoice("B-1", there.contact("Baobab SARL"), "100.00")
    beside.pull()
    later(beside, 3)
    there.pay(one, "100.00", date(2026, 11, 10))
    report = beside.pull()
    assert (report.added, report.changed) == (0, 1)
    assert ("payment", -10000, "2026-11-10", "2026-11-24") in beside.facts("B-1")
    assert status_of(beside.item("B-1"), beside.desk.clock.day) is Status.PAID
    beside.check()


def test_what_was_known_stays_known_since_then(beside: Beside) -> None:
    there = beside.server
    one = there.invoice("B-1", there.contact("Baobab SARL"), "100.00")
    there.pay(one, "10.00", date(2026, 9, 20))
    beside.pull()
    later(beside)
    there.pay(one, "20.00", date(2026, 9, 21))
    beside.pull()
    known = [str(entry.known_on) for entry in beside.item("B-1").settlements]
    assert known == ["2026-09-20", "2026-11-22"]


def test_a_payment_taken_back_there_opens_the_invoice_again(beside: Beside) -> None:
    there = beside.server
    one = there.invoice("B-1", there.contact("Baobab SARL"), "100.00")
    paid = there.pay(one, "100.00", date(2026, 11, 10))
    there.pay(there.invoice("B-2", there.contact("Teranga"), "7"), "5", date(2026, 11, 3))
    beside.pull()
    later(beside)
    there.take_back(paid)
    report = beside.pull()
    assert report.changed == 1
    assert ("payment", 10000, "2026-11-22", "2026-11-22") in beside.facts("B-1")
    assert beside.item("B-1").balance.minor == 10000
    assert beside.item("B-2").balance.minor == 200
    beside.check()


def test_an_invoice_voided_there_claims_nothing_here(beside: Beside) -> None:
    there = beside.server
    one = there.invoice("B-1", there.contact("Baobab SARL"), "100.00")
    beside.pull()
    later(beside)
    there.void(one)
    report = beside.pull()
    assert (report.voided, report.findings) == (1, ())
    item = beside.item("B-1")
    assert (item.balance.minor, item.voided_by) == (0, "B-1")
    assert ("credit", -10000, "2026-11-22", "2026-11-22") in beside.facts("B-1")
    assert beside.pull().changed == 0
    beside.check()


def test_a_credit_note_used_there_settles_both(beside: Beside) -> None:
    there = beside.server
    customer = there.contact("Baobab SARL")
    one = there.invoice("B-1", customer, "100.00")
    note = there.credit_note("C-1", customer, "30.00", date(2026, 9, 15))
    there.apply(note, one, "20.00", date(2026, 9, 16))
    there.pay(one, "50.00", date(2026, 9, 17))
    beside.pull()
    assert beside.item("B-1").balance.minor == 3000
    assert beside.item("C-1").balance.minor == -1000
    assert beside.facts("C-1") == [
        ("credit", 2000, "2026-09-16", "2026-09-16"),
        ("credit_note", -3000, "2026-09-15", "2026-09-15"),
    ]
    beside.check()


def test_a_deleted_invoice_is_gone_here_too(quickbooks: Beside) -> None:
    there = quickbooks.server
    one = there.invoice("B-1", there.contact("Baobab SARL"), "100.00")
    there.invoice("B-2", there.contact("Teranga"), "7.00")
    quickbooks.pull()
    later(quickbooks)
    there.delete(one)
    assert quickbooks.pull().voided == 1
    assert quickbooks.item("B-1").voided_by == "B-1"
    # After a month it tells no more what was deleted: everything is compared.
    (left,) = [row["Id"] for row in there.rows["Invoice"].values()]
    later(quickbooks, 1)
    there.delete(left)
    there.deleted.clear()
    later(quickbooks, 40)
    report = quickbooks.pull()
    assert (report.whole, report.voided) == (True, 1)
    assert quickbooks.item("B-2").balance.minor == 0
    quickbooks.check()


def test_amounts_have_the_digits_of_their_currency(beside: Beside) -> None:
    there = beside.server
    customer = there.contact("Baobab SARL")
    there.invoice("X-1", customer, "90000", currency="XOF")
    there.invoice("T-1", customer, "1.234", currency="TND")
    there.invoice("E-1", customer, "10.0000")
    there.invoice("E-2", customer, "10.001")
    report = beside.pull()
    assert [beside.item(one).amount.minor for one in ("X-1", "T-1", "E-1")] == [90000, 1234, 1000]
    (fault,) = report.findings
    assert (fault.code, fault.path) == ("amount_decimals", "E-2")
    assert "10.001" in fault.message


def test_pages_are_read_to_the_end(beside: Beside) -> None:
    there = beside.server
    customer = there.contact("Baobab SARL")
    for at in range(450):
        there.invoice(f"B-{at}", customer, "1.00")
    assert beside.pull().added == 450
    assert beside.pull(whole=True).unchanged == 450


def test_a_day_to_come_waits_until_it_is_there(beside: Beside) -> None:
    there = beside.server
    there.invoice("B-1", there.contact("Baobab SARL"), "1.00", day=date(2026, 12, 1))
    report = beside.pull()
    assert (report.added, [one.code for one in report.findings]) == (0, ["books_future"])
    later(beside, 10)
    assert beside.pull().added == 1


def test_a_customer_of_that_name_is_the_same(beside: Beside) -> None:
    there = beside.server
    there.invoice("B-1", there.contact("ACME Corp."), "5.00")
    report = beside.pull()
    assert report.new_customers == 0
    assert beside.item("B-1").customer_id == beside.desk.acme.id


def test_an_amount_changed_there_is_a_correction_here(beside: Beside) -> None:
    there = beside.server
    one = there.invoice("B-1", there.contact("Baobab SARL"), "100.00")
    beside.pull()
    later(beside)
    rows = there.invoices if beside.name == "xero" else there.rows["Invoice"]
    key = "Total" if beside.name == "xero" else "TotalAmt"
    rows[one][key] += 5
    there.pay(one, "1.00", date(2026, 11, 22))
    if beside.name == "xero":
        rows[one]["UpdatedDateUTC"] = net_date(there.now)
    assert beside.pull().changed == 1
    assert ("credit", 500, "2026-11-22", "2026-11-22") in beside.facts("B-1")
    assert beside.item("B-1").balance.minor == 10400
    beside.check()


def test_what_cannot_be_read_stays_as_it_was_and_stops_no_other(quickbooks: Beside) -> None:
    there = quickbooks.server
    baobab = there.contact("Baobab SARL")
    one = there.invoice("B-1", baobab, "100.00")
    paid = there.pay(one, "40.00", date(2026, 9, 9))
    quickbooks.pull()
    later(quickbooks)
    there.rows["Payment"][paid]["Line"][0]["Amount"] = Decimal("40.001")
    there.rows["Payment"][paid]["MetaData"]["LastUpdatedTime"] = there.now.isoformat()
    there.rows["Invoice"][one]["TxnDate"] = "soon"
    there.invoice("B-2", baobab, "7.00")
    report = quickbooks.pull()
    told = {(fault.code, fault.path) for fault in report.findings}
    assert told == {("amount_decimals", f"Payment {paid}"), ("books_day", "B-1")}
    assert (report.added, report.changed) == (1, 0)
    assert quickbooks.item("B-1").balance.minor == 6000


def test_amounts_that_no_ledger_holds_are_told(beside: Beside) -> None:
    there = beside.server
    key = "Total" if beside.name == "xero" else "TotalAmt"
    one = there.invoice("B-1", there.contact("Baobab SARL"), "1.00", **{key: Decimal("1E+300")})
    (fault,) = beside.pull().findings
    assert one
    assert (fault.code, fault.path) == ("amount_too_large", "B-1")


def test_a_finding_hides_no_deletion(quickbooks: Beside) -> None:
    there = quickbooks.server
    customer = there.contact("Baobab SARL")
    gone = there.invoice("B-1", customer, "100.00")
    moved = there.invoice("B-2", customer, "5.00")
    quickbooks.pull()
    there.delete(gone)
    there.deleted.clear()
    there.rows["Invoice"][moved]["TxnDate"] = "2027-01-01"
    there.invoice("B-3", customer, "10.001")
    report = quickbooks.pull(whole=True)
    assert [one.code for one in report.findings] == ["amount_decimals", "books_future"]
    assert report.voided == 1
    assert quickbooks.item("B-1").balance.minor == 0
    assert quickbooks.item("B-2").balance.minor == 500
    told = [finding_in(one, "fr").message for one in report.findings]
    assert told == [
        "Le montant a plus de décimales que sa monnaie n'en permet (10.001).",
        "un jour est encore à venir, « 2027-01-01 » : pris quand il sera là",
    ]
