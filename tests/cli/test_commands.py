"""The command line, as a bookkeeper types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from net30.cli import exits
from net30.cli.commands import run
from tests.cli.typed import Typed


def company(net30: Typed) -> None:
    net30("init", "--name", "Lagune Conseil SARL", "--tax-id", "CI-0123456A", "--country", "CI")
    net30("customer", "add", "Acme Corp", "--email", "billing@acmecorp.example", "--country", "CI")


def issued(net30: Typed, line: str = "consulting; 40; 90000; hour") -> str:
    code, out = net30("invoice", "new", "acme corp", "--line", line, "--issue", "--json")
    assert code == exits.DONE, out
    return str(json.loads(out)["number"])


def test_forty_hours_at_90000_are_issued_paid_and_the_book_is_clean(net30: Typed) -> None:
    company(net30)
    number = issued(net30)
    assert number.startswith("INV-")
    code, out = net30("invoice", "show", number)
    assert code == exits.DONE
    assert "3,600,000" in out
    assert "4,248,000" in out
    assert net30("pay", number)[0] == exits.DONE
    code, out = net30("check")
    assert (code, "0 faults" in out) == (exits.DONE, True), out


def test_the_files_of_an_issued_invoice_lie_under_the_home(net30: Typed, tmp_path: Path) -> None:
    company(net30)
    number = issued(net30)
    found = {path.suffix for path in (tmp_path / "home").rglob(f"{number}*")}
    assert {".pdf", ".html", ".json", ".xml"} <= found


def test_a_changed_file_is_found_by_the_check(net30: Typed, tmp_path: Path) -> None:
    company(net30)
    number = issued(net30)
    page = next((tmp_path / "home").rglob(f"{number}.html"))
    page.chmod(0o644)
    page.write_text(page.read_text(encoding="utf-8").replace("3", "4"), encoding="utf-8")
    code, out = net30("check")
    assert code == exits.FAULTS
    assert "document.changed" in out


def test_statistics_show_what_is_open_and_collected(net30: Typed) -> None:
    company(net30)
    number = issued(net30)
    net30("pay", number, "--amount", "1000000")
    code, out = net30("stats", "--json")
    assert code == exits.DONE
    (row,) = json.loads(out)["currencies"]
    assert row["revenue"]["invoiced"] == {"amount": "4248000", "currency": "XOF"}
    assert row["position"]["outstanding"]["amount"] == "3248000"


def test_credit_void_and_write_off_are_told_with_their_amounts(net30: Typed) -> None:
    company(net30)
    first, second, third = (issued(net30, f"work; 1; {price}") for price in (1000, 2000, 3000))
    assert "CN-" in net30("credit", first, "--amount", "180", "--reason", "Geste")[1]
    assert "is void" in net30("void", second)[1]
    assert "Wrote off 3,540" in net30("write-off", third)[1]
    assert net30("void", second)[0] == exits.CONFLICT
    assert net30("check")[0] == exits.DONE


def test_sending_writes_a_message_with_the_pdf_under_the_home(net30: Typed, tmp_path: Path) -> None:
    company(net30)
    number = issued(net30)
    assert net30("invoice", "send", number)[0] == exits.DONE
    (message,) = (tmp_path / "home").rglob("*.eml")
    text = message.read_text(encoding="utf-8", errors="replace")
    assert "billing@acmecorp.example" in text
    assert f"{number}.pdf" in text


def test_a_misspelt_customer_is_found_by_search_and_suggested_on_a_wrong_name(
    net30: Typed,
) -> None:
    company(net30)
    number = issued(net30)
    assert number in net30("search", "acme")[1]
    code, out = net30("invoice", "new", "Akme Corp", "--line", "x; 1; 1")
    assert code == exits.NOT_FOUND
    assert "Acme Corp" in out


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("consulting; -1; 90000", "quantity"),
        ("consulting; 1; -5", "negative_price"),
        ("consulting; 1; 1e30", "number"),
        ("; 1; 5", "no_description"),
        ("consulting", "line"),
        ("consulting; 1; 99999999999999999999", "amount_too_large"),
        ("consulting; 1; 5; parsec", "unit"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_a_hint_and_changes_nothing(
    net30: Typed, line: str, code: str
) -> None:
    company(net30)
    exit_code, out = net30("invoice", "new", "Acme Corp", "--line", line, "--json")
    assert exit_code == exits.INPUT
    told = json.loads(out)
    assert told["error"] == code
    assert told["hint"]
    assert json.loads(net30("invoice", "list", "--json")[1])["total"] == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["invoice", "show", "INV-1"], exits.NOT_FOUND),
        (["pay", "INV-1"], exits.NOT_FOUND),
        (["customer", "show", "Nobody"], exits.NOT_FOUND),
        (["customer", "add", "X", "--currency", "ZZZ"], exits.INPUT),
        (["stats", "--from", "2026-02-30"], exits.INPUT),
        (["convert", "absent.xml", "--to", "pdf"], exits.NOT_FOUND),
        (["no-such-command"], exits.USAGE),
    ],
)
def test_every_refusal_has_its_exit_code(net30: Typed, words: list[str], code: int) -> None:
    assert net30(*words)[0] == code


def test_a_home_that_cannot_be_made_is_a_wrong_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "file" / "home"))
    assert run(["stats"]) == exits.CONFIGURATION


def test_a_company_in_cameroon_invoices_in_its_franc_at_its_rate(net30: Typed) -> None:
    said = net30("init", "--name", "Wouri SA", "--country", "CM")[1]
    assert "XAF, VAT 19.25 %, 30 days to pay, fr, Africa/Douala" in said
    net30("init", "--email", "wouri@wouri.example", "--city", "Douala")
    net30("customer", "add", "Acme Corp", "--country", "CM")
    number = issued(net30, "conseil; 1; 100000")
    _, out = net30("invoice", "show", number, "--json")
    invoice = json.loads(out)
    assert invoice["currency"] == "XAF"
    assert invoice["totals"]["due"] == {"amount": "119250", "currency": "XAF"}
    assert invoice["seller"]["address"]["city"] == "Douala"
    assert "does not know the VAT of KE" in net30("init", "--country", "KE")[1]


def test_a_bounced_cheque_is_entered_by_the_payment_s_id_and_the_invoice_is_open_again(
    net30: Typed,
) -> None:
    company(net30)
    number = issued(net30)
    net30("pay", number, "--method", "cheque", "--reference", "CHQ-7")
    (payment,) = json.loads(net30("payment", "list", "--invoice", number, "--json")[1])
    identity = payment["payment"]["id"]
    assert f"(payment {identity})" in net30("invoice", "show", number)[1]
    code, out = net30("payment", "return", identity, "--reason", "no funds")
    assert code == exits.DONE
    assert "is open again on " + number in out
    assert "no funds" in net30("invoice", "show", number)[1]
    assert "CHQ-7" in net30("payment", "list", "--customer", "Acme Corp")[1]
    assert number in net30("statement", "Acme Corp")[1]
    code, out = net30("payment", "return", "CHQ-7", "--json")
    assert (code, json.loads(out)["error"]) == (exits.CONFLICT, "payment_returned")
    assert net30("payment", "return", "nothing")[0] == exits.NOT_FOUND
    assert net30("check")[0] == exits.DONE
    assert net30("pay", number)[0] == exits.DONE
    code, out = net30("payment", "return", identity, "--on", "soon")
    assert (code, "soon" in out) == (1, True)


def test_the_return_of_a_payment_is_printed_for_programs(net30: Typed) -> None:
    company(net30)
    number = issued(net30)
    printed = json.loads(net30("pay", number, "--json")[1])
    assert float(printed["balance"]["amount"]) == 0
    paid = printed["payment"]
    code, out = net30("payment", "return", paid["id"], "--on", paid["day"], "--json")
    told = json.loads(out)
    assert code == exits.DONE
    assert told["payment"]["returned"]["day"] == paid["day"]
    assert told["open_items"][0]["number"] == number
