"""Every open invoice scored at once: as one by one, for the day asked, and kept while it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.domain.open_item import OpenItem
from net30.domain.payment import Allocation
from net30.kernel.errors import InputError
from net30.kernel.money import Money
from net30.ledger.segments import read_ledger
from net30.scoring.open_items import ScoredOpenItems
from net30.services.kept_scores import BLOB
from net30.services.predict_invoice import predict_invoice
from net30.services.record_payment import NewPayment, record_payment
from net30.services.score_open_items import score_ledger, score_open_items
from net30.services.score_upload import SentFile, score_upload
from tests.desk import TODAY, Desk, open_desk
from tests.predicted_books import issued_to, open_books, publish

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Books that these tests only look at."""
    desk = open_books(tmp_path_factory.mktemp("home"))
    yield desk
    desk.app.close()


def scored(desk: Desk, as_of: date | None = None) -> ScoredOpenItems:
    with desk.app.look() as ctx:
        return score_open_items(ctx, as_of)


def test_every_open_invoice_is_there_with_its_balance(books: Desk) -> None:
    found = scored(books)
    with books.app.look() as ctx:
        open_ = {
            one.value.id: one.value.balance.minor
            for one in ctx.tx.page(OpenItem, limit=900)
            if one.value.balance.minor > 0
        }
    told = dict(
        zip(found.table["invoice_id"].to_pylist(), found.ints("balance").tolist(), strict=True)
    )
    assert told == open_
    assert found.table["invoice_id"].to_pylist() == sorted(open_)
    assert str(found.model) == "payments v1 (small trees)"
    assert not found.unscored


def test_each_is_told_as_when_it_is_asked_about_alone(books: Desk) -> None:
    # The end of yesterday is this morning, which one prediction is as of.
    found = scored(books, YESTERDAY)
    with books.app.look() as ctx:
        for row in found.table.to_pylist()[::7]:
            number = ctx.tx.load(OpenItem, row["invoice_id"]).value.number
            alone = predict_invoice(ctx, number)
            assert alone.p_late == pytest.approx(row["p_late"], abs=1e-12)
            assert alone.p_late30 == pytest.approx(row["p_late30"], abs=1e-12)
            assert (alone.band, alone.expected) == (row["band"], row["expected_date"])
            assert (alone.earliest, alone.latest) == (row["q10"], row["q90"])


def test_no_expected_day_is_in_the_past_and_what_is_overdue_is_late(books: Desk) -> None:
    found = scored(books)
    overdue = found.ints("due_date") - found.ints("due_date").min() >= 0
    assert overdue.all()
    for row in found.table.to_pylist():
        if row["due_date"] <= TODAY:
            assert row["p_late"] == pytest.approx(1.0)
            assert row["late_days"] > (TODAY - row["due_date"]).days
        assert row["expected_date"] is None or row["expected_date"] > TODAY
    assert np.allclose(found.delay.probabilities.sum(axis=1), 1.0)


def test_the_last_run_is_kept_and_read_again_the_same(books: Desk) -> None:
    first, again = scored(books), scored(books)
    assert first.table.equals(again.table)
    assert (first.delay.probabilities == again.delay.probabilities).all()
    assert (first.model, first.as_of, first.delay.bins) == (
        again.model,
        again.as_of,
        again.delay.bins,
    )


def test_a_damaged_kept_run_is_made_anew(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    first = scored(desk)
    with desk.app.look() as ctx:
        content = ctx.blobs.get(ctx.organisation, BLOB)
        ctx.blobs.put(ctx.organisation, BLOB, content[:400])
    assert scored(desk).table.equals(first.table)
    desk.app.close()


def test_a_payment_a_new_invoice_and_a_new_model_each_end_what_was_kept(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    first = scored(desk)
    invoice = issued_to(desk, "Prompt SA", settle=False)
    with_it = scored(desk)
    assert len(with_it) == len(first) + 1
    with desk.app.change() as ctx:
        part = Money(100_000, "XOF")
        payment = NewPayment(
            customer_id=invoice.customer_id,
            amount=part,
            allocations=(Allocation(invoice.id, part),),
        )
        record_payment(ctx, payment)
    paid = scored(desk)
    at = paid.table["invoice_id"].to_pylist().index(invoice.id)
    assert paid.ints("balance")[at] == invoice.totals.due.minor - 100_000
    publish(desk, YESTERDAY)
    assert str(scored(desk).model) == "payments v2 (small trees)"
    desk.app.close()


def test_a_past_day_is_told_by_a_model_that_knew_nothing_of_later(tmp_path: Path) -> None:
    desk = open_books(tmp_path, learned=TODAY - timedelta(days=120))
    publish(desk, TODAY)
    past = TODAY - timedelta(days=60)
    found = scored(desk, past)
    assert found.model is not None
    assert found.model.version == "v1"
    with desk.app.look() as ctx:
        ledger = read_ledger(ctx.blobs, ctx.organisation, past)
    assert set(found.table["invoice_id"].to_pylist()) <= set(ledger["invoice_id"].to_pylist())
    assert found.ints("issue_date").max() <= (past - date(1970, 1, 1)).days
    none = scored(desk, TODAY - timedelta(days=200))
    assert str(none.model) == "default v1 (lightgbm), cold start"
    desk.app.close()


def test_no_invoices_give_no_rows(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    assert len(scored(desk)) == 0
    desk.app.close()


def test_a_ledger_without_a_model_lists_what_is_open_and_says_why_it_has_no_scores(
    books: Desk,
) -> None:
    with books.app.look() as ctx:
        ledger = read_ledger(ctx.blobs, ctx.organisation)
    found = score_ledger(ledger, None, TODAY)
    assert len(found) == len(scored(books))
    assert found.table["p_late"].null_count == len(found)
    assert (found.model, found.reason) == (None, "no model was given")
    assert len(found.of_currency("EUR")) == 0
    assert len(found.of_currency("XOF")) == len(found)


def test_a_file_is_not_scored_by_books_that_know_no_invoice(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    sent = SentFile(content=b"invoice_id,customer,issue_date,amount\nA,c,2026-11-01,5\n")
    try:
        with pytest.raises(InputError, match="no invoice yet"):
            score_upload(desk.app.look, sent, desk.app.bench(desk.app.organisation).engine(""), ok)
    finally:
        desk.app.close()


def ok(_step: str, _done: int, _total: int) -> None:
    """Be told how far it is."""
