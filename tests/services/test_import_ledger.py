from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from net30.domain.aggregates import Key
from net30.domain.customer import Customer
from net30.domain.events import CustomerSaved, LedgerImported
from net30.domain.open_item import OpenItem, Status, status_of
from net30.domain.organisation import Organisation
from net30.domain.party import Party
from net30.domain.payment import Allocation
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.kernel.money import Money
from net30.ledger.mapping import named_layout, parse_layout
from net30.ledger.segments import read_ledger
from net30.ports.search import Query
from net30.services.check_books import check_books
from net30.services.find_invoices import find_invoices
from net30.services.get_statistics import get_statistics
from net30.services.import_ledger import (
    OPEN_ITEMS_PER_EVENT_MAX,
    ImportReport,
    LedgerFile,
    import_ledger,
)
from net30.services.record_payment import NewPayment, record_payment
from net30.services.save_customer import save_customer
from tests.desk import TODAY, Desk, open_desk
from tests.ledger.sheets import csv

PAID = "F1,c1,2026-01-05,2026-02-04,1250.50,EUR,2026-02-20"
OPEN = "F2,c1,2026-09-05,2026-10-05,1000,XOF,"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    opened = open_desk(tmp_path)
    opened.app.settle()
    return opened


def take(desk: Desk, content: bytes, **more: Any) -> ImportReport:  # Any: LedgerFile's fields
    with desk.app.change() as ctx:
        report = import_ledger(ctx, LedgerFile(content=content, **more))
    desk.app.settle()
    return report


def facts(desk: Desk) -> list[dict[str, Any]]:
    return read_ledger(desk.app.world.blobs, desk.app.organisation).to_pylist()


def everything(desk: Desk) -> tuple[object, ...]:
    """All that an import could change."""
    world, organisation = desk.app.world, desk.app.organisation
    with desk.app.look() as ctx:
        return (
            ctx.tx.page(Customer, limit=1000),
            ctx.tx.page(OpenItem, limit=1000),
            ctx.tx.load(Organisation, organisation),
            len(ctx.tx.events()),
            list(world.blobs.names(organisation)),
        )


def test_a_paid_invoice_is_two_facts_and_no_open_item(desk: Desk) -> None:
    report = take(desk, csv(PAID))
    assert (report.rows, report.invoices, report.open_items, report.left_out) == (1, 1, 0, 0)
    invoice, payment = facts(desk)
    assert (invoice["fact"], invoice["amount"], invoice["known_on"]) == (
        "invoice",
        125050,
        date(2026, 1, 5),
    )
    assert (payment["fact"], payment["amount"], payment["known_on"]) == (
        "payment",
        -125050,
        date(2026, 2, 20),
    )
    assert {row["source"] for row in facts(desk)} == {"import"}
    with desk.app.look() as ctx:
        assert ctx.tx.page(OpenItem, limit=10) == ()


def test_an_open_invoice_is_an_open_item_that_search_and_statistics_see(desk: Desk) -> None:
    take(desk, csv(OPEN, PAID))
    item = desk.item("F2")
    assert (item.id, item.imported, item.external_id) == ("import.F2", True, "import:F2")
    assert item.balance == Money(1000, "XOF")
    assert status_of(item, TODAY) is Status.OVERDUE
    with desk.app.look() as ctx:
        page = find_invoices(ctx, Query(as_of=ctx.today, text="F2"))
        assert [(hit.entry.number, hit.entry.imported) for hit in page.hits] == [("F2", True)]
        figures = {row.currency: row for row in get_statistics(ctx).currencies}
        position = figures["XOF"].position
        assert position is not None
        assert (position.outstanding.minor, position.overdue.minor) == (1000, 1000)
        assert not check_books(ctx).findings


