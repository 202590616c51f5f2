"""A person's data: all of it as a file, then none of it; what the law keeps stays for its time."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest

from net30.domain.conversation import CallMade, Conversation, Said, Speaker
from net30.domain.customer import Customer
from net30.domain.drafting import NewInvoice
from net30.domain.dunning import Channel, Tone
from net30.domain.events import CustomerErased, DocumentsErased, ReminderSent
from net30.domain.invoice import Invoice
from net30.domain.job import Job, JobState, claimed
from net30.domain.open_item import OpenItem
from net30.domain.party import Address, Contact, Party
from net30.domain.payment import Allocation
from net30.domain.personal import ERASED
from net30.domain.privacy.retention import ELSEWHERE, retention_in, retention_rules
from net30.domain.schedule import Schedule
from net30.kernel.errors import Conflict, NotFound
from net30.kernel.money import Money
from net30.ports.search import Query
from net30.ports.store import NEW
from net30.services.audit.verify_audit import verify_audit
from net30.services.check_books import check_books
from net30.services.import_ledger import LedgerFile, import_ledger
from net30.services.jobs.order_job import FINDINGS, SCORED, order_job, ordered_content
from net30.services.mark_invoice import close_dispute, note_call, open_dispute
from net30.services.privacy.apply_retention import apply_retention, retention_state
from net30.services.privacy.erase_again import came_back, erase_again
from net30.services.privacy.erase_person import ErasedPerson, erase_person
from net30.services.privacy.export_person import export_person
from net30.services.projections import erasure
from net30.services.projections.search import rebuild
from net30.services.record_payment import NewPayment, record_payment
from net30.services.save_customer import save_customer
from net30.services.save_schedule import save_schedule
from net30.services.send_invoice import send_invoice
from tests.desk import TODAY, Desk, open_desk

NAME, MAIL, PHONE = "Fatou Zanzibari", "fatou@zanzibari.example", "+225 07 00 11 22"
STREET = "12 rue des Manguiers bleus"
TRACES = (NAME, MAIL, PHONE, STREET, "she is in hospital", "the wrong colour")


@dataclass(frozen=True)
class Known:
    """Books in which a person has left traces everywhere."""

    desk: Desk
    person: Customer
    invoice: Invoice

    def erase(self, *, contact_only: bool = False) -> ErasedPerson:
        with self.desk.app.change() as ctx:
            erased = erase_person(ctx, NAME, contact_only=contact_only)
        self.desk.app.settle()
        return erased

    def everything(self) -> bytes:
        """All bytes of the home, but the documents that the law keeps and the mail that went."""
        home = self.desk.app.settings.home
        return b"\n".join(
            file.read_bytes()
            for file in sorted(home.rglob("*"))
            if file.is_file() and not {"invoices", "outbox-mail"} & set(file.parts)
        )


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Known]:
    desk = open_desk(tmp_path)
    party = Party(
        name=NAME,
        address=Address(line1=STREET, city="Abidjan", country="CI"),
        contact=Contact(name=NAME, email=MAIL, phone=PHONE),
    )
    with desk.app.change() as ctx:
        person = save_customer(ctx, Customer(id="", party=party, notes="plays the kora"))
    invoice = desk.issue(customer_id=person.id)
    draft = desk.draft(customer_id=person.id)
    assert not draft.number
    with desk.app.change() as ctx:
        send_invoice(ctx, invoice.number)
        note_call(ctx, invoice.number, "she is in hospital")
        open_dispute(ctx, invoice.number, "the wrong colour")
        new = NewInvoice(customer_id=person.id, lines=())
        save_schedule(ctx, Schedule(id="", invoice=new, start=date(2027, 1, 1)))
        ctx.tx.save(_talk(ctx.now), expected=NEW)
    desk.app.settle()
    yield Known(desk, person, invoice)
    desk.app.close()


def _talk(now: object) -> Conversation:
    assert hasattr(now, "year")
    call = CallMade(tool="get_client", args=json.dumps({"client": NAME}))
    turns = (
        Said(speaker=Speaker.USER, text=f"what does {NAME.upper()} owe?", at=now),  # type: ignore[arg-type] # a time
        Said(speaker=Speaker.ASSISTANT, text=f"{NAME} owes much", at=now, calls=(call,)),  # type: ignore[arg-type] # a time
        Said(speaker=Speaker.USER, text="and Acme?", at=now),  # type: ignore[arg-type] # a time
    )
    return Conversation(id="t1", user="cli", title=f"{NAME} owes", started_at=now, turns=turns)  # type: ignore[arg-type] # a time


def pay(known: Known) -> None:
    with known.desk.app.change() as ctx:
        item = known.desk.item(known.invoice.number)
        paid = (Allocation(item.id, item.balance),)
        new = NewPayment(
            customer_id=known.person.id,
            amount=item.balance,
            reference="Fatou pays",
            allocations=paid,
        )
        record_payment(ctx, new)
    known.desk.app.settle()


def read_archive(known: Known) -> tuple[dict[str, object], dict[str, bytes]]:
    with known.desk.app.look() as ctx:
        found = export_person(ctx, NAME)
        assert export_person(ctx, known.person.id).content == found.content
    assert found.file_name.endswith(".zip")
    with ZipFile(io.BytesIO(found.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert found.files == len(files) - 2
    return json.loads(files["person.json"]), files


def test_the_export_has_every_record_and_the_documents(known: Known) -> None:
    pay(known)
    told, files = read_archive(known)
    text = json.dumps(told, ensure_ascii=False)
    for trace in (*TRACES, "plays the kora", "Fatou pays", known.invoice.number, "owes much"):
        assert trace in text
    assert "and Acme?" not in text
    assert "Acme" not in text
    assert files[f"documents/{known.invoice.number}.pdf"].startswith(b"%PDF")
    assert "Uniforme" in files["README.txt"].decode() or "uniforme" in files["README.txt"].decode()
    for group in ("invoices", "open_items", "payments", "schedules", "conversations", "events"):
        assert told[group]


def test_the_export_of_another_tells_nothing_of_the_person(known: Known) -> None:
    with known.desk.app.look() as ctx:
        found = export_person(ctx, "Acme Corp")
    assert b"%PDF" not in found.content
    with ZipFile(io.BytesIO(found.content)) as archive:
        told = archive.read("person.json").decode()
    for trace in TRACES:
        assert trace not in told
    with known.desk.app.look() as ctx, pytest.raises(NotFound):
        export_person(ctx, "nobody")


def test_who_owes_something_is_not_erased(known: Known) -> None:
    with pytest.raises(Conflict) as refusal:
        known.erase()
    assert refusal.value.code == "open_claims"
    assert known.invoice.number in refusal.value.message
    with known.desk.app.change() as ctx:
        record_payment(
            ctx, NewPayment(customer_id=known.person.id, amount=Money.of("9000000", "XOF"))
        )
    with pytest.raises(Conflict):  # money of theirs is here
        known.erase()


def test_after_erasing_nothing_tells_of_the_person_but_the_legal_document(known: Known) -> None:
    pay(known)
    for trace in TRACES:
        assert trace.encode() in known.everything() or trace == MAIL
    erased = known.erase()
    assert erased.shredded >= 3
    assert [paper.number for paper in erased.kept] == [known.invoice.number]
    assert erased.kept[0].until == date(2036, 12, 31)
    with known.desk.app.look() as ctx:
        customer = ctx.tx.load(Customer, known.person.id).value
        assert customer.party == Party(name=erased.customer.name, address=Address(country="CI"))
        assert customer.hold
        assert customer.parked
        kept = ctx.tx.load(Invoice, known.invoice.id).value
        assert kept == known.invoice  # an issued document never changes
        item = ctx.tx.load(OpenItem, known.invoice.id).value
        assert {one.text for one in item.calls} == {ERASED}
        assert {one.reason for one in item.disputes} == {ERASED}
        (talk,) = (one.value for one in ctx.tx.page(Conversation))
        assert talk.turns[0].text == f"what does {ERASED} owe?"
        assert talk.turns[2].text == "and Acme?"
        (schedule,) = (one.value for one in ctx.tx.page(Schedule))
        assert schedule.paused
        drafts = [one.value for one in ctx.tx.page(Invoice) if not one.value.number]
        assert not drafts
        assert check_books(ctx).findings == ()
    for trace in ("she is in hospital", "the wrong colour", "plays the kora", PHONE):
        # PHONE: the document has none; secure_delete and the pads leave nothing in the file.
        assert trace.encode() not in _compacted(known) or trace == PHONE


def _compacted(known: Known) -> bytes:
    """Everything, once the write-ahead log has gone into the database file."""
    known.desk.app.close()
    return known.everything()


def test_an_erased_person_is_found_by_no_search(known: Known) -> None:
    pay(known)
    search, organisation = known.desk.app.world.search, known.desk.app.organisation
    assert search.find(organisation, Query(text="zanzibari", as_of=TODAY)).total
    known.erase()
    assert not search.find(organisation, Query(text="zanzibari", as_of=TODAY)).total
    rebuild(known.desk.app.world, organisation)
    assert not search.find(organisation, Query(text="zanzibari", as_of=TODAY)).total
    assert search.find(organisation, Query(text=known.invoice.number, as_of=TODAY)).total == 1


def test_the_audit_tells_of_the_erasure_and_still_holds(known: Known) -> None:
    pay(known)
    heads = verify_audit(known.desk.app.world).heads
    known.erase()
    assert verify_audit(known.desk.app.world, heads).findings == ()
    with known.desk.app.look() as ctx:
        events = [one.event for one in ctx.tx.events()]
    (erased,) = (one for one in events if isinstance(one, CustomerErased))
    assert erased.kept == 1
    assert MAIL not in str(events)
    with known.desk.app.world.accounts.reading() as tx:
        actions = [entry.action for entry in tx.entries(known.desk.app.organisation)]
    assert "customer_erased" in actions


def test_of_a_company_only_the_contact_goes_and_it_may_owe(known: Known) -> None:
    known.erase(contact_only=True)
    with known.desk.app.look() as ctx:
        customer = ctx.tx.load(Customer, known.person.id).value
        drafts = [one.value for one in ctx.tx.page(Invoice) if not one.value.number]
    assert customer.name == NAME
    assert customer.party.contact == Contact()
    assert customer.party.address.line1 == STREET
    assert not customer.hold
    assert [one.customer.contact for one in drafts] == [Contact()]
    assert drafts[0].customer.name == NAME


def test_a_backup_that_brings_the_person_back_is_erased_again(known: Known) -> None:
    pay(known)
    known.erase()
    app = known.desk.app
    with app.change() as ctx:
        assert came_back(ctx) == ()
        stored = ctx.tx.load(Customer, known.person.id)
        ctx.tx.save(known.person, expected=stored.version)  # as in the backup
        assert came_back(ctx) == (known.person,)
    with app.change() as ctx:
        (again,) = erase_again(ctx)
        assert again.customer.name.startswith("Erased ")
        assert erase_again(ctx) == ()


def test_when_the_law_s_time_is_over_the_document_names_nobody(known: Known) -> None:
    pay(known)
    known.erase()
    clock, app = known.desk.clock, known.desk.app
    clock.day = date(2036, 12, 31)
    with app.change() as ctx:
        assert apply_retention(ctx) == ()
        assert retention_state(ctx).kept == 1
    clock.day += timedelta(days=1)
    with app.change() as ctx:
        assert retention_state(ctx).to_erase == 1
        assert apply_retention(ctx) == (known.invoice.number,)
        assert apply_retention(ctx) == ()
    app.settle()
    with app.look() as ctx:
        paper = ctx.tx.load(Invoice, known.invoice.id).value
        assert paper.customer.name == f"Erased {known.person.id[-10:]}"
        assert paper.totals == known.invoice.totals
        assert paper.number == known.invoice.number
        assert check_books(ctx).findings == ()
        assert not list(ctx.blobs.names(ctx.organisation, "invoices/"))
        assert any(isinstance(one.event, DocumentsErased) for one in ctx.tx.events())
    left = _compacted(known)
    for trace in TRACES:
        assert trace.encode() not in left
    assert b"zanzibari" not in left.lower()  # nor in the index of the search


def test_what_waits_when_a_person_is_erased_goes_to_nobody_and_names_nobody(known: Known) -> None:
    pay(known)
    app, organisation = known.desk.app, known.desk.app.organisation
    mails = known.desk.app.settings.home / "outbox-mail"
    findings = f"{SCORED}/j1{FINDINGS}"
    with app.change() as ctx:
        job = order_job(ctx, "score", f"scoring {NAME}.csv", {}, f"customer\n{NAME}\n".encode())
        done = order_job(ctx, "score", "scoring another", {}, b"customer\nAcme\n")
        started = ctx.tx.load(Job, done.id)
        ctx.tx.save(claimed(started.value, "w1", ctx.now), expected=started.version)
        ctx.blobs.put(organisation, findings, f"error,x,{NAME} is twice\nerror,y,Acme\n".encode())
    sent = len(list(mails.rglob("*.eml")))
    with app.change() as ctx:
        send_invoice(ctx, known.invoice.number)
        erase_person(ctx, NAME)
    app.settle()
    assert sent
    assert len(list(mails.rglob("*.eml"))) == sent
    with app.look() as ctx:
        given_up, other = (ctx.tx.load(Job, one.id).value for one in (job, done))
        assert (given_up.state, given_up.title) == (JobState.CANCELLED, f"scoring {ERASED}.csv")
        assert "erased" in given_up.error
        assert other.state is JobState.RUNNING
        assert ctx.blobs.get(organisation, findings) == b"error,x,[erased] is twice\nerror,y,Acme\n"
        assert ordered_content(ctx, done)
        with pytest.raises(NotFound):
            ordered_content(ctx, job)


def test_the_documents_of_who_is_still_a_customer_are_counted_and_left(known: Known) -> None:
    known.desk.clock.day = date(2040, 1, 1)
    with known.desk.app.change() as ctx:
        state = retention_state(ctx)
        assert (state.over, state.to_erase, state.kept) == (1, 0, 0)
        assert state.years == ((2026, 1),)
        assert apply_retention(ctx) == ()
        assert ctx.tx.load(Invoice, known.invoice.id).value == known.invoice


def test_each_country_has_one_rule_with_its_law() -> None:
    rules = retention_rules()
    assert retention_in("fr").until(date(2026, 3, 1)) == date(2036, 12, 31)
    assert retention_in("DE").years == 8
    assert retention_in("XX") == rules[ELSEWHERE]
    for country, rule in rules.items():
        assert 5 <= rule.years <= 10, country
        assert rule.law
        assert rule.source.startswith("https://") or country == ELSEWHERE
        assert not rule.checked or re.match("2026-11-2[12]: http", rule.checked)
    assert retention_in("DE").checked
    assert retention_in("CI").checked
    assert not retention_in("XX").checked, "nobody has looked it up"
    assert retention_in("CI").until(date(9995, 1, 1)) == date(9999, 12, 31)


def test_a_short_name_is_not_looked_for_in_texts(known: Known) -> None:
    with known.desk.app.change() as ctx:
        short = save_customer(ctx, replace(known.person, id="", party=Party(name="Al")))
        erase_person(ctx, short.id)
        (talk,) = (one.value for one in ctx.tx.page(Conversation))
    assert NAME in talk.title


def test_letters_that_were_posted_are_exported_and_then_removed(known: Known) -> None:
    acme = known.desk.issue()
    with known.desk.app.change() as ctx:
        close_dispute(ctx, known.invoice.number)  # what is contested is not reminded of
    for invoice in (known.invoice, acme):
        with known.desk.app.change() as ctx:
            sent = ReminderSent(
                invoice_id=invoice.id,
                number=invoice.number,
                to=STREET,
                day=TODAY,
                level=1,
                covers=(invoice.id,),
                tone=Tone.FRIENDLY,
                channel=Channel.LETTER,
            )
            ctx.record(sent)
    known.desk.app.settle()
    _, files = read_archive(known)
    (letter,) = (name for name in files if name.startswith("letters/"))
    assert files[letter].startswith(b"%PDF")
    pay(known)
    known.erase()
    with known.desk.app.look() as ctx:
        left = list(ctx.blobs.names(ctx.organisation, "letters/"))
    assert len(left) == 1  # that to Acme
    assert left != [letter]
    apply_again(known)


def apply_again(known: Known) -> None:
    """A projection may see its events twice."""
    app = known.desk.app
    with app.look() as ctx:
        events = [one for one in ctx.tx.events() if type(one.event) in erasure.WANTS]
    erasure.apply(app.world, app.organisation, events)


def test_what_was_imported_of_a_person_is_erased_with_it(known: Known) -> None:
    head = "number,customer,issue_date,due_date,amount,currency,balance,paid_date"
    content = f"{head}\nZ-9,{NAME},2026-01-05,2026-02-04,5,XOF,0,2026-02-01\n"
    with known.desk.app.change() as ctx:
        import_ledger(ctx, LedgerFile(content=content.encode()))
    pay(known)
    erased = known.erase()
    assert [paper.number for paper in erased.kept] == [known.invoice.number]
