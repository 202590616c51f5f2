"""Figures: which ones of a model's calls and sentences are taken, and which are not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from net30.assistant.agent.figures import figures_of
from net30.assistant.agent.grounds import Grounds
from net30.assistant.agent.prose import CHARACTERS_MAX, Prose, fits
from net30.assistant.calls import Call, make_call
from net30.assistant.understanding.directory import Customs, KnownInvoice
from tests.desk import TODAY

CUSTOMS = Customs()
TOLD = "  INV-2026-000031  Acme Corp  4,248,000 FCFA  overdue, due Nov 21, 2026"
SOURCES = figures_of(["Show me the 3 overdue invoices", TOLD], CUSTOMS)


@pytest.mark.parametrize(
    "sentence",
    [
        "Here are the 3 overdue invoices.",
        "INV-2026-000031 has been late since Nov 21, 2026.",
        "Elle est due depuis le 21/11/2026.",
        "Voici une facture en retard.",
        "Three of them are late.",
        "Nothing else is open.",
    ],
)
def test_sentences_with_known_numbers_and_dates_are_shown(sentence: str) -> None:
    assert fits(sentence, SOURCES, CUSTOMS)


@pytest.mark.parametrize(
    "sentence",
    [
        "It owes 4,248,000 FCFA.",  # even the right amount: the computed words say it
        "The total is 90,000.",
        "The total is 4248001.",
        "The tax is 18%.",
        "Tax is eighteen percent.",
        "That is 5 EUR.",
        "Das sind dreitausend.",
        "Cela fait trois millions.",
        "Half of it is paid.",
        'It says "4,248,000" there.',
        "Total: ٤٢٤٨٠٠٠",
        "Total: ４２４８０００",
        "Total: 五百",
        "Total: Ⅻ",
        "Total: 12,5",
        "INV-2026-000032 is late.",
        "It was due on 22/11/2026.",
        "It was due on December 21, 2026.",
        "7 are late.",
    ],
)
def test_sentences_with_amounts_or_unknown_numbers_are_not(sentence: str) -> None:
    assert not fits(sentence, SOURCES, CUSTOMS)


def test_prose_ends_with_the_first_sentence_that_does_not_fit() -> None:
    prose = Prose(CUSTOMS)
    shown = prose.add("There are 3. The total is 5 ", SOURCES)
    shown += prose.add("EUR. All is well.", SOURCES)
    shown += prose.end(SOURCES)
    assert shown == ["There are 3."]
    assert prose.is_dropped


def test_a_decimal_point_ends_no_sentence_and_a_dropped_rest_is_forgotten() -> None:
    prose = Prose(CUSTOMS)
    assert prose.add("Version 3.", SOURCES) == []
    prose.forget()
    assert prose.end(SOURCES) == []
    assert prose.add("Yes", SOURCES) + prose.end(SOURCES) == ["Yes"]


def test_very_long_prose_is_cut() -> None:
    prose = Prose(CUSTOMS)
    shown = prose.add("Word word word. " * 500, SOURCES)
    assert 0 < sum(map(len, shown)) <= CHARACTERS_MAX
    assert prose.is_dropped


def grounds(
    *said: str, read: tuple[Call, ...] = (), invoice: KnownInvoice | None = None
) -> Grounds:
    return Grounds(
        read=read,
        said=figures_of(said, CUSTOMS),
        tax_rate=Decimal(18),
        currency="XOF",
        invoice=invoice,
    )


def create(quantity: str, unit_price: str, **more: object) -> Call:
    currency = more.pop("currency", None)
    line = {"description": "work", "quantity": quantity, "unit_price": unit_price, **more}
    args = {"client": "Acme Corp", "lines": [line], "currency": currency}
    return make_call("create_invoice", args)


@pytest.mark.parametrize(
    ("said", "call"),
    [
        ("40 hours at 90 000", create("40", "90000")),
        ("quarante heures à 90k", create("40", "90000")),
        ("118 000 TTC for 1 day", create("1", "100000", tax_rate="18")),
        ("2 people 6 days at 75000", create("12", "75000")),
        ("90 minutes at 60000", create("1.5", "60000")),
        ("1 h 15 at 60000", create("1.25", "60000")),
        ("a deposit of 30 % on 1,000,000", create("1", "300000")),
        ("3 days at 100000, 5 % off", create("3", "100000", discount_percent="5")),
        ("3 chairs free", create("3", "0")),
        ("2 hours at 50 $", create("2", "50", currency="USD")),
        ("work for 100000, no VAT", create("1", "100000", tax_rate="0")),
    ],
)
def test_figures_that_follow_from_the_message_are_taken(said: str, call: Call) -> None:
    assert grounds(said).objection(call) == ""


@pytest.mark.parametrize(
    "call",
    [
        create("40", "95000"),
        create("41", "90000"),
        create("40", "3600000"),
        create("1", "4248000"),
        create("40", "40"),
        create("40", "90000", tax_rate="20"),
        create("40", "90000", discount_percent="15"),
        create("40", "90000", currency="EUR"),
        create("40", "-90000"),
        create("40.01", "90000"),
    ],
)
def test_figures_that_nobody_said_are_not(call: Call) -> None:
    assert grounds("40 hours at 90 000 for Acme").objection(call)


def test_the_complete_reading_of_the_message_is_the_measure() -> None:
    read = create("40", "90000", currency="XOF")
    measured = grounds("40 hours at 90 000", read=(read,))
    assert measured.objection(read) == ""
    assert measured.objection(create("40", "90000")) == ""
    assert measured.objection(create("40", "90000", tax_rate="18")) == ""
    assert "90000" in measured.objection(create("90000", "90000"))
    assert measured.objection(create("1", "40"))
    assert measured.objection(create("40", "90000", currency="USD"))


INVOICE = KnownInvoice(
    reference="INV-2026-000031",
    client="Acme Corp",
    currency="XOF",
    total=Decimal(1_000_000),
    balance=Decimal(600_000),
    issue_date=TODAY,
    status="issued",
)


def pay(amount: str | None, tool: str = "record_payment") -> Call:
    return make_call(tool, {"number": INVOICE.reference, "amount": amount})


@pytest.mark.parametrize(
    ("said", "call"),
    [
        ("they paid 150 000", pay("150000")),
        ("they paid everything", pay("600000")),
        ("they paid half", pay("300000")),
        ("they paid 20 %", pay("120000")),
        ("all but 50 000", pay("550000")),
        ("credit a quarter", pay("250000", "create_credit_note")),
        ("paid", pay(None)),
    ],
)
def test_parts_of_an_invoice_are_worked_out_of_it(said: str, call: Call) -> None:
    assert grounds(said, invoice=INVOICE).objection(call) == ""


def test_a_payment_that_nobody_named_is_not_taken() -> None:
    assert grounds("they paid 150 000", invoice=INVOICE).objection(pay("151000"))
    assert grounds("they paid 150 000").objection(pay("600000"))
    read = (make_call("confirm", pay("150000").as_json()),)
    assert grounds("they paid 150 000", read=read, invoice=INVOICE).objection(pay("600000"))
    whole = (pay(None),)
    assert not grounds("they paid", read=whole, invoice=INVOICE).objection(pay("600000"))


def test_calls_without_figures_are_no_matter_of_figures() -> None:
    assert grounds("x").objection(make_call("get_invoice", {"number": "INV-1"})) == ""
