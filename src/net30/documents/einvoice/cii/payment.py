"""CII's payment: one element for each account, and the terms beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from net30.documents.einvoice.cii.parts import (
    day,
    t,
)
from net30.documents.einvoice.shape import (
    Fields,
    Node,
    read_all,
    write_all,
)
from net30.documents.einvoice.sheet import Sheet
from net30.documents.einvoice.source import Source, text_of
from net30.domain.invoice import BankAccount, Invoice, PaymentInstructions
from net30.domain.terms import EarlyPaymentDiscount
from net30.kernel.errors import InputError

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9 ]{8,40}")


@dataclass(frozen=True, slots=True)
class _Means:
    """One SpecifiedTradeSettlementPaymentMeans: the instructions and one of the accounts."""

    payment: PaymentInstructions
    account: BankAccount | None


def _number(account: BankAccount, *, iban: bool) -> str:
    return account.account if iban == bool(_IBAN.fullmatch(account.account)) else ""


class PaymentMeans:
    """Payment means: repeated for each account, all with the same code (CII-SR-467)."""

    tag = t.tag("ram:SpecifiedTradeSettlementPaymentMeans")
    code = t.tag("ram:TypeCode")
    first: tuple[Node, ...] = (
        t.group(
            "ram:ApplicableTradeSettlementFinancialCard",
            t.leaf("BT-87", "ram:ID", "payment.card_number"),
            t.leaf("BT-88", "ram:CardholderName", "payment.card_holder"),
        ),
        t.leaf(
            "BT-91", "ram:PayerPartyDebtorFinancialAccount/ram:IBANID", "payment.debited_account"
        ),
    )
    account: tuple[Node, ...] = (
        t.group(
            "ram:PayeePartyCreditorFinancialAccount",
            t.leaf(
                "BT-84",
                "ram:IBANID",
                "account.account",
                get=lambda means: means.account and _number(means.account, iban=True),
            ),
            t.leaf("BT-85", "ram:AccountName", "account.holder"),
            t.leaf(
                "BT-84",
                "ram:ProprietaryID",
                "account.account",
                get=lambda means: means.account and _number(means.account, iban=False),
            ),
        ),
        t.leaf("BT-86", "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", "account.bic"),
    )
    nodes: tuple[Node, ...] = (
        t.leaf("BT-81", "ram:TypeCode", "payment.means"),
        t.leaf("BT-82", "ram:Information", "payment.means_text"),
    )

    def write(self, sheet: Sheet, record: Invoice) -> bool:
        """Add one element for each account, or one without."""
        if record.payment is None:
            return False
        for at, account in enumerate(record.payment.accounts or (None,)):
            means = _Means(record.payment, account)
            started = sheet.start(self.tag)
            write_all(self.nodes, sheet, means)
            if at == 0:
                write_all(self.first, sheet, means)
            write_all(self.account, sheet, means)
            sheet.end(self.tag, started)
        return True

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read those with the first one's code; another code is left and so reported."""
        accounts: list[BankAccount] = []
        for element in list(source.children(parent, self.tag)):
            here: Fields = {}
            means = (element.findtext(self.code) or "").strip()
            if fields.get("payment.means", means) != means:
                continue
            source.taken.add(element)
            read_all((*self.nodes, *self.first, *self.account), element, source, here)
            parts = {
                name.removeprefix("account."): here.pop(name)
                for name in list(here)
                if name.startswith("account.")
            }
            if parts:
                accounts.append(BankAccount(**({"account": ""} | parts)))
            for name, value in here.items():
                if fields.setdefault(name, value) != value:
                    source.report(
                        "not_carried", element, f"{name} is stated twice; {value!r} is not carried"
                    )
        if accounts:
            fields["payment.accounts"] = tuple(accounts)


class PaymentTerms:
    """SpecifiedTradePaymentTerms: text, due date, mandate; EXTENDED adds discount steps."""

    tag = t.tag("ram:SpecifiedTradePaymentTerms")
    step = t.tag("ram:ApplicableTradePaymentDiscountTerms")
    nodes: tuple[Node, ...] = (
        t.leaf("BT-20", "ram:Description", "terms"),
        day("BT-9", "ram:DueDateDateTime", "due_date"),
        t.leaf("BT-89", "ram:DirectDebitMandateID", "payment.mandate"),
    )

    def write(self, sheet: Sheet, record: Invoice) -> bool:
        """Add the terms, if there are any."""
        return t.group("ram:SpecifiedTradePaymentTerms", *self.nodes).write(sheet, record)

    def read(self, parent: etree._Element, source: Source, fields: Fields) -> None:
        """Read the terms without a discount, whose date is the due date, and the first discount."""
        found = list(source.children(parent, self.tag))
        plain = [element for element in found if element.find(self.step) is None]
        for element in (plain or found)[:1]:
            source.taken.add(element)
            read_all(self.nodes, element, source, fields)
        for element in found:
            if element.find(self.step) is not None and "discount" not in fields:
                self._discount(element, source, fields)

    def _discount(self, element: etree._Element, source: Source, fields: Fields) -> None:
        step = element.find(self.step)
        measure = None if step is None else step.find(t.tag("ram:BasisPeriodMeasure"))
        percent = None if step is None else step.find(t.tag("ram:CalculationPercent"))
        if step is None or measure is None or percent is None or measure.get("unitCode") != "DAY":
            return
        try:
            days, off = int(text_of(measure)), Decimal(text_of(percent))
            fields["discount"] = EarlyPaymentDiscount(off, days)
        except (ValueError, ArithmeticError, InputError):
            return  # not taken, and so reported with what it says
        source.taken.update((element, step, measure, percent))