def test_customers_are_added_for_paid_invoices_too(desk: Desk) -> None:
    report = take(
        desk,
        csv(
            "F1,Delta SA,d@delta.example,2026-01-05,10,EUR,2026-01-06",
            "F2,DELTA S.A.,,2026-01-05,10,EUR,2026-01-06",
            header="number,customer,email,date,amount,currency,paid date",
        ),
    )
    # "SA" and "S.A." fold apart: they are not taken for one.
    assert report.new_customers == 2
    with desk.app.look() as ctx:
        (found,) = ctx.tx.find(Customer, Key.NAME, "delta sa")
        events = [recorded.event for recorded in ctx.tx.events()]
    customer = found.value
    assert (customer.imported, customer.email, customer.currency) == (
        True,
        "d@delta.example",
        "EUR",
    )
    assert CustomerSaved(customer_id=customer.id) in events


def test_a_customer_whom_the_books_know_is_not_doubled(desk: Desk) -> None:
    report = take(desk, csv("F1,ACME corp.,2026-01-05,,10,XOF,"))
    assert report.new_customers == 0
    assert desk.item("F1").customer_id == desk.acme.id


def test_two_customers_of_one_name_stay_two(desk: Desk) -> None:
    report = take(
        desk,
        csv(
            "F1,1,Acme Corp,2026-01-05,10",
            "F2,2,Acme Corp,2026-01-05,10",
            header="number,customer id,customer,date,amount",
        ),
    )
    assert report.new_customers == 2
    assert desk.item("F1").customer_id != desk.item("F2").customer_id
    # A later file of the same system knows each of them again.
    report = take(
        desk,
        csv("F3,2,Acme Corp,2026-01-05,10", header="number,customer id,customer,date,amount"),
    )
    assert report.new_customers == 0
    assert desk.item("F3").customer_id == desk.item("F2").customer_id


def test_a_name_that_two_customers_bear_is_nobody_in_particular(desk: Desk) -> None:
    take(
        desk,
        csv(
            "F1,1,Twin,2026-01-05,10",
            "F2,2,Twin,2026-01-05,10",
            header="number,customer id,customer,date,amount",
        ),
        source="one",
    )
    report = take(desk, csv("G1,Twin,2026-01-05,,10,XOF,"), source="two")
    assert report.new_customers == 1


def test_reading_the_same_file_again_changes_nothing(desk: Desk) -> None:
    content = csv(PAID, OPEN, "F3,c2,2026-03-01,,-50,EUR,")
    take(desk, content)
    before, ledger = everything(desk), facts(desk)
    report = take(desk, content)
    assert (report.invoices, report.payments, report.unchanged, report.new_customers) == (
        0,
        0,
        3,
        0,
    )
    assert report.segment == ""
    assert everything(desk) == before
    assert facts(desk) == ledger


def test_a_later_file_adds_what_is_new_and_keeps_the_rest(desk: Desk) -> None:
    take(desk, csv(PAID))
    report = take(desk, csv(PAID, OPEN))
    assert (report.invoices, report.unchanged) == (1, 1)
    assert len(facts(desk)) == 3


def test_an_open_invoice_that_was_paid_since_gets_its_payment_only(desk: Desk) -> None:
    take(desk, csv(OPEN))
    report = take(desk, csv(OPEN + "2026-11-10"))
    assert (report.invoices, report.payments, report.unchanged) == (0, 1, 0)
    assert [(row["fact"], row["amount"]) for row in facts(desk)] == [
        ("invoice", 1000),
        ("payment", -1000),
    ]
    item = desk.item("F2")
    assert status_of(item, TODAY) is Status.PAID
    assert item.settlements[0].day == date(2026, 11, 10)
    with desk.app.look() as ctx:
        page = find_invoices(ctx, Query(as_of=ctx.today, text="F2"))
        assert [hit.status for hit in page.hits] == [Status.PAID]
        assert not check_books(ctx).findings
    assert take(desk, csv(OPEN + "2026-11-10")).unchanged == 1


BALANCES = "number,customer,date,amount,balance,paid date"


