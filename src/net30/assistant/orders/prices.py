"""Prices: amounts that are charged, and what one of them is for."""

from __future__ import annotations

import re
from dataclasses import replace

from net30.assistant.orders.mark import EACH, Mark, Price
from net30.assistant.understanding.chart import Chart
from net30.assistant.understanding.currencies import NO_CURRENCY
from net30.assistant.understanding.days import read_year
from net30.assistant.understanding.money import Amount, read_amount, value_in
from net30.assistant.understanding.numbers import Number, read_number
from net30.assistant.understanding.quantities import read_unit
from net30.assistant.understanding.scene import Scene
from net30.assistant.understanding.tokens import Kind

PRICE_ALONE_MIN = 100
"""A bare number below this is taken for a price only after 'at' or before 'each'."""
_ADJECTIVES = frozenset({"month", "year"})
"""What only tells how often a thing is sold: annual maintenance 1.2M is one price."""
PRICE_BEFORE_WORD_MIN = 500
PRICE_MULTIPLIED_MIN = 5000
"""After 'x' a number this large is no count of what follows: 2 x 500 flyers."""


def read_per(scene: Scene, place: int) -> tuple[str, int] | None:
    """Return what a price counts for (a unit, 'each' or a word) and where that ends."""
    first = _per_one(scene, place)
    after = _per_again(scene, first[1]) if first else None
    if first and after and EACH in {first[0], after[0]}:  # per man per day
        return after if first[0] == EACH else (first[0], after[1])
    return first


def is_per_head(scene: Scene, place: int) -> bool:
    """Tell whether a price is for one of the counted and one unit of time: per man per day."""
    first = _per_one(scene, place)
    after = _per_again(scene, first[1]) if first else None
    return bool(first and after and EACH in {first[0], after[0]} and first[0] != after[0])


def _per_again(scene: Scene, place: int) -> tuple[str, int] | None:
    """Return the second thing a price is for: [per man] per day, par homme et par jour."""
    return _per_one(scene, place + (scene.chart.key(place) in {"et", "and", "y", "e", "und"}))


def _per_one(scene: Scene, place: int) -> tuple[str, int] | None:
    chart = scene.chart
    each = chart.at(place, "each")
    per = chart.at(place, "per")
    for match in chart.all_at(place, "per"):
        unit = read_unit(chart, match.end)
        if unit:
            return unit.value, unit.end
    if each and not (per and each.end < per.end):
        return EACH, each.end
    rate = chart.at(place, "rate")
    if rate:
        return rate.value, rate.end
    apart = chart.key(place) == "/" and not chart.tokens[place].glued
    strong = chart.key(place) in {"per", "par", "/", "pro"} and not apart
    if strong and chart.kind(place + 1) is Kind.WORD and not scene.is_named(place + 1):
        paid_by = chart.at(place, "method") or chart.at(place + 1, "method")
        return None if paid_by else (EACH, place + 2)
    unit = read_unit(chart, place)
    if unit and (chart.key(place) in {"h", "hr", "hourly"} or _ends_phrase(chart, unit.end)):
        return unit.value, unit.end
    return None


def _ends_phrase(chart: Chart, place: int) -> bool:
    """Tell whether nothing goes on after a price's unit: 900 euros jour."""
    return chart.kind(place) in {None, Kind.SIGN}


def read_price(scene: Scene, place: int) -> Mark | None:
    """Return the price that starts at a token, with the words that lead to it."""
    chart = scene.chart
    rate = chart.at(place, "rate")
    if rate and not (rate.value in _ADJECTIVES and chart.kind(place - 1) is Kind.WORD):
        after = _skip_links(scene, rate.end)
        thing = read_amount(chart, after, scene.customs) or _plain(scene, after)
        if thing:
            return Mark(place, thing.end, _made(scene, thing, per=rate.value, rate=True))
    led = chart.at(place, "at")
    after = _skip_links(scene, led.end) if led else place
    below = _below_nothing(scene, place, after) if led else None
    if below:
        return below
    rated = led is not None and chart.at(place, "at", "unit_price") is not None
    amount = read_amount(chart, after, scene.customs)
    if amount:
        total = _is_total(scene, place, amount.end)
        flat = chart.at(amount.end, "total")
        end = flat.end if flat else amount.end
        return Mark(place, end, replace(_made(scene, amount, rate=rated), total=total))
    number = read_number(chart, after)
    if number and led and _is_code(chart, number.end):
        return Mark(place, number.end + 1, Price(number.value, NO_CURRENCY, "", rate=rated))
    if number and _is_price(scene, number, led=rated):
        total = _is_total(scene, place, number.end)
        return Mark(place, number.end, replace(_made(scene, number, rate=rated), total=total))
    return None


