"""What the assistant says of a prediction, in every language, and when it has no model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("onnx", reason="onnx is in the extra ml")

from net30.assistant.arguments import Clause, Result
from net30.assistant.ask import ask
from net30.assistant.predictions import chance, told
from net30.assistant.replies.catalogue import reply_languages, words
from net30.assistant.replies.telling import tell
from net30.assistant.tools.predict_payment import Args, run
from net30.domain.open_item import OpenItem
from net30.kernel.errors import NotFound
from net30.mcp.written import written
from net30.recommend.rules import rules
from net30.scoring.bands import BANDS
from net30.scoring.explain.contributions import Contributions
from net30.scoring.explain.groups import groups
from net30.scoring.explain.reasons import Reason
from net30.services.predict_invoice import Explanation, predict_invoice
from tests.desk import Desk, open_desk
from tests.predicted_books import issued_to, open_books


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Books with a model."""
    desk = open_books(tmp_path_factory.mktemp("home"))
    yield desk
    desk.app.close()


@pytest.fixture(scope="module")
def number(desk: Desk) -> str:
    """An invoice of ours to somebody who pays late."""
    return issued_to(desk, "Endless SARL").number


def clauses(result: Result) -> set[tuple[str, str]]:
    cells = [cell for part in (result, *result.parts) for row in part.rows for cell in row]
    return {(cell.table, cell.name) for cell in cells if isinstance(cell, Clause)}


@pytest.mark.parametrize("language", reply_languages())
def test_every_prediction_is_told_in_every_language(desk: Desk, language: str) -> None:
    with desk.app.look() as ctx:
        items = [stored.value for stored in ctx.tx.page(OpenItem, limit=500)]
        for item in items[::9]:
            found = predict_invoice(ctx, item.number, explain=True, plan=True)
            text = tell(told(found, reasons=99, advice=99, changes=True), language)
            assert item.number in text
            assert "{" not in text
            assert "nan" not in text


def test_every_word_that_a_prediction_can_need_is_there() -> None:
    assert set(words("en", "band")) == set(BANDS)
    assert set(words("en", "advice")) == {rule.action for rule in rules()}
    said = {name.partition("_")[0] for name in words("en", "reason")}
    assert said == {group.name for group in groups()}


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        (
            Reason("record_late", "record", 0.5, {"paid": 12, "late": 11, "days": 9.04}),
            "paid 11 of the last 12 invoices late, these by 9 days on average",
        ),
        (
            Reason("record_late", "record", 0.5, {"paid": 1, "late": 1, "days": 1.0}),
            "has paid one invoice so far, 1 day late",
        ),
        (
            Reason("open_overdue", "open", 0.5, {"overdue": 1, "days": 23.6}),
            "1 other invoice was overdue when it was issued, by 24 days",
        ),
        (
            Reason("open_due", "open", -0.5, {"open": "100+"}),
            "100+ other invoices were open when it was issued, none overdue",
        ),
        (
            Reason("terms", "terms", 0.5, {"terms": 1, "usual": 30.2}),
            "1 day to pay; usual: 30 days",
        ),
        (
            Reason("lately", "lately", 0.5, {"paid": 3, "days": -2.6667, "usual": 0.5}),
            "delay of the last 3 invoices: -2.7 days on average; usual: 0.5 days",
        ),
        (
            Reason("words", "words", 0.5, {"paperless_bill": "Paper"}),
            "what else is known: paperless bill Paper",
        ),
    ],
)
def test_a_reason_reads_as_a_person_would_say_it(
    desk: Desk, number: str, reason: Reason, says: str
) -> None:
    with desk.app.look() as ctx:
        said = predict_invoice(ctx, number)
    why = Explanation(Contributions(0.0, 0.0, {}), (reason,))
    text = tell(told(replace(said, explanation=why), reasons=1), "en")
    assert f"- {says} · " in text.replace("\u00a0", " ")


def test_the_tool_tells_chances_days_three_reasons_and_the_next_step(
    desk: Desk, number: str
) -> None:
    with desk.app.look() as ctx:
        found = run(ctx, Args(number=number))
    assert (found.code, found.reference) == ("predicted", number)
    assert [part.code for part in found.parts] == [
        "predicted_by",
        "predicted_why",
        "predicted_next",
    ]
    assert len(found.parts[1].rows) == 3
    assert len(found.parts[2].rows) == 1
    assert ("reason", "record_late") in clauses(found)
    assert "of the last 20 invoices late" in tell(found, "en")
    assert "des 20 dernières factures en retard" in tell(found, "fr")


def test_an_mcp_client_gets_the_values_beside_the_sentence(desk: Desk, number: str) -> None:
    answer = ask(desk.app, f"When will {number} be paid?")
    assert answer.faults == ()
    assert [call.tool for call in answer.calls] == ["predict_payment"]
    assert "Expected on" in answer.text
    rows = str(written(answer))
    assert "'reason': 'record_late'" in rows


def test_without_a_model_the_answer_says_that_it_is_the_default_one_s(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    number = desk.issue().number
    with desk.app.look() as ctx:
        found = run(ctx, Args(number=number))
        text = tell(found, "en")
        assert "default v1 (lightgbm), cold start: the model that comes with net30" in text
        assert "needs 200 settled invoices; so far: 0" in text
        assert "livré avec net30" in tell(found, "fr")
        with pytest.raises(NotFound, match="no invoice"):
            run(ctx, Args(number="INV-1999-0001"))
    desk.app.close()


def test_what_is_not_certain_is_never_told_as_certain() -> None:
    told = [str(chance(p).value) for p in (0.0, 0.001, 0.5, 0.625, 0.9999, 1.0)]
    assert told == ["0", "1", "50", "63", "99", "100"]


def test_what_is_later_than_the_model_can_tell_has_a_sentence_of_its_own(tmp_path: Path) -> None:
    desk = open_books(tmp_path)
    desk.clock.day = desk.clock.day.replace(year=2028)
    with desk.app.look() as ctx:
        number = ctx.tx.page(OpenItem, limit=1)[0].value.number
        found = told(predict_invoice(ctx, number))
    assert (found.code, [part.code for part in found.parts]) == (
        "predicted_beyond",
        ["predicted_by"],
    )
    desk.app.close()