def test_part_payments_come_one_after_the_other(desk: Desk) -> None:
    for row in ("F1,Delta,2026-01-05,100,100,", "F1,Delta,2026-01-05,100,60,",
                "F1,Delta,2026-01-05,100,60,", "F1,Delta,2026-01-05,100,0,2026-11-01"):  # fmt: skip
        take(desk, csv(row, header=BALANCES))
    rows = facts(desk)
    assert [row["amount"] for row in rows] == [100, -40, -60]
    # A part payment without a date is known since the import; the last one says its day.
    assert [row["day"] for row in rows] == [date(2026, 1, 5), TODAY, date(2026, 11, 1)]
    assert len({row["fact_id"] for row in rows}) == 3
    assert not desk.item("F1").balance


def test_an_invoice_imported_half_paid_is_open_for_the_rest(desk: Desk) -> None:
    take(desk, csv("F1,Delta,2026-01-05,100,60,2026-02-01", header=BALANCES))
    item = desk.item("F1")
    assert (item.amount.minor, item.balance.minor) == (100, 60)
    assert sum(row["amount"] for row in facts(desk)) == 60


def test_what_was_imported_never_changes(desk: Desk) -> None:
    take(desk, csv(PAID, OPEN))
    report = take(
        desk,
        csv(
            PAID.replace("1250.50", "1250.51"),
            OPEN.replace("2026-10-05", "2026-10-06"),
        ),
    )
    assert report.finding_counts == {"changed": 2}
    assert (report.errors, report.left_out) == (2, 2)
    assert "F1" in report.findings[0].message
    assert len(facts(desk)) == 3


def test_a_file_that_says_open_again_is_told(desk: Desk) -> None:
    take(desk, csv(PAID))
    report = take(desk, csv(PAID.removesuffix("2026-02-20")))
    assert report.finding_counts == {"open_again": 1}
    assert len(facts(desk)) == 2


def test_a_payment_recorded_here_is_not_recorded_again(desk: Desk) -> None:
    take(desk, csv(OPEN))
    item = desk.item("F2")
    with desk.app.change() as ctx:
        record_payment(
            ctx,
            NewPayment(
                customer_id=item.customer_id,
                amount=item.amount,
                allocations=(Allocation(item.id, item.amount),),
            ),
        )
    report = take(desk, csv(OPEN + "2026-11-10"))
    assert (report.payments, report.unchanged) == (0, 1)
    assert sum(row["amount"] for row in facts(desk)) == 0
    with desk.app.look() as ctx:
        assert not check_books(ctx).findings


def test_the_ledger_need_not_be_up_to_date_for_a_second_import(desk: Desk) -> None:
    with desk.app.change() as ctx:
        import_ledger(ctx, LedgerFile(content=csv(PAID, OPEN)))
    with desk.app.change() as ctx:
        report = import_ledger(ctx, LedgerFile(content=csv(PAID, OPEN)))
    assert report.unchanged == 2
    desk.app.settle()
    assert len(facts(desk)) == 3


def test_two_sources_may_have_the_same_invoice_ids(desk: Desk) -> None:
    take(desk, csv(PAID), source="one")
    report = take(desk, csv(PAID.replace("1250.50", "7")), source="two")
    assert report.invoices == 1
    assert {row["invoice_id"] for row in facts(desk)} == {"one.F1", "two.F1"}


def test_two_open_invoices_cannot_share_a_number(desk: Desk) -> None:
    take(desk, csv(OPEN), source="one")
    report = take(desk, csv(OPEN, OPEN.replace("F2", "F3")), source="two")
    assert report.invoices == 1
    assert [(finding.code, finding.path) for finding in report.findings] == [
        ("number_taken", "rows[2].number")
    ]
    header = "invoice id,number,customer,date,amount"
    report = take(
        desk,
        csv("1,X,Delta,2026-01-05,1", "2,X,Delta,2026-01-05,1", header=header),
        source="three",
    )
    assert (report.invoices, report.finding_counts) == (1, {"number_taken": 1})


