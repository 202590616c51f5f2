"""Lines: the things to charge in an order, each with its price, quantity and description."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from net30.assistant.orders.mark import EACH, Count, Deposit, Mark, Price
from net30.assistant.orders.marks import is_sentence_end
from net30.assistant.orders.order import OrderLine
from net30.assistant.understanding.charges import DiscountSaid, TaxSaid
from net30.assistant.understanding.chart import ALWAYS
from net30.assistant.understanding.quantities import Quantity
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.tokens import Kind
from net30.kernel.decimals import EXACT, plain

_BREAKS = frozenset({",", ";", ".", "\n", "!", "?", ":", "(", ")", "|", "•", "·", "*", "="})
_JOINTS = frozenset({",", ";", ".", "\n", "+", "•", "·", "*", "|"})
_LEADS = frozenset(
    {"for", "of", "pour", "de", "d'", "du", "des", "por", "para", "fur", "von", "on", "sur", "-"}
)
_QUOTES = frozenset("\"'«»")
_MONTHS_IN = {"year": 12, "quarter": 3, "month": 1}
_HALF_DAYS_IN = {"day": 2, "half-day": 1}


@dataclass(frozen=True, slots=True)
class Segment:
    """The tokens [start, end) of one line and the mark of its price."""

    start: int
    end: int
    price: Mark | None


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that no mark explains; `led` when 'for' or 'of' comes before them."""

    start: int
    end: int
    led: bool


def read_lines(scene: Scene, marks: Sequence[Mark]) -> tuple[tuple[Segment, OrderLine], ...]:
    """Return the lines of an order with the part of the clause that says them."""
    segments = _segments(scene, marks)
    return tuple((segment, _line(scene, marks, segment)) for segment in segments)


def _segments(scene: Scene, marks: Sequence[Mark]) -> tuple[Segment, ...]:
    size = len(scene.chart.tokens)
    prices = _prices(scene, marks)
    if not prices:
        return (Segment(0, size, None),)
    described = bool(
        _runs_between(scene, marks, _sentence_start(scene, prices[0].start), prices[0].start)
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
        same = last and not _runs_between(scene, marks, last.end, mark.start)
        counted = last and any(
            isinstance(one.meant, (Quantity, Count)) and last.end <= one.start < mark.start
            for one in marks
        )
        if last and same and not counted and isinstance(last.meant, Price):
            if last.meant.free and mark.meant.free:
                continue
            if mark.meant.value == last.meant.value or _is_restated(scene, mark):
                continue
        found.append(mark)
    return found


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
    taken = _taken(marks)
    joints = [
        place
        for place in range(start, following.start)
        if place not in taken and _is_joint(scene, place)
    ]
    if not joints:
        return start if described else following.start
    return joints[0] if described else joints[-1]


def _is_joint(scene: Scene, place: int) -> bool:
    chart = scene.chart
    if chart.key(place) == "/":  # between lines it stands apart: 7.500 / 12 rolls
        after = chart.tokens[place + 1 : place + 2]
        return not chart.tokens[place].glued and bool(after) and not after[0].glued
    return chart.key(place) in _JOINTS or chart.at(place, "logic", "and") is not None


def _after_charges(scene: Scene, marks: Sequence[Mark], place: int) -> int:
    """Return the token after the tax and discount that belong to a price: 250 each, 10% off."""
    by_start = {mark.start: mark for mark in marks}
    while True:
        step = place
        while (
            step not in by_start
            and step < len(scene.chart.tokens)
            and (
                _is_joint(scene, step)
                or scene.chart.key(step) in {"with", "avec", "a", "une", "con", "mit"}
            )
        ):
            step += 1
        mark = by_start.get(step)
        belongs = mark and not isinstance(mark.meant, (Price, Quantity, Count))
        if mark is None or not belongs or mark.end == place:
            return place
        place = mark.end


def _taken(marks: Iterable[Mark]) -> set[int]:
    return {place for mark in marks for place in range(mark.start, mark.end)}


def _line(scene: Scene, marks: Sequence[Mark], segment: Segment) -> OrderLine:
    inside = [mark for mark in marks if segment.start <= mark.start < segment.end]
    meant = segment.price.meant if segment.price else None
    price = meant if isinstance(meant, Price) else None
    quantity, unit = _quantity(inside, price, _months_named(scene, segment, price))
    description = describe(scene, marks, segment) or _people_said(scene, inside)
    deposit = next((m for m in inside if isinstance(m.meant, Deposit)), None)
    value = price.value if price else None
    if deposit and value is not None and isinstance(deposit.meant, Deposit):
        value = EXACT.multiply(value, deposit.meant.percent.scaleb(-2)).normalize()
        quantity, unit = Decimal(1), ""
        description = f"{plain(deposit.meant.percent)}% {description}".strip()
    return OrderLine(description, quantity, unit, value, free=bool(price and price.free))


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
    inside: Sequence[Mark], price: Price | None, months: Decimal | None = None
) -> tuple[Decimal | None, str]:
    """Return how much is charged and in which unit; nothing where it must be asked."""
    times = [mark.meant for mark in inside if isinstance(mark.meant, Quantity)]
    counts = [mark.meant for mark in inside if isinstance(mark.meant, Count)]
    people = [count.value for count in counts if count.people]
    things = [count.value for count in counts if not count.people]
    if price and price.total and not price.per and not price.free:
        return (Decimal(1), "") if not _unusable(times, counts) else (Decimal(0), "")
    if times:
        heads = things if price and price.heads else _multiplied(inside)
        return _worked(times, people or heads, price)
    if things:
        return things[0], ""
    if people:
        return (people[0], "") if not price or price.per in {"", EACH} else (None, price.per)
    if price and price.per:
        return months, "" if price.per == EACH else price.per
    return Decimal(1), ""


