"""The sentence that net30 was asked for, through every face: the same amounts everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

pytest.importorskip("streamlit", reason="streamlit is in the extra ui")

from net30.assistant.ask import ask
from net30.cli import exits
from net30.cli.commands import run
from net30.domain.invoice import Invoice
from tests.api.front import Front, open_front
from tests.api.graph import data
from tests.mcp.conftest import Counter
from tests.ui.screens import draw, no_fault, open_screens, press

SENTENCE = "Generate an invoice for Acme Corp for 40 hours of consulting at 90000 FCFA/hour"
AMOUNTS = (3_600_000, 648_000, 4_248_000)
"""Net, VAT of 18 %, and what Acme pays, in francs."""


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with open_front(tmp_path_factory.mktemp("home")) as front:
        yield front


def newest(front: Front) -> tuple[int, int, int]:
    """Net, tax and amount due of the document that was made last."""
    with front.desk.app.look() as ctx:
        totals = ctx.tx.latest(Invoice, limit=1)[0].value.totals
    assert totals.due.currency == "XOF"
    return totals.net.minor, totals.tax.minor, totals.due.minor


def test_by_chat(front: Front) -> None:
    assert ask(front.desk.app, SENTENCE, []).references
    assert newest(front) == AMOUNTS


@pytest.mark.parametrize(
    "words",
    [
        ("ask", "--new", "--issue", SENTENCE),
        ("invoice", "new", "Acme Corp", "--line", "consulting; 40; 90000; hour", "--issue"),
    ],
)
def test_on_the_command_line(
    front: Front, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NET30_HOME", str(front.desk.app.settings.home))
    assert run([*words, "--json"]) == exits.DONE
    assert newest(front) == AMOUNTS


def test_by_rest(front: Front) -> None:
    line = {"name": "consulting", "quantity": "40", "unit_price": "90000", "unit": "HUR"}
    made = front.post("/invoices", {"customer_id": "Acme Corp", "lines": [line]})
    assert made.status_code == 201, made.text
    assert made.json()["totals"]["due"] == {"amount": "4248000", "currency": "XOF"}
    assert newest(front) == AMOUNTS


def test_by_the_chat_of_rest(front: Front) -> None:
    said = front.post("/ask", {"text": SENTENCE})
    assert said.status_code == 200, said.text
    assert "3,600,000" in json.dumps(said.json(), ensure_ascii=False)
    assert newest(front) == AMOUNTS


def test_by_graphql(front: Front) -> None:
    made = data(
        front,
        """mutation { draftInvoice(idempotencyKey: "every-face", input: {customerId: "Acme Corp",
        lines: [{name: "consulting", quantity: "40", unitPrice: "90000", unit: "HUR"}]}) {
        totals { net { amount } due { amount } } } }""",
    )
    totals = made["draftInvoice"]["totals"]
    assert (totals["net"]["amount"], totals["due"]["amount"]) == ("3600000", "4248000")
    assert newest(front) == AMOUNTS


def test_by_mcp(front: Front) -> None:
    line = {"description": "consulting", "quantity": "40", "unit": "hour", "unit_price": "90000"}
    made = Counter(front.desk).call("create_invoice", client="Acme Corp", lines=[line])
    assert made.is_error is False
    assert newest(front) == AMOUNTS


def test_by_the_form_in_the_browser(front: Front) -> None:
    open_screens(front.desk)
    screen = no_fault(draw("new_invoice"))
    screen = no_fault(screen.selectbox(key="new_customer").set_value("Acme Corp").run())
    screen.session_state["new_lines_18"] = {
        "edited_rows": {0: {"name": "consulting", "quantity": "40", "price": "90 000"}},
        "added_rows": [],
        "deleted_rows": [],
    }
    press(no_fault(screen.run()), "new_issue")
    assert newest(front) == AMOUNTS
