"""Create: from a clause to the order it places, and to the call or the question that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from net30.assistant.calls import Call, ask, make_call
from net30.assistant.orders.lines import charges_of, read_lines
from net30.assistant.orders.mark import Mark, Note, Price
from net30.assistant.orders.marks import read_marks
from net30.assistant.orders.order import Order, OrderLine, stems, with_tax
from net30.assistant.orders.wording import Segment
from net30.assistant.targets.described import described_client
from net30.assistant.understanding.charges import DiscountSaid, TaxSaid, read_percent
from net30.assistant.understanding.currencies import NO_CURRENCY
from net30.assistant.understanding.days import Calendar
from net30.assistant.understanding.money import read_currency
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.terms import IssueSaid, TermsSaid
from net30.assistant.understanding.tokens import Kind
from net30.kernel.dates import end_of_month
from net30.kernel.decimals import EXACT, round_half_up
from net30.kernel.money import digits_of

PERCENT_MAX = Decimal(100)
PERCENT_DIGITS = (4, 6, 8, 10)
"""Decimals that a discount given as an amount may need as a rate."""


def read_order(scene: Scene) -> Order:
    """Return the order that a clause places, as far as it says."""
    scene = replace(scene, named=scene.named[:1])  # other names are part of what is sold
    described = None if scene.named else described_client(scene)
    skipped = (described.start, described.end) if described else _unknown_name(scene)
    marks = read_marks(scene, skipped)
    found = read_lines(scene, marks)
    lines = _discounted(scene, marks, found)
    lines = _taxed(scene, marks, found, lines)
    order = Order(
        clients=described.clients if described else scene.clients,
        stranger="" if described else scene.chart.words(*skipped),
        lines=lines,
        currency=_currency(marks) or _currency_named(scene),
        notes="; ".join(mark.meant.text for mark in marks if isinstance(mark.meant, Note)),
        faults=(*_faults(marks), *_fees(scene), *_prepaid(scene)),
    )
    return _dated(order, marks, scene.calendar)


_BEFORE_NAME = frozenset(
    {"for", "to", "pour", "a", "para", "fur", "chez", "an", "client", "customer"}
)
_AFTER_NAME = frozenset({"for", "pour", "por", "para", "fur", ":"})
NAME_TOKENS_MAX = 5


def _unknown_name(scene: Scene) -> tuple[int, int]:
    """Return the tokens of a name in capitals that nobody in the books bears."""
    chart = scene.chart
    if scene.named or chart.text.isupper():
        return 0, 0
    for place in range(1, len(chart.tokens)):
        led = chart.key(place - 1) in _BEFORE_NAME
        if not led and not chart.ending(place, "cue", "bill"):
            continue
        end = place
        while end < len(chart.tokens) and end < place + NAME_TOKENS_MAX and _is_capital(scene, end):
            end += 1
        alone = led or chart.key(end) in _AFTER_NAME
        if end - place > (0 if alone else 1):
            return place, end
    return 0, 0


def _is_capital(scene: Scene, place: int) -> bool:
    text = scene.chart.tokens[place].text
    return text[:1].isupper() and not scene.chart.at(place, "month") and text[:1].isalpha()


def place_order(order: Order) -> Call:
    """Return the call that drafts the invoice, or the question for what is missing."""
    missing = order.missing
    if not missing:
        return make_call("create_invoice", order.as_args())
    choices = [client.name for client in order.clients] if "client" in missing else []
    return ask(*missing, options=choices, stranger=order.stranger if "client" in missing else "")


def _currency(marks: Sequence[Mark]) -> str:
    said = [mark.meant.currency for mark in marks if isinstance(mark.meant, Price)]
    return next((currency for currency in said if currency), "")


def _currency_named(scene: Scene) -> str:
    """Return the currency that is said without an amount: a bill in dollars."""
    chart = scene.chart
    for place in range(1, len(chart.tokens)):
        if chart.key(place - 1) in _BEFORE_CURRENCY and len(chart.key(place)) > 1:
            found = read_currency(chart, place, scene.customs)
            if found:
                return found[0]
    return ""


_BEFORE_CURRENCY = frozenset({"in", "en", "em", "de"})


def _faults(marks: Sequence[Mark]) -> tuple[str, ...]:
    found = []
    currencies = {m.meant.currency for m in marks if isinstance(m.meant, Price)} - {""}
    if len(currencies) > 1 or NO_CURRENCY in currencies:
        found.append("currency")
    for mark in marks:
        broken = isinstance(mark.meant, TermsSaid) and mark.meant.impossible
        if broken or (isinstance(mark.meant, IssueSaid) and mark.meant.day is None):
            found.append("date")
    return tuple(dict.fromkeys(found))


def _fees(scene: Scene) -> tuple[str, ...]:
    """Return what must be asked where a fee is said as a share: and 10 % de frais de gestion."""
    chart = scene.chart
    for place in range(len(chart.tokens)):
        percent = read_percent(chart, place)
        after = percent[1] if percent else place
        soon = range(after, after + FEE_TOKENS)
        if percent and any(chart.key(at) in _FEES for at in soon):
            return ("amount",)
    return ()


def _prepaid(scene: Scene) -> tuple[str, ...]:
    """Return what must be asked where a part came in before: acompte de 300 000 déjà reçu."""
    chart = scene.chart
    for said in chart.find("deposit"):
        number = next((n for at in range(3) if (n := read_number(chart, said.end + at))), None)
        after = range(number.end, number.end + PREPAID_TOKENS) if number else range(0)
        if any(chart.key(at) in _BEFORE_NOW or chart.at(at, "cue", "received") for at in after):
            return ("amount",)
    return ()


PREPAID_TOKENS = 4
_BEFORE_NOW = frozenset(
    {"already", "deja", "ya", "bereits", "schon", "verse", "versee", "received"}
)
FEE_TOKENS = 3
_FEES = frozenset({"frais", "fee", "fees", "commission", "surcharge", "majoration", "markup"})


def _dated(order: Order, marks: Sequence[Mark], calendar: Calendar) -> Order:
    issued = next(
        (mark.meant.day for mark in marks if isinstance(mark.meant, IssueSaid)), order.issue_date
    )
    order = replace(order, issue_date=issued)
    start = issued or calendar.today
    for mark in marks:
        said = mark.meant
        if not isinstance(said, TermsSaid):
            continue
        if said.days is not None and said.month_end:
            due = end_of_month(start + timedelta(days=said.days))
            order = replace(order, due_date=due)
        elif said.days is not None:
            order = replace(order, terms_days=said.days)
        elif said.day is not None:
            order = replace(order, due_date=said.day)
    if order.due_date and order.due_date < start:
        order = replace(order, faults=(*order.faults, "date"))
    return order


def _taxed(
    scene: Scene,
    marks: Sequence[Mark],
    found: Sequence[tuple[Segment, OrderLine]],
    lines: tuple[OrderLine, ...],
) -> tuple[OrderLine, ...]:
    """Return the lines with their tax: one rate said is for all, several are for their lines."""
    said = [mark.meant for mark in marks if isinstance(mark.meant, TaxSaid)]
    rates = {one.rate for one in said if one.rate is not None}
    apart = len(rates) > 1 and all(charges_of(marks, segment)[0] for segment, _ in found)
    result = []
    for (segment, _), line in zip(found, lines, strict=True):
        here = charges_of(marks, segment)[0] if apart else _taxes_of(scene, said, found, line)
        rate = next((one.rate for one in here if one.rate is not None), None)
        inclusive = any(one.inclusive for one in here)
        result.append(with_tax(line, rate, inclusive=inclusive, default=scene.customs.tax_rate))
    return tuple(result)


def _taxes_of(
    scene: Scene,
    said: Sequence[TaxSaid],
    found: Sequence[tuple[Segment, OrderLine]],
    line: OrderLine,
) -> list[TaxSaid]:
    """Return what is said of tax but for what is said of another line: no VAT on the domain."""
    lines = [one for _, one in found]
    named = [(one, line_taxed(scene, one, lines)) for one in said]
    return [one for one, at in named if at is None or lines[at].description == line.description]


def line_taxed(scene: Scene, said: TaxSaid, lines: Sequence[OrderLine]) -> int | None:
    """Return the only line that words right after a tax name, if they do."""
    led = scene.chart.at(said.end, "discount", "on")
    if led is None or len(lines) == 1:
        return None
    return line_named(scene, (said.start, said.end), lines)


def _discounted(
    scene: Scene, marks: Sequence[Mark], found: Sequence[tuple[Segment, OrderLine]]
) -> tuple[OrderLine, ...]:
    """Return the lines with the discounts: for the line they stand in, or for all."""
    lines = [line for _, line in found]
    for at, (segment, _) in enumerate(found):
        for said in charges_of(marks, segment)[1]:
            targets = _targets(scene, said, at, lines)
            known = said.amount.currency if said.amount else ""
            currency = known or scene.customs.own or scene.customs.currency
            percent = _percent(said, [lines[target] for target in targets], currency)
            for target in targets:
                lines[target] = replace(lines[target], discount_percent=percent)
    return tuple(lines)


def _percent(said: DiscountSaid, lines: Sequence[OrderLine], currency: str) -> Decimal | None:
    if said.percent is not None or said.amount is None:
        return said.percent
    whole = sum(
        (line.quantity * line.unit_price for line in lines if line.quantity and line.unit_price),
        Decimal(0),
    )
    if not whole:
        return None
    share = EXACT.divide(said.amount.value * PERCENT_MAX, whole)
    if share > PERCENT_MAX:
        return None
    for digits in PERCENT_DIGITS:
        rounded = round_half_up(share, digits)
        missed = abs(EXACT.multiply(whole, rounded) / PERCENT_MAX - said.amount.value)
        if missed < Decimal("0.5").scaleb(-digits_of(currency)):  # right to the franc, the cent
            break
    return rounded.normalize()


def _targets(scene: Scene, said: DiscountSaid, at: int, lines: Sequence[OrderLine]) -> list[int]:
    """Return the lines that a discount is for."""
    everything = list(range(len(lines)))
    if said.everywhere or len(lines) == 1:
        return everything
    named = line_named(scene, (said.start, said.end), lines)
    if named is not None:
        return [named]
    last = at + 1 == len(lines)
    return everything if last else [at]


def line_named(scene: Scene, said: tuple[int, int], lines: Sequence[OrderLine]) -> int | None:
    """Return the line that words beside a discount name: 10% off on the panels."""
    chart, (start, end) = scene.chart, said
    led = chart.at(end, "discount", "on")
    if led or (chart.key(end - 1) == "off" and chart.kind(end) is not Kind.SIGN):
        end = led.end if led else end
        return _line_of(chart.words(end, min(end + 4, len(chart.tokens))), lines)
    for place in range(start - 1, max(-1, start - 6), -1):
        if chart.kind(place) is Kind.SIGN and place < start - 1:
            return None
        led = chart.at(place, "discount", "on")
        if led and led.end < start:  # auf die Schulung 3 % Nachlass
            return _line_of(chart.words(led.end, start), lines)
    return None


def _line_of(text: str, lines: Sequence[OrderLine]) -> int | None:
    words = stems(text)
    shared = [len(words & stems(line.description)) for line in lines]
    return shared.index(max(shared)) if any(shared) else None
