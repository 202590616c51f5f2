"""net30 insights: of a file and of our own books, as tables and as JSON."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from net30.cli import exits
from net30.services.business_insights import Insight
from tests.cli.typed import Typed

END = date(2026, 6, 30)
PUBLIC = Path(__file__).parents[2].parent / "shared" / "data" / "payments"


def past() -> str:
    """Twelve customers for two years; every third stops in March, one invoice is there twice."""
    lines = ["invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date,industry"]
    for at in range(12):
        for count in range(24):
            issued = END - timedelta(days=3 + at + 30 * count)
            if at % 3 == 0 and issued > date(2026, 3, 1):
                continue
            due = issued + timedelta(days=30)
            late = (25 if at == 1 and count < 8 else at % 4) + count % 3
            paid = due + timedelta(days=late)
            shown = paid.isoformat() if paid <= END else ""
            lines.append(
                f"I{at}-{count},c{at},{issued},{due},{100 + at}.{count:02},EUR,{shown},"
                f"{'Transport' if at < 6 else ''}"
            )
    lines.append(f"TWICE,c2,{END - timedelta(days=4)},{END},102.00,EUR,{END},Transport")
    return "\n".join(lines) + "\n"


@pytest.fixture(autouse=True)
def _past(home: Path) -> None:
    """The past of a company, in the folder that commands are typed in."""
    del home
    Path("past.csv").write_text(past(), encoding="utf-8")


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (Insight.REVENUE, "2026-06"),
        (Insight.PATTERNS, "received by weekday"),
        (Insight.SEASONALITY, "index over 24 complete months"),
        (Insight.CLIENTS, "c11"),
        (Insight.SEGMENTS, "buys"),
        (Insight.CHURN, "days since the last invoice"),
        (Insight.COHORTS, "paid, by month of issue"),
        (Insight.BENCHMARKS, "credit-connect"),
        (Insight.IMPACT, "dso one day less"),
        (Insight.ANOMALIES, "TWICE"),
    ],
)
def test_each_insight_of_a_file_is_a_table(net30: Typed, what: Insight, expected: str) -> None:
    code, told = net30("insights", what, "--ledger", "past.csv")
    assert code == exits.DONE
    assert told.startswith("As of 2026-06-30, period 2026-04-02 to 2026-06-30")
    assert expected in told


@pytest.mark.parametrize("what", list(Insight))
def test_each_insight_is_json_without_floats_for_amounts_or_nan(net30: Typed, what: str) -> None:
    code, told = net30("insights", what, "--ledger", "past.csv", "--json")
    assert code == exits.DONE
    found = json.loads(told, parse_constant=pytest.fail)
    assert (found["as_of"], list(found[what])) == ("2026-06-30", ["EUR"])


def test_a_day_in_the_past_and_another_currency_are_asked_for(net30: Typed) -> None:
    words = ("insights", "revenue", "--ledger", "past.csv", "--json")
    found = json.loads(net30(*words, "--as-of", "2025-12-31")[1])
    assert found["revenue"]["EUR"][-1]["month"] == "2025-12-01"
    assert json.loads(net30(*words, "--currency", "XOF")[1])["revenue"] == {}


def test_a_period_ends_with_the_as_of_day(net30: Typed) -> None:
    words = ("insights", "impact", "--ledger", "past.csv", "--json", "--from", "2026-05-01")
    open_end = json.loads(net30(*words)[1])
    assert json.loads(net30(*words, "--to", "2026-12-31")[1]) == open_end
    assert open_end["to"] == "2026-06-30"


def test_benchmarks_of_ones_own_and_another_cost_of_capital(net30: Typed, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("industry,late_share,source,date\nTransport,0.25,us,2026-01-31\n", "utf-8")
    told = net30("insights", "benchmarks", "--ledger", "past.csv", "--against", str(own))[1]
    assert "25.0%" in told
    assert "us (2026-01-31)" in told.replace("\n", " ")
    words = ("insights", "impact", "--ledger", "past.csv", "--json", "--cost-of-capital")
    ten, twenty = (
        json.loads(net30(*words, percent)[1])["impact"]["EUR"] for percent in ("10", "20")
    )
    assert ten["mean_overdue"] == twenty["mean_overdue"]
    half = float(twenty["opportunity_cost"]["amount"]) / 2
    assert float(ten["opportunity_cost"]["amount"]) == pytest.approx(half, abs=0.01)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("insights", "weather"), exits.INPUT, "there is no insight 'weather'"),
        (("insights", "impact", "--cost-of-capital", "101"), exits.INPUT, "0 to 100"),
        (("insights", "revenue", "--as-of", "soon"), exits.INPUT, "is not a date"),
        (("insights", "revenue", "--ledger", "none.csv"), exits.NOT_FOUND, "none.csv"),
        (("insights", "churn", "--horizon", "0"), exits.USAGE, "horizon"),
        (
            ("insights", "revenue", "--from", "2026-02-01", "--to", "2026-01-01"),
            exits.INPUT,
            "before it begins",
        ),
        (
            ("insights", "impact", "--as-of", "2026-01-31", "--from", "2026-02-01"),
            exits.INPUT,
            "before it begins",
        ),
        (
            tuple("insights impact --as-of 2026-01-31 --from 2026-02-01 --to 2026-03-01".split()),
            exits.INPUT,
            "after 2026-01-31",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(
    net30: Typed, words: tuple[str, ...], code: int, said: str
) -> None:
    assert net30(*words)[0] == code
    assert said in net30(*words)[1]


def test_a_file_with_a_bad_row_is_answered_and_told(net30: Typed, tmp_path: Path) -> None:
    with (tmp_path / "past.csv").open("a", encoding="utf-8") as file:
        file.write("BAD,c1,2026-02-30,2026-03-30,10,EUR,,\n")
    code, told = net30("insights", "revenue", "--ledger", "past.csv")
    assert code == exits.FAULTS
    assert "2026-02-30" in told
    assert "2026-06" in told


def test_our_own_books_say_clients_by_name_and_empty_ones_say_so(net30: Typed) -> None:
    assert "not enough data" in net30("insights", "clients")[1]
    assert net30("demo")[0] == exits.DONE
    told = net30("insights", "clients", "--json")[1]
    clients = json.loads(told)["clients"]["XOF"]
    table = net30("insights", "clients")[1]
    assert clients[0]["customer_id"] not in table
    assert "XOF: nothing found" in net30("insights", "anomalies")[1]
    assert "late" in table


@pytest.mark.skipif(not PUBLIC.exists(), reason="the public histories are not beside the project")
@pytest.mark.slow
def test_on_a_public_history_churn_beats_its_baselines(net30: Typed) -> None:
    words = ("--currency", "USD", "--as-of", "2019-11-17", "--json")
    told = net30("insights", "churn", "--ledger", str(PUBLIC / "hr_dev" / "data.csv.gz"), *words)[1]
    judged = json.loads(told)["churn"]["USD"]["judged"]
    assert judged["auc"] > judged["baseline_auc"] + 0.05
    assert judged["brier"] < judged["baseline_brier"]
