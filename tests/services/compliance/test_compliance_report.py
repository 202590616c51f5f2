"""The compliance report: what an auditor asks, from the books; unknown where nobody noted it."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest

from net30.domain.identity.principal import Principal
from net30.domain.identity.roles import Permission, Role
from net30.kernel.errors import Forbidden, InputError, LimitExceeded
from net30.services.compliance.compliance_report import compliance_report
from net30.services.compliance.gather_evidence import Evidence, gather_evidence
from net30.services.compliance.note_evidence import EvidenceKind, evidence_kind, note_evidence
from net30.services.create_organisation import save_organisation
from net30.services.identity.add_user import NewUser, add_user
from net30.services.identity.make_key import NewKey, make_key
from net30.services.identity.noted import at_this_machine
from net30.services.identity.second_factor import confirm_second_factor, set_up_second_factor
from net30.services.reporting.content import ReportContent, Section
from net30.services.save_schedule import pause_schedule, save_schedule
from net30.services.write_report import write_report
from tests.accounts_desk import Accounts, codes, quick_passwords
from tests.desk import Desk, open_desk

BY = at_this_machine("main")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = open_desk(tmp_path)
    yield opened
    opened.app.close()


def evidence_of(desk: Desk, by: Principal = BY) -> Evidence:
    desk.app.settle()
    with desk.app.look() as ctx:
        return gather_evidence(desk.app.world, ctx, by)


def report_of(desk: Desk, language: str = "en") -> ReportContent:
    evidence = evidence_of(desk)
    with desk.app.look() as ctx:
        return compliance_report(ctx, evidence, language)


def section(content: ReportContent, heading: str) -> Section:
    return next(one for one in content.sections if one.heading == heading)


def test_who_may_what_and_who_has_no_second_factor(desk: Desk) -> None:
    accounts, now = desk.app.world.accounts, desk.clock()
    members = Accounts(accounts, quick_passwords(), now)
    awa = members.member("awa@b.example", of=BY.organisation)
    add_user(accounts, NewUser(email="bob@b.example", role=Role.VIEWER), BY, now)
    made = set_up_second_factor(accounts, codes(), awa.id, now)
    from pyotp import TOTP

    confirm_second_factor(accounts, codes(), awa.id, TOTP(made.secret).at(now), now)
    make_key(accounts, NewKey(name="shop", user_id=awa.id), BY, now)
    found = evidence_of(desk)
    told = {one.member.user.email: (one.second_factor, one.keys) for one in found.access}
    assert told == {"awa@b.example": (True, 1), "bob@b.example": (False, 0)}
    assert [one.action for one in found.access_changes] == [
        "member_added",
        "member_added",
        "key_made",
    ]
    access = section(report_of(desk), "Who may what")
    assert access.finding == "Members: 2; without a second factor: 1."
    assert section(report_of(desk), "Keys of programs").finding == "Keys: 1; still valid: 1."


def test_settings_and_schedules_that_were_saved_are_in_the_log_of_changes(desk: Desk) -> None:
    from datetime import date

    from net30.domain.drafting import NewInvoice
    from net30.domain.schedule import Schedule

    with desk.app.change("awa") as ctx:
        save_organisation(ctx, replace(ctx.company, alert_mail="a@b.example"))
        new = NewInvoice(customer_id=desk.acme.id, lines=())
        kept = save_schedule(ctx, Schedule(id="", invoice=new, start=date(2027, 1, 1)))
        pause_schedule(ctx, kept.id)
    found = evidence_of(desk)
    done = {one.action: one.times for one in found.changes}
    assert done["settings_saved"] == 2  # the desk's own name, and this
    assert done["schedule_changed"] == 2
    with desk.app.world.accounts.reading() as tx:
        actors = {one.actor for one in tx.entries("main") if one.action == "schedule_changed"}
    assert actors == {"awa"}


def test_nothing_is_said_of_backups_until_somebody_notes_one(desk: Desk) -> None:
    safeguards = section(report_of(desk), "Safeguards")
    assert [row[1] for row in safeguards.table.rows[1:]] == ["not known"] * 4
    assert "none: SQLite" in str(safeguards.table.rows[0][1])
    accounts, now = desk.app.world.accounts, desk.clock()
    note_evidence(accounts, EvidenceKind.BACKUP, "  nightly copy, 41 GB ", BY, now)
    note_evidence(accounts, EvidenceKind.BACKUP, "nightly copy, 42 GB", BY, now)
    note_evidence(accounts, EvidenceKind.INCIDENT, "=1+1", BY, now)
    content = report_of(desk)
    rows = {row[0]: row[1:] for row in section(content, "Safeguards").table.rows}
    assert rows["Latest backup"] == ("nightly copy, 42 GB", now.date())
    assert len(section(content, "Noted evidence and incidents").table.rows) == 3
    with desk.app.look() as ctx:
        plain = write_report(ctx.company, content, "csv").decode("utf-8-sig")
    cells = [row[3] for row in csv.reader(io.StringIO(plain))]
    assert "=1+1" not in cells  # no spreadsheet runs it


def test_what_is_noted_says_something_and_comes_from_who_may(desk: Desk) -> None:
    accounts, now = desk.app.world.accounts, desk.clock()
    with pytest.raises(InputError):
        note_evidence(accounts, EvidenceKind.OTHER, " \n", BY, now)
    with pytest.raises(LimitExceeded):
        note_evidence(accounts, EvidenceKind.OTHER, "x" * 501, BY, now)
    nobody = replace(BY, permissions=frozenset({Permission.AUDIT_READ}))
    with pytest.raises(Forbidden):
        note_evidence(accounts, EvidenceKind.OTHER, "x", nobody, now)
    assert evidence_kind("Restore-Test") is EvidenceKind.RESTORE_TEST
    with pytest.raises(InputError) as refusal:
        evidence_kind("party")
    assert "restore_test" in refusal.value.hint


def test_who_may_not_read_the_audit_gets_no_evidence(desk: Desk) -> None:
    for missing in (Permission.AUDIT_READ, Permission.MEMBERS_READ):
        with pytest.raises(Forbidden):
            evidence_of(desk, replace(BY, permissions=BY.permissions - {missing}))


def test_an_audit_that_was_changed_is_told(desk: Desk) -> None:
    whole = section(report_of(desk), "The audit chain")
    assert "holds" in whole.finding
    with closing(sqlite3.connect(desk.app.settings.home / "net30.db")) as raw, raw:
        raw.execute("UPDATE audit SET actor = 'mallory' WHERE chain = 'main' AND sequence = 1")
    broken = section(report_of(desk), "The audit chain")
    assert "does not hold" in broken.finding
    assert any(row[0] == "audit_entry" for row in broken.table.rows)


def test_what_happened_longer_ago_than_a_year_is_not_told(desk: Desk) -> None:
    note_evidence(desk.app.world.accounts, EvidenceKind.BACKUP, "old", BY, desk.clock())
    desk.clock.day += timedelta(days=366)
    assert evidence_of(desk).noted == ()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_is_a_pdf_for_people_and_a_csv_for_programs(desk: Desk, language: str) -> None:
    content = report_of(desk, language)
    with desk.app.look() as ctx:
        pdf = pypdf.PdfReader(io.BytesIO(write_report(ctx.company, content, "pdf")))
        text = "".join(page.extract_text() for page in pdf.pages)
        rows = list(csv.reader(io.StringIO(write_report(ctx.company, content, "csv").decode())))
    assert content.title in text
    assert "OHADA" in text
    assert {row[0] for row in rows[1:]} >= {one.heading for one in content.sections}
    assert len(content.sections) == 9
