"""What people get wrong with net30 train and predict: told with the way out, nothing half-done."""

from __future__ import annotations

import csv
import json
import resource
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.cli import exits
from net30.scoring.card import encoded, read_card
from net30.scoring.model import CARD_FILE, ONNX_FILE
from tests.cli.typed import Typed
from tests.features.ledgers import DAY_0, One
from tests.scoring.small_model import card, onnx_bytes, write_model
from tests.services.past_files import AS_OF, HEADER, csv_of, iso, line, past_rows

NEW = csv_of(
    [One(customer=at, issued=AS_OF, due=AS_OF + 30, amount=50_000, branch=1) for at in range(8)]
)
PAST = past_rows(400)
EMPTY = f"{HEADER}\n".encode()
MANY = 100_000
MEMORY_MORE_MAX = 700_000
"""Kilobytes, for reading and scoring a customer with a hundred thousand invoices."""


@pytest.fixture(autouse=True)
def _files(home: Path) -> None:
    """Invoices to score and their past, in the folder that commands are typed in."""
    del home
    Path("new.csv").write_bytes(NEW)
    Path("past.csv").write_bytes(csv_of(PAST))


def train(*more: str) -> tuple[str, ...]:
    return ("train", "--ledger", "bad.csv", "--family", "small", "-o", "models", *more)


def predict(new: str = "new.csv", past: str = "past.csv", *more: str) -> tuple[str, ...]:
    return ("predict", new, "--ledger", past, "--as-of", iso(AS_OF), "-o", "out.csv", *more)


def scored() -> list[dict[str, str]]:
    return list(csv.DictReader(Path("out.csv").read_text(encoding="utf-8").splitlines()))


def paid(rows: list[One], days: int) -> bytes:
    return csv_of([replace(row, paid=row.due + days) for row in rows])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (EMPTY, "no row"),
        (b"", "empty"),
        (paid(PAST, 9), "do not differ (paid on time: 0, late: 400)"),
        (paid(PAST, 0), "do not differ (paid on time: 400, late: 0)"),
        (csv_of(PAST[:150]), "a model needs 200 settled ones"),
        (
            csv_of(PAST[:150], [f"Z{at},c1,2024-01-05,2024-02-04,9,ZZZ,," for at in range(300)]),
            "a model needs 200 settled ones; 300 faults were found in its rows (currency 300",
        ),
        (csv_of(PAST).replace(b",EUR,", b",ZZZ,"), "no row of the history can be used (currency"),
        (b"PK\x03\x04 no workbook", "workbook"),
    ],
)
def test_a_ledger_that_cannot_teach_is_refused_and_nothing_is_written(
    net30: Typed, content: bytes, says: str
) -> None:
    Path("bad.csv").write_bytes(content)
    code, text = net30(*train())
    assert (code, says in text) == (exits.INPUT, True), text
    assert not Path("models").exists()


@pytest.mark.parametrize("every", ["soon", "0d", "-3", "9999d"])
def test_a_time_between_trainings_is_a_number_of_days(net30: Typed, every: str) -> None:
    Path("bad.csv").write_bytes(csv_of(PAST))
    code, text = net30(*train("--if-due", f"--every={every}"))
    assert (code, "is no number of days" in text) == (exits.INPUT, True)


def test_a_ledger_too_small_waits_for_its_first_model(net30: Typed) -> None:
    Path("bad.csv").write_bytes(csv_of(PAST[:150]))
    code, text = net30(*train("--if-due", "--json"))
    assert code == exits.DONE
    assert json.loads(text)["action"] == "waiting"
    assert not Path("models").exists()


def test_without_a_model_a_file_is_scored_by_the_default_one_and_it_is_said(net30: Typed) -> None:
    code, text = net30(*predict())
    assert code == exits.DONE, text
    assert "by default v1" in text
    assert "enough for a model of your own: net30 train" in text
    Path("few.csv").write_bytes(csv_of(PAST[:60]))
    code, text = net30(*predict("new.csv", "few.csv"))
    assert "of the 200 that a model of your own needs" in text
    told = json.loads(net30(*predict("new.csv", "few.csv", "--json"))[1])
    assert told["cold_start"]["needed"] == 200


@pytest.mark.parametrize("days", [9, 0])
def test_a_ledger_of_one_outcome_is_no_certainty(net30: Typed, days: int) -> None:
    Path("one.csv").write_bytes(paid(PAST, days))
    assert net30(*predict("new.csv", "one.csv"))[0] == exits.DONE
    chances = [float(row["p_late"]) for row in scored()]
    assert all(0 < p < 1 for p in chances)
    assert (sum(chances) > 0.6 * len(chances)) == (days > 0)


@pytest.mark.parametrize(
    ("new", "past", "says"),
    [
        (NEW, EMPTY, "no row"),
        (EMPTY, csv_of(PAST), "no row"),
        (b"%PDF-1.7", csv_of(PAST), "PDF"),
        (b"name,colour\nx,y\n", csv_of(PAST), "invoice_id"),
    ],
)
def test_a_file_that_cannot_be_scored_leaves_no_output(
    net30: Typed, new: bytes, past: bytes, says: str
) -> None:
    Path("n.csv").write_bytes(new)
    Path("p.csv").write_bytes(past)
    code, text = net30(*predict("n.csv", "p.csv"))
    assert (code, says.lower() in text.lower()) == (exits.INPUT, True), text
    assert not Path("out.csv").exists()


