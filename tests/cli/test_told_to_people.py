"""What commands tell a person: tables, files, follow-ups, and every side path of a document."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from net30.cli import exits, output
from net30.cli.commands import run
from net30.cli.invoice import without_password
from net30.kernel.findings import Finding
from net30.kernel.jsonable import jsonable
from net30.kernel.money import Money
from tests.cli.typed import Say, Typed


@pytest.fixture(autouse=True)
def _company(say: Say) -> None:
    """A small company with a customer."""
    say("init", "--name", "Lagune", "--country", "CI", "--tax-id", "CI-0123456A")
    customer = ("--country", "CI", "--city", "Abidjan", "--email", "a@b.example")
    say("customer", "add", "Acme Corp", *customer)


def made(net30: Typed, *more: str) -> str:
    words = ("invoice", "new", "Acme Corp", "--line", "work; 2; 500; day", *more)
    told = json.loads(net30(*words, "--json")[1])
    return str(told["number"] or told["id"])


def test_customers_are_shown_and_listed(net30: Typed) -> None:
    shown = net30("customer", "show", "acme corp")[1]
    assert "a@b.example" in shown
    assert "Abidjan CI" in shown
    assert json.loads(net30("customer", "show", "acme corp", "--json")[1])["party"]["name"]
    assert "Acme Corp" in net30("customer", "list")[1]
    assert len(json.loads(net30("customer", "list", "--json")[1])) == 1
    added = json.loads(net30("customer", "add", "Globex", "--terms", "15", "--json")[1])
    assert added["terms"]["days"] == 15


def test_a_quote_becomes_a_deposit_and_then_an_invoice(net30: Typed) -> None:
    quote = made(net30, "--kind", "quote", "--issue")
    assert "Quote QUO-" in net30("invoice", "show", quote)[1]
    deposit = net30("invoice", "deposit", quote, "30", "--name", "Acompte")[1]
    assert "Draft deposit invoice" in deposit
    net30("invoice", "issue", deposit.split("(")[1].split(")")[0])
    final = net30("invoice", "from-quote", quote)[1]
    assert "prepaid" in final
    assert "due" in final


def test_a_document_with_everything_says_everything(net30: Typed) -> None:
    number = made(
        net30, "--issue", "--discount", "10", "--prepaid", "100", "--terms", "10",
        "--note", "Merci", "--tax-included", "--currency", "EUR", "--date", "2026-01-31",
    )  # fmt: skip
    told = net30("invoice", "show", number)[1]
    for word in ("discount", "prepaid", "net", "VAT 18%", "total", "2026-02-10"):
        assert word in told
    assert "open" in net30("pay", number, "--amount", "1")[1]
    assert "overdue, €799.00 open" in net30("invoice", "show", number)[1]


def test_a_draft_is_listed_rendered_and_deleted(net30: Typed, tmp_path: Path) -> None:
    draft = made(net30)
    assert "draft" in net30("invoice", "list")[1]
    assert net30("invoice", "render", draft, "--to", "html", "-o", "page.html")[0] == exits.DONE
    assert "html" in (tmp_path / "page.html").read_text(encoding="utf-8").lower()
    assert json.loads(net30("invoice", "render", draft, "--json")[1])["bytes"] > 0
    assert "Deleted" in net30("invoice", "delete", draft)[1]
    assert net30("invoice", "delete", draft)[0] == exits.NOT_FOUND


def test_long_lists_end_with_where_to_go_on(net30: Typed) -> None:
    for _ in range(3):
        made(net30)
    for words in (("invoice", "list", "--limit", "2"), ("search", "acme", "--limit", "2")):
        told = net30(*words)[1]
        cursor = told.rsplit("more: --cursor ", 1)[1].strip()
        assert "more: --cursor" not in net30(*words, "--cursor", cursor)[1]
    assert "did you mean Acme Corp?" in net30("search", "akme corpp")[1]


def test_statistics_are_told_currency_by_currency(net30: Typed) -> None:
    made(net30, "--issue", "--date", "2026-09-01", "--due", "2026-09-15")
    made(net30, "--issue", "--currency", "EUR")
    told = net30("stats", "--from", "2026-09-01", "--to", "2026-11-30")[1]
    for word in ("EUR", "XOF", "collection rate", "DSO", "31-60 days late", "unapplied"):
        assert word in told


def test_results_of_changes_come_as_json_too(net30: Typed) -> None:
    number = made(net30, "--issue")
    sent = json.loads(net30("invoice", "send", number, "--json")[1])
    assert sent["to"] == "a@b.example"
    paid = json.loads(net30("pay", number, "--amount", "1000000", "--json")[1])
    assert paid["payment"]["amount"]["amount"] == "1000000"
    credited = json.loads(net30("credit", number, "--amount", "10", "--json")[1])
    assert credited["credit_note"]["number"].startswith("CN-")
    second, third = made(net30, "--issue"), made(net30, "--issue")
    assert json.loads(net30("void", second, "--json")[1])["credit_note"]
    assert json.loads(net30("write-off", third, "--json")[1])["written_off"]
    assert json.loads(net30("check", "--json")[1])["invoices"] == 5
    assert json.loads(net30("brand", "--template", "compact", "--json")[1])["template"] == "compact"
    assert json.loads(net30("init", "--tax", "9", "--terms", "15", "--json")[1])["company"]["tax"]
    assert json.loads(net30("migrate", "--json")[1])["schema"]
    assert "schema" in net30("migrate")[1]
    asked = json.loads(net30("ask", "Show me overdue invoices", "--json")[1])
    assert asked["calls"] == [{"tool": "search_invoices", "args": {"status": ["overdue"]}}]


def test_an_overpayment_is_said(net30: Typed) -> None:
    number = made(net30, "--issue")
    told = net30("pay", number, "--amount", "2000", "--on", "2026-01-05", "--reference", "W-1")
    assert "unapplied cash" in told[1]


def test_exports_and_imports_are_told_with_their_counts(net30: Typed, tmp_path: Path) -> None:
    made(net30, "--issue")
    assert "Wrote 1 rows" in net30("export", "customers", "-o", "customers.xlsx")[1]
    assert "Wrote" in net30("export", "ageing", "--as-of", "2026-12-31")[1]
    (tmp_path / "old.csv").write_text(
        "invoice_id,customer_id,issue_date,due_date,amount,currency,paid_date,region,risk_ex_post\n"
        "A1,C1,2026-01-02,2026-02-01,1000,XOF,2026-02-03,north,1\n"
        "A2,C1,2026-01-02,2026-02-01,nonsense,XOF,,south,0\n"
    )
    words = ("import", "ledger", "old.csv", "--source", "sage", "--save-layout", "mine.json")
    code, told = net30(*words, "--dry-run")
    assert code == exits.FAULTS
    assert "Would import 1 invoices" in told
    assert "risk_ex_post" in told
    assert "nonsense" in told
    assert "Nothing was imported" in net30(*words, "--strict")[1]
    assert "Imported 1 invoices" in net30(*words, "--layout", "mine.json")[1]
    assert net30("import", "ledger", "old.csv", "--layout", "no-such")[0] == exits.NOT_FOUND


def test_someones_invoice_is_told_and_a_broken_one_keeps_nothing(
    net30: Typed, tmp_path: Path
) -> None:
    made(net30, "--issue")
    source = next((tmp_path / "home").rglob("*.ubl.xml"))
    assert "Kept INV-" in net30("import", "invoice", str(source))[1]
    assert "Already kept" in net30("import", "invoice", str(source))[1]
    assert json.loads(net30("import", "invoice", str(source), "--json")[1])["is_new"] is False
    told = json.loads(net30("convert", str(source), "--to", "cii", "-o", "o.xml", "--json")[1])
    assert told["bytes"] > 0
    half = tmp_path / "half.xml"
    half.write_bytes(source.read_bytes()[:900])
    code, told_half = net30("import", "invoice", str(half))
    assert (code, "Nothing was kept" in told_half) == (exits.FAULTS, True)
    for form in ((), ("--json",)):
        assert net30("convert", str(half), "--to", "pdf", *form)[0] == exits.FAULTS


def test_a_file_that_is_too_large_is_not_read(net30: Typed, tmp_path: Path) -> None:
    with (tmp_path / "huge.xml").open("wb") as huge:
        huge.truncate(100_000_001)
    assert net30("import", "invoice", "huge.xml")[0] == exits.INPUT


def test_many_findings_are_counted_not_all_printed(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_findings([Finding("code", f"rows[{at}]", "wrong") for at in range(25)])
    assert "... and 5 more" in capsys.readouterr().out


def test_every_kind_of_value_has_its_json() -> None:
    value = {"bytes": b"ab", "path": Path("x"), "amount": Money(1250, "EUR"), "none": None}
    assert jsonable(value) == {
        "bytes": "YWI=",
        "path": "x",
        "amount": {"amount": "12.50", "currency": "EUR"},
        "none": None,
    }
    with pytest.raises(TypeError, match="no JSON form"):
        jsonable(object())


def test_a_wrong_kind_a_missing_command_and_a_misspelt_option_are_usage_or_input(
    net30: Typed,
) -> None:
    assert net30("invoice", "new", "Acme Corp", "--line", "x; 1; 1", "--kind", "poem")[0] == 1
    assert net30("invoice")[0] in {exits.DONE, exits.USAGE}
    assert net30("stats", "--form", "x")[0] == exits.USAGE
    assert net30("--version")[0] == exits.DONE
    assert "ask" in net30("--help")[1]


def test_a_folder_that_cannot_be_written_is_told(net30: Typed, tmp_path: Path) -> None:
    draft = made(net30)
    code, told = net30("invoice", "render", draft, "-o", str(tmp_path / "no" / "such" / "o.pdf"))
    assert code == exits.UNAVAILABLE
    assert "No such file" in told


def test_a_mail_servers_password_is_not_shown() -> None:
    assert without_password("smtp://boss:secret@mail.example:587") == "smtp://mail.example:587"
    assert without_password("folder:outbox-mail") == "folder:outbox-mail"


def test_mail_that_waits_is_said_on_standard_error(
    net30: Typed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    number = made(net30, "--issue")
    monkeypatch.setenv("NET30_MAIL_URL", "smtp://127.0.0.1:9")
    assert run(["invoice", "send", number]) == exits.DONE
    assert "mail waits" in capsys.readouterr().err


def test_a_reader_that_has_seen_enough_is_no_error(net30: Typed, tmp_path: Path) -> None:
    made(net30)
    program = Path(sys.executable).with_name("net30")
    listing = subprocess.Popen(
        [program, "invoice", "list", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert listing.stdout is not None
    assert listing.stderr is not None
    listing.stdout.close()
    assert b"Traceback" not in listing.stderr.read()
    listing.stderr.close()
    listing.wait()