def test_our_own_invoices_read_in_again_are_left_alone(desk: Desk) -> None:
    invoice = desk.issue()
    desk.app.settle()
    amount = invoice.totals.due.amount
    row = f"{invoice.number},acme,{invoice.issue_date},,{amount:f},XOF,"
    before = everything(desk)
    report = take(desk, csv(row))
    assert report.finding_counts == {"own_invoice": 1}
    assert everything(desk) == before
    report = take(desk, csv(row.replace("3600000", "3600001").replace(f"{amount:f}", "5")))
    assert report.finding_counts == {"number_taken": 1}
    assert everything(desk) == before


def test_rows_that_repeat_an_invoice_count_once(desk: Desk) -> None:
    report = take(desk, csv(OPEN, OPEN, OPEN.replace("1000", "1001")))
    assert report.invoices == 1
    assert report.finding_counts == {"repeated": 1, "invoice_twice": 1}
    assert report.left_out == 2


def test_a_dry_run_tells_all_and_changes_nothing(desk: Desk) -> None:
    before = everything(desk)
    report = take(desk, csv(PAID, OPEN, "F3,c2,soon,,1,EUR,"), dry_run=True)
    assert everything(desk) == before
    assert report.dry_run
    assert (report.invoices, report.open_items, report.new_customers, report.errors) == (2, 1, 1, 1)
    assert [(row.amount, row.open, row.invoices) for row in report.amounts] == [
        (Money(125050, "EUR"), Money(0, "EUR"), 1),
        (Money(1000, "XOF"), Money(1000, "XOF"), 1),
    ]
    assert report.columns["paid_date"] == "paid_date"


def test_good_rows_are_taken_unless_strictness_is_asked_for(desk: Desk) -> None:
    content = csv(PAID, "F3,c2,soon,,1,EUR,")
    before = everything(desk)
    refused = take(desk, content, strict=True)
    assert refused.refused
    assert everything(desk) == before
    report = take(desk, content)
    assert (report.refused, report.invoices, report.left_out) == (False, 1, 1)


def test_a_missing_column_says_how_to_name_it(desk: Desk) -> None:
    with pytest.raises(InputError) as caught:
        take(desk, b"foo,bar\n1,2\n")
    assert caught.value.code == "columns_missing"
    assert "'foo', 'bar'" in caught.value.hint


def test_a_file_without_rows_is_told_not_passed_off_as_a_success(desk: Desk) -> None:
    report = take(desk, csv())
    assert (report.rows, report.errors) == (0, 1)
    assert report.finding_counts == {"no_rows": 1}


def test_credit_notes_are_negative_claims(desk: Desk) -> None:
    take(desk, csv("F1,c1,2026-01-05,,-50,XOF,", "F2,c1,2026-01-05,,-70,XOF,2026-02-01"))
    assert [(row["fact"], row["amount"]) for row in facts(desk)] == [
        ("credit_note", -50),
        ("credit_note", -70),
        ("payment", 70),
    ]
    item = desk.item("F1")
    assert (item.type_code, item.balance.minor) == ("381", -50)
    with desk.app.look() as ctx:
        assert not check_books(ctx).findings


def test_a_prepayment_is_not_known_before_its_invoice(desk: Desk) -> None:
    take(desk, csv("F1,c1,2026-03-05,,50,XOF,2026-03-01"))
    payment = facts(desk)[1]
    assert (payment["day"], payment["known_on"]) == (date(2026, 3, 1), date(2026, 3, 5))


def test_numbers_with_strokes_and_accents_make_safe_ids(desk: Desk) -> None:
    take(desk, csv("FA/2026 é~1,c1,2026-03-05,,50,XOF,"))
    item = desk.item("FA/2026 é~1")
    assert item.id == "import.FA~2F2026~20~C3~A9~7E1"
    assert item.external_id == "import:FA/2026 é~1"


