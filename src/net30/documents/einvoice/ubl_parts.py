"""UBL's irregular places: documents, payment means and tax totals, told apart by what is inside."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from lxml import etree

from net30.documents.einvoice.assembly import NOT_DEFINED
from net30.documents.einvoice.kinds import (
    AMOUNT_IN_CURRENCY,
    CONTENT,
    DECIMAL,
    IDENTIFIER,
    ISO_DATE,
    TEXT,
    Kind,
    take_amount,
)
from net30.documents.einvoice.records import (
    rate,
    record,
    stated_content,
    stated_percent,
    subtotal,
    supporting,
)
from net30.documents.einvoice.shape import (
    Also,
    Fields,
    Node,
    Table,
    add,
    made,
    read_all,
    write_all,
)
from net30.documents.einvoice.source import Source, text_of
from net30.domain.invoice import BankAccount, Invoice, Note, PaymentInstructions
from net30.domain.party import Identifier

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES = {"cac": f"{_UBL}CommonAggregateComponents-2", "cbc": f"{_UBL}CommonBasicComponents-2"}
INVOICED_OBJECT = "130"
PROJECT = "50"

_BREAKDOWN_TERMS = 4
_SUBJECT = re.compile(r"#([A-Z0-9]{3})#(.*)", re.DOTALL)

t = Table(NAMESPACES)


def _take_note(_: Source, element: etree._Element) -> Note | None:
    text = text_of(element)
    match = _SUBJECT.fullmatch(text)
    if match:
        return Note(match[2].strip(), match[1])
    return Note(text) if text else None


# EN 16931-3-2: the subject code (BT-21) stands before the text (BT-22) between two "#".
NOTE = Kind(lambda note: f"#{note.subject}#{note.text}" if note.subject else note.text, _take_note)


def tax_category(path: str, name: str, terms: str) -> Node:
    """Return the table of a VAT category: code, rate and, with four terms, the reasons."""
    numbers = terms.split()
    nodes = [
        t.leaf(numbers[0], "cbc:ID", "category"),
        t.leaf(numbers[1], "cbc:Percent", "percent", DECIMAL, get=stated_percent),
    ]
    reasons = (
        t.leaf(numbers[-2], "cbc:TaxExemptionReasonCode", "reason_code"),
        t.leaf(numbers[-1], "cbc:TaxExemptionReason", "reason"),
    )
    # Only the breakdown has terms for the reasons; elsewhere they are read and compared with it.
    nodes += reasons if len(numbers) == _BREAKDOWN_TERMS else map(Also, reasons)
    return t.part(path, name, rate, *nodes, t.const("cac:TaxScheme/cbc:ID", "VAT"))


class Documents:
    """AdditionalDocumentReference: supporting documents and the invoiced object.

    In a credit note, which has no ProjectReference, the project stands here too.
    """

    tag = t.tag("cac:AdditionalDocumentReference")
    code = t.tag("cbc:DocumentTypeCode")
    paper = (
        t.leaf("BT-122", "cbc:ID", "reference"),
        t.leaf("BT-123", "cbc:DocumentDescription", "description"),
        t.group(
            "cac:Attachment",
            t.leaf(
                "BT-125", "cbc:EmbeddedDocumentBinaryObject", "content", CONTENT, get=stated_content
            ),
            t.leaf("BT-124", "cac:ExternalReference/cbc:URI", "uri"),
        ),
    )

    def __init__(self, *, with_project: bool) -> None:
        """Say whether the project (BT-11) belongs here."""
        self.with_project = with_project

    def write(self, parent: etree._Element, record: Invoice) -> bool:
        """Add one reference for each paper."""
        references = record.references
        for paper in record.supporting:
            write_all(self.paper, etree.SubElement(parent, self.tag), paper)
        if references.invoiced_object:
            self._coded(parent, IDENTIFIER, references.invoiced_object, INVOICED_OBJECT)
        if self.with_project and references.project:
            self._coded(parent, TEXT, references.project, PROJECT)
        return True

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Tell the papers apart by their type code."""
        papers = []
        for element in source.children(parent, self.tag):
            source.taken.add(element)
            code = (element.findtext(self.code) or "").strip()
            if code == INVOICED_OBJECT and "references.invoiced_object" not in fields:
                self._take_coded(element, source, fields, "references.invoiced_object", IDENTIFIER)
            elif code == PROJECT and self.with_project and "references.project" not in fields:
                self._take_coded(element, source, fields, "references.project", TEXT)
            else:
                papers.append(made(supporting, self.paper, element, source))
        if any(papers):
            fields["supporting"] = tuple(paper for paper in papers if paper)

    def _coded(self, parent: etree._Element, kind: Kind, value: object, code: str) -> None:
        element = etree.SubElement(parent, self.tag)
        add(element, t.tag("cbc:ID"), kind, value, {})
        etree.SubElement(element, self.code).text = code

    def _take_coded(
        self, element: etree._Element, source: Source, fields: Fields, name: str, kind: Kind
    ) -> None:
        source.take(element, self.code)
        number = source.take(element, t.tag("cbc:ID"))
        value = None if number is None else kind.take(source, number)
        if value is not None:
            fields[name] = value


