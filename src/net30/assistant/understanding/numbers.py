"""Numbers: digits with their grouping, and numbers in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from net30.assistant.understanding.chart import Chart, Match, once_a_place
from net30.assistant.understanding.tokens import Kind
from net30.kernel.decimals import EXACT

DIGITS_MAX = 60
"""A longer run of digits is no number that anybody means."""

ABSURD = Decimal(10) ** DIGITS_MAX
INFINITIES = frozenset({"nan", "inf", "infinity", "infini", "infinite", "infinito", "unendlich"})

FOUR, SEVEN, TEN, TWENTY, HUNDRED, THOUSAND = map(Decimal, (4, 7, 10, 20, 100, 1000))
HUNDREDS_DIGITS = 3
VIGESIMAL = {Decimal(0), Decimal(60), Decimal(80)}
"""What French counts on from with 10 to 19."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number and the tokens [start, end) that say it; `words` tells it was spelt out."""

    value: Decimal
    start: int
    end: int
    words: bool = False
    scaled: bool = False


def read_digits(text: str) -> Decimal | None:
    """Return a number in digits.

    A separator followed by exactly three digits groups thousands; any other is the decimal sign.

    >>> read_digits("4.150"), read_digits("7.310,40"), read_digits("2,5")
    (Decimal('4150'), Decimal('7310.40'), Decimal('2.5'))
    """
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    if len(digits) > DIGITS_MAX:
        return None
    found = re.fullmatch(r"(\d{1,3}(?:([ .,'])\d{3})(?:\2\d{3})*)(?:([.,])(\d+))?", digits)
    if found and not re.match(r"0[.,]", digits) and found[2] != found[3]:
        whole = re.sub(r"\D", "", found[1])
        return Decimal(f"{sign}{whole}.{found[4] or 0}") if found[4] else Decimal(sign + whole)
    return Decimal(sign + re.sub(r"[.,]", ".", digits).replace(" ", "").replace("'", ""))


@once_a_place
def read_number(chart: Chart, place: int) -> Number | None:
    """Return the longest number that starts at a token: 40, 1,5 million, deux cent mille, 90k."""
    plain = _digits(chart, place) or _words(chart, place) or _one(chart, place)
    fraction = chart.at(place, "fraction")
    if plain is None or (fraction and fraction.end > plain.end):  # trois quarts d'heure
        return _fraction_of(chart, place)
    return _scaled(chart, plain)


def _digits(chart: Chart, place: int) -> Number | None:
    if chart.kind(place) is not Kind.NUMBER:
        return _boundless(chart, place)
    value = read_digits(chart.tokens[place].text)
    if value is None:
        return Number(ABSURD, place, place + 1)
    if chart.key(place + 1) == "^" and chart.key(place + 2).isdigit():  # 10^30
        power = min(int(chart.key(place + 2)[:4]), DIGITS_MAX)
        return Number(EXACT.power(value, power), place, place + 3)
    if _is_exponent(chart, place):  # 1e12
        power = min(int(chart.key(place + 2)[:4]), DIGITS_MAX)
        return Number(value.scaleb(power), place, place + 3)
    return Number(value, place, place + 1)


def _boundless(chart: Chart, place: int) -> Number | None:
    """Return a number beyond all bounds for what programs write where they have none."""
    written = chart.tokens[place].text if place < len(chart.tokens) else ""
    named = chart.key(place) in INFINITIES and chart.at(place + 1, "unit")
    return Number(ABSURD, place, place + 1) if written in {"NaN", "∞"} or named else None


def _is_exponent(chart: Chart, place: int) -> bool:
    glued = chart.tokens[place + 1 : place + 3]
    together = len(glued) == len(("e", "12")) and all(token.glued for token in glued)
    return together and glued[0].key == "e" and glued[1].key.isdigit()


def _one(chart: Chart, place: int) -> Number | None:
    """Return the one that 'a hundred', 'a million' and 'mille' leave to be understood."""
    article = chart.at(place, "article")
    after = article.end if article else place
    if article and chart.at(after, "number", "100"):
        return _words(chart, after)
    scale = chart.at(after, "multiplier")
    if scale and (article or scale.value == "1000") and len(chart.key(after)) > 1:
        return Number(Decimal(1), place, after, words=True)
    return None


