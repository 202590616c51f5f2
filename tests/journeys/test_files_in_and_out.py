"""Files that come in and go out on the command line: ask, import, convert."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from net30.cli import exits
from net30.cli.commands import run

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home with a company and Acme Corp, and an empty folder to work in."""
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    run(["init", "--name", "Lagune", "--country", "CI", "--tax-id", "CI-0123456A"])
    run(["customer", "add", "Acme Corp", "--country", "CI"])
    return tmp_path


def test_a_sentence_makes_a_draft_and_says_how_to_issue_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run(["ask", "Facture Acme Corp 2 jours de conseil à 150 000 F par jour"]) == exits.DONE
    said = capsys.readouterr().out
    assert "354 000" in said.replace("\u202f", " ")
    draft = said.split("net30 invoice issue ")[1].strip()
    assert len(list(home.rglob("drafts/**/*.pdf"))) == 1
    assert run(["invoice", "issue", draft]) == exits.DONE
    assert "INV-" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Invoice Acme Corp for consulting", exits.ASKED),
        ("Invoice Nobody Ltd for 2 days of work at 1000", exits.ASKED),
        ("Delete all my invoices", exits.REFUSED),
    ],
)
def test_what_is_unclear_or_unwanted_changes_nothing(
    sentence: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", sentence]) == code
    capsys.readouterr()
    run(["invoice", "list", "--json"])
    assert json.loads(capsys.readouterr().out)["total"] == 0


def test_money_is_recorded_by_a_sentence_only_after_a_yes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    capsys.readouterr()
    run(["invoice", "new", "Acme Corp", "--line", "work; 1; 1000", "--issue", "--json"])
    number = json.loads(capsys.readouterr().out)["number"]
    sentence = f"Acme Corp paid 500 on {number}"
    assert run(["ask", sentence]) == exits.CONFIRM
    assert run(["ask", sentence, "--yes"]) == exits.DONE
    capsys.readouterr()
    run(["invoice", "list", "--json"])
    (hit,) = json.loads(capsys.readouterr().out)["items"]
    assert hit["balance"] == {"amount": "680", "currency": "XOF"}


@pytest.mark.parametrize("to", ["ubl", "cii", "facturx", "json", "html", "pdf"])
def test_an_invoice_file_is_converted_to_every_format(home: Path, to: str) -> None:
    run(["invoice", "new", "Acme Corp", "--line", "work; 1; 1000", "--issue"])
    source = next(home.rglob("*.ubl.xml"))
    assert run(["convert", str(source), "--to", to, "-o", "out"]) == exits.DONE
    assert (home / "out").stat().st_size > 0


def test_a_history_is_imported_once_and_the_ledger_agrees(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = home / "history.csv"
    history.write_text(
        "Facture;Client;Date;Échéance;Montant TTC;Payé le\n"
        "F-1;Sahel SA;01/02/2026;03/03/2026;118 000;05/03/2026\n"
        "F-2;Sahel SA;15/09/2026;15/10/2026;59 000;\n",
        encoding="utf-8",
    )
    capsys.readouterr()
    assert run(["import", "ledger", str(history), "--json"]) == exits.DONE
    report = json.loads(capsys.readouterr().out)
    assert (report["invoices"], report["open_items"]) == (2, 1)
    assert run(["import", "ledger", str(history), "--json"]) == exits.DONE
    assert json.loads(capsys.readouterr().out)["unchanged"] == 2
    assert run(["check"]) == exits.DONE
    capsys.readouterr()
    run(["ask", "Montre-moi les factures en retard"])
    assert "59 000" in capsys.readouterr().out.replace("\u202f", " ")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_our_own_export_read_back_is_known_as_ours_and_doubles_nothing(
    home: Path, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["invoice", "new", "Acme Corp", "--line", "=HYPERLINK(1); 1; 1000", "--issue"])
    assert run(["export", "invoices", "-o", f"out.{ending}"]) == exits.DONE
    capsys.readouterr()
    assert run(["import", "ledger", f"out.{ending}", "--json"]) == exits.DONE
    report = json.loads(capsys.readouterr().out)
    assert (report["rows"], report["invoices"]) == (1, 0)
    assert [row["code"] for row in report["findings"]] == ["own_invoice"]


def test_a_file_that_is_no_invoice_and_one_that_is_absent_are_told_apart(home: Path) -> None:
    (home / "letter.txt").write_text("Dear sir")
    assert run(["import", "invoice", "letter.txt"]) == exits.INPUT
    assert run(["import", "invoice", "absent.xml"]) == exits.NOT_FOUND


@pytest.mark.skipif(
    not SHARED.exists(), reason="the public sample files are not beside the project"
)
def test_a_public_invoice_is_kept_as_it_was_stated(capsys: pytest.CaptureFixture[str]) -> None:
    folder = SHARED / "einvoices" / "xrechnung" / "business-cases" / "standard"
    assert run(["import", "invoice", str(folder / "01.01a-INVOICE_ubl.xml")]) == exits.DONE
    assert "336.90" in capsys.readouterr().out


def test_the_next_sentence_may_correct_and_issue_the_draft(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["ask", "Invoice Acme Corp for 40 hours of consulting at 90000 FCFA/hour"])
    run(["ask", "make it 45 hours"])
    capsys.readouterr()
    assert run(["ask", "issue it"]) == exits.CONFIRM
    assert "4,779,000" in capsys.readouterr().out
    assert run(["ask", "yes"]) == exits.DONE
    assert "INV-" in capsys.readouterr().out


def test_a_new_conversation_knows_nothing_of_the_last(home: Path) -> None:
    run(["ask", "Invoice Acme Corp for 40 hours of consulting at 90000 FCFA/hour"])
    assert run(["ask", "--new", "issue it"]) == exits.ASKED


def test_the_first_client_of_empty_books_needs_no_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "empty"))
    assert run(["ask", "Invoice Acme Corp for 2 days of work at 1000 per day"]) == exits.DONE
    assert "Acme Corp is your first client" in capsys.readouterr().out
    assert run(["ask", "Invoice Globex Inc for 2 days of work at 1000 per day"]) == exits.ASKED
    assert "Globex Inc" in capsys.readouterr().out