def test_many_open_items_are_told_page_by_page(desk: Desk) -> None:
    count = 2 * OPEN_ITEMS_PER_EVENT_MAX + 5
    steps: list[tuple[str, int, int]] = []
    with desk.app.change() as ctx:
        rows = [f"F{at},c1,2026-03-05,,50,XOF," for at in range(count)]
        import_ledger(ctx, LedgerFile(content=csv(*rows)), lambda *step: steps.append(step))
    desk.app.settle()
    with desk.app.look() as ctx:
        events = [
            recorded.event
            for recorded in ctx.tx.events()
            if isinstance(recorded.event, LedgerImported)
        ]
        page = find_invoices(ctx, Query(as_of=ctx.today))
        assert not check_books(ctx).findings
    assert [(event.rows, len(event.open_items)) for event in events] == [
        (count, 1000),
        (0, 1000),
        (0, 5),
    ]
    assert page.total == count
    assert len(facts(desk)) == count
    assert steps[0] == ("read", 0, count)
    assert steps[-1] == ("done", count, count)
    assert ("open items", 2000, count) in steps


@pytest.mark.parametrize("source", ["net30", "Ouch", "a b", "", "x" * 31, "1a", "a.b"])
def test_a_source_has_a_plain_name(desk: Desk, source: str) -> None:
    if not source:
        assert take(desk, csv(PAID), source="").source == "import"
        return
    with pytest.raises(InputError) as caught:
        take(desk, csv(PAID), source=source)
    assert caught.value.code == "source"


def test_a_layout_brings_its_source_and_may_be_a_file(desk: Desk) -> None:
    report = take(desk, csv(PAID), layout=named_layout("ibm_ar"))
    assert (report.layout, report.source) == ("ibm_ar", "ibm_ar")
    saved = parse_layout(report.layout_json.encode())
    again = take(desk, csv(PAID), layout=saved)
    assert (again.source, again.unchanged) == ("ibm_ar", 1)


def test_the_currency_of_rows_without_one_is_the_companys_or_the_one_given(desk: Desk) -> None:
    header = "number,customer,date,amount"
    assert (
        take(desk, csv("F1,Delta,2026-01-05,9", header=header)).amounts[0].amount.currency == "XOF"
    )
    report = take(desk, csv("F2,Delta,2026-01-05,9", header=header), currency="tnd")
    assert report.amounts[0].amount == Money(9000, "TND")
    with pytest.raises(InputError):
        take(desk, csv("F3,Delta,2026-01-05,9", header=header), currency="FRANC")


def test_a_gzipped_file_is_read(desk: Desk) -> None:
    assert take(desk, gzip.compress(csv(PAID))).invoices == 1


def test_two_imports_at_once_cannot_both_succeed(desk: Desk) -> None:
    with desk.app.look() as ctx:
        company = ctx.tx.load(Organisation, ctx.organisation)
    take(desk, csv(PAID))
    with pytest.raises(Conflict), desk.app.change() as ctx:
        # What a second import would do that began before the first one ended.
        ctx.tx.save(company.value, expected=company.version)


def test_an_import_that_is_undone_leaves_no_trace_in_the_books(desk: Desk) -> None:
    def undone(content: bytes) -> None:
        with desk.app.change() as ctx:
            import_ledger(ctx, LedgerFile(content=content))
            raise NotFound("the power is gone")

    with pytest.raises(NotFound):
        undone(csv(PAID, OPEN))
    desk.app.settle()
    assert facts(desk) == []
    with pytest.raises(NotFound):
        desk.item("F2")
    assert take(desk, csv(PAID, OPEN)).invoices == 2


def test_a_known_customer_keeps_what_the_books_say(desk: Desk) -> None:
    with desk.app.change() as ctx:
        kept = save_customer(
            ctx, Customer(id="", party=Party(name="Delta"), notes="pays late", language="fr")
        )
    take(desk, csv("F1,DELTA,2026-01-05,,10,EUR,"))
    with desk.app.look() as ctx:
        assert ctx.tx.load(Customer, kept.id).value == kept
        assert replace(kept, notes="").notes == ""
