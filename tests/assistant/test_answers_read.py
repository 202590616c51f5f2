"""Whole answers, as people see them: tests/assistant/answers/LANGUAGE.md is what net30 says.

After a wanted change write them anew, `python -m tests.assistant.test_answers_read`, and read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from net30.assistant.calls import Confirm, make_call
from net30.assistant.errand import Errand
from net30.assistant.replies.table import COLUMNS_MAX, set_table, width_of
from net30.assistant.replies.writing import TEXT_CHARACTERS_MAX, write, write_cell
from net30.documents.report import Grid
from tests.assistant.shop import Shop, open_shop, plain

ANSWERS = Path(__file__).parent / "answers"

LATE = {"status": ["overdue"]}
HOURS = {"description": "consulting", "quantity": "40", "unit": "hour", "unit_price": "90000"}
TRIP = {"description": "trip", "unit_price": "25000"}
ACME = {"client": "Acme Corp"}
SECOND = {"number": "INV-2026-000002"}
YEAR = {"from": "2026-01-01"}

Asked = tuple[str, Mapping[str, object]]
MAIN: tuple[Asked, ...] = (
    ("search_invoices", LATE),
    ("search_invoices", {"sort": "-amount", "limit": 3}),
    ("get_invoice", SECOND),
    ("get_statistics", YEAR),
    ("get_statistics", {"client": "Zephyr Énergie"}),
    ("get_collection_rate", {}),
    ("get_ageing", {}),
    ("top_clients", {"by": "outstanding"}),
    ("analytics_report", YEAR),
    ("create_invoice", {**ACME, "lines": [HOURS, TRIP]}),
    ("send_reminder", ACME),
    ("send_reminder", SECOND),
    ("record_payment", {**SECOND, "amount": "100000", "method": "mobile_money"}),
    ("record_payment", {**SECOND, "amount": "9000000"}),
    ("create_credit_note", {**SECOND, "amount": "75000"}),
    ("void_invoice", SECOND),
    ("void_invoice", {"number": "INV-2026-000001"}),
    ("send_invoice", {"number": "INV-2026-000001"}),
    ("get_invoice", SECOND),
    ("get_invoice", {"number": "INV-2026-009999"}),
    ("export", {"what": "overdue invoices", "format": "xlsx"}),
    ("export", {"what": "statistics", "format": "pdf"}),
    ("export", {"what": "my socks", "format": "csv"}),
    ("forecast_cash", {"horizon_days": 365}),
    ("help", {}),
)
ASKED = {"en": MAIN, "fr": MAIN, "ar": MAIN[:4]}


def conversation(shop: Shop, language: str) -> Iterator[str]:
    """Each call with its answer, a yes included; places and ids as people would read over them."""
    home = str(shop.desk.app.settings.home)
    for name, args in ASKED[language]:
        call = make_call(name, args)
        errand = Errand(house=shop.desk.app, user="cli", language=language, asked=(call,))
        errand.carry_out(call)
        waiting = errand.done[-1].args
        if isinstance(waiting, Confirm) and waiting.token:
            errand.confirm(waiting.token)
        shop.desk.app.settle()
        told = plain(errand.answer().text).replace(home, "…")
        asked = json.dumps(args, ensure_ascii=False)
        yield f"### {name} {asked}\n\n{re.sub('[0-9a-z]{26}', '…', told)}\n"


def told(shop: Shop, language: str) -> str:
    return "\n".join(conversation(shop, language))


@pytest.mark.parametrize("language", sorted(ASKED))
def test_answers_read_as_they_did(tmp_path: Path, language: str) -> None:
    shop = open_shop(tmp_path)
    assert told(shop, language) == (ANSWERS / f"{language}.md").read_text(encoding="utf-8")
    shop.desk.app.close()


@pytest.mark.parametrize("language", sorted(ASKED))
def test_tables_fit_a_terminal(language: str) -> None:
    lines = (ANSWERS / f"{language}.md").read_text(encoding="utf-8").splitlines()
    tables = [line for line in lines if line.startswith("|")]
    assert bool(tables) == (language != "ar")
    assert all(width_of(line) <= COLUMNS_MAX for line in tables)


def test_a_long_name_is_cut_and_an_amount_never() -> None:
    grid = Grid(
        header=("Invoice", "Client", "Amount"),
        rows=(("INV-2026-000001", "Ж" * 90, "1,000,000,000 FCFA"), ("X", "株式会社", "1 FCFA")),
        right=(False, False, True),
    )
    lines = set_table(grid, "en").splitlines()
    assert {width_of(line) for line in lines} == {COLUMNS_MAX}
    assert "…" in lines[2]
    assert "INV-2026-000001" in lines[2]
    assert "1,000,000,000 FCFA" in lines[2]
    wide = Grid(("A", "B"), (("9" * 60, "8" * 60),), (True, True))
    assert width_of(set_table(wide, "en").splitlines()[0]) > COLUMNS_MAX


def test_right_to_left_tables_are_lists_with_their_labels() -> None:
    grid = Grid(("العميل", ""), (("Acme", "x"),), (False, False))
    assert set_table(grid, "ar") == "- العميل: Acme · x"


def test_what_users_wrote_can_break_no_table_and_no_line() -> None:
    name = "Evil | Corp\n| x |\u202e\x07"
    assert write_cell(name, "en") == "Evil ¦ Corp ¦ x ¦"
    assert write("{number} " * 99, "en").startswith("{number} ")
    assert len(write("x" * 999, "en")) == TEXT_CHARACTERS_MAX


def _write_answers() -> None:
    for language in ASKED:
        with TemporaryDirectory() as home:
            shop = open_shop(Path(home))
            ANSWERS.mkdir(exist_ok=True)
            (ANSWERS / f"{language}.md").write_text(told(shop, language), encoding="utf-8")
            shop.desk.app.close()


if __name__ == "__main__":
    _write_answers()
