"""Lines: the things to charge in an order, each with its price, quantity and description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from net30.assistant.orders.mark import EACH, Count, Deposit, Mark, Price
from net30.assistant.orders.order import OrderLine
from net30.assistant.orders.wording import (
    Segment,
    describe,
    is_joint,
    marked,
    runs_between,
    sentence_start,
)
from net30.assistant.understanding.charges import DiscountSaid, TaxSaid
from net30.assistant.understanding.quantities import Quantity
from net30.assistant.understanding.scene import Scene
from net30.kernel.decimals import EXACT, plain

_MONTHS_IN = {"year": 12, "quarter": 3, "month": 1}
_HALF_DAYS_IN = {"day": 2, "half-day": 1}


def read_lines(scene: Scene, marks: Sequence[Mark]) -> tuple[tuple[Segment, OrderLine], ...]:
    """Return the lines of an order with the part of the clause that says them."""
    segments = _segments(scene, marks)
    found = tuple((segment, _line(scene, marks, segment)) for segment in segments)
    return _first_ones_free(scene, found)


_FIRST = frozenset(
    {"first", "premier", "premiers", "premiere", "premieres", "primer", "primeros", "primera"}
    | {"primeras", "primeiro", "primeiros", "primeira", "primeiras", "erste", "ersten", "erster"}
)


def _first_ones_free(
    scene: Scene, found: tuple[tuple[Segment, OrderLine], ...]
) -> tuple[tuple[Segment, OrderLine], ...]:
    """Return the lines with the first ones of a thing free: 8 sensors at 150, first 3 free."""
    lines = list(found)
    for at, ((_, before), (segment, line)) in enumerate(pairwise(found), start=1):
        price = segment.price.start if segment.price else segment.start
        said = {scene.chart.key(place) for place in range(max(segment.start, price - 4), price)}
        few, whole = line.quantity, before.quantity
        if not (line.free and said & _FIRST) or not few or not whole or few >= whole:
            continue
        lines[at - 1] = (lines[at - 1][0], replace(before, quantity=whole - few))
        lines[at] = (segment, replace(before, quantity=few, unit_price=Decimal(0), free=True))
    return tuple(lines)


def _segments(scene: Scene, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    size = len(scene.chart.tokens)
    prices = _prices(scene, marks)
    if not prices:
        return (Segment(0, size, None),)
    described = bool(
        runs_between(scene, marks, sentence_start(scene, prices[0].start), prices[0].start)
    )
    segments, start = [], 0
    for at, price in enumerate(prices):
        last = at + 1 == len(prices)
        end = (
            size if last else _boundary(scene, marks, (price, prices[at + 1]), described=described)
        )
        segments.append(Segment(start, end, price))
        start = end
    return tuple(segments)


def _prices(scene: Scene, marks: Sequence[Mark]) -> list[Mark]:
    """Return the prices that start a line; a second 'free' of the same line is left out."""
    found: list[Mark] = []
    for mark in marks:
        if not isinstance(mark.meant, Price):
            continue
        last = found[-1] if found else None
        same = last and not runs_between(scene, marks, last.end, mark.start)
        counted = last and any(
            isinstance(one.meant, (Quantity, Count)) and last.end <= one.start < mark.start
            for one in marks
        )
        if last and not counted and _is_free_again(scene, last, mark):
            continue
        before = last.meant if last else None
        again = isinstance(before, Price) and before.value == mark.meant.value
        repeated = last and (again or _is_restated(scene, mark))
        if not (repeated and same and not counted):
            found.append(mark)
    return found


def _is_free_again(scene: Scene, last: Mark, mark: Mark) -> bool:
    """Tell whether 'free' is only said twice of one thing: free of charge, to be shown at 0."""
    both = (last.meant, mark.meant)
    free = all(isinstance(one, Price) and one.free for one in both)
    return free and not any(is_joint(scene, at) for at in range(last.end, mark.start))


def _is_restated(scene: Scene, mark: Mark) -> bool:
    """Tell whether a price only repeats what the line comes to: 'so 3 600 000 in total'."""
    assert isinstance(mark.meant, Price)
    chart = scene.chart
    words = {chart.key(at) for at in range(max(0, mark.start - 3), mark.end)}
    return mark.meant.total and not words.isdisjoint(
        {"total", "soit", "so", "=", "totalling", "tout"}
    )


def _boundary(
    scene: Scene,
    marks: Sequence[Mark],
    prices: tuple[Mark, Mark],
    *,
    described: bool,
) -> int:
    """Return where one line ends and the next begins.

    Where words come before prices the first joint after the price and its charges parts them;
    where prices come first, the last joint before the next price.
    """
    price, following = prices
    start = _after_charges(scene, marks, price.end)
    taken = marked(marks)
    joints = [
        place
        for place in range(start, following.start)
        if place not in taken and is_joint(scene, place)
    ]
    if not joints:
        return start if described else following.start
    return joints[0] if described else joints[-1]


def _after_charges(scene: Scene, marks: Sequence[Mark], place: int) -> int:
    """Return the token after the tax and discount that belong to a price: 250 each, 10% off."""
    by_start = {mark.start: mark for mark in marks}
    while True:
        step = place
        while (
            step not in by_start
            and step < len(scene.chart.tokens)
            and (
                is_joint(scene, step)
                or scene.chart.key(step) in {"with", "avec", "a", "une", "con", "mit"}
            )
        ):
            step += 1
        mark = by_start.get(step)
        belongs = mark and not isinstance(mark.meant, (Price, Quantity, Count))
        if mark is None or not belongs or mark.end == place:
            return place
        place = mark.end


def _line(scene: Scene, marks: Sequence[Mark], segment: Segment) -> OrderLine:
    inside = _counting(scene, [m for m in marks if segment.start <= m.start < segment.end])
    meant = segment.price.meant if segment.price else None
    price = meant if isinstance(meant, Price) else None
    months = _months_named(scene, segment, price)
    quantity, unit = _quantity(inside, price, months, _multiplied(scene, inside))
    description = describe(scene, marks, segment) or _people_said(scene, inside)
    deposit = next((m for m in inside if isinstance(m.meant, Deposit)), None)
    value = price.value if price else None
    if deposit and value is not None and isinstance(deposit.meant, Deposit):
        whole = EXACT.multiply(value, quantity) if quantity and quantity > 0 else value
        value = EXACT.multiply(whole, deposit.meant.percent.scaleb(-2)).normalize()
        quantity, unit = Decimal(1), ""
        description = f"{plain(deposit.meant.percent)}% {description}".strip()
    return OrderLine(description, quantity, unit, value, free=bool(price and price.free))


def _counting(scene: Scene, inside: list[Mark]) -> list[Mark]:
    """Leave out a number of a name that stands apart from the count: 1099 prep, 12 forms."""
    counts = [mark for mark in inside if isinstance(mark.meant, Count) and not mark.meant.people]
    if len(counts) <= 1:
        return inside
    between = {scene.chart.key(at) for at in range(counts[-2].end, counts[-1].start)}
    return [one for one in inside if one not in counts[:-1]] if "," in between else inside


def _people_said(scene: Scene, inside: Sequence[Mark]) -> str:
    """Return who is charged for where nothing else is said: 2 technicians, 3 days."""
    for mark in inside:
        if isinstance(mark.meant, Count) and mark.meant.people:
            return scene.chart.words(mark.end - 1, mark.end)
    return ""


def _months_named(scene: Scene, segment: Segment, price: Price | None) -> Decimal | None:
    """Return how many months are named, for a price a month: de novembre et décembre."""
    if price is None or price.per != "month":
        return None
    said = [
        match
        for place in range(segment.start, segment.end)
        if (match := scene.chart.at(place, "month")) and not scene.is_named(place)
    ]
    months = [int(match.value) for match in said]
    ranged = len(said) == len(("first", "last")) and scene.chart.at(said[0].end, "range", "to")
    if ranged and not scene.chart.at(said[0].end, "logic", "and"):
        return Decimal((months[1] - months[0]) % 12 + 1)
    return Decimal(len(set(months))) or None


def _quantity(
    inside: Sequence[Mark],
    price: Price | None,
    months: Decimal | None,
    multiplied: Sequence[Decimal],
) -> tuple[Decimal | None, str]:
    """Return how much is charged and in which unit; nothing where it must be asked."""
    times = [mark.meant for mark in inside if isinstance(mark.meant, Quantity)]
    counts = [mark.meant for mark in inside if isinstance(mark.meant, Count)]
    people = [count.value for count in counts if count.people]
    things = [count.value for count in counts if not count.people]
    if price and price.total and not price.per and not price.free:
        return (Decimal(1), "") if not _unusable(times, counts) else (Decimal(0), "")
    if price and not (price.heads or price.per) and _lasts(inside):
        return None, times[0].unit
    if times:
        heads = things if price and price.heads else multiplied
        return _worked(times, people or heads, price)
    if things:
        return things[0], ""
    if people:
        return (people[0], "") if not price or price.per in {"", EACH} else (None, price.per)
    if price and price.per:
        return months, "" if price.per == EACH else price.per
    return Decimal(1), ""


def _lasts(inside: Sequence[Mark]) -> bool:
    """Tell whether a time follows the price of so many things: 10 licences at 49.99 for 12 months.

    Nobody knows whether the price is for all of that time, or for one month of it.
    """
    said = [type(mark.meant) for mark in inside if isinstance(mark.meant, (Count, Price, Quantity))]
    things = any(isinstance(mark.meant, Count) and not mark.meant.people for mark in inside)
    return things and said[:3] == [Count, Price, Quantity]


def _unusable(times: Sequence[Quantity], counts: Sequence[Count]) -> bool:
    values = [time.value for time in times] + [count.value for count in counts]
    return any(value <= 0 for value in values)


def _multiplied(scene: Scene, inside: Sequence[Mark]) -> list[Decimal]:
    """Return the counts that multiply a time: 2 x 6 days, 6 trucks x 2 days."""
    return [
        one.meant.value
        for one, after in pairwise(inside)
        if isinstance(one.meant, Count)
        and isinstance(after.meant, Quantity)
        and (one.end == after.start or scene.chart.key(after.start - 1) in {"x", "×", "*"})
    ]


def _worked(
    times: Sequence[Quantity], people: Sequence[Decimal], price: Price | None
) -> tuple[Decimal | None, str]:
    value, unit = times[0].value, times[0].unit
    per = price.per if price else ""
    for other in times[1:]:
        if other.unit == unit:
            value += other.value
    if per not in {"", EACH, unit}:
        value, unit = _converted(value, unit, per)
    for count in people:
        value *= count
    return (None if value < 0 and unit == "" else value), unit


def _converted(value: Decimal, unit: str, per: str) -> tuple[Decimal, str]:
    """Return a time in the unit of the price; weeks in days or days in hours must be asked."""
    for table in (_MONTHS_IN, _HALF_DAYS_IN):
        if unit in table and per in table:
            return value * table[unit] / table[per], per
    return Decimal(-1), ""


def charges_of(marks: Sequence[Mark], segment: Segment) -> tuple[list[TaxSaid], list[DiscountSaid]]:
    """Return what is said of tax and discounts inside a line's part of the clause."""
    inside = [mark.meant for mark in marks if segment.start <= mark.start < segment.end]
    return (
        [one for one in inside if isinstance(one, TaxSaid)],
        [one for one in inside if isinstance(one, DiscountSaid)],
    )