def test_an_output_of_another_kind_is_refused(net30: Typed) -> None:
    code, text = net30("predict", "new.csv", "--ledger", "past.csv", "-o", "out.doc")
    assert (code, "'out.doc' is no csv" in text) == (exits.INPUT, True)
    assert not Path("out.doc").exists()


def test_bad_rows_of_every_kind_are_told_and_the_others_scored(net30: Typed) -> None:
    issued, due = iso(AS_OF), iso(AS_OF + 30)
    rows = [
        f"GOOD,c1,{issued},{due},100,EUR,,b1",
        f"GOOD,c1,{issued},{due},100,EUR,,b1",
        f"NODUE,c1,{issued},,100,EUR,,b1",
        f"MONEY,c1,{issued},{due},100,ZZZ,,b1",
        f"RAGGED,c1,{issued},{due},100,EUR,,b1,more,and,more",
        f"PAIDFIRST,c1,{iso(AS_OF - 40)},{iso(AS_OF - 10)},100,EUR,{iso(AS_OF - 90)},b1",
    ]
    Path("n.csv").write_text("\n".join([HEADER, *rows, ""]))
    past = [line(at, row) for at, row in enumerate(PAST)]
    past = [",".join([*one.split(",")[:3], "", *one.split(",")[4:]]) if at % 5 < 2 else one
            for at, one in enumerate(past)]  # fmt: skip
    future = "FUTURE,c1,2199-01-01,2199-02-01,10,EUR,,b1"
    Path("p.csv").write_text("\n".join([HEADER, *past, future, past[3], ""]))
    code, text = net30(*predict("n.csv", "p.csv"))
    assert code == exits.FAULTS, text
    assert [row["invoice_id"] for row in scored()] == ["GOOD"]
    told = Path("out.findings.csv").read_text()
    for kind in ("repeated", "due_missing", "currency", "row_width", "already_paid"):
        assert kind in told
    assert "due_missing" in text
    assert "in_the_future 1" in text


@pytest.mark.parametrize("harm", ["half", "byte", "gone"])
def test_a_damaged_model_is_refused_and_never_replaced_by_another(net30: Typed, harm: str) -> None:
    folder = write_model(Path("m"))
    content = bytearray((folder / ONNX_FILE).read_bytes())
    content[len(content) // 2] ^= 1
    if harm == "half":
        (folder / ONNX_FILE).write_bytes(content[: len(content) // 2])
    elif harm == "byte":
        (folder / ONNX_FILE).write_bytes(content)
    else:
        (folder / ONNX_FILE).unlink()
    code, text = net30(*predict("new.csv", "past.csv", "--model", "m"))
    assert (code, "model.onnx" in text) == (exits.INPUT, True), text
    assert ("SHA-256 differs" in text) == (harm != "gone")
    assert not Path("out.csv").exists()


def test_a_card_for_other_features_is_refused(net30: Typed) -> None:
    write_model(Path("m"))
    content = onnx_bytes(features=3)
    (Path("m") / ONNX_FILE).write_bytes(content)
    (Path("m") / CARD_FILE).write_bytes(encoded(card(content)))
    code, text = net30(*predict("new.csv", "past.csv", "--model", "m"))
    assert (code, "has not the 2 columns its card tells" in text) == (exits.INPUT, True), text
    (Path("m") / CARD_FILE).write_bytes(b'{"format": 1}')
    code, text = net30(*predict("new.csv", "past.csv", "--model", "m"))
    assert (code, "is not a model card" in text) == (exits.INPUT, True), text


def test_models_of_files_are_checked_without_books_of_one_s_own(net30: Typed) -> None:
    write_model(Path("ms/payments/v1"), version="v1", name="payments")
    (Path("ms/payments/current")).write_text("v1\n")
    assert read_card(Path("ms/payments/v1") / CARD_FILE).version == "v1"
    asked = ("--models", "ms", "--ledger", "past.csv", "--as-of", iso(AS_OF), "--json")
    code, text = net30("models", "check", *asked)
    assert code in {exits.DONE, exits.FAULTS}, text
    assert {"judged", "findings"} <= json.loads(text).keys()
    code, text = net30("models", "compare", "v1", *asked)
    assert code == exits.INPUT
    assert "100 are needed" in text
    Path("none.csv").write_bytes(EMPTY)
    code, text = net30("models", "check", "--models", "ms", "--ledger", "none.csv")
    assert (code, "no row" in text) == (exits.INPUT, True)
    assert not Path("home").exists()


@pytest.mark.slow
def test_a_customer_with_a_hundred_thousand_invoices_takes_little_memory(net30: Typed) -> None:
    rows = [HEADER]
    for at in range(MANY):
        day = DAY_0 + at % 380
        told = iso(day + 30 + at % 9 - 4) if at % 380 < 340 else ""
        rows.append(f"H{at},c1,{iso(day)},{iso(day + 30)},10,EUR,{told},b1")
    Path("p.csv").write_text("\n".join([*rows, ""]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    code, text = net30(*predict("new.csv", "p.csv"))
    assert code == exits.DONE, text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY_MORE_MAX