@dataclass(frozen=True, slots=True)
class _Means:
    """One PaymentMeans: the instructions, one of the accounts, and a credit note's due date."""

    payment: PaymentInstructions
    account: BankAccount | None
    due_date: date | None
    is_first: bool


_ACCOUNT = (
    t.leaf("BT-84", "cbc:ID", "account"),
    t.leaf("BT-85", "cbc:Name", "holder"),
    t.leaf("BT-86", "cac:FinancialInstitutionBranch/cbc:ID", "bic"),
)
_CARD = (
    t.leaf("BT-87", "cbc:PrimaryAccountNumberID", "payment.card_number"),
    t.const("cbc:NetworkID", "mapped-from-cii"),
    t.leaf("BT-88", "cbc:HolderName", "payment.card_holder"),
)
_MANDATE = (
    t.leaf("BT-89", "cbc:ID", "payment.mandate"),
    t.leaf("BT-91", "cac:PayerFinancialAccount/cbc:ID", "payment.debited_account"),
)


class PaymentMeans:
    """PaymentMeans: repeated for each account, all with the same code (UBL-SR-47)."""

    tag = t.tag("cac:PaymentMeans")
    code = t.tag("cbc:PaymentMeansCode")

    def __init__(self, *, with_due_date: bool) -> None:
        """Say whether the due date (BT-9) belongs here, as in a credit note."""
        due = t.leaf("BT-9", "cbc:PaymentDueDate", "due_date", ISO_DATE)
        self.with_due_date = with_due_date
        self.account = t.part(
            "cac:PayeeFinancialAccount", "account", record(BankAccount), *_ACCOUNT
        )
        self.first = (t.group("cac:CardAccount", *_CARD),)
        self.mandate = (t.group("cac:PaymentMandate", *_MANDATE),)
        self.due = due
        self.payment_id = t.leaf("BT-83", "cbc:PaymentID", "payment.remittance")

    def write(self, parent: etree._Element, record: Invoice) -> bool:
        """Add one element for each account, or one without."""
        payment, due = record.payment, record.due_date if self.with_due_date else None
        if payment is None and due is None:
            return False
        payment = payment or PaymentInstructions(means=NOT_DEFINED)
        for at, account in enumerate(payment.accounts or (None,)):
            self._write_one(parent, _Means(payment, account, due, is_first=at == 0))
        return True

    def _write_one(self, parent: etree._Element, means: _Means) -> None:
        element = etree.SubElement(parent, self.tag)
        code = etree.SubElement(element, self.code)
        code.text = means.payment.means
        if means.payment.means_text and means.is_first:
            code.set("name", means.payment.means_text)
        if means.due_date:
            self.due.write(element, means)
        self.payment_id.write(element, means)
        if means.is_first:
            write_all(self.first, element, means)
        self.account.write(element, means)
        if means.is_first:
            write_all(self.mandate, element, means)

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read those with the first one's code; another code is left and so reported."""
        accounts: list[BankAccount] = []
        for element in list(source.children(parent, self.tag)):
            code = element.find(self.code)
            means = "" if code is None else text_of(code)
            if fields.setdefault("payment.means", means) != means:
                continue
            source.taken.add(element)
            if code is not None:
                source.taken.add(code)
                if code.get("name"):
                    fields.setdefault("payment.means_text", code.get("name"))
            here: Fields = {}
            read_all(
                (self.due, self.payment_id, *self.first, self.account, *self.mandate),
                element,
                source,
                here,
            )
            account = here.pop("account", None)
            if account is not None and account not in accounts:
                accounts.append(account)
            self._keep(here, fields, source, element)
        if accounts:
            fields["payment.accounts"] = tuple(accounts)
        self._forget_placeholder(fields)

    def _keep(self, here: Fields, fields: Fields, source: Source, element: etree._Element) -> None:
        for name, value in here.items():
            if fields.setdefault(name, value) != value:
                source.report(
                    "not_carried", element, f"{name} is stated twice; {value!r} is not carried"
                )

    def _forget_placeholder(self, fields: Fields) -> None:
        """Drop the means that stood there only to hold a credit note's due date."""
        if not fields.get("payment.means"):
            fields.pop("payment.means", None)
        alone = [name for name in fields if name.startswith("payment.")] == ["payment.means"]
        if alone and "due_date" in fields and fields["payment.means"] == NOT_DEFINED:
            del fields["payment.means"]


