"""From a file of past invoices to a published model, and to scored invoices of another file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.kernel.errors import InputError
from net30.ledger.histories import HistoryFile
from net30.ledger.imports.claims import Defaults
from net30.scoring.bands import BANDS
from net30.scoring.card import read_card
from net30.scoring.registry import versions
from net30.services.past_invoices import of_books, of_file
from net30.services.train_model import Training, TrainingReport, train_model
from tests.desk import open_desk
from tests.features.ledgers import DAY_0, One
from tests.scored import Files, Scored, scored
from tests.services.past_files import AS_OF, HEADER, csv_of, iso, past_rows

HORIZON = date.fromisoformat(iso(AS_OF))
TODAY = date(2026, 11, 21)
EVER = date(2200, 12, 31)


def file(content: bytes, today: date = TODAY) -> HistoryFile:
    return HistoryFile(content=content, defaults=Defaults(currency="EUR", today=today))


def train(
    models: Path, content: bytes, as_of: date | None = HORIZON, **more: object
) -> TrainingReport:
    training = Training(
        ledger=of_file(file(content), "past.csv"),
        models=models,
        made_on=TODAY,
        as_of=as_of,
        families=("small",),
    )
    return train_model(replace(training, **more))  # type: ignore[arg-type] # its fields


def score(models: Path, content: bytes, history: bytes, as_of: date | None = HORIZON) -> Scored:
    return scored(models, Files(history=history, asked=content), as_of)


PAST = csv_of(past_rows())
NEW_ROWS = [
    One(customer=at % 14, issued=AS_OF + at, due=AS_OF + at + 30, amount=50_000, branch=at % 3)
    for at in range(40)
]
NEW = csv_of(NEW_ROWS)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    report = train(folder, PAST)
    assert report.folder, report.refused
    return folder


def test_a_published_model_has_a_card_with_all_that_was_found_about_it(models: Path) -> None:
    card = read_card(models / "payments" / "v1" / "card.json")
    assert card.learned_from.sha256 == sha256(PAST).hexdigest()
    assert card.learned_from.source == "past.csv"
    assert card.learned_from.invoices == card.learned_from.settled + card.learned_from.open == 700
    assert card.learned_from.customers == 12
    assert card.learned_from.last_issue < HORIZON == card.as_of
    assert {"brier", "mae", "interval_score"} <= card.metrics.keys()
    assert card.baselines["customer_median"]["mae"] > card.metrics["mae"]
    assert card.gates["parity"]["passed"] is True
    assert card.gates["parity"]["rows"] >= 5_000
    assert card.gates["baseline"]["score"] < 1
    assert set(card.words) <= {"branch", "currency"}
    assert card.limits


def test_every_good_row_is_scored_in_the_order_of_the_file(models: Path) -> None:
    found = score(models, NEW, PAST)
    report = found.report
    rows = found.scores.to_pylist()
    assert [row["invoice_id"] for row in rows] == [f"I{at}" for at in range(40)]
    for row, one in zip(rows, NEW_ROWS, strict=True):
        assert 0 <= row["p_late30"] <= row["p_late"] <= 1
        assert row["q10"] <= row["expected_days_late"] <= row["q90"]
        assert row["band"] in BANDS
        days = (row["expected_date"] - date.fromisoformat(iso(one.due))).days
        assert abs(days - row["expected_days_late"]) <= 0.501
    assert report.errors == 0
    assert report.as_of == HORIZON
    assert sum(report.bands.values()) == 40
    assert report.findings_file is None
    assert [file.name for file in report.output.parent.iterdir() if "parts" in file.name] == []


def test_the_order_of_either_file_and_what_else_it_holds_change_no_score(models: Path) -> None:
    told = score(models, NEW, PAST).scores
    lines = NEW.decode().splitlines()
    turned = "\n".join([lines[0], *reversed(lines[1:])]).encode()
    past = PAST.decode().splitlines()
    later = f"X1,c1,{iso(AS_OF + 3)},{iso(AS_OF + 9)},5,EUR,{iso(AS_OF + 4)},b1"
    history = "\n".join([past[0], *reversed(past[1:])]).encode()
    again = score(models, turned, history).scores
    assert again.sort_by("invoice_id").equals(told.sort_by("invoice_id"))
    # What happened after the as-of day is not seen, though the file tells it.
    paid_later = f"\n{later}\n".encode()
    assert score(models, NEW, PAST.rstrip() + paid_later).scores.equals(told)


def test_an_invoice_that_is_open_and_overdue_is_known_to_be_late(models: Path) -> None:
    due = AS_OF - 12
    row = f"A,c1,{iso(due - 30)},{iso(due)},100,EUR,,b1"
    content = f"{HEADER}\n{row}\n".encode()
    (told,) = score(models, content, PAST).scores.to_pylist()
    assert told["p_late"] == 1
    assert told["q10"] >= 12
    assert told["expected_date"] >= HORIZON
    # The same invoice may stand in the history too: it counts once.
    assert score(models, content, PAST + row.encode()).scores.to_pylist() == [told]


def test_what_is_paid_already_is_not_scored(models: Path) -> None:
    row = f"A,c1,{iso(AS_OF - 40)},{iso(AS_OF - 10)},100,EUR,{iso(AS_OF - 9)},b1"
    found = score(models, f"{HEADER}\n{row}\n".encode(), PAST)
    assert found.scores.num_rows == 0
    assert found.report.finding_counts == {"already_paid": 1}


def test_bad_rows_are_told_and_the_others_scored(models: Path) -> None:
    issued, due = iso(AS_OF), iso(AS_OF + 30)
    rows = [
        f"A,c1,{issued},{due},100,EUR,,b1",
        f"A,c1,{issued},{due},100,EUR,,b1",
        f"A,c1,{issued},{due},200,EUR,,b1",
        f"B,c1,{issued},,100,EUR,,b1",
        f"C,c1,{issued},{due},100,ZZZ,,b1",
        f"D,c1,{due},{issued},100,EUR,,b1",
        f"E,c1,{issued},{due},lots,EUR,,b1",
        f"F,,{issued},{due},100,EUR,,b1",
        f"G,c1,{issued}",
    ]
    found = score(models, "\n".join([HEADER, *rows, ""]).encode(), PAST)
    report = found.report
    assert found.scores["invoice_id"].to_pylist() == ["A", "D"]
    assert report.finding_counts == {
        "row_width": 1,
        "customer_missing": 1,
        "amount": 1,
        "currency": 1,
        "due_before_issue": 1,
        "repeated": 1,
        "invoice_twice": 1,
        "due_missing": 1,
    }
    told = found.findings_csv
    assert told
    assert b"rows[5].due_date" in told
    assert report.errors == 6


def test_a_customer_never_seen_is_scored_by_what_is_known_of_the_invoice(models: Path) -> None:
    content = f"{HEADER}\nA,somebody new,{iso(AS_OF)},{iso(AS_OF + 60)},100,EUR,,b9\n".encode()
    (told,) = score(models, content, PAST).scores.to_pylist()
    assert 0 < told["p_late"] < 1


def test_a_column_that_the_model_knows_and_the_file_lacks_is_told(tmp_path: Path) -> None:
    rows = [replace(row, branch=row.customer % 2) for row in past_rows()]
    report = train(tmp_path, csv_of(rows))
    assert report.words == ("branch",)
    header = HEADER.removesuffix(",branch")
    content = f"{header}\nA,c1,{iso(AS_OF)},{iso(AS_OF + 60)},100,EUR,\n".encode()
    found = score(tmp_path, content, PAST)
    assert found.report.finding_counts == {"column_missing": 1}
    assert found.scores.num_rows == 1


def test_without_an_as_of_day_the_ledger_ends_after_its_last_fact(models: Path) -> None:
    last = max(max(row.issued, row.paid or 0) for row in past_rows())
    assert score(models, NEW, PAST, None).report.as_of == date.fromisoformat(iso(last + 1))


def test_a_model_that_is_no_better_is_refused_with_its_figures_and_nothing_is_published(
    tmp_path: Path,
) -> None:
    # Everybody pays in turn on time and two days late, whatever one knows of him.
    rows = [
        One(
            customer=at % 5,
            issued=DAY_0 + at // 3,
            due=DAY_0 + at // 3 + 30,
            amount=100,
            paid=DAY_0 + at // 3 + 30 + (2 if (at * 7919) % 97 < 40 else 0),
            branch=0,
        )
        for at in range(900)
    ]
    report = train(tmp_path / "models", csv_of(rows))
    assert report.folder is None
    (refused,) = report.refused
    assert "of the customer median's errors (must be below 1)" in refused
    assert report.metrics["brier"] > 0
    assert not (tmp_path / "models").exists()


def test_training_again_is_another_version_of_the_same_bytes(tmp_path: Path) -> None:
    for _ in range(2):
        assert train(tmp_path, PAST).folder
    shelf = tmp_path / "payments"
    assert versions(shelf) == ("v1", "v2")
    one, two = ((shelf / name / "model.onnx").read_bytes() for name in ("v1", "v2"))
    assert one == two


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (f"{HEADER}\n".encode(), "no_rows"),
        (f"{HEADER}\nA,c,2026-01-01,,1,EUR,,b\n".encode(), "no_history"),
        (csv_of(past_rows(150)), "too_few_settled"),
        (csv_of([replace(row, paid=row.due - 1) for row in past_rows(300)]), "one_class"),
        (csv_of([replace(row, paid=row.due + 9) for row in past_rows(300)]), "one_class"),
        (csv_of([replace(row, paid=None) for row in past_rows(300)]), "too_few_settled"),
        (b"name,colour\nx,y\n", "columns_missing"),
        (b"%PDF-1.7", "no_table"),
    ],
)
def test_a_history_that_cannot_teach_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(InputError) as refused:
        train(tmp_path, content, None)
    assert refused.value.code == code
    assert refused.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("late_rate", [1.0, 0.0])
def test_where_all_are_late_or_none_is_their_days_can_still_be_learned(
    tmp_path: Path, late_rate: float
) -> None:
    rows = [
        replace(row, paid=max(row.paid, row.due + 1) if late_rate else min(row.paid, row.due))
        for row in past_rows(600)
        if row.paid is not None
    ]
    report = train(tmp_path, csv_of(rows))
    assert report.metrics["late_rate"] == late_rate
    assert report.metrics["mae"] < report.baselines["due_date"]["mae"]
    assert "auc" not in report.metrics


def test_a_history_full_of_faults_teaches_by_its_good_rows_and_tells_the_others(
    tmp_path: Path,
) -> None:
    rows = past_rows(1_000)
    lines = csv_of(rows).decode().splitlines()
    without_due = [
        ",".join([*cells[:3], "", *cells[4:]]) if at % 5 < 2 else line
        for at, line in enumerate(lines[1:])
        for cells in [line.split(",")]
    ]
    future = "F,c1,2031-01-01,2031-02-01,10,EUR,,b1"
    paid_later = "P,c1,2019-01-05,2019-02-01,10,EUR,2031-01-01,b1"
    prepaid = "Q,c1,2019-03-05,2019-04-01,10,EUR,2019-01-02,b1"
    stranger = "S,nobody,2019-02-31,2019-04-01,10,EUR,,b1"
    lines_of_all = [lines[0], *without_due, future, paid_later, prepaid, stranger, lines[1], ""]
    report = train(tmp_path, "\n".join(lines_of_all).encode(), None)
    assert report.folder
    assert report.finding_counts["due_missing"] == 400
    assert report.finding_counts["in_the_future"] == 2
    assert report.invoices == 601
    assert report.customers == 12, "who stands in bad rows only has taught nothing"


@pytest.mark.slow
def test_a_customer_with_a_hundred_thousand_invoices_is_scored(models: Path) -> None:
    line = "c1,{},{},10,EUR,{},b1"
    lines = []
    for at in range(100_000):
        issued = DAY_0 + at % 380
        paid = iso(issued + 30 + at % 9 - 4) if at % 380 < 340 else ""
        lines.append(f"H{at}," + line.format(iso(issued), iso(issued + 30), paid))
    history = "\n".join([HEADER, *lines, ""]).encode()
    found = score(models, NEW, history)
    assert found.scores.num_rows == 40


def test_the_books_themselves_are_a_history(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    try:
        desk.issue()
        desk.app.settle()
        with desk.app.look() as ctx:
            past = of_books(ctx, ctx.today + timedelta(days=1))
        assert past.history.num_rows == 1
        assert past.history["paid_date"].to_pylist() == [None]
        with desk.app.look() as ctx:
            assert of_books(ctx, ctx.today).history.num_rows == 0
    finally:
        desk.app.close()
