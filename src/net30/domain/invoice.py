"""Invoice: the claim for payment, as EN 16931 describes it, in one frozen value.

Quotes, pro formas, deposit invoices and credit notes are the same value with another type
code. Amounts of documents that others wrote are kept as stated; totals.py computes ours and
rules.py compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from net30.domain.line import AllowanceCharge, Line, Period
from net30.domain.party import Address, Identifier, Party, TaxRepresentative
from net30.domain.tax import TaxSubtotal
from net30.domain.terms import EarlyPaymentDiscount
from net30.kernel.money import Money

# UNTDID 1001 codes (BT-3) that net30 writes itself; others are read and kept.
INVOICE = "380"
CREDIT_NOTE = "381"
CORRECTED = "384"
DEPOSIT = "386"
PRO_FORMA = "325"
QUOTE = "310"

CREDIT_NOTE_CODES = frozenset(
    {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"}
)
"""Type codes that reduce what a customer owes (EN 16931 BR-CL-01, credit-note list)."""

OFFER_CODES = frozenset({PRO_FORMA, QUOTE})
"""Documents in invoice form that claim nothing."""

DRAFTED_CODES = frozenset({INVOICE, CORRECTED, DEPOSIT, PRO_FORMA, QUOTE})
"""What can be drafted from a request; a credit note is drafted from its invoice only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """Where to pay by transfer (BG-17): IBAN or account number, holder, BIC or bank name."""

    account: str
    holder: str = ""
    bic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInstructions:
    """How to pay (BG-16 to BG-19); `means` is a UNTDID 4461 code, 30 a credit transfer."""

    means: str = "30"
    means_text: str = ""
    remittance: str = ""
    accounts: tuple[BankAccount, ...] = ()
    card_number: str = ""
    card_holder: str = ""
    mandate: str = ""
    creditor_id: str = ""
    debited_account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Where and when goods or services were delivered (BG-13)."""

    name: str = ""
    location: Identifier | None = None
    day: date | None = None
    address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What other papers call this deal (BT-10 to BT-19)."""

    buyer: str = ""
    project: str = ""
    contract: str = ""
    order: str = ""
    sales_order: str = ""
    receiving_advice: str = ""
    despatch_advice: str = ""
    tender: str = ""
    invoiced_object: Identifier | None = None
    accounting: str = ""


NO_REFERENCES = References()


@dataclass(frozen=True, slots=True)
class PrecedingInvoice:
    """The invoice that this one corrects, credits or follows (BG-3)."""

    number: str
    issued: date | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A remark (BG-1) with its UNTDID 4451 subject code, if any."""

    text: str
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportingDocument:
    """A paper that proves the claim (BG-24): a link, or the bytes themselves."""

    reference: str
    description: str = ""
    uri: str = ""
    filename: str = ""
    media_type: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalStamp:
    """What a tax office returned on clearance: its number, code and QR payload."""

    country: str
    authority_number: str
    code: str
    qr_payload: str
    stamped_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The sums of a document (BG-22) and its VAT breakdown (BG-23)."""

    line_net: Money
    allowances: Money
    charges: Money
    net: Money
    tax: Money
    gross: Money
    prepaid: Money
    rounding: Money
    due: Money
    breakdown: tuple[TaxSubtotal, ...]
    tax_in_tax_currency: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A claim for payment, draft or issued.

    `id` is ours and never shown; `number` (BT-1) is empty until issue; `type_code` is BT-3;
    `exchange_rate` gives units of `tax_currency` (BT-6) for one unit of `currency` (BT-5).
    """

    id: str
    type_code: str
    currency: str
    issue_date: date
    seller: Party
    customer: Party
    lines: tuple[Line, ...]
    totals: Totals
    number: str = ""
    customer_id: str = ""
    language: str = ""
    due_date: date | None = None
    tax_point: date | None = None
    tax_point_code: str = ""
    tax_currency: str = ""
    exchange_rate: Decimal | None = None
    prices_include_tax: bool = False
    terms: str = ""
    discount: EarlyPaymentDiscount | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    charges: tuple[AllowanceCharge, ...] = ()
    payee: Party | None = None
    tax_representative: TaxRepresentative | None = None
    delivery: Delivery | None = None
    period: Period | None = None
    payment: PaymentInstructions | None = None
    references: References = NO_REFERENCES
    preceding: tuple[PrecedingInvoice, ...] = ()
    notes: tuple[Note, ...] = ()
    supporting: tuple[SupportingDocument, ...] = ()
    process: str = ""
    specification: str = ""
    place: str = ""
    stamp: FiscalStamp | None = None

    @property
    def is_credit_note(self) -> bool:
        """Tell whether the document reduces what the customer owes."""
        return self.type_code in CREDIT_NOTE_CODES

    @property
    def is_claim(self) -> bool:
        """Tell whether the document counts in the books; quotes and pro formas do not."""
        return self.type_code not in OFFER_CODES

    @property
    def is_issued(self) -> bool:
        """Tell whether the document has its number and can change no more."""
        return bool(self.number)
