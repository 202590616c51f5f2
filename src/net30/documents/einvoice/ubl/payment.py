"""UBL's payment means: one element for each account, and a credit note's due date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lxml import etree

from net30.documents.einvoice.assembly import NOT_DEFINED
from net30.documents.einvoice.kinds import (
    ISO_DATE,
)
from net30.documents.einvoice.records import (
    record,
)
from net30.documents.einvoice.shape import (
    Fields,
    read_all,
    write_all,
)
from net30.documents.einvoice.sheet import Sheet, marked
from net30.documents.einvoice.source import Source, text_of
from net30.documents.einvoice.ubl.parts import t
from net30.domain.invoice import BankAccount, Invoice, PaymentInstructions


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

    def write(self, sheet: Sheet, record: Invoice) -> bool:
        """Add one element for each account, or one without."""
        payment, due = record.payment, record.due_date if self.with_due_date else None
        if payment is None and due is None:
            return False
        payment = payment or PaymentInstructions(means=NOT_DEFINED)
        for at, account in enumerate(payment.accounts or (None,)):
            self._write_one(sheet, _Means(payment, account, due, is_first=at == 0))
        return True

    def _write_one(self, sheet: Sheet, means: _Means) -> None:
        started = sheet.start(self.tag)
        name = means.payment.means_text if means.is_first else ""
        sheet.text(self.code, means.payment.means, marked({"name": name}) if name else "")
        if means.due_date and means.is_first:  # UBL-SR-45
            self.due.write(sheet, means)
        self.payment_id.write(sheet, means)
        if means.is_first:
            write_all(self.first, sheet, means)
        self.account.write(sheet, means)
        if means.is_first:
            write_all(self.mandate, sheet, means)
        sheet.end(self.tag, started)

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
            if account is not None:
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