def _scaled(chart: Chart, number: Number) -> Number:
    """Return the number with what follows: thousand, million, k, M, 'and a half'."""
    value, end, scaled = number.value, number.end, number.scaled
    more = chart.at(end, "and_fraction")
    if more and chart.at(more.end, "multiplier"):  # one and a half million
        value, end = value + Decimal(more.value), more.end
    while scale := _scale_at(chart, end, after_words=number.words):
        factor, end = scale
        value, scaled = EXACT.multiply(value, factor), scaled or factor >= THOUSAND
        if tail := _glued_tail(chart, end):  # 2M5 is 2.5M, 12k5 is 12.5k
            value += factor * Decimal(f"0.{tail}")
            end += 1
        if half := chart.at(end, "and_fraction"):
            value, end = value + factor * Decimal(half.value), half.end
        rest = _rest(chart, end, factor) if factor >= THOUSAND else None
        if rest and rest.value < factor:
            value, end = value + rest.value, rest.end
    half = chart.at(end, "and_fraction") or _digits_fraction(chart, end)
    if not scaled and half:
        value, end = value + Decimal(half.value), half.end
    return Number(value, number.start, end, number.words, scaled)


JOINED_REST_MIN = 3
"""'Dois mil e um' is 2001; but 'mil e uma impressora' is a printer more."""


def _joined_rest(chart: Chart, place: int) -> Number | None:
    """Return what goes on after 'and': duas mil e quinhentas, ألف وخمسمئة."""
    if chart.key(place) not in {"e", "y", "and", "und", "و"}:
        return None
    rest = _words(chart, place + 1)
    return rest if rest and rest.value >= JOINED_REST_MIN else None


def _rest(chart: Chart, place: int, factor: Decimal) -> Number | None:
    """Return what goes on after thousand or million: deux cent, 500, deux cent mille.

    After a million French leaves 'mille' to be understood: deux millions cinq is 2 500 000.
    """
    rest = _words(chart, place) or _joined_rest(chart, place) or _three_digits(chart, place)
    scale = chart.at(rest.end, "multiplier") if rest else None
    if rest is None:
        one = _one(chart, place)  # un million mille
        rest, scale = one, chart.at(one.end, "multiplier") if one else None
    if rest is None:
        return None
    if scale and Decimal(scale.value) < factor:
        return _scaled(chart, rest)
    if scale and rest.words and Decimal(scale.value) == factor:
        return None  # ten thousand and twenty thousand are two
    if not rest.words and chart.at(rest.end, "unit"):
        return None
    said = chart.ending(place, "multiplier")
    if factor > THOUSAND and said and said.language == "fr":
        hundreds = HUNDRED if rest.value < TEN else Decimal(1)
        left_out = hundreds * factor / THOUSAND
        return Number(rest.value * left_out, rest.start, rest.end, rest.words)
    return rest


def _three_digits(chart: Chart, place: int) -> Number | None:
    """Return the hundreds written in digits: 3 mille 500."""
    key = chart.key(place)
    if chart.kind(place) is Kind.NUMBER and key.isdigit() and len(key) == HUNDREDS_DIGITS:
        return Number(Decimal(key), place, place + 1)
    return None


def _digits_fraction(chart: Chart, place: int) -> Match | None:
    return chart.at(place, "fraction") if chart.kind(place) is Kind.DAY else None  # 2 1/2


def _glued_tail(chart: Chart, place: int) -> str:
    """Return the digits that go on right after the letter of a scale, with no space: 2M5."""
    letter = chart.tokens[place - 1]
    if chart.kind(place) is not Kind.NUMBER or len(letter.key) > 1 or not letter.glued:
        return ""
    digits = chart.key(place)
    short = digits.isdigit() and len(digits) <= HUNDREDS_DIGITS
    return digits if short and chart.tokens[place].glued else ""


