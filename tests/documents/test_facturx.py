"""Factur-X: a PDF that people read, other programs open, and that says itself what it carries."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from net30.documents import cii, facturx, pdf, ubl
from net30.documents.einvoice.pdf_attachments import PDF_BYTES_MAX
from net30.documents.einvoice.xmp import with_facturx
from net30.kernel.errors import ConfigurationError, InputError
from tests.documents import examples
from tests.documents.einvoices import credit, plain

SPACE = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"


@pytest.fixture(scope="module")
def written() -> bytes:
    return facturx.write(plain())


def codes(content: bytes) -> set[str]:
    return {finding.code for finding in facturx.read(content).findings}


def carrying(
    name: str = "factur-x.xml", content: bytes | None = None, *, associated: bool = True
) -> bytes:
    """A PDF by another program, with one file inside."""
    with pikepdf.new() as document:
        document.add_blank_page()
        document.attachments[name] = cii.write(plain()) if content is None else content
        file = document.attachments[name].obj
        file.AFRelationship = pikepdf.Name.Alternative
        del document.Root.AF
        if associated:
            document.Root.AF = document.make_indirect(pikepdf.Array([file]))
        return _saved(document)


def _saved(document: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    out = BytesIO()
    document.save(out, encryption=encryption or False)
    return out.getvalue()


def test_the_invoice_comes_back(written: bytes) -> None:
    reading = facturx.read(written)

    assert reading.invoice == plain()
    assert reading.findings == ()


def test_the_same_invoice_gives_the_same_bytes(written: bytes) -> None:
    assert facturx.write(plain()) == written


def test_a_credit_note_and_an_african_invoice_come_back() -> None:
    note = facturx.read(facturx.write(credit(plain())))
    franc = facturx.read(facturx.write(examples.invoice()))

    assert note.invoice == credit(plain())
    assert franc.invoice is not None
    assert franc.invoice.totals == examples.invoice().totals


def test_another_library_extracts_the_invoice_and_its_schema_accepts_it(written: bytes) -> None:
    import facturx as other  # type: ignore[import-untyped]  # its name is ours too

    name, xml = other.get_xml_from_pdf(written, check_xsd=True, check_schematron=False)

    assert name == "factur-x.xml"
    assert xml == cii.write(plain())


def test_qpdf_finds_nothing_wrong_and_reads_the_properties(written: bytes) -> None:
    with pikepdf.open(BytesIO(written)) as document:
        assert document.check_pdf_syntax() == []
        assert list(document.attachments) == ["factur-x.xml"]
        with document.open_metadata() as said:
            assert said[f"{SPACE}ConformanceLevel"] == "EN 16931"
            assert said[f"{SPACE}DocumentFileName"] == "factur-x.xml"
            assert said.pdfa_status == "3B"


def test_the_typesetters_bytes_stay_as_they_were(written: bytes) -> None:
    attached = pdf.Attachment(
        filename="factur-x.xml",
        content=cii.write(plain()),
        description="The invoice for machines (Factur-X, EN 16931)",
    )

    assert written.startswith(pdf.write(plain(), attachment=attached))


def test_an_invoice_without_lines_is_not_written() -> None:
    with pytest.raises(InputError):
        facturx.write(replace(plain(), lines=()))


@pytest.mark.parametrize(
    ("damage", "where"),
    [
        (lambda pdf: pdf[:-20], "its trailer"),
        (lambda pdf: pdf.replace(b"/Root ", b"/Rute "), "/Root"),
        (lambda pdf: pdf.replace(b"/Metadata ", b"/Metadota "), "/Metadata"),
        (lambda pdf: pdf.replace(b"xref\n0 ", b"xruf\n0 ", 1), "its cross reference table"),
        (lambda pdf: pdf.replace(b"</rdf:Bag></pdfaE", b"</rdf:Bog></pdfaE"), "its metadata"),
        (lambda pdf: pdf.replace(b"/Type/Metadata", b"/Filter/Metad1"), "its metadata"),
    ],
)  # fmt: skip
def test_a_pdf_laid_out_otherwise_is_refused(damage: object, where: str) -> None:
    assert callable(damage)
    with pytest.raises(ConfigurationError, match=where):
        with_facturx(damage(pdf.write(plain())))


def test_objects_that_are_not_where_the_table_says_are_refused() -> None:
    whole = pdf.write(plain())
    moved = whole.replace(b"%PDF-1.7\n", b"%PDF-1.7\n\n", 1)

    with pytest.raises(ConfigurationError):
        with_facturx(moved)


@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml"])
def test_the_names_of_all_versions_are_known(name: str) -> None:
    reading = facturx.read(carrying(name))

    assert reading.invoice == plain()
    assert codes(carrying(name)) == {"pdf_metadata"}


def test_a_ubl_invoice_inside_is_read_too() -> None:
    assert facturx.read(carrying("xrechnung.xml", ubl.write(plain()))).invoice == plain()


def test_an_invoice_under_another_name_is_read_and_told() -> None:
    assert facturx.read(carrying("invoice.xml")).invoice == plain()
    assert "pdf_attachment_name" in codes(carrying("invoice.xml"))


def test_a_file_that_is_not_associated_is_told() -> None:
    assert "pdf_not_associated" in codes(carrying(associated=False))


def test_a_pdf_without_an_invoice_says_what_it_carries() -> None:
    (finding,) = facturx.read(carrying("photo.txt", b"nothing")).findings

    assert finding.code == "pdf_no_invoice"
    assert "'photo.txt'" in finding.message
    assert "no files at all" in facturx.read(pdf.write(plain())).findings[0].message


def test_a_second_invoice_is_told_and_the_usual_name_wins() -> None:
    with pikepdf.open(BytesIO(carrying("a.xml"))) as document:
        document.attachments["factur-x.xml"] = cii.write(replace(plain(), number="INV-2"))
        reading = facturx.read(_saved(document))

    assert reading.invoice is not None
    assert reading.invoice.number == "INV-2"
    assert "pdf_second_invoice" in {finding.code for finding in reading.findings}


def test_a_file_pinned_to_a_page_is_found() -> None:
    with pikepdf.open(BytesIO(carrying())) as document:
        file = document.attachments["factur-x.xml"].obj
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.FileAttachment,
            Rect=[0, 0, 9, 9],
            FS=document.make_indirect(file),
        )
        document.pages[0].Annots = pikepdf.Array([document.make_indirect(note)])
        del document.Root.AF
        del document.Root.Names
        content = _saved(document)

    assert facturx.read(content).invoice == plain()


def test_a_tree_of_names_is_climbed() -> None:
    with pikepdf.open(BytesIO(carrying())) as document:
        leaf = document.make_indirect(
            pikepdf.Dictionary(Names=document.Root.Names.EmbeddedFiles.Names)
        )
        tree = document.make_indirect(pikepdf.Dictionary(Kids=[leaf, leaf]))
        tree.Kids.append(tree)  # a damaged tree hangs in itself
        document.Root.Names.EmbeddedFiles = tree
        del document.Root.AF
        content = _saved(document)

    assert facturx.read(content).invoice == plain()
    assert "pdf_not_associated" in codes(content)


def test_metadata_that_contradicts_the_invoice_is_told(written: bytes) -> None:
    level = written.replace(b">EN 16931<", b">EXTENDED<")
    name = written.replace(b"DocumentFileName>factur-x.xml<", b"DocumentFileName>facturex.xml<")

    assert "pdf_metadata_level" in codes(level)
    assert "pdf_metadata_name" in codes(name)


def test_a_relationship_left_open_is_told(written: bytes) -> None:
    assert "pdf_relationship" in codes(written.replace(b"/AFRelationship", b"/AFRelationshop"))


def test_a_pdf_that_only_its_owner_may_change_is_read() -> None:
    with pikepdf.open(BytesIO(carrying())) as document:
        content = _saved(
            document,
            encryption=pikepdf.Encryption(owner="x", user="", R=4, aes=False, metadata=False),
        )

    assert facturx.read(content).invoice == plain()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"%PDF-1.7\ntrailer<</Root 1 0 R>>"])
def test_a_damaged_pdf_is_told(content: bytes) -> None:
    assert codes(content) == {"pdf_damaged"}


def test_a_locked_pdf_is_told() -> None:
    with pikepdf.open(BytesIO(carrying())) as document:
        content = _saved(document, encryption=pikepdf.Encryption(owner="x", user="y"))

    assert codes(content) == {"pdf_damaged"}


def test_a_huge_pdf_is_refused_unread() -> None:
    assert codes(b" " * (PDF_BYTES_MAX + 1)) == {"pdf_too_large"}


def test_half_an_attachment_name_tree_is_no_invoice() -> None:
    with pikepdf.open(BytesIO(carrying())) as document:
        del document.attachments["factur-x.xml"].obj.EF
        content = _saved(document)

    assert codes(content) == {"pdf_no_invoice"}
