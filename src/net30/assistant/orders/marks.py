"""Marks: what the words of an order mean, left to right: prices, quantities, tax, terms, notes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from net30.assistant.orders.mark import EACH, Count, Deposit, Mark, Note, Price, Skip
from net30.assistant.orders.prices import is_label, is_per_head, read_per, read_price
from net30.assistant.orders.sums import priced, summed
from net30.assistant.understanding.charges import (
    DiscountSaid,
    TaxSaid,
    read_discount,
    read_percent,
    read_tax,
)
from net30.assistant.understanding.days import read_day
from net30.assistant.understanding.money import read_amount, read_currency
from net30.assistant.understanding.numbers import Number, read_number
from net30.assistant.understanding.quantities import Quantity, read_quantity, read_unit
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.terms import (
    IssueSaid,
    TermsSaid,
    issued_on,
    read_issue,
    read_terms,
)
from net30.assistant.understanding.tokens import Kind

THING_WORDS_MAX = 3
REFERENCE_DIGITS_MIN = 3
"""A shorter number right after 'order' counts things: nous a commandé 4 tables."""
_IN = frozenset({"in", "en", "em"})
LIST_ITEMS_MAX = 50
SENTENCE_ENDS = frozenset({".", "!", "?", ";", "\n"})
ABBREVIATIONS = frozenset(
    {
        "no",
        "nr",
        "n",
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "ste",
        "ref",
        "approx",
        "incl",
        "excl",
        "mme",
        "av",
        "bd",
        "art",
        "vs",
        "std",
        "inkl",
        "zzgl",
        "ca",
        "num",
        "tel",
        "sr",
        "sra",
        "inv",
        "fact",
        "fac",
        "fra",
        "fat",
        "rech",
        "rg",
        "desc",
        "qty",
        "qte",
        "qtd",
        "cant",
        "stk",
        "betr",
        "mwst",
    }
)
"""Words after which a full stop ends no sentence."""


def read_marks(scene: Scene, skipped: tuple[int, int] = (0, 0)) -> tuple[Mark, ...]:
    """Return the marks of an order, in order, none overlapping; `skipped` tokens say nothing."""
    marks: list[Mark] = []
    place, size = 0, len(scene.chart.tokens)
    while place < size:
        if skipped[0] <= place < skipped[1]:
            mark: Mark | None = Mark(place, skipped[1], Skip())
        else:
            mark = _named(scene, place) or _mark(scene, place, marks)
            mark = _as_terms(scene, mark, marks) if mark else None
        if mark:
            marks.append(mark)
        place = mark.end if mark else place + 1
    return tuple(summed(scene, priced(scene, marks)))


HALF_PERCENT = Decimal(50)
USUAL_TERMS_DAYS = frozenset({7, 10, 14, 15, 20, 21, 30, 45, 60, 75, 90, 120})
"""So many days, said alone after what is charged, are the time to pay."""


def _as_terms(scene: Scene, mark: Mark, before: list[Mark]) -> Mark:
    """Take a lone '30 days' at the end for the time to pay: ... at 240k, 30 days."""
    meant, chart = mark.meant, scene.chart
    last = next((one.meant for one in reversed(before) if isinstance(one.meant, Price)), None)
    if not isinstance(meant, Quantity) or last is None or last.per not in {"", EACH}:
        return mark
    days = meant.value * {"day": 1, "week": 7}.get(meant.unit, 0)
    apart = chart.key(mark.start - 1) in {",", ";", ".", "\n", "-"}
    closes = mark.end >= len(chart.tokens) or chart.key(mark.end) in {".", "\n", "!", ";"}
    counted = not last.rate or any(isinstance(one.meant, (Count, Quantity)) for one in before)
    if apart and closes and counted and days in USUAL_TERMS_DAYS:
        return replace(mark, meant=TermsSaid(mark.start, mark.end, int(days)))
    return mark


def _named(scene: Scene, place: int) -> Mark | None:
    for name in scene.named:
        if name.start == place:
            return Mark(place, name.end, Skip())
    if scene.chart.kind(place) is Kind.MAIL:
        return Mark(place, place + 1, Skip())
    return None


def _mark(scene: Scene, place: int, before: list[Mark]) -> Mark | None:
    chart = scene.chart
    said = (
        read_terms(chart, place, scene.calendar)
        or read_issue(chart, place, scene.calendar)
        or _of_its_day(scene, place)
        or read_discount(chart, place, scene.customs)
        or read_tax(chart, place)
    )
    if said:
        return Mark(place, said.end, said)
    before_it = before[-1] if before else None
    on = chart.at(place, "discount", "on")
    if on and before_it and before_it.end == place:
        off = isinstance(before_it.meant, DiscountSaid)
        taxed = isinstance(before_it.meant, TaxSaid) and _is_said_before(scene, on.end)
        if off or taxed:
            return Mark(place, _words_end(scene, on.end), Skip())  # 10 % off on the chairs
    free = chart.at(place, "free")
    if free:
        return Mark(place, free.end, Price(Decimal(0), free=True))
    again = chart.at(place, "same_price")
    prices = [mark.meant for mark in before if isinstance(mark.meant, Price)]
    if again and prices:  # 2 hours of testing at the same rate
        return Mark(place, again.end, prices[-1])
    return (
        _note(scene, place)
        or _deposit(scene, place)
        or _per(scene, place, before)
        or read_price(scene, place)
        or _quantity(scene, place)
        or _aside(scene, place)
        or _count(scene, place)
    )


_OF_DAY = frozenset({"du", "vom", "del", "of"})


def _of_its_day(scene: Scene, place: int) -> IssueSaid | None:
    """Read the date right after whom the invoice is for: facture Hooli du 5 novembre."""
    chart = scene.chart
    if chart.key(place) not in _OF_DAY or not place:
        return None
    beside = scene.is_named(place - 1) or chart.ending(place, "cue", "invoice") is not None
    ranged = chart.at(place, "range", "between") and any(chart.find("range", "to"))
    said = issued_on(chart, place, place + 1, scene.calendar) if beside else None
    return None if said is None or (ranged and chart.at(said.end, "range", "to")) else said


def _aside(scene: Scene, place: int) -> Mark | None:
    """Read numbers that count nothing: a day, two invoices, 1 forfait, and the 1) of a list."""
    chart = scene.chart
    named = read_currency(chart, place + 1, scene.customs) if chart.key(place) in _IN else None
    if named and len(chart.key(place + 1)) > 1:  # a bill in dollars
        return Mark(place, named[1], Skip())
    number = read_number(chart, place)
    if number is None:
        return None
    day = read_day(chart, place, scene.calendar)
    if day and day.end > number.end:  # the buffet of 14 November
        return Mark(place, day.end, Skip())
    end = number.end
    listed = chart.key(place).isdigit() and chart.key(end) == ")" and chart.key(place - 1) != "("
    if listed and number.value <= LIST_ITEMS_MAX:
        return Mark(place, end + 1, Skip())
    one = number.value == 1 and chart.at(end, "total")
    if one or chart.at(end, "cue", "invoice") or chart.at(end, "cue", "invoices"):
        return Mark(place, end, Skip())
    return None


def _is_said_before(scene: Scene, place: int) -> bool:
    """Tell whether a word of a line is only said again: plus domain 18 (no VAT on the domain)."""
    chart = scene.chart
    place += chart.is_filler(place) if place < len(chart.tokens) else 0
    return chart.key(place) in {chart.key(at) for at in range(place - 1)}


def _words_end(scene: Scene, place: int) -> int:
    """Return the end of a few words in a row."""
    chart, start = scene.chart, place
    while chart.kind(place) is Kind.WORD and place < start + THING_WORDS_MAX:
        if not chart.is_filler(start) and chart.at(place, "logic", "and"):
            break
        place += 1
    return max(place, start)


def _note(scene: Scene, place: int) -> Mark | None:
    chart = scene.chart
    reference = chart.at(place, "note", "reference")
    if reference:
        end = reference.end
        while chart.key(end) in {":", "#", "n", "°", "no", ".", "is", "po", "est", "la", "le"}:
            end += 1
        marked = end > reference.end or len(chart.key(end)) >= REFERENCE_DIGITS_MIN
        coded = chart.kind(end) is Kind.CODE or (chart.kind(end) is Kind.NUMBER and marked)
        if coded:
            return Mark(place, end + 1, Note(chart.words(place, end + 1)))
    if chart.at(place - 1, "note", "reference") is None and chart.kind(place) is Kind.CODE:
        return None
    note = chart.at(place, "note", "note")
    billed = chart.key(place - 1) in {"la", "une", "sa", "leur"} and chart.key(place) == "note"
    if note and not billed and (chart.key(note.end) == ":" or note.end > place + 1):
        start = note.end + (chart.key(note.end) == ":")
        end = sentence_end(scene, start)
        named = any(start <= name.start < end for name in scene.named)  # notes: client X, ...
        return (
            Mark(place, end, Note(chart.words(start, end))) if end > start and not named else None
        )
    return None


def sentence_end(scene: Scene, place: int) -> int:
    """Return where the sentence around a token ends: before a full stop or a line break."""
    chart, size = scene.chart, len(scene.chart.tokens)
    while place < size and not is_sentence_end(scene, place):
        place += 1
    return place if place < size else len(chart.tokens)


def is_sentence_end(scene: Scene, place: int) -> bool:
    """Tell whether a token ends a sentence; a point inside a word or number does not."""
    tokens = scene.chart.tokens
    if tokens[place].key not in SENTENCE_ENDS or scene.is_named(place):
        return False
    if tokens[place].key == "." and scene.chart.key(place - 1) in ABBREVIATIONS:
        return False
    return place + 1 >= len(tokens) or not tokens[place + 1].glued


def _deposit(scene: Scene, place: int) -> Mark | None:
    """Read 30% deposit, acompte de 30 %, a deposit of 30 percent."""
    chart = scene.chart
    share = _share_of_amount(scene, place)
    if share:
        return share
    half = chart.at(place, "deposit") if chart.at(place, "part", "half") else None
    if half:  # half up front
        return Mark(place, half.end, Deposit(HALF_PERCENT))
    percent = read_percent(chart, place)
    if percent:
        near = any(chart.at(at, "deposit") for at in range(percent[1], percent[1] + 3))
        back = any(chart.ending(place - gap, "deposit") for gap in (0, 1, 2))
        return Mark(place, percent[1], Deposit(percent[0])) if near or back else None
    return None


_OF = frozenset({"of", "de", "d'", "del", "von", "da", "do"})
_EXACT_PARTS = {"half": 50, "quarter": 25, "three_quarters": 75, "fifth": 20, "tenth": 10}


def _share_of_amount(scene: Scene, place: int) -> Mark | None:
    """Read 50% of $8,000, la moitié de 6 000 000 FCFA: so much of it is charged now."""
    chart = scene.chart
    percent, part = read_percent(chart, place), chart.at(place, "part")
    if percent is None and part and part.value in _EXACT_PARTS:
        percent = Decimal(_EXACT_PARTS[part.value]), part.end
    if percent is None:
        return None
    after = percent[1] + (chart.key(percent[1]) in _OF)
    led = after > percent[1] or chart.key(after - 1) in _OF
    amount = read_amount(chart, after, scene.customs) if led else None
    return Mark(place, after, Deposit(percent[0])) if amount else None


def _per(scene: Scene, place: int, before: list[Mark]) -> Mark | None:
    """Read what a price is for, right after it: /hour, par jour, each, HT par jour."""
    last = next((mark for mark in reversed(before) if not isinstance(mark.meant, TaxSaid)), None)
    if last is None or not isinstance(last.meant, Price) or last.meant.per or last.meant.free:
        return None
    taxed = [mark for mark in before if mark.start >= last.end]
    if (taxed[-1].end if taxed else last.end) != place:
        return None
    found = read_per(scene, place)
    if found is None:
        return None
    priced = replace(last.meant, per=found[0], heads=is_per_head(scene, place))
    before[before.index(last)] = replace(last, meant=priced)
    return Mark(place, found[1], Skip())


def _quantity(scene: Scene, place: int) -> Mark | None:
    found = read_quantity(scene.chart, place) or _labelled_time(scene, place)
    return Mark(place, found.end, found) if found else None


def _labelled_time(scene: Scene, place: int) -> Quantity | None:
    """Read hours: 6, jours : 3, where a form names the unit before the number."""
    chart = scene.chart
    unit = read_unit(chart, place)
    number = read_number(chart, unit.end + 1) if unit and chart.key(unit.end) == ":" else None
    if unit is None or number is None or chart.at(number.end, "currency"):
        return None
    return Quantity(number.value, unit.value, place, number.end)


def _count(scene: Scene, place: int) -> Mark | None:
    """Read 20 in '20 panels', 'x 3', '3 x', '2 technicians', 'qty 5'."""
    chart = scene.chart
    if chart.key(place) in {"minus", "negative", "moins"}:
        return _less_than_none(scene, place)
    if chart.key(place) == "(" and chart.tokens[place].glued:  # alert(1)
        return None
    if chart.tokens[place].glued and chart.kind(place - 1) is Kind.WORD:  # Q4 licence, lot B2
        return None
    start, place = place, _after_label(scene, place)
    labelled = place > start
    number = read_number(chart, place)
    if number is None or (labelled and read_quantity(chart, place)):  # x 3 days
        return None
    if number.words and chart.at(number.end, "discount", "word"):  # une remise
        return None
    return _counted(scene, start, number, labelled=labelled)


def _less_than_none(scene: Scene, place: int) -> Mark | None:
    less = read_number(scene.chart, place + 1)
    taken_off = less and scene.chart.at(less.end, "discount")  # moins une remise
    return Mark(place, less.end, Count(-less.value)) if less and not taken_off else None


def _after_label(scene: Scene, place: int) -> int:
    """Return the token after 'qty:' or 'x'; the same token where there is none."""
    chart = scene.chart
    label = chart.at(place, "label", "quantity")
    if label:
        return label.end
    if chart.key(place) not in {"x", "×", "qty", "quantity", "qte", "quantite", "(", "*"}:
        return place
    return place + 1 + (chart.key(place + 1) in {":", "of", "de", "="})


def _counted(scene: Scene, start: int, number: Number, *, labelled: bool) -> Mark | None:
    chart, end = scene.chart, number.end
    people = chart.at(end, "people")
    if people:
        return Mark(start, people.end, Count(number.value, people=True))
    times = chart.at(end, "at", "times") or chart.at(end, "piece")
    if times:
        return Mark(start, times.end, Count(number.value))
    closed = chart.key(start) != "(" or chart.key(end) == ")"
    if labelled and closed:
        return Mark(start, end + (chart.key(end) == ")"), Count(number.value))
    none = number.value <= 0 and not number.words
    priced = chart.at(end, "at", "unit_price") and read_price(scene, end)  # supply 6 at 89.90
    follows = chart.kind(end) is Kind.WORD and not _is_stop(scene, end)
    if none or priced or (follows and not is_label(scene, number)):
        return Mark(start, end, Count(number.value))
    return None


def _is_stop(scene: Scene, place: int) -> bool:
    """Tell whether a word after a number cannot be what is counted."""
    chart = scene.chart
    if chart.key(place) in {"de", "d'", "of"}:  # une douzaine de chaises
        return chart.is_filler(place + 1) if place + 1 < len(chart.tokens) else True
    return chart.is_filler(place)
