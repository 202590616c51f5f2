"""One invoice of our own books: when it is paid, why, and what to do about it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.domain.invoice import QUOTE
from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation
from net30.features.coding import customers_of, day_number, invoices_of
from net30.features.invoices import OPEN
from net30.kernel.errors import Conflict, InputError, NotFound
from net30.kernel.money import Money
from net30.scoring.delay_bins import LATE
from net30.scoring.model import ONNX_FILE, load_model
from net30.scoring.score import Asked, score
from net30.services.change_plan import Change
from net30.services.cold_start import ColdStart
from net30.services.create_organisation import save_organisation
from net30.services.credit_invoice import void_invoice
from net30.services.past_invoices import of_books
from net30.services.predict_invoice import Prediction, predict_invoice
from net30.services.record_payment import NewPayment, record_payment
from tests.desk import TODAY, Desk, open_desk
from tests.predicted_books import issued_to, open_books, publish

LEARNING = {"sklearn", "lightgbm", "xgboost", "keras", "onnx", "optuna", "scipy", "torch"}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Books that these tests only look at."""
    desk = open_books(tmp_path_factory.mktemp("home"))
    yield desk
    desk.app.close()


def asked(desk: Desk, number: str, **more: object) -> Prediction:
    with desk.app.look() as ctx:
        return predict_invoice(ctx, number, **more)  # type: ignore[arg-type] # its options


def open_items(desk: Desk) -> list[OpenItem]:
    with desk.app.look() as ctx:
        return [stored.value for stored in ctx.tx.page(OpenItem, limit=500)]


def test_one_invoice_is_told_exactly_as_in_a_batch_of_the_whole_ledger(books: Desk) -> None:
    with books.app.look() as ctx:
        history = of_books(ctx, TODAY).history
        model = load_model(ctx.models / "payments" / "v1")
    known = invoices_of(history, model.card.words, customers_of(history))
    still = known.paid >= OPEN
    horizon = day_number(TODAY)
    about = Asked(history=known, asked=known.take(still), together=known, horizon=horizon)
    told = score(model, about, lambda _done, _all: None)
    numbers = [str(one) for one in history.filter(pa.array(still))["invoice_id"].to_pylist()]
    items = {item.id: item.number for item in open_items(books)}
    assert len(numbers) > 50
    for at, id_ in enumerate(numbers):
        for explain in (False, True):
            found = asked(books, items[id_], explain=explain)
            assert (found.p_late, found.p_late30) == (told.late[at], told.late30[at])
            assert found.expected == found.due + timedelta(days=round(told.expected[at]))


def test_what_is_past_due_is_late_for_certain_and_never_expected_in_the_past(books: Desk) -> None:
    late = [item for item in open_items(books) if item.due_date and item.due_date < TODAY]
    assert late
    for item in late:
        found = asked(books, item.number)
        assert found.p_late == pytest.approx(1)
        days = [found.earliest, found.expected, found.latest]
        assert [TODAY, *days] == sorted(day for day in [TODAY, *days] if day)


def test_the_days_and_chances_do_not_contradict_each_other(books: Desk) -> None:
    for item in open_items(books):
        found = asked(books, item.number)
        assert 0 <= found.p_late30 <= found.p_late <= 1
        assert found.expected
        assert (found.expected > found.due) == (found.p_late > 0.5)
        assert found.band in {"low", "medium", "high"}


def test_an_explanation_adds_up_and_begins_with_the_weightiest_reason(books: Desk) -> None:
    found = asked(books, open_items(books)[-1].number, explain=True)
    assert found.explanation
    sums, reasons = found.explanation.contributions, found.explanation.reasons
    assert sums.base + sum(sums.by_group.values()) == pytest.approx(sums.margin, abs=1e-6)
    weights = [abs(reason.contribution) for reason in reasons]
    assert weights == sorted(weights, reverse=True)
    assert found.changes == () == found.advice
    late = sum(one.share for one in found.delays if one.until is None or one.until > LATE)
    assert (late, sum(one.share for one in found.delays)) == pytest.approx((found.p_late, 1))