def _scale_at(chart: Chart, place: int, *, after_words: bool) -> tuple[Decimal, int] | None:
    match = chart.at(place, "multiplier")
    if match:
        if chart.key(place) == "k" and after_words:
            return None
        return Decimal(match.value), match.end
    if chart.key(place) != "m":
        return None
    token = chart.tokens[place]
    if token.glued or token.text == "M":  # 1.5M, not 10 m
        return Decimal(1_000_000), place + 1
    return None


def _words(chart: Chart, place: int) -> Number | None:
    """Return a number below a thousand (or in thousands) in words, e.g. quatre-vingt-dix."""
    group, end = Decimal(0), place
    seen = False
    if two := _in_two(chart, place):
        return two
    while match := _word_at(chart, end, seen=seen):
        value, after = match
        joined = _join(group, value, seen=seen)
        if joined is None:
            break
        group, end, seen = joined, after, True
    if not seen:
        return None
    point = chart.at(end, "point")
    tail = read_tail(chart, point.end) if point else None
    if tail:
        group, end = group + Decimal(f"0.{tail[0]}"), tail[1]
    return Number(group, place, end, words=True)


def _in_two(chart: Chart, place: int) -> Number | None:
    """Return a number beyond all bounds for money in two numbers: one fifty dollars.

    It may be 150 or 1.50: nobody knows, so it is asked.
    """
    if chart.language != "en" or chart.ending(place, "number"):
        return None
    first = chart.at(place, "number")
    second = chart.at(first.end, "number") if first else None
    if first and second and Decimal(first.value) >= TWENTY and Decimal(second.value) < TEN:
        second = chart.at(second.end, "number")  # eighty five fifty
    if first is None or second is None or not TEN <= Decimal(second.value) < HUNDRED:
        return None
    if first.value == "0" or Decimal(first.value) >= HUNDRED:
        return None
    after = chart.at(second.end, "number")
    end = after.end if after and Decimal(after.value) < TEN else second.end
    priced = chart.at(end, "currency") or chart.at(end, "each") or chart.at(end, "per")
    return Number(ABSURD, place, end, words=True) if priced else None


def read_tail(chart: Chart, place: int) -> tuple[str, int] | None:
    """Return the decimals said after 'point': five -> '5', two five -> '25'."""
    digits, end = "", place
    while match := chart.at(end, "number"):
        digits, end = digits + match.value, match.end
    if not digits and chart.kind(end) is Kind.NUMBER and chart.key(end).isdigit():
        digits, end = chart.key(end), end + 1
    return (digits, end) if digits else None


def _word_at(chart: Chart, place: int, *, seen: bool) -> tuple[Decimal, int] | None:
    start = place
    if seen and chart.key(place) in {"and", "et", "y", "e", "und", "و"}:
        start += 1
    match = chart.at(start, "number")
    if match is None:
        return None
    return Decimal(match.value), match.end


def _join(group: Decimal, value: Decimal, *, seen: bool) -> Decimal | None:
    """Return a group with one more word, or nothing where two numbers meet.

    Hundreds multiply, units come after tens; 'quatre-vingt' is 80, 'soixante-dix' 70.
    """
    if not seen:
        return value
    last = group % HUNDRED
    if value == HUNDRED:
        return group * HUNDRED if 0 < group < HUNDRED else None
    if value == TWENTY and last == FOUR:  # quatre-vingt
        return group + TWENTY * FOUR - FOUR
    if value > HUNDRED:  # Spanish and Portuguese say 200 in one word
        return None
    if value < TEN:
        tens = last % TEN == 0 and last != TEN
        return group + value if tens or (last == TEN and value >= SEVEN) else None  # dix-sept
    if value < TWENTY:  # soixante-dix, quatre-vingt-onze, hundred and twelve
        return group + value if last in VIGESIMAL else None
    return group + value if last == 0 else None


def _fraction_of(chart: Chart, place: int) -> Number | None:
    """Return half, a quarter or three quarters, where one of something follows."""
    match = chart.at(place, "fraction")
    if match is None:
        return None
    number = Number(Decimal(match.value), place, match.end, words=True)
    return _scaled(chart, number)