class TaxTotals:
    """TaxTotal: the breakdown in the document's currency, and the total in the tax currency."""

    tag = t.tag("cac:TaxTotal")
    amount = t.tag("cbc:TaxAmount")
    rows = t.many(
        "cac:TaxSubtotal",
        "breakdown",
        subtotal,
        t.leaf("BT-116", "cbc:TaxableAmount", "taxable", AMOUNT_IN_CURRENCY),
        t.leaf("BT-117", "cbc:TaxAmount", "tax", AMOUNT_IN_CURRENCY),
        tax_category("cac:TaxCategory", "rate", "BT-118 BT-119 BT-121 BT-120"),
    )

    def write(self, parent: etree._Element, record: Invoice) -> bool:
        """Add the total with its rows, then the second total."""
        totals = record.totals
        element = etree.SubElement(parent, self.tag)
        add(element, self.amount, AMOUNT_IN_CURRENCY, totals.tax, {})
        self.rows.write(element, totals)
        if totals.tax_in_tax_currency is not None:
            second = etree.SubElement(parent, self.tag)
            add(second, self.amount, AMOUNT_IN_CURRENCY, totals.tax_in_tax_currency, {})
        return True

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read both totals, told apart by their currency."""
        for element in list(source.children(parent, self.tag)):
            amount = element.find(self.amount)
            currency = source.currency if amount is None else amount.get("currencyID", "")
            if currency in {source.currency, ""} and "totals.tax" not in fields:
                self._main(element, amount, source, fields)
            elif amount is not None and "totals.tax_in_tax_currency" not in fields:
                self._second(element, amount, source, fields)

    def _main(
        self,
        element: etree._Element,
        amount: etree._Element | None,
        source: Source,
        fields: Fields,
    ) -> None:
        source.taken.add(element)
        self.rows.read(element, source, fields)
        if amount is not None:
            source.taken.add(amount)
            tax = take_amount(source, amount)
            if tax is not None:
                fields["totals.tax"] = tax

    def _second(
        self, element: etree._Element, amount: etree._Element, source: Source, fields: Fields
    ) -> None:
        currency = amount.get("currencyID", "")
        if currency == source.currency:
            return  # a third total in the same currency: left, and so reported
        tax = take_amount(source, amount, currency)
        if tax is not None:
            source.taken.update((element, amount))
            fields["totals.tax_in_tax_currency"] = tax


def is_vat(element: etree._Element) -> bool:
    """Tell whether a PartyTaxScheme is of VAT."""
    scheme = element.findtext(f"{t.tag('cac:TaxScheme')}/{t.tag('cbc:ID')}") or ""
    return scheme.strip().upper() == "VAT"


def is_other_tax(element: etree._Element) -> bool:
    """Tell whether a PartyTaxScheme is of another register than VAT."""
    return not is_vat(element)


def one_identifier(ids: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
    """Return what may be said where one identifier is allowed: one of a scheme, if any, and SEPA."""
    plain = [one for one in ids if one.scheme != SEPA]
    known = [one for one in plain if one.scheme] or plain
    return (*known[:1], *(one for one in ids if one.scheme == SEPA))


SEPA = "SEPA"
"""The scheme that marks a bank's creditor identifier (BT-90) among a party's identifiers."""
