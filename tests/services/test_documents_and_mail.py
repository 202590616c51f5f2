"""What follows an event: files written once, mail handed over until it is taken."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path

import pytest

from net30.domain.invoice import CREDIT_NOTE, DEPOSIT, PRO_FORMA, QUOTE
from net30.domain.party import Contact
from net30.domain.rendering import Rendering
from net30.kernel.errors import InputError, NotFound
from net30.services.check_books import check_books
from net30.services.create_draft import delete_draft
from net30.services.create_organisation import save_organisation
from net30.services.credit_invoice import credit_invoice
from net30.services.projections import documents
from net30.services.render_document import format_of, render, style_of
from net30.services.send_invoice import send_invoice
from tests.desk import Desk, open_desk


def test_an_issued_invoice_has_four_files_whose_hashes_are_kept(desk: Desk) -> None:
    invoice = desk.issue()
    desk.app.settle()
    with desk.app.look() as ctx:
        rendering = ctx.tx.load(Rendering, invoice.id).value
        assert [file.format for file in rendering.files] == list(documents.FORMATS)
        for file in rendering.files:
            content = ctx.blobs.get(ctx.organisation, file.blob)
            assert sha256(content).hexdigest() == file.sha256


def test_the_same_document_gives_the_same_bytes_and_a_second_run_changes_nothing(
    desk: Desk,
) -> None:
    invoice = desk.issue()
    desk.app.settle()
    with desk.app.look() as ctx:
        before = ctx.tx.load(Rendering, invoice.id)
        style = style_of(ctx.blobs, ctx.company, invoice)
        for file in before.value.files:
            again = render(invoice, file.format, style)
            assert sha256(again).hexdigest() == file.sha256, file.format
        events = ctx.tx.events()
    documents.apply(desk.app.world, desk.app.organisation, events)
    with desk.app.look() as ctx:
        assert ctx.tx.load(Rendering, invoice.id).version == before.version


def test_a_drafts_files_go_when_it_is_issued_or_deleted(desk: Desk) -> None:
    draft = desk.draft()
    desk.app.settle()
    with desk.app.look() as ctx:
        assert len(documents.draft_files(ctx, draft.id)) == len(documents.FORMATS)
    with desk.app.change() as change:
        delete_draft(change, draft.id)
    desk.app.settle()
    with desk.app.look() as ctx:
        assert documents.draft_files(ctx, draft.id) == []


def test_sending_hands_over_one_message_with_the_page_and_the_e_invoice(
    desk: Desk, tmp_path: Path
) -> None:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        send_invoice(ctx, invoice.number)
    assert desk.app.settle().ok
    assert desk.app.settle().ok
    (path,) = tmp_path.rglob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["To"] == "billing@acmecorp.example"
    assert invoice.number in str(message["Subject"])
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == [f"{invoice.number}.pdf", f"{invoice.number}.ubl.xml"]


def test_a_mail_server_that_is_down_delays_the_message_and_nothing_else(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, mail_url="smtp://127.0.0.1:9")
    invoice = desk.issue()
    with desk.app.change() as ctx:
        send_invoice(ctx, invoice.number)
    report = desk.app.settle()
    assert set(report.errors) == {"mail"}
    with desk.app.look() as ctx:
        assert ctx.tx.load(Rendering, invoice.id).value.number == invoice.number
    desk.app.close()


def test_mail_refused_for_good_holds_up_no_other_mail_and_is_told_by_the_check(
    desk: Desk, tmp_path: Path
) -> None:
    invoice = desk.issue()
    with desk.app.change() as ctx:
        party = replace(ctx.company.party, contact=Contact(email="not an address"))
        company = save_organisation(ctx, replace(ctx.company, party=party))
        send_invoice(ctx, invoice.number)
    assert desk.app.settle().ok
    with desk.app.change() as ctx:
        party = replace(company.party, contact=Contact(email="factures@lagune.example"))
        save_organisation(ctx, replace(company, party=party))
        send_invoice(ctx, invoice.number)
    assert desk.app.settle().ok
    assert len(list(tmp_path.rglob("*.eml"))) == 1
    with desk.app.look() as ctx:
        assert [row.code for row in check_books(ctx).findings] == ["mail.refused"]


def test_a_format_that_net30_does_not_write_is_refused(desk: Desk) -> None:
    invoice = desk.issue()
    for name in ("docx", "style", "../pdf"):
        with pytest.raises(InputError, match="does not write"):
            format_of(name)
    with pytest.raises(NotFound), desk.app.look() as ctx:
        ctx.tx.load(Rendering, invoice.id)


@pytest.mark.parametrize("type_code", [QUOTE, PRO_FORMA, DEPOSIT, CREDIT_NOTE])
def test_every_kind_of_document_has_its_files_and_its_letter(
    desk: Desk, tmp_path: Path, type_code: str
) -> None:
    if type_code == CREDIT_NOTE:
        invoice = desk.issue()
        with desk.app.change() as ctx:
            document = credit_invoice(ctx, invoice.number, reason="Retour")
    else:
        document = desk.issue(type_code=type_code)
    with desk.app.change() as ctx:
        send_invoice(ctx, document.number)
    assert desk.app.settle().errors == {}
    with desk.app.look() as ctx:
        files = ctx.tx.load(Rendering, document.id).value.files
    assert ("ubl" in {file.format for file in files}) == document.is_claim
    assert len(list(tmp_path.rglob("*.eml"))) == 1
