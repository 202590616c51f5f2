"""Privacy over HTTP: taken out, erased, and noted in the audit; for who may, and only theirs."""

from __future__ import annotations

import io
import json
import time
from pathlib import Path
from typing import NoReturn
from zipfile import ZipFile

import pytest

from net30.domain.audit import AuditEntry
from net30.domain.customer import Customer
from net30.domain.identity.roles import Role
from net30.domain.party import Contact, Party
from net30.kernel.errors import Unavailable
from net30.services.audit.note_read import BULK_ROWS_MIN, READERS_MAX, BulkReads, Reader
from net30.services.save_customer import save_customer
from tests.api.front import US, Front, open_front


def noted_in(front: Front) -> list[AuditEntry]:
    with front.desk.app.world.accounts.reading() as tx:
        return list(tx.entries(US))


def bulk_reads(front: Front) -> list[AuditEntry]:
    return [one for one in noted_in(front) if one.action == "read_in_bulk"]


def add(front: Front, name: str) -> Customer:
    party = Party(name=name, contact=Contact(email="person@mail.example"))
    with front.desk.app.change() as ctx:
        return save_customer(ctx, Customer(id="", party=party))


def test_all_that_is_known_comes_as_a_file_and_the_audit_tells_who_took_it(front: Front) -> None:
    person = add(front, "Ada Person")
    answer = front.get(f"/customers/{person.id}/personal-data")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    with ZipFile(io.BytesIO(answer.content)) as archive:
        told = json.loads(archive.read("person.json"))
    assert told["customer"]["party"]["name"] == "Ada Person"
    last = [one for one in noted_in(front) if one.action == "exported"][-1]
    assert last.target == f"personal data of customer {person.id}"
    assert last.actor.startswith("0")


def test_an_erased_person_is_gone_once_and_for_all(front: Front) -> None:
    person = add(front, "Bea Person")
    path = f"/customers/{person.id}/erasure"
    answer = front.post(path, {"contact_only": False}, once="erase-bea")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["kept"] == []
    assert told["law"]["country"] == "CI"
    assert told["customer"]["party"]["name"].startswith("Erased ")
    again = front.post(path, {"contact_only": False}, once="erase-bea")
    assert again.json() == told
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Bea Person" not in front.get(f"/customers/{person.id}").text
    front.settled()
    assert "customer_erased" in [entry.action for entry in noted_in(front)]


PERSON = {
    "party": {
        "name": "Fatou Zanzibari",
        "address": {"line1": "12 rue des Manguiers", "city": "Grand-Bassam", "country": "CI"},
        "contact": {"email": "fatou@zanzibari.example", "phone": "+225 07 00 11 22"},
    },
    "notes": "plays the kora",
}
TRACES = ("zanzibari", "fatou", "manguiers", "grand-bassam", "07 00 11 22", "the kora")
FILE = b"invoice,customer,date,due,total,currency\nN-1,Fatou Zanzibari,2026-11-2,2026-12-2,5,XOF\n"


def test_no_byte_of_the_home_tells_of_an_erased_person(fresh_home: Path) -> None:
    """In the database, its log, index and pads, the files, the answers kept, what waits to go."""
    with open_front(fresh_home) as front:
        hook = {"url": "https://hooks.example.com/in"}
        assert front.post("/webhooks", hook).status_code == 201
        person = front.post("/customers", PERSON, once="made").json()["id"]
        lines = [{"name": "lessons", "unit_price": "5000"}]
        draft = {"customer_id": person, "lines": lines, "notes": ["for Fatou Zanzibari"]}
        assert front.post("/invoices", draft, once="drafted").status_code == 201
        assert front.post("/schedules", {"invoice": draft, "start": "2027-01-01"}).is_success
        assert front.post("/ask", {"text": "What does Fatou Zanzibari owe?"}).is_success
        waiting = front.send(
            "POST", "/predictions/files", FILE, data={"name": "Fatou Zanzibari.csv"}
        )
        assert waiting.status_code == 202
        assert front.settled().get("/invoices?text=zanzibari").json()["items"]
        assert front.post(f"/customers/{person}/erasure", {}).status_code == 200
        front.settled()
        told = front.post("/customers", PERSON, once="made")
        assert told.headers["idempotent-replayed"] == "true"
        assert told.json()["id"] == person
        assert told.json()["party"]["address"]["line1"] == "[erased]"
        assert not front.get("/invoices?text=zanzibari").json()["items"]
    assert traces_in(fresh_home) == []


def traces_in(home: Path) -> list[tuple[str, str]]:
    """Return in which files which traces are."""
    files = [file for file in sorted(home.rglob("*")) if file.is_file()]
    return [
        (file.name, trace)
        for file in files
        for trace in TRACES
        if trace.encode() in file.read_bytes().lower()
    ]


def test_who_owes_something_is_kept_and_told_what(front: Front) -> None:
    person = add(front, "Cleo Person")
    invoice = front.desk.issue(customer_id=person.id)
    answer = front.post(f"/customers/{person.id}/erasure", {})
    assert answer.status_code == 409
    assert answer.json()["code"] == "open_claims"
    assert invoice.number in answer.text
    answer = front.post(f"/customers/{person.id}/erasure", {"contact_only": True})
    assert answer.json()["customer"]["party"]["name"] == "Cleo Person"
    assert answer.json()["kept"] == [{"number": invoice.number, "until": "2036-12-31"}]
    assert "person@mail.example" not in front.get(f"/customers/{person.id}").text