def test_an_invoice_issued_just_now_is_asked_about_with_its_customers_past(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    slow, prompt = issued_to(desk, "Endless SARL"), issued_to(desk, "Prompt SA", settle=False)
    late, early = (asked(desk, one.number, explain=True) for one in (slow, prompt))
    assert late.p_late > 0.8
    assert early.p_late < 0.6
    assert late.explanation
    record = next(one for one in late.explanation.reasons if one.group == "record")
    assert record.facts["paid"] == 20
    assert record.facts["late"] == 19 or record.facts["late"] == 20
    desk.app.close()


def test_a_stranger_is_told_about_as_one_without_a_past(books: Desk) -> None:
    invoice = books.issue()
    found = asked(books, invoice.number, explain=True, plan=True)
    assert found.explanation
    codes = {reason.code for reason in found.explanation.reasons}
    assert {"record_none", "lately_none"} & codes
    assert not {"record_late", "lately"} & codes
    assert found.customer == "Acme Corp"


def test_a_draft_can_be_asked_about_before_it_is_issued(books: Desk) -> None:
    draft = books.draft()
    found = asked(books, draft.id)
    assert (found.number, found.p_late < 1) == (draft.id, True)


def test_a_payment_on_another_invoice_is_known_the_next_morning(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    item = next(one for one in open_items(desk) if one.due_date and one.due_date < TODAY)
    with desk.app.change() as ctx:
        record_payment(
            ctx,
            NewPayment(
                customer_id=item.customer_id,
                amount=item.balance,
                allocations=(Allocation(item.id, item.balance),),
            ),
        )
    with pytest.raises(Conflict, match="nothing is open"):
        asked(desk, item.number)
    other = next(one for one in open_items(desk) if one.balance)
    before = asked(desk, other.number, explain=True)
    desk.clock.day = TODAY + timedelta(days=1)
    after = asked(desk, other.number, explain=True)
    assert after.as_of == TODAY + timedelta(days=1)
    assert before.p_late30 <= after.p_late30
    desk.app.close()


def test_what_has_been_open_for_longer_than_the_model_can_tell_has_no_expected_day(
    tmp_path: Path,
) -> None:
    desk = open_books(tmp_path)
    desk.clock.day = TODAY + timedelta(days=400)
    found = asked(desk, open_items(desk)[0].number, plan=True)
    assert (found.expected, found.earliest, found.latest) == (None, None, None)
    assert found.p_late30 == pytest.approx(1)
    desk.app.close()


def test_without_a_model_the_default_one_answers_and_says_so(tmp_path: Path) -> None:
    desk = open_books(tmp_path, learned=None)
    found = asked(desk, open_items(desk)[0].number, explain=True, plan=True)
    assert found.model == "default v1 (lightgbm), cold start"
    assert found.cold_start
    assert found.cold_start.enough
    assert found.cold_start.settled > 600
    assert "not from anyone's payments" in found.limits[0]
    assert "Moved to the level of the last" in found.limits[-1]
    assert found.explanation
    publish(desk, TODAY)
    assert asked(desk, open_items(desk)[0].number).cold_start is None
    desk.app.close()


def test_too_few_settled_invoices_are_counted(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    invoice = desk.issue()
    found = asked(desk, invoice.number)
    assert (found.cold_start, 0 < found.p_late < 1) == (ColdStart(settled=0, needed=200), True)
    assert "it knows no level" in found.limits[-1]
    desk.app.close()


def test_a_promoted_model_that_is_gone_is_never_replaced_by_the_default_one(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    shutil.rmtree(desk.app.models / "payments" / "v1")
    with pytest.raises(NotFound, match="points to 'v1'"):
        asked(desk, open_items(desk)[0].number)
    desk.app.close()


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    path = desk.app.models / "payments" / "v1" / ONNX_FILE
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError, match="SHA-256 differs"):
        asked(desk, open_items(desk)[0].number)
    desk.app.close()


def test_credit_notes_and_what_is_void_or_unknown_are_refused(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    invoice = desk.issue()
    with desk.app.change() as ctx:
        note = void_invoice(ctx, invoice.number, reason="a mistake")
    for number in (invoice.number, note.number):
        with pytest.raises(Conflict, match="nothing"):
            asked(desk, number)
    with pytest.raises(NotFound):
        asked(desk, "INV-1999-0001")
    desk.app.close()


def test_changes_are_worth_days_times_amount_times_cost_of_capital(books: Desk) -> None:
    item = next(one for one in open_items(books) if one.due_date and one.due_date > TODAY)
    found = asked(books, item.number, plan=True)
    assert [one.change for one in found.changes] == ["terms", "amount", "instalments"]
    for one in found.changes:
        amount = one.details["amount"] if one.change == "amount" else item.amount
        assert isinstance(amount, Money)
        share = found.cost_of_capital / 100 / 365
        for days, gain in (
            (one.days.expected, one.gain.expected),
            (one.days.low, one.gain.low),
            (one.days.high, one.gain.high),
        ):
            exact = amount.amount * share * Decimal(repr(days))
            assert abs(gain.amount - exact) <= Decimal("0.5")
        assert one.days.low <= one.days.expected <= one.days.high
        assert 0 <= one.late <= 1


def test_own_changes_are_asked_and_their_parts_add_up(books: Desk) -> None:
    item = open_items(books)[-1]
    wanted = (Change(terms=0), Change(instalments=7, terms=70), Change(amount=Money(1, "XOF")))
    none, parts, small = asked(books, item.number, changes=wanted).changes
    assert (none.change, none.details) == ("terms", {"days": 0})
    assert parts.details == {"count": 7, "amount": Money(-(-item.amount.minor // 7), "XOF")}
    assert small.gain.expected == Money(0, "XOF")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Change(terms=-1), "terms of -1 days"),
        (Change(terms=401), "terms of 401 days"),
        (Change(instalments=0), "0 instalments"),
        (Change(instalments=37), "37 instalments"),
        (Change(instalments=3, amount=Money(2, "XOF")), "3 instalments are not between 1 and 2"),
        (Change(amount=Money(100, "EUR")), "cannot take the place"),
        (Change(amount=Money(0, "XOF")), "cannot take the place"),
    ],
)
def test_a_change_that_cannot_be_is_refused(books: Desk, change: Change, says: str) -> None:
    with pytest.raises(InputError, match=says):
        asked(books, open_items(books)[-1].number, changes=(change,))


def test_a_newer_model_is_served_as_soon_as_it_is_published(tmp_path: Path) -> None:
    desk = open_books(tmp_path, learned=date(2026, 6, 1))
    number = open_items(desk)[-1].number
    assert asked(desk, number).learned_until == date(2026, 6, 1)
    publish(desk, TODAY)
    found = asked(desk, number)
    assert (found.learned_until, found.model) == (TODAY, "payments v2 (small trees)")
    desk.app.close()


def test_predicting_one_invoice_loads_no_library_that_learns(tmp_path: Path) -> None:
    day = datetime.now(UTC).date()
    desk = open_books(tmp_path, learned=day, today=day)
    number = open_items(desk)[-1].number
    desk.app.close()
    script = (
        "import sys; from net30.cli.commands import run; code = run(sys.argv[1:]);"
        "loaded = {name.split('.')[0] for name in sys.modules};"
        f"learning = loaded & {LEARNING!r};"
        "ours = [name for name in sys.modules if name.startswith('net30.training')];"
        "sys.exit(code or (f'{learning} {ours}' if learning or ours else 0))"
    )
    words = ["predict", number, "--explain", "--json"]
    home = {**os.environ, "NET30_HOME": str(tmp_path)}
    command = [sys.executable, "-c", script, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=home)
    assert done.returncode == 0, done.stderr
    assert number in done.stdout


def test_offers_and_invoices_without_a_due_date_are_refused(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    offer = desk.draft(type_code=QUOTE)
    with pytest.raises(Conflict, match="claims no money"):
        asked(desk, offer.id)
    with desk.app.change() as ctx:
        stored = ctx.tx.load(OpenItem, open_items(desk)[0].id)
        ctx.tx.save(replace(stored.value, due_date=None), expected=stored.version)
    with pytest.raises(InputError, match="no due date"):
        asked(desk, stored.value.number)
    desk.app.close()


def test_money_costs_what_the_company_says(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    number = open_items(desk)[-1].number
    before = asked(desk, number, changes=(Change(terms=0),)).changes[0].gain.expected
    with desk.app.change() as ctx:
        save_organisation(ctx, replace(ctx.company, cost_of_capital=Decimal(20)))
    after = asked(desk, number, changes=(Change(terms=0),)).changes[0].gain.expected
    assert abs(after.minor - 2 * before.minor) <= 1
    with desk.app.change() as ctx, pytest.raises(InputError, match="the cost of capital"):
        save_organisation(ctx, replace(ctx.company, cost_of_capital=Decimal(-1)))
    desk.app.close()