def _unusable(times: Sequence[Quantity], counts: Sequence[Count]) -> bool:
    values = [time.value for time in times] + [count.value for count in counts]
    return any(value <= 0 for value in values)


def _multiplied(inside: Sequence[Mark]) -> list[Decimal]:
    """Return the counts that stand right before a time: 2 x 6 days."""
    return [
        one.meant.value
        for one, after in pairwise(inside)
        if isinstance(one.meant, Count)
        and isinstance(after.meant, Quantity)
        and one.end == after.start
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


def describe(scene: Scene, marks: Sequence[Mark], segment: Segment) -> str:
    """Return the words of a line that say what is sold, as they were written."""
    runs = _runs_between(scene, marks, segment.start, segment.end)
    price = segment.price
    if price is None:
        return _text(scene, _without_intro(scene, runs, segment, segment.end))
    runs = _in_sentence(scene, runs, price.start) or runs
    before = [run for run in runs if run.start < price.start]
    before = _without_intro(scene, before, segment, price.start)
    after = [run for run in runs if run.start >= price.end and (run.led or not before)]
    before = [_last_said(scene, run) for run in before]
    labelled = [run for run in runs if _is_labelled(scene, run)]
    if labelled:  # objet : étude thermique
        return _text(scene, labelled[:1])
    if after and _is_introduced(scene, marks, price.start):  # as agreed: 500 for design
        before = []
    if any(isinstance(mark.meant, Deposit) for mark in marks):
        after = [run for run in runs if run.start >= price.end]
    return _text(scene, before + after[:1] if before else after[:1])


def _text(scene: Scene, runs: Sequence[Run]) -> str:
    words = " ".join(scene.chart.words(run.start, run.end) for run in runs)
    text = " ".join(words.split()).strip(" -:")
    quoted = len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES
    return text[1:-1].strip() if quoted else text


def _in_sentence(scene: Scene, runs: Sequence[Run], place: int) -> list[Run]:
    start = _sentence_start(scene, place)
    end = next(
        (at for at in range(place, len(scene.chart.tokens)) if is_sentence_end(scene, at)),
        len(scene.chart.tokens),
    )
    return [run for run in runs if start <= run.start < end]


def _sentence_start(scene: Scene, place: int) -> int:
    for at in range(place - 1, -1, -1):
        if is_sentence_end(scene, at):
            return at + 1
    return 0


def _without_intro(scene: Scene, runs: Sequence[Run], segment: Segment, end: int) -> list[Run]:
    """Return the runs after a colon, where there are any: what comes before only introduces."""
    colons = [
        at
        for at in range(segment.start, end)
        if scene.chart.key(at) == ":" and not scene.is_named(at)
    ]
    for colon in colons:
        after = [run for run in runs if run.start > colon]
        if after:
            return after
    return list(runs)


def _last_said(scene: Scene, run: Run) -> Run:
    """Return what follows the last 'we' or 'they' of a run: ... agreed that we do the signage.

    A single word after it is a verb, not the thing: the website we built.
    """
    chart = scene.chart
    for place in range(run.end - 1, run.start, -1):
        if chart.at(place, "subject"):
            tail = _trimmed(scene, place + 1, run.end)
            return tail if tail and tail.end - tail.start > 1 else run
    return run


def _is_labelled(scene: Scene, run: Run) -> bool:
    """Tell whether a label stands before some words: subject: thermal survey."""
    at = run.start - 1
    while at >= 0 and (scene.chart.key(at) == ":" or _is_edge(scene, at)):
        if scene.chart.ending(at + 1, "label", "description"):
            return True
        at -= 1
    return False


def _is_introduced(scene: Scene, marks: Sequence[Mark], place: int) -> bool:
    """Tell whether a price stands right after a colon, or after a colon and a quantity."""
    taken = _taken(marks)
    at = place - 1
    while at >= 0 and (at in taken or (scene.chart.kind(at) is Kind.WORD and _is_edge(scene, at))):
        at -= 1
    return at >= 0 and scene.chart.key(at) == ":" and not scene.is_named(at)


def _runs_between(scene: Scene, marks: Sequence[Mark], start: int, end: int) -> list[Run]:
    taken = _taken(marks)
    runs: list[Run] = []
    place = start
    while place < end:
        stop = place
        while stop < end and stop not in taken and not _is_break(scene, stop):
            stop += 1
        run = _trimmed(scene, place, stop)
        if run:
            runs.append(run)
        place = stop + 1
    return runs


def _is_break(scene: Scene, place: int) -> bool:
    """Tell whether a sign parts two phrases; inside a word, as in alert(1), it does not."""
    token = scene.chart.tokens[place]
    if token.key == "/":
        return _is_joint(scene, place)
    if token.key not in _BREAKS:
        return False
    after = scene.chart.tokens[place + 1 : place + 2]
    return not (token.glued and after and after[0].glued) or token.key == ","


def _trimmed(scene: Scene, start: int, end: int) -> Run | None:
    chart = scene.chart
    first, last = start, end
    while first < last and (_is_edge(scene, first) or _asks(scene, first)):
        first += 1
    while last > first and _is_edge(scene, last - 1):
        last -= 1
    if first == last:
        return None
    led = any(chart.key(at) in _LEADS for at in range(start, first)) or chart.key(start - 1) == "-"
    return Run(first, last, led)


_ASKING = frozenset({"create", "add", "bill", "change"})


def _asks(scene: Scene, place: int) -> bool:
    """Tell whether a sentence begins with a verb of asking: añade 20 euros, füge Anfahrt hinzu."""
    chart = scene.chart
    verb = any(
        match.end == place + 1 and match.value in _ASKING and match.language not in ALWAYS
        for match in chart.all_at(place, "cue")
    )
    before = range(_sentence_start(scene, place), place)
    return verb and all(scene.is_named(at) or _is_edge(scene, at) for at in before)


def _is_edge(scene: Scene, place: int) -> bool:
    chart = scene.chart
    if chart.kind(place) is Kind.QUOTE or chart.key(place) in {"<", ">"}:
        return False
    return chart.is_filler(place)


def charges_of(marks: Sequence[Mark], segment: Segment) -> tuple[list[TaxSaid], list[DiscountSaid]]:
    """Return what is said of tax and discounts inside a line's part of the clause."""
    inside = [mark.meant for mark in marks if segment.start <= mark.start < segment.end]
    return (
        [one for one in inside if isinstance(one, TaxSaid)],
        [one for one in inside if isinstance(one, DiscountSaid)],
    )