def test_only_owners_and_admins_may(front: Front) -> None:
    person = add(front, "Dido Person")
    for role in Role:
        status = 200 if role in {Role.OWNER, Role.ADMIN} else 403
        assert front.get(f"/customers/{person.id}/personal-data", role=role).status_code == status
    for role in (Role.ACCOUNTANT, Role.AUDITOR, Role.API):
        assert front.post(f"/customers/{person.id}/erasure", {}, role=role).status_code == 403
        assert front.post("/retention", role=role).status_code == 403
    assert front.get("/customers/nobody/personal-data").status_code == 404


def test_the_law_s_time_is_shown_and_applied(front: Front) -> None:
    state = front.get("/retention", role=Role.VIEWER).json()
    assert state["law"]["years"] == 10
    assert "OHADA" in state["law"]["law"]
    assert front.post("/retention").json() == {"numbers": []}


def test_small_pages_that_add_up_are_noted_as_reading_in_bulk(front: Front) -> None:
    for at in range(30):
        add(front, f"Reader's customer {at}")

    before = len(bulk_reads(front))
    for _ in range(5):
        assert front.get("/customers?limit=25", role=Role.VIEWER).status_code == 200
    (noted,) = bulk_reads(front)[before:]
    assert (noted.target, noted.detail) == ("customers", f"{BULK_ROWS_MIN} rows")


def test_who_reads_on_has_one_note_a_pause_with_all_that_was_read(front: Front) -> None:
    accounts, now = front.desk.app.world.accounts, front.desk.clock()
    reads, reader = BulkReads(pause_seconds=0.2), Reader(US, "scraper")

    before = len(bulk_reads(front))
    for _ in range(10):
        reads.count(accounts, reader, "customers", BULK_ROWS_MIN, now)
    assert [one.detail for one in bulk_reads(front)[before:]] == ["100 rows"]
    until = time.monotonic() + 10
    while len(bulk_reads(front)) < before + 2 and time.monotonic() < until:
        time.sleep(0.02)
    reads.count(accounts, reader, "customers", BULK_ROWS_MIN + 1, now)
    reads.count(accounts, reader, "invoices", BULK_ROWS_MIN - 1, now)
    reads.end(accounts, now)
    assert [one.detail for one in bulk_reads(front)[before:]] == [
        "100 rows",
        "900 rows",
        "101 rows",
    ]


def test_a_note_that_the_books_cannot_take_is_made_with_the_next(front: Front) -> None:
    accounts, now = front.desk.app.world.accounts, front.desk.clock()
    reads, reader = BulkReads(pause_seconds=0.05), Reader(US, "busy")
    before = len(bulk_reads(front))

    class Busy:
        """Accounts that take nothing for now."""

        changes = 0

        def reading(self) -> NoReturn:
            raise Unavailable("busy", hint="later")

        writing = reading

    with pytest.raises(Unavailable):
        reads.count(Busy(), reader, "customers", BULK_ROWS_MIN, now)
    reads.count(Busy(), reader, "customers", BULK_ROWS_MIN, now)
    time.sleep(0.2)
    reads.end(accounts, now)
    assert [one.detail for one in bulk_reads(front)[before:]] == ["100 rows"]


def test_counts_of_reads_are_each_reader_s_own_and_bounded(front: Front) -> None:
    accounts, now = front.desk.app.world.accounts, front.desk.clock()
    reads = BulkReads()
    before = len(bulk_reads(front))
    for at in range(READERS_MAX + 5):
        reads.count(accounts, Reader(US, f"u{at}"), "customers", BULK_ROWS_MIN - 1, now)
    assert len(bulk_reads(front)) == before
    reads.count(accounts, Reader(US, f"u{READERS_MAX + 4}"), "invoices", 1, now)
    assert len(bulk_reads(front)) == before
    reads.count(accounts, Reader(US, f"u{READERS_MAX + 4}"), "customers", 1, now)
    assert len(bulk_reads(front)) == before + 1


def test_the_compliance_report_is_for_who_reads_the_audit(front: Front) -> None:
    for role in Role:
        may = role in {Role.OWNER, Role.ADMIN, Role.AUDITOR}
        answer = front.get("/compliance/csv?language=en", role=role)
        assert answer.status_code == (200 if may else 403), answer.text
    assert "Who may what" in front.get("/compliance/csv?language=en").text
    assert front.get("/compliance/pdf").content.startswith(b"%PDF")
    assert front.get("/compliance/docx").status_code in {400, 422}


def test_what_is_noted_stands_in_the_report_once(front: Front) -> None:
    note = {"kind": "restore_test", "text": "restored to a spare machine, 20 min"}
    for _ in range(2):
        answer = front.post("/compliance/notes", note, once="note-1")
        assert (answer.status_code, answer.json()) == (201, note)
    assert front.get("/compliance/csv?language=en").text.count(note["text"]) == 2  # latest, noted
    assert front.post("/compliance/notes", {"kind": "party", "text": "x"}).status_code == 422
    assert front.post("/compliance/notes", note, role=Role.AUDITOR).status_code == 403
