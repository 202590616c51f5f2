"""net30 gdpr, audit note and report compliance, as they are typed."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from net30.app import open_app
from net30.cli import exits
from net30.domain.customer import Customer
from net30.domain.payment import Allocation, Payment
from net30.kernel.errors import InputError, NotFound
from net30.services.found import customer_by_name
from net30.services.record_payment import NewPayment, record_payment
from net30.services.save_customer import save_customer
from net30.settings import Settings
from tests.cli.typed import Say
from tests.desk import open_desk

MISSING = exits.exit_code_of(NotFound("", hint=""))
MISREAD = exits.exit_code_of(InputError("", hint=""))


@pytest.fixture(autouse=True)
def _company(home: Path) -> None:
    open_desk(home).app.close()


def test_a_person_is_taken_out_and_erased(say: Say, tmp_path: Path) -> None:
    assert "records" in say("gdpr", "export", "Acme Corp", "-o", "acme.zip")
    with ZipFile(tmp_path / "acme.zip") as archive:
        assert "person.json" in archive.namelist()
    told = json.loads(say("gdpr", "erase", "Acme Corp", "--yes", "--json"))
    assert told[0]["customer"]["party"]["name"].startswith("Erased ")
    assert "there is no customer" in say("gdpr", "export", "Acme Corp", code=MISSING)
    assert "gdpr" in say("gdpr", "--help")
    assert '"exported"' in say("audit", "export")


def test_nobody_is_erased_without_a_yes_or_a_name(say: Say) -> None:
    assert "say whom" in say("gdpr", "erase", code=MISREAD)
    assert "say whom" in say("gdpr", "erase", "Acme Corp", "--again", code=MISREAD)


def test_who_came_back_with_a_backup_is_erased_again(say: Say, home: Path) -> None:
    app = open_app(Settings(home=home))
    with app.look() as ctx:
        before = customer_by_name(ctx, "Acme Corp").value
    app.close()
    say("gdpr", "erase", "Acme Corp", "--yes")
    assert "Nobody came back" in say("gdpr", "erase", "--again", "--yes")
    app = open_app(Settings(home=home))
    with app.change() as ctx:
        save_customer(ctx, before)
    app.close()
    assert "Erased" in say("gdpr", "erase", "--again", "--yes")
    app = open_app(Settings(home=home))
    with app.look() as ctx:
        assert ctx.tx.load(Customer, before.id).value.name.startswith("Erased ")
    app.close()


def test_retention_is_told_and_applied(say: Say) -> None:
    assert "OHADA" in say("gdpr", "retention")
    assert json.loads(say("gdpr", "retention", "--apply", "--json"))["erased"] == []


def test_what_is_noted_stands_in_the_compliance_report(say: Say, tmp_path: Path) -> None:
    assert "Noted" in say("audit", "note", "restore-test", "came back in 20 minutes")
    assert "cannot be noted" in say("audit", "note", "party", "x", code=MISREAD)
    say("report", "compliance", "-o", "evidence.csv", "--language", "en")
    with (tmp_path / "evidence.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = {row[3] for row in csv.reader(file)}
    assert "came back in 20 minutes" in cells
    assert "of today" in say(
        "report",
        "compliance",
        "-o",
        "evidence.csv",
        "--as-of",
        "2026-01-01",
        code=MISREAD,
    )


def test_an_export_stands_in_the_audit(say: Say) -> None:
    say("export", "customers", "-o", "customers.csv")
    lines = [json.loads(line) for line in say("audit", "export").splitlines()]
    (noted,) = (line for line in lines if line["action"] == "exported")
    assert (noted["actor"], noted["target"], noted["detail"]) == (
        "cli",
        "customers as csv",
        "1 rows",
    )


def test_who_worked_here_is_taken_out_and_erased(say: Say, tmp_path: Path) -> None:
    say("user", "add", "owner@b.example", "--role", "owner")
    say("user", "add", "bob@b.example", "--role", "viewer")
    say("gdpr", "export-member", "bob@b.example", "-o", "bob.json")
    assert "bob@b.example" in (tmp_path / "bob.json").read_text(encoding="utf-8")
    say("user", "remove", "bob@b.example")
    assert "nobody now" in say("gdpr", "erase-member", "bob@b.example", "--yes")
    assert "bob@b.example" not in say("audit", "export")


def test_what_the_law_keeps_is_listed_and_goes_when_its_time_is_over(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(tmp_path / "old")
    desk.clock.day = date(2014, 3, 1)
    invoice = desk.issue()
    with desk.app.change() as ctx:
        record_payment(
            ctx,
            NewPayment(
                customer_id=desk.acme.id,
                amount=invoice.totals.due,
                reference="Acme pays",
                allocations=(Allocation(invoice.id, invoice.totals.due),),
            ),
        )
    desk.app.settle()
    desk.app.close()
    monkeypatch.setenv("NET30_HOME", str(tmp_path / "old"))
    told = say("gdpr", "erase", "Acme Corp", "--yes")
    assert f"{invoice.number} stays until 2024-12-31" in told
    assert "1 documents stay by law" in told
    assert "--apply" in say("gdpr", "retention")
    assert f"Erased from 1 documents: {invoice.number}" in say("gdpr", "retention", "--apply")
    app = open_app(Settings(home=tmp_path / "old"))
    with app.look() as ctx:
        (paid,) = (one.value for one in ctx.tx.page(Payment))
    app.close()
    assert paid.reference == ""
