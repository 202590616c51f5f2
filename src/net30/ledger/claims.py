"""Claims: the rows of a file read as invoices, each with what is known of its payment.

Every column is read as a whole; only rows with a fault are looked at one by one, to say what is
wrong with them. A row with an error is left out and told, the others stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from net30.domain.customer import fold
from net30.kernel.errors import InputError
from net30.kernel.findings import Severity
from net30.kernel.money import currency_digits, digits_of
from net30.ledger.day_text import DateOrder, date_orders, days, has_order
from net30.ledger.extras import extras_map
from net30.ledger.faults import Faults
from net30.ledger.mapping import Mapping, Role
from net30.ledger.number_text import NumberStyle, minor_units, number_style, split_currency, tidied
from net30.ledger.readers.sheet import Sheet
from net30.ledger.safe_cells import restored

ID_CHARACTERS_MAX = 60
NAME_CHARACTERS_MAX = 200

NO_CLAIM_WORDS = frozenset(
    "draft brouillon void voided cancelled canceled annulee annule deleted supprimee quote devis"
    .split()
)
"""States of rows that claim nothing: they are left out and counted."""

PAID_WORDS = frozenset("paid paye payee closed settled regle reglee solde soldee".split())
"""States of rows that are paid, which matters where no date says so."""

_UNSEEN = (
    r"[\x00-\x08\x{0B}\x{0C}\x{0E}-\x1F\x7F-\x{9F}\x{200E}\x{200F}\x{202A}-\x{202E}"
    r"\x{2066}-\x{2069}]"
)
"""Control characters and direction overrides: they could make a text look like another."""

SIGNS = {
    "€": {"EUR"},
    "£": {"GBP"},
    "¥": {"JPY", "CNY"},
    "₦": {"NGN"},
    "₵": {"GHS"},
    "₹": {"INR"},
    "R$": {"BRL"},
    "FCFA": {"XOF", "XAF"},
    "F CFA": {"XOF", "XAF"},
    "CFA": {"XOF", "XAF"},
    "F": {"XOF", "XAF", "CHF", "GNF", "CDF", "DJF", "KMF", "RWF", "BIF", "XPF"},
    "Fr": {"CHF"},
    "Fr.": {"CHF"},
}
"""The currencies that a sign beside an amount can mean; others are not checked."""

CLAIMS = pa.schema(
    [
        pa.field("row", pa.int32()),
        pa.field("external_id", pa.string()),
        pa.field("number", pa.string()),
        pa.field("customer_ref", pa.dictionary(pa.int32(), pa.string())),
        pa.field("customer", pa.dictionary(pa.int32(), pa.string())),
        pa.field("email", pa.dictionary(pa.int32(), pa.string())),
        pa.field("currency", pa.dictionary(pa.int32(), pa.string())),
        pa.field("amount", pa.int64()),
        pa.field("net", pa.int64()),
        pa.field("tax", pa.int64()),
        pa.field("issue_date", pa.date32()),
        pa.field("due_date", pa.date32()),
        pa.field("paid_date", pa.date32()),
        pa.field("balance", pa.int64()),
        pa.field("method", pa.dictionary(pa.int32(), pa.string())),
        pa.field("extras", pa.map_(pa.string(), pa.string())),
    ]
)
"""One row an invoice. `balance` is what is open, in minor units: 0 for a paid one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What is taken where the file is silent: its currency, its date order, and what day it is."""

    currency: str
    date_order: DateOrder = DateOrder.DAY_FIRST
    today: date


def read_claims(sheet: Sheet, mapping: Mapping, defaults: Defaults) -> pa.Table:
    """Return the good rows of a sheet as CLAIMS; what is wrong is noted in the sheet's faults.

    Raises InputError for an unknown default currency.
    """
    reading = _Reading(sheet, mapping, defaults)
    reading.identify()
    reading.read_currency()
    reading.read_amounts()
    reading.read_days()
    reading.settle()
    return reading.table()


@dataclass(slots=True)
class _Reading:
    """A sheet half read: the columns so far, and which rows are still good."""

    sheet: Sheet
    mapping: Mapping
    defaults: Defaults
    done: dict[str, pa.Array] = field(default_factory=dict)
    good: pa.Array = field(init=False)
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self.good = self._same(value=True)
        self.faults = self.sheet.faults
        self.done["row"] = self.sheet.rows

    # --- who and what ---------------------------------------------------------------------------

    def identify(self) -> None:
        """Read ids, numbers, customers, and leave out what claims nothing."""
        number = self._text(Role.NUMBER)
        external = self._text(Role.INVOICE_ID)
        key = Role.INVOICE_ID if external is not None else Role.NUMBER
        ids = _whole_numbers(external if external is not None else number)
        self._need(key, ids, "the row has no invoice id", ID_CHARACTERS_MAX)
        self.done["external_id"] = ids
        numbers = ids if number is None else _whole_numbers(number)
        self.done["number"] = pc.if_else(_is_empty(numbers), ids, numbers)
        self._fit(Role.NUMBER, self.done["number"], ID_CHARACTERS_MAX)
        reference = self._text(Role.CUSTOMER_ID)
        name = self._text(Role.CUSTOMER)
        key = Role.CUSTOMER_ID if reference is not None else Role.CUSTOMER
        known_as = _known_as(name) if name is not None else None
        reference = known_as if reference is None else _whole_numbers(reference)
        if known_as is not None:
            reference = pc.if_else(_is_empty(reference), known_as, reference)
        names = reference if name is None else pc.if_else(_is_empty(name), reference, name)
        self._need(key, reference, "the row has no customer", NAME_CHARACTERS_MAX)
        self._fit(Role.CUSTOMER, names, NAME_CHARACTERS_MAX)
        self.done["customer_ref"] = reference.dictionary_encode()
        self.done["customer"] = names.dictionary_encode()
        for role in (Role.EMAIL, Role.METHOD):
            texts = self._text(role)
            self.done[role] = (self._same("") if texts is None else texts).dictionary_encode()
        self._leave_out_no_claims()

    def _leave_out_no_claims(self) -> None:
        status = self._words(Role.STATUS)
        if status is not None:
            none = pc.is_in(status, pa.array(sorted(NO_CLAIM_WORDS)))
            self._note(
                "no_claim", Role.STATUS, none, "a row that is {!r} claims nothing", Severity.NOTE
            )
            self.good = pc.and_not(self.good, none)

    # --- how much -------------------------------------------------------------------------------

    def read_currency(self) -> None:
        """Read the currency of each row, and its decimals."""
        default = self.mapping.layout.currency or self.defaults.currency
        digits_of(default)
        texts = self._text(Role.CURRENCY)
        if texts is None:
            codes = self._same(default)
        else:
            codes = pc.if_else(_is_empty(texts), pa.scalar(default), pc.utf8_upper(texts))
        words = codes.dictionary_encode()
        known = currency_digits()
        digits = [known.get(word) for word in words.dictionary.to_pylist()]
        self.done["decimals"] = pa.array(digits, pa.int8()).take(words.indices)
        self.done["currency"] = words
        bad = pc.is_null(self.done["decimals"])
        self._refuse("currency", Role.CURRENCY, bad, "{!r} is no ISO 4217 currency code")

    def read_amounts(self) -> None:
        """Read amounts into minor units."""
        for role in (Role.AMOUNT, Role.NET, Role.TAX, Role.BALANCE):
            texts = self._text(role)
            if texts is None:
                self.done[role] = pa.nulls(len(self.sheet.rows), pa.int64())
                continue
            amounts = self._amounts(role, texts)
            wrong = pc.is_null(amounts)
            if role is not Role.AMOUNT:
                wrong = pc.and_not(wrong, _is_empty(texts))
            message = "{!r} is no amount in this column's style and currency"
            self._refuse("amount", role, wrong, message)
            self.done[role] = amounts

    def _amounts(self, role: Role, texts: pa.Array) -> pa.Array:
        numbers, signs = split_currency(tidied(texts))
        decimals = self.done["decimals"]
        mark = self.mapping.layout.decimal_mark
        first = next((d for d in pc.unique(decimals).to_pylist() if d is not None), 2)
        style = NumberStyle(mark) if mark else number_style(numbers, first)
        if style.mixed:
            self._say("amount_mixed", role, "some amounts have a comma, others a point as decimal "
                      f"mark: {style.decimal_mark!r} was taken")  # fmt: skip
        if not style.sure:
            meaning = "decimals" if first == 3 else "thousands"  # noqa: PLR2004
            self._say("amount_grouping", role, f"every mark has three digits behind it, so they "
                      f"were read as {meaning}; a layout's decimal_mark says otherwise")  # fmt: skip
        self._check_signs(role, signs)
        return minor_units(numbers, style, decimals)

    def _check_signs(self, role: Role, signs: pa.Array) -> None:
        currency = self.done["currency"].cast(pa.string())
        wrong = self._same(value=False)
        for sign in pc.unique(signs).to_pylist():
            meant = SIGNS.get(sign) or ({sign} if sign in currency_digits() else set())
            if meant:
                other = pc.invert(pc.is_in(currency, pa.array(sorted(meant))))
                wrong = pc.or_(wrong, pc.and_(pc.equal(signs, pa.scalar(sign)), other))
        self._refuse(
            "amount_currency", role, wrong, "the amount {!r} names another currency than its row"
        )

    # --- when -----------------------------------------------------------------------------------

    def read_days(self) -> None:
        """Read the days; the order of day and month is one for all date columns."""
        texts = {
            role: column.dictionary_encode()
            for role in (Role.ISSUE_DATE, Role.DUE_DATE, Role.PAID_DATE)
            if (column := self._text(role)) is not None
        }
        order = self._order([column.dictionary.to_pylist() for column in texts.values()])
        for role in (Role.ISSUE_DATE, Role.DUE_DATE, Role.PAID_DATE):
            if role not in texts:
                self.done[role] = pa.nulls(len(self.sheet.rows), pa.date32())
                continue
            found, wrong = days(texts[role], order)
            if role is Role.ISSUE_DATE:
                wrong = pc.is_null(found)
            self._refuse("date", role, wrong, "{!r} is no date between 1900 and 2200")
            self.done[role] = found

    def _order(self, columns: list[list[str]]) -> DateOrder:
        words = [word for column in columns for word in column]
        if self.mapping.layout.date_order and not date_orders(words):
            return self.mapping.layout.date_order
        proven = date_orders(words)
        if len(proven) == 1:
            return next(iter(proven))
        order = self.mapping.layout.date_order or self.defaults.date_order
        reading = "the day first" if order is DateOrder.DAY_FIRST else "the month first"
        if proven:
            self._say("date_mixed", Role.ISSUE_DATE, "some dates have the day first, others the "
                      f"month: {reading} was taken")  # fmt: skip
        elif has_order(words):
            self._say("date_order", Role.ISSUE_DATE, "every date could have the day or the month "
                      f"first: {reading} was taken; a layout's date_order says otherwise")  # fmt: skip
        return order

    # --- what became of it ----------------------------------------------------------------------

    def settle(self) -> None:
        """Find what is open of each row, and check that its figures fit together."""
        amount, paid = self.done[Role.AMOUNT], pc.is_valid(self.done[Role.PAID_DATE])
        stated = self.done[Role.BALANCE]
        beyond = pc.or_(
            pc.greater(pc.abs(stated), pc.abs(amount)),
            pc.less(pc.multiply(pc.sign(stated), pc.sign(amount)), pa.scalar(0, pa.int8())),
        )
        self._refuse("balance", Role.BALANCE, _true(beyond), "the balance {!r} is not within the amount")
        nothing = pa.scalar(0, pa.int64())
        self.done[Role.BALANCE] = pc.coalesce(stated, pc.if_else(paid, nothing, amount))
        self._leave_out_undated(paid, stated)
        issued = self.done[Role.ISSUE_DATE]
        early = _true(pc.less(self.done[Role.DUE_DATE], issued))
        self._note("due_before_issue", Role.DUE_DATE, early, "it was due {!r}, before its issue")
        today = pa.scalar(self.defaults.today, pa.date32())
        for role in (Role.ISSUE_DATE, Role.PAID_DATE):
            future = _true(pc.greater(self.done[role], today))
            self._refuse("in_the_future", role, future, "the day {!r} is still to come")

    def _leave_out_undated(self, paid: pa.Array, stated: pa.Array) -> None:
        closed = _true(pc.and_(pc.equal(stated, pa.scalar(0, pa.int64())),
                               pc.not_equal(self.done[Role.AMOUNT], pa.scalar(0, pa.int64()))))
        status = self._words(Role.STATUS)
        if status is not None:
            says_paid = pc.is_in(status, pa.array(sorted(PAID_WORDS)))
            closed = pc.or_(closed, pc.and_(says_paid, pc.is_null(stated)))
        undated = pc.and_not(closed, paid)
        self._note(
            "paid_without_date",
            Role.PAID_DATE,
            undated,
            "the invoice is paid but no column says when: it was left out",
        )
        self.good = pc.and_not(self.good, undated)

    def table(self) -> pa.Table:
        """Return the good rows, each invoice once."""
        self.done["extras"] = extras_map(
            {name: _clean(self.sheet.column(name)) for name in self.mapping.extras},
            len(self.sheet.rows),
        )
        table = pa.table({name: self.done[name] for name in CLAIMS.names}, schema=CLAIMS)
        return table if pc.all(self.good).as_py() else table.filter(self.good).combine_chunks()

    # --- columns and faults ---------------------------------------------------------------------

    def _text(self, role: Role) -> pa.Array | None:
        header = self.mapping.columns.get(role)
        return None if header is None else _clean(self.sheet.column(header))

    def _words(self, role: Role) -> pa.Array | None:
        texts = self._text(role)
        if texts is None:
            return None
        bare = pc.replace_substring_regex(pc.utf8_lower(texts), pattern="[éèê]", replacement="e")
        return pc.replace_substring_regex(bare, pattern=r"\(e\)|\W", replacement="")

    def _same(self, value: str | bool) -> pa.Array:  # noqa: FBT001 a cell, not a flag
        return pa.repeat(pa.scalar(value), len(self.sheet.rows))

    def _need(self, role: Role, texts: pa.Array, message: str, characters_max: int) -> None:
        self._refuse(f"{role}_missing", role, _is_empty(texts), message)
        self._fit(role, texts, characters_max)

    def _fit(self, role: Role, texts: pa.Array, characters_max: int) -> None:
        long = pc.greater(pc.utf8_length(texts), pa.scalar(characters_max, pa.int32()))
        self._refuse("text_too_long", role, long, f"it has more than {characters_max} characters")

    def _refuse(self, code: str, role: Role, wrong: pa.Array, message: str) -> None:
        self._note(code, role, wrong, message, Severity.ERROR)
        self.good = pc.and_not(self.good, wrong)

    def _note(
        self,
        code: str,
        role: Role,
        where: pa.Array,
        message: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        where = pc.and_(where, self.good)
        if not pc.any(where).as_py():
            return
        header = self.mapping.columns.get(role)
        cells = self.sheet.column(header) if header else self.sheet.rows
        place = (self.sheet.rows.filter(where), role.value)
        self.faults.add_rows(
            code, place, lambda cell: message.format(cell[:80]), cells.filter(where), severity
        )

    def _say(self, code: str, role: Role, message: str) -> None:
        self.faults.add(code, role.value, message, Severity.WARNING)


def _clean(texts: pa.Array) -> pa.Array:
    """Return texts without blanks around them, unseen characters and formula guards."""
    if not pc.all(pc.utf8_is_printable(texts)).as_py():
        texts = pc.replace_substring_regex(texts, pattern=_UNSEEN, replacement="")
    texts = pc.utf8_trim_whitespace(texts)
    return restored(texts) if pc.any(pc.starts_with(texts, "'")).as_py() else texts


def _known_as(names: pa.Array) -> pa.Array:
    """Return what tells customers without an id apart: their names, however they are typed."""
    words = names.dictionary_encode()
    folded = [fold(name) or name for name in words.dictionary.to_pylist()]
    return pa.array(folded, pa.string()).take(words.indices)


def _whole_numbers(texts: pa.Array | None) -> pa.Array:
    """Return ids without the .0 that a table program puts behind a column of numbers."""
    if texts is None:
        raise InputError("a needed column is missing", hint="map it", code="columns_missing")
    floats = pc.match_substring_regex(texts, r"^(\d+\.0)?$")
    if not pc.all(floats).as_py():
        return texts
    return pc.replace_substring_regex(texts, pattern=r"\.0$", replacement="")


def _is_empty(texts: pa.Array) -> pa.Array:
    return pc.equal(texts, pa.scalar(""))


def _true(mask: pa.Array) -> pa.Array:
    return pc.fill_null(mask, pa.scalar(value=False))