def _is_code(chart: Chart, place: int) -> bool:
    """Tell whether a word looks like a currency's code and is none that is known: 900 BTC/hour.

    Nobody may be invoiced in the client's own currency where another one was written.
    """
    if chart.kind(place) is not Kind.WORD or chart.matches[place]:
        return False
    ends = _ends_phrase(chart, place + 1) or bool(chart.at(place + 1, "per"))
    return ends and re.fullmatch("[A-Z]{3}", chart.tokens[place].text) is not None


def _below_nothing(scene: Scene, place: int, after: int) -> Mark | None:
    """Return the price below zero of 'at minus $100', which will be asked about."""
    if scene.chart.key(after) not in {"minus", "moins", "menos", "negative"}:
        return None
    amount = read_amount(scene.chart, after + 1, scene.customs)
    return Mark(place, amount.end, Price(-amount.value, amount.currency)) if amount else None


def _made(scene: Scene, thing: Amount | Number, *, per: str = "", rate: bool = False) -> Price:
    if isinstance(thing, Amount):
        return Price(thing.value, thing.currency, per, rate=rate)
    usual = scene.customs.own or scene.customs.currency
    return Price(value_in(scene.chart, thing, usual), "", per, rate=rate)


def _plain(scene: Scene, place: int) -> Number | None:
    number = read_number(scene.chart, place)
    return None if number is None or read_unit(scene.chart, number.end) else number


def _skip_links(scene: Scene, place: int) -> int:
    while scene.chart.key(place) in {
        ":",
        "of",
        "de",
        "is",
        "at",
        "a",
        "est",
        "the",
        "=",
        "d'",
        "about",
        "just",
        "only",
    }:
        place += 1
    return place


def _is_total(scene: Scene, start: int, end: int) -> bool:
    chart = scene.chart
    led = chart.key(start) in {"for", "pour", "fur", "por"} or chart.ending(start, "total")
    return bool(chart.at(start, "total") or chart.at(end, "total") or led)


_COUNTING = ("percent", "people", "piece")
"""Sorts of words after which a number counts: 5 %, 2 technicians, 5.000 unidades."""


def _is_price(scene: Scene, number: Number, *, led: bool) -> bool:
    """Tell whether a number without a currency is a price, not a count."""
    chart, after = scene.chart, number.end
    if read_unit(chart, after) or any(chart.at(after, sort) for sort in _COUNTING):
        return False
    if read_per(scene, after):
        return True
    counts = chart.kind(after) is Kind.WORD and not _is_link(scene, after)
    if led:
        return not counts or number.value >= PRICE_BEFORE_WORD_MIN
    apart = chart.key(after) == "/" and not chart.tokens[after].glued
    signed = chart.key(after) in {"x", "×", "*", "/"} and not apart
    times = _is_times(scene, number) or _is_multiplied(scene, number)
    if (counts or signed or is_label(scene, number)) and not times:
        return False
    cents = re.fullmatch(r"\d+[.,]\d{2}", chart.key(number.start)) is not None
    return number.scaled or number.value >= PRICE_ALONE_MIN or cents


def _is_times(scene: Scene, number: Number) -> bool:
    """Tell whether a large number is multiplied by a smaller one, which then counts."""
    chart = scene.chart
    times = chart.key(number.end) in {"x", "×", "*"}
    other = read_number(chart, number.end + 1) if times else None
    large = number.scaled or number.value >= PRICE_BEFORE_WORD_MIN
    return other is not None and large and other.value < number.value


def _is_multiplied(scene: Scene, number: Number) -> bool:
    """Tell whether a small number counts a large one: 3 x 45 000 convoyage."""
    chart = scene.chart
    times = chart.key(number.start - 1) in {"x", "×", "*"}
    count = read_number(chart, number.start - 2) if times else None
    return count is not None and number.value >= PRICE_MULTIPLIED_MIN > count.value


def is_label(scene: Scene, number: Number) -> bool:
    """Tell whether a number belongs to the word before it: ISO 9001, 2026."""
    return read_year(scene.chart, number.start) is not None


def _is_link(scene: Scene, place: int) -> bool:
    chart = scene.chart
    if chart.is_compound(place):  # 200 sous-bocks
        return False
    kinds = ("tax", "due", "discount", "logic", "total", "free", "act", "note", "at", "each")
    return chart.is_filler(place) or any(chart.at(place, kind) for kind in kinds)
