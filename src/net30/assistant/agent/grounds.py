"""Grounds: whether the figures of a proposed call are the user's, or only the model's.

Two readers must agree on money. The offline understanding read the same message: what it read
completely is the measure, and a model's call with other lines, rates, currency or amount is not
made. Where it could not read the whole, every figure must have been said by the user, or follow
from what was said in one of the few ways that people leave to be worked out: a net price from a
price with tax, a percentage or a part of an amount, days of several people, minutes as hours.

Figures in the results of tools count as said: "the same price as last time". Dates and filters
are not checked: they change no amount, and drafts, confirmations and tables show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from net30.assistant.agent.figures import Figures
from net30.assistant.arguments import Arguments
from net30.assistant.calls import Call
from net30.assistant.targets.paying import PARTS
from net30.assistant.understanding.clean import fold
from net30.assistant.understanding.directory import KnownInvoice
from net30.kernel.decimals import EXACT

CENT = Decimal("0.01")
"""How near a worked out figure must come: people and models round it to the cent."""
SIXTY = Decimal(60)
QUARTER = Decimal(15)
HUNDRED = Decimal(100)
FIGURES_MAX = 60
"""More figures in a message are a document; only so many are tried in pairs."""

_PAYING = {"record_payment", "create_credit_note"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What the figures of a call may come from.

    `read` are the calls that the offline understanding made of the message, `said` the figures
    of the user's messages and of what tools told, `tax_rate` and `currency` are taken
    where a call leaves them out: the company's, and the client's.
    """

    read: Sequence[Call]
    said: Figures
    tax_rate: Decimal
    currency: str
    invoice: KnownInvoice | None = None

    def objection(self, call: Call) -> str:
        """Return what is wrong with a call's figures, for the model to read, or nothing."""
        target = call.pending or call
        if any(target in (one, one.pending) for one in self.read):
            return ""
        args = target.args.as_json()
        if target.tool == "create_invoice":
            return self._of_lines(target, args)
        if target.tool in _PAYING and "amount" in args:
            return self._of_amount(target, Decimal(str(args["amount"])))
        return ""

    def _of_lines(self, call: Call, args: dict[str, object]) -> str:
        rivals = [one for one in self._read_with("create_invoice") if _client(one) == _client(call)]
        if rivals:
            if any(self._money(one) == self._money(call) for one in rivals):
                return ""
            return _otherwise(rivals)
        currency = args.get("currency")
        if currency and currency not in {*self.said.currencies, self.currency}:
            return f"the user named no currency {currency}; leave it out, or ask for it"
        for line in _lines(call):
            fault = self._of_line(line)
            if fault:
                return f"the user said no {fault}; pass figures as they were said, or ask for them"
        return ""

    def _of_line(self, line: dict[str, Decimal]) -> str:
        rate = line.get("tax_rate", self.tax_rate)
        said = self.said.numbers
        allowed: dict[str, tuple[Iterable[Decimal], Iterable[Decimal]]] = {
            "unit_price": ({Decimal(0), *said}, self._worked_prices(rate)),
            "quantity": ({Decimal(1), *said, *self._products()}, self._worked_quantities()),
            "tax_rate": ({Decimal(0), self.tax_rate, *said}, ()),
            "discount_percent": ({*said, *(HUNDRED * part for part in PARTS.values())}, ()),
        }
        for name, value in line.items():
            exact, worked = allowed[name]
            if value not in exact and not _near(value, worked):
                return f"{name} {value}"
        if line["unit_price"] == line["quantity"] != 1:
            return f"quantity {line['quantity']} beside a unit_price {line['unit_price']}"
        return ""

    def _of_amount(self, call: Call, amount: Decimal) -> str:
        whole = self._whole(call)
        rivals = [one for one in self._read_with(call.tool) if _number(one) == _number(call)]
        if rivals:
            read = [_amount(one, whole) for one in rivals]
            return "" if amount in read else _otherwise(rivals)
        said = self.said.numbers
        known = [whole] if whole else []
        worked = (*_shares(known, said), *(one - other for one in known for other in said))
        if amount in {*said, *known} or _near(amount, worked):
            return ""
        return f"the user said no amount {amount}; pass it as it was said, or ask for it"

    def _whole(self, call: Call) -> Decimal | None:
        """Return what a payment or a credit without an amount would be."""
        if self.invoice is None:
            return None
        return self.invoice.balance if call.tool == "record_payment" else self.invoice.total

    def _money(self, call: Call) -> tuple[str, list[tuple[Decimal, Decimal, Decimal]]]:
        """Return what decides a draft's totals: currency; net, rate and discount of each line."""
        rows = [
            (
                EXACT.multiply(line["unit_price"], line["quantity"]),
                line.get("tax_rate", self.tax_rate),
                line.get("discount_percent", Decimal(0)),
            )
            for line in _lines(call)
        ]
        return str(call.args.as_json().get("currency", self.currency)), sorted(rows)

    def _read_with(self, tool: str) -> list[Call]:
        targets = [one.pending or one for one in self.read]
        return [one for one in targets if one.tool == tool]

    def _worked_prices(self, rate: Decimal) -> Iterator[Decimal]:
        said = self.said.numbers
        if rate >= 0:
            yield from (EXACT.divide(price * HUNDRED, HUNDRED + rate) for price in said)
        yield from _shares(said, said)

    def _products(self) -> Iterator[Decimal]:
        """Yield the days of several people, and the parts of one."""
        said = sorted(self.said.numbers)[:FIGURES_MAX]
        yield from PARTS.values()
        yield from (EXACT.multiply(one, other) for one in said for other in said)

    def _worked_quantities(self) -> Iterator[Decimal]:
        """Yield minutes as hours, and hours with minutes."""
        said = sorted(self.said.numbers)[:FIGURES_MAX]
        minutes = [
            EXACT.divide(one, SIXTY) for one in said if 0 < one < SIXTY or one % QUARTER == 0
        ]
        yield from minutes
        yield from (hours + part for hours in said for part in minutes if part < 1)


def _shares(wholes: Iterable[Decimal], said: Iterable[Decimal]) -> Iterator[Decimal]:
    rates = [*PARTS.values(), *(EXACT.divide(one, HUNDRED) for one in said if 0 < one < HUNDRED)]
    for whole in list(wholes)[:FIGURES_MAX]:
        yield from (EXACT.multiply(whole, rate) for rate in rates[:FIGURES_MAX])


def _near(value: Decimal, allowed: Iterable[Decimal]) -> bool:
    return any(abs(value - one) <= CENT for one in allowed)


def _amount(call: Call, whole: Decimal | None) -> Decimal | None:
    amount = call.args.as_json().get("amount")
    return whole if amount is None else Decimal(str(amount))


def _otherwise(rivals: Sequence[Call]) -> str:
    read = ", ".join(str(one.args.as_json()) for one in rivals)
    return f"the user's message reads {read}; pass these figures, or ask which are meant"


def _lines(call: Call) -> list[dict[str, Decimal]]:
    return [
        {"unit_price": line["unit_price"], "quantity": line["quantity"]}
        | {name: line[name] for name in ("tax_rate", "discount_percent") if line[name] is not None}
        for line in _dumped(call.args)["lines"]
    ]


def _dumped(args: Arguments) -> dict[str, list[dict[str, Decimal]]]:
    """Return the arguments of a draft, its lines with their decimals."""
    return args.model_dump(include={"lines"})


def _client(call: Call) -> str:
    return fold(str(call.args.as_json().get("client", "")))


def _number(call: Call) -> str:
    return str(call.args.as_json().get("number", "")).upper()
