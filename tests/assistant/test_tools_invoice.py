"""One invoice from a conversation: what is on it, what happened to it, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from net30.assistant.arguments import Result, Shown, Word
from net30.assistant.ask import ask
from net30.assistant.calls import make_call, tool
from net30.assistant.reply import tell_fault
from net30.domain.invoice import QUOTE, Invoice
from net30.kernel.errors import Conflict, InputError, Net30Error, NotFound
from net30.kernel.money import Money
from net30.services.credit_invoice import write_off_invoice
from net30.services.find_payments import find_payments
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.services.mark_invoice import close_dispute, note_promise, open_dispute
from net30.services.return_payment import ReturnedPayment, return_payment
from tests.assistant.shop import Shop, open_shop, plain
from tests.desk import TODAY, open_desk


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path)
    yield shop
    shop.desk.app.close()


def history(shop: Shop, number: str) -> list[tuple[Shown, ...]]:
    result = shop.run("get_invoice", number=number)
    (part,) = (part for part in result.parts if part.code == "history")
    return [
        tuple(cell.name if isinstance(cell, Word) else cell for cell in row) for row in part.rows
    ]


def test_an_invoice_shows_its_lines_sums_balance_and_files(shop: Shop) -> None:
    row = shop.sold[1]
    result = shop.run("get_invoice", number=row.number)
    assert result.values["balance"] == Money(row.open, "XOF")
    assert result.values["status"] == Word("status", "overdue")
    assert [part.code for part in result.parts] == ["charges", "history", "files"]
    net, tax = result.parts[0].values["net"], result.parts[0].values["tax"]
    assert isinstance(net, Money)
    assert isinstance(tax, Money)
    assert net + tax == result.values["total"] == Money(row.amount, "XOF")
    places = [str(place[0]) for place in result.parts[2].rows]
    assert [Path(place).suffix for place in places] == [".pdf", ".html"]
    assert all(Path(place).exists() for place in places)


def test_its_history_tells_payments_reminders_credits_disputes_and_promises(shop: Shop) -> None:
    row = shop.sold[1]
    number = row.number
    shop.run("send_invoice", number=number)
    shop.run("send_reminder", number=number)
    credit = shop.run("create_credit_note", number=number, amount="1000").values["credit"]
    with shop.desk.app.change() as ctx:
        open_dispute(ctx, number, "hours")
        close_dispute(ctx, number)
        note_promise(ctx, number, TODAY + timedelta(days=5), Money(7, "XOF"))
    with shop.desk.app.change() as ctx:
        write_off_invoice(ctx, number)
    rows = history(shop, number)
    days = [str(day) for day, *_ in rows]
    assert days == sorted(days)
    told = {str(what): (amount, detail) for _, what, amount, detail in rows}
    assert told["issued"] == (Money(row.amount, "XOF"), "")
    assert told["payment"] == (Money(500_000, "XOF"), "mobile_money")
    assert told["credit"] == (Money(1000, "XOF"), credit)
    assert told["reminded"] == ("", "billing@acmecorp.example")
    assert told["disputed"] == ("", "hours")
    assert told["promised"] == (Money(7, "XOF"), TODAY + timedelta(days=5))
    assert {"sent", "dispute_closed", "write_off"} <= set(told)


def test_a_payment_that_the_bank_took_back_stands_in_the_history_twice(shop: Shop) -> None:
    number = shop.sold[1].number
    with shop.desk.app.change() as ctx:
        (paid,) = find_payments(ctx, invoice=number)
        return_payment(ctx, ReturnedPayment(payment=paid.payment.id, reason="no funds"))
    rows = history(shop, number)
    told = [(str(what), amount, detail) for _, what, amount, detail in rows]
    assert ("payment", Money(500_000, "XOF"), "mobile_money") in told
    assert ("returned", Money(500_000, "XOF"), "no funds") in told
    assert shop.run("get_invoice", number=number).values["balance"] == Money(
        shop.sold[1].amount, "XOF"
    )


def test_a_draft_an_offer_and_a_credit_note_are_told_as_what_they_are(shop: Shop) -> None:
    draft = shop.desk.draft("100", "1")
    assert shop.run("get_invoice", number=draft.id).code == "draft_shown"
    shop.desk.app.settle()
    files = shop.run("get_invoice", number=draft.id).parts[1].rows
    assert {Path(str(place[0])).suffix for place in files} == {".pdf", ".html"}
    quote = shop.desk.issue("100", "1", type_code=QUOTE)
    assert shop.run("get_invoice", number=quote.number).code == "offer_shown"
    credit = shop.run("create_credit_note", number=shop.sold[0].number)
    assert shop.run("get_invoice", number=credit.reference).code == "credit_note_shown"


def test_an_imported_invoice_has_no_lines_but_a_history(shop: Shop) -> None:
    with shop.desk.app.change() as ctx:
        content = b"invoice_id,customer_id,issue_date,due_date,amount,currency\n"
        import_ledger(ctx, LedgerFile(content=content + b"F1,c1,2026-01-05,2026-02-04,70,EUR\n"))
    shop.desk.app.settle()
    result = shop.run("get_invoice", number="F1")
    assert [part.code for part in result.parts] == ["history"]
    assert result.values["balance"] == Money(7000, "EUR")


def fault(shop: Shop, name: str, language: str, **args: object) -> str:
    """Run a tool that the books refuse and return the sentence."""
    call = make_call(name, {key: value for key, value in args.items() if value is not None})
    with pytest.raises(Net30Error) as caught, shop.desk.app.change() as ctx:
        tool(name).run(ctx, call.args)
    return plain(tell_fault(caught.value, language, call))


def test_refusals_are_sentences_of_the_askers_language(shop: Shop) -> None:
    partly, done = shop.sold[1].number, shop.sold[3].number
    said = {
        "en": fault(shop, "record_payment", "en", number=partly, amount="5000000"),
        "fr": fault(shop, "record_payment", "fr", number=partly, amount="5000000"),
        "de": fault(shop, "void_invoice", "de", number=partly),
        "es": fault(shop, "send_reminder", "es", number=done),
        "pt": fault(shop, "send_reminder", "pt", client="Zefir Energie"),
        "ar": fault(shop, "get_invoice", "ar", number="INV-2026-999999"),
    }
    assert said["en"] == f"5,000,000 FCFA is more than is open on {partly}: 975,000 FCFA."
    assert said["fr"] == (
        f"5 000 000 FCFA, c'est plus que ce qui reste ouvert sur {partly} : 975 000 FCFA."
    )
    assert said["de"].startswith(f"{partly} ist teilweise bezahlt")
    assert said["es"] == f"No hay nada abierto en {done}."
    assert (
        said["pt"] == "Não encontro nenhum cliente Zefir Energie. Nomes próximos: Zephyr Énergie."
    )
    assert "INV-2026-999999" in said["ar"]


def test_a_reminder_without_address_or_too_early_is_refused_in_words(shop: Shop) -> None:
    dinars = next(row for row in shop.sold if row.currency == "TND")
    assert "no e-mail address" in fault(shop, "send_reminder", "en", number=dinars.number)
    early = fault(shop, "send_reminder", "fr", number=shop.sold[0].number)
    assert early.endswith("échéance le 16 décembre 2026. Renvoyez plutôt la facture.")
    shop.pay(dinars, dinars.amount)
    assert "Sfax Textiles has nothing overdue" in fault(
        shop, "send_reminder", "en", client="Sfax Textiles"
    )


def test_an_error_without_a_sentence_is_told_as_the_books_put_it() -> None:
    odd = InputError("the moon is full", hint="wait")
    assert tell_fault(odd, "fr") == "the moon is full (wait)"
    assert tell_fault(InputError("the moon is full"), "ar") == "the moon is full"
    assert "–" in tell_fault(NotFound("x", code="customer_not_found"), "en")


def test_what_can_be_known_to_fail_is_said_before_the_yes(shop: Shop) -> None:
    dinars = next(row for row in shop.sold if row.currency == "TND").number
    with shop.desk.app.look() as ctx:
        for name, code in (("send_invoice", "no_address"), ("send_reminder", "no_address")):
            call = make_call(name, {"number": dinars})
            with pytest.raises(InputError) as caught:
                tool(name).check(ctx, call.args)
            assert caught.value.code == code
        ready = make_call("send_reminder", {"client": "Acme Corp"})
        tool("send_reminder").check(ctx, ready.args)
        to = make_call("send_invoice", {"number": dinars, "to": "a@b.example"})
        tool("send_invoice").check(ctx, to.args)


def test_writes_tell_what_they_did(shop: Shop) -> None:
    number = shop.sold[0].number
    assert shop.say("record_payment", number=number, amount="100").startswith(
        f"Recorded 100 FCFA on {number}; 106,100 FCFA still to pay."
    )
    assert "Avoir CN-2026-000001 de 50 FCFA" in shop.say(
        "create_credit_note", "fr", number=number, amount="50"
    )
    draft = shop.run("create_invoice", client="Acme Corp", lines=[_line()])
    assert isinstance(draft, Result)
    assert "is deleted" in shop.say("void_invoice", number=draft.reference)
    fresh = shop.sell(shop.desk.acme, "10", 1)
    assert "is void" in shop.say("void_invoice", number=fresh.number)
    with pytest.raises(Conflict):
        shop.run("void_invoice", number=fresh.number)


def _line() -> dict[str, object]:
    return {"description": "chairs", "quantity": "3", "unit": "chair", "unit_price": "2.5"}


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("Invoice Acme Corp for 40 hours of consulting at 90000 TTC/hour", 3_600_000),
        ("Invoice Acme Corp 200 000 FCFA for the April audit, VAT included at 18%", 200_000),
    ],
)
def test_what_was_said_with_tax_is_what_is_paid_to_the_last_franc(
    tmp_path: Path, said: str, due: int
) -> None:
    desk = open_desk(tmp_path)
    given = ask(desk.app, said, [])
    with desk.app.look() as ctx:
        (draft,) = (stored.value for stored in ctx.tx.page(Invoice))
    assert draft.totals.due == Money(due, "XOF"), given.text
    assert draft.prices_include_tax
    desk.app.close()


def test_a_price_with_tax_that_is_another_price_is_refused(shop: Shop) -> None:
    line = {"description": "work", "unit_price": 80, "tax_rate": 18, "price_with_tax": 100}
    with pytest.raises(InputError, match="a price of 100 with tax is not 80 without"):
        shop.run("create_invoice", client=shop.sold[1].client, lines=[line])
