"""Paying: the amount and the day of a payment or credit, as a sentence says them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from net30.assistant.targets.references import Reference, find_references
from net30.assistant.understanding.charges import read_percent
from net30.assistant.understanding.days import read_day, read_day_of_month, read_year
from net30.assistant.understanding.directory import KnownInvoice
from net30.assistant.understanding.money import Amount, read_amount, value_in
from net30.assistant.understanding.numbers import Number, read_number
from net30.assistant.understanding.periods import read_period
from net30.assistant.understanding.quantities import read_quantity, read_unit
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.tokens import Kind
from net30.kernel.decimals import EXACT, round_half_up
from net30.kernel.money import digits_of

COUNTED_MAX = 10
PARTS = {
    "tenth": Decimal("0.1"),
    "fifth": Decimal("0.2"),
    "half": Decimal("0.5"),
    "third": EXACT.divide(Decimal(1), Decimal(3)),
    "quarter": Decimal("0.25"),
    "two_thirds": EXACT.divide(Decimal(2), Decimal(3)),
    "three_quarters": Decimal("0.75"),
}


def paid_day(scene: Scene) -> tuple[date | None, bool]:
    """Return the day money came, and whether one was said that does not exist."""
    chart = scene.chart
    taken = _taken(find_references(scene))  # la facture trente et un
    for place in range(len(chart.tokens)):
        if place in taken or scene.is_named(place):
            continue
        day = read_day(chart, place, scene.calendar)
        day = day or read_day_of_month(chart, place, scene.calendar)
        if day and not read_amount(chart, place, scene.customs):
            return day.past, day.past is None
    return None, False


def amounts_of(scene: Scene) -> tuple[Amount, ...]:
    """Return the amounts said, with or without a currency; dates and numbers are none."""
    chart = scene.chart
    taken = _taken(find_references(scene))
    found: list[Amount] = []
    place = 0
    while place < len(chart.tokens):
        if place in taken or scene.is_named(place):
            place += 1
            continue
        amount = _multiplied(scene, place) or read_amount(chart, place, scene.customs)
        if amount:
            found.append(amount)
            place = amount.end
            continue
        ends = _passed_over(scene, place)
        if ends > place:
            place = ends
            continue
        bare = _bare(scene, place)
        if bare:
            found.append(bare)
        place = bare.end if bare else place + 1
    return tuple(found)


def _multiplied(scene: Scene, place: int) -> Amount | None:
    """Return what 2 x 500,000 and 3 jours à 100 000 F come to."""
    chart = scene.chart
    quantity = read_quantity(chart, place)
    count = read_number(chart, place)
    if quantity:
        at = chart.at(quantity.end, "at", "unit_price")
        value, after = quantity.value, at.end if at else 0
    elif count and chart.key(count.end) in {"x", "×", "*"}:
        value, after = count.value, count.end + 1
    else:
        return None
    number = read_number(chart, after) if after else None
    one = (read_amount(chart, after, scene.customs) or number) if after else None
    if one is None:
        return None
    currency = one.currency if isinstance(one, Amount) else ""
    return Amount(EXACT.multiply(value, one.value), currency, place, one.end)


def _passed_over(scene: Scene, place: int) -> int:
    """Return where a day, a period or a share of something ends; the place itself if none."""
    period = read_period(scene.chart, place, scene.calendar)
    if period and not (period.end == place + 1 and read_year(scene.chart, place)):
        return period.end  # but amount 2000 is no year
    percent = read_percent(scene.chart, place) or _so_many_of(scene, place)
    if percent:
        return percent[1]
    day = read_day_of_month(scene.chart, place, scene.calendar)  # on the 18th
    return day.end if day else place


def _taken(references: tuple[Reference, ...]) -> set[int]:
    return {place for one in references for place in range(one.start, one.end)}


def _bare(scene: Scene, place: int) -> Amount | None:
    chart = scene.chart
    if chart.at(place, "part") or chart.at(place, "fraction"):
        return None
    number = read_number(chart, place)
    if number is None or read_unit(chart, number.end) or chart.at(number.end, "cue", "invoices"):
        return None
    if _is_count(scene, number):
        return None
    if chart.key(place - 1 - (chart.key(place - 1) in {".", "°", ":"})) in _NUMBER_OF:
        return None  # cheque no. 10442
    if chart.key(place - 1) in {"dia", "día", "am"} and read_day_of_month(
        chart, place - 1, scene.calendar
    ):
        return None
    usual = scene.customs.own or scene.customs.currency
    return Amount(value_in(chart, number, usual), "", place, number.end)


_NUMBER_OF = frozenset({"no", "nr", "numero", "number", "ref", "reference", "n"})


def _is_count(scene: Scene, number: Number) -> bool:
    """Tell whether a small number in words counts things: two points, one of them."""
    if not number.words or number.scaled or number.value > COUNTED_MAX:
        return False
    return number.value <= 1 or scene.chart.kind(number.end) is Kind.WORD


def worked_amount(
    scene: Scene, invoice: KnownInvoice, whole: Decimal
) -> tuple[Decimal | None, str]:
    """Return the amount meant of an invoice, or what must be asked.

    'Half', 'the rest' and '20 %' are worked out of the whole; nothing said is the whole itself.
    """
    amounts = amounts_of(scene)
    if amounts:
        said = amounts[0]
        if _is_in_two(scene, amounts) or _are_two(scene, amounts):
            return None, "amount"
        if said.currency and said.currency != invoice.currency:
            return None, "currency"
        if (
            said.value != whole and _whole_said(scene) and not _is_left_open(scene, said)
        ):  # credit it in full and reissue at 12 000
            return None, "amount"
        value = whole - said.value if _is_left_open(scene, said) else said.value
        return (value, "") if 0 < value <= whole else (None, "amount")
    share = _share(scene)
    if share is None:
        return None, ""
    if not 0 < share <= 1:
        return None, "amount"
    worked = EXACT.multiply(whole, share)
    return round_half_up(worked, digits_of(invoice.currency)), ""


def _are_two(scene: Scene, amounts: tuple[Amount, ...]) -> bool:
    """Tell whether two amounts are said to have come: $20,000 and $10,000."""
    if len(amounts) == 1:
        return False
    between = range(amounts[0].end, amounts[1].start)
    return bool(between) and all(scene.chart.at(at, "logic", "and") for at in between)


def _is_left_open(scene: Scene, said: Amount) -> bool:
    """Tell whether an amount is what was not paid: all but $400."""
    return scene.chart.ending(said.start, "logic", "except") is not None


def _whole_said(scene: Scene) -> bool:
    return any(scene.chart.at(at, "part", "all") for at in range(len(scene.chart.tokens)))


def _is_in_two(scene: Scene, amounts: tuple[Amount, ...]) -> bool:
    """Tell whether an amount is said in two numbers, which may be either: twelve fifty euros."""
    if len(amounts) == 1 or amounts[0].end != amounts[1].start:
        return False
    return scene.chart.kind(amounts[1].start) is Kind.WORD


def _so_many_of(scene: Scene, place: int) -> tuple[Decimal, int] | None:
    """Read 2 of the 4 workshops as half of what they cost."""
    chart = scene.chart
    few = read_number(chart, place)
    if few is None or chart.key(few.end) not in {"of", "de", "des", "sur", "von", "out"}:
        return None
    after = few.end + 1
    after += chart.key(after) in {"the", "les", "los", "las", "os", "as", "den", "of"}
    many = read_number(chart, after)
    if many is None or not 0 < few.value < many.value <= COUNTED_MAX:
        return None
    return EXACT.divide(few.value, many.value), many.end


def _share(scene: Scene) -> Decimal | None:
    chart = scene.chart
    for place in range(len(chart.tokens)):
        percent = read_percent(chart, place)
        if percent:
            return percent[0].scaleb(-2)
        some = _so_many_of(scene, place)
        if some:
            return some[0]
        part = chart.at(place, "part")
        if part and part.value in PARTS:
            return PARTS[part.value]
        if part and part.value in {"rest", "all"}:
            return None
    return None
