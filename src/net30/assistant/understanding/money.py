"""Money: amounts with their currency, as people write and say them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from net30.assistant.understanding.chart import Chart
from net30.assistant.understanding.currencies import capitals, only_after, settled
from net30.assistant.understanding.directory import Customs
from net30.assistant.understanding.numbers import Number, read_number
from net30.assistant.understanding.tokens import Kind
from net30.kernel.money import currency_digits

CENT_DIGITS, MILLIME_DIGITS = 2, 3
_ALSO_WORDS = frozenset({"ALL", "TOP", "TRY", "MOP", "CUP", "GEL", "ANG", "BAM", "PEN", "SOS"})
"""Currency codes that are words in capital letters too."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of money in tokens [start, end); without a currency said, `currency` is empty."""

    value: Decimal
    currency: str
    start: int
    end: int


def read_amount(chart: Chart, place: int, customs: Customs) -> Amount | None:
    """Return the amount with a currency that starts at a token: $90, 90 000 FCFA, 30k EUR."""
    led = read_currency(chart, place, customs)
    if led and chart.key(place) not in only_after():
        number = read_number(chart, led[1])
        if number:
            return Amount(value_in(chart, number, led[0]), led[0], place, number.end)
    number = read_number(chart, place)
    return _with_currency(chart, number, customs) if number else None


def _with_currency(chart: Chart, number: Number, customs: Customs) -> Amount | None:
    after = number.end
    if chart.key(after) in {"de", "d'", "of"}:  # 1,5 million de FCFA
        after += 1
    found = read_currency(chart, after, customs)
    if found is None or (after > number.end and not number.scaled):
        return None
    cents = _cents_after(chart, found, whole=number.value == int(number.value))
    if cents:
        return Amount(number.value + cents[0], found[0], number.start, cents[1])
    return Amount(value_in(chart, number, found[0]), found[0], number.start, found[1])


def value_in(chart: Chart, number: Number, currency: str) -> Decimal:
    """Return a number's value in a currency: in French 90,125 dinars are 90 and 125 millimes.

    In a currency of three decimals the language's own mark before three digits is no thousands'.
    """
    if currency_digits().get(currency) != MILLIME_DIGITS or number.end != number.start + 1:
        return number.value
    mark = "." if chart.language == "en" else ","
    whole, _, rest = chart.tokens[number.start].text.partition(mark)
    decimal = whole.removeprefix("-").isdigit() and len(rest) == MILLIME_DIGITS and rest.isdigit()
    return Decimal(f"{whole}.{rest}") if decimal else number.value


_TO_CENTS = frozenset({"con", "komma"})
_AND = frozenset({"and", "et", "y", "e", "und"})
_CENTS = frozenset(
    {"cent", "cents", "centime", "centimes", "centimos", "centavos", "penny", "pence"}
)
CENTS = range(10, 100)


def _cents_after(
    chart: Chart, currency: tuple[str, int], *, whole: bool
) -> tuple[Decimal, int] | None:
    """Read the cents said after the currency: vingt-deux euros cinquante, 12 euros 50."""
    code, place = currency
    if not whole or currency_digits().get(code) != CENT_DIGITS:
        return None
    spoken = _cents_named(chart, place + (chart.key(place) in _AND))
    if spoken:
        return spoken
    number = read_number(chart, place + (chart.key(place) in _TO_CENTS))
    if number is None or number.scaled or number.value not in CENTS:
        return None
    written = number.words or (chart.key(number.start).isdigit() and number.end == number.start + 1)
    counts = chart.kind(number.end) is Kind.WORD and not chart.is_filler(number.end)
    counts = counts or any(chart.at(number.end, sort) for sort in ("unit", "currency", "percent"))
    return (number.value.scaleb(-CENT_DIGITS), number.end) if written and not counts else None


def _cents_named(chart: Chart, place: int) -> tuple[Decimal, int] | None:
    """Read fifty cents; the French cents is a hundred, too, and is taken into the number."""
    number = read_number(chart, place)
    if number is None:
        return None
    taken = chart.key(number.end - 1) in _CENTS and number.end > place + 1
    value = number.value.scaleb(-CENT_DIGITS) if taken else number.value
    end = number.end if taken else number.end + 1
    if not (taken or chart.key(number.end) in _CENTS) or not 0 < value < CENTS.stop:
        return None
    return value.scaleb(-CENT_DIGITS), end


def read_currency(chart: Chart, place: int, customs: Customs) -> tuple[str, int] | None:
    """Return the ISO 4217 code that words or a sign at a token mean, and where they end."""
    match = chart.at(place, "currency")
    if match:
        code = {"fcfa": customs.fcfa, "dollar": customs.dollar}.get(match.value, match.value)
        return settled(code, customs.own), match.end
    if chart.kind(place) is not Kind.WORD:
        return None
    text = chart.tokens[place].text
    if text.isupper() and text in currency_digits() and text not in _ALSO_WORDS:
        return text, place + 1
    if _is_short_euro(chart, place):
        return "EUR", place + 1
    if text in capitals() and chart.kind(place - 1) is Kind.NUMBER:
        return capitals()[text], place + 1
    return None


def _is_short_euro(chart: Chart, place: int) -> bool:
    """Tell whether an e right after a number is euros: 70e/h, 120e HT; 3e is a third."""
    token = chart.tokens[place]
    if token.key != "e" or not token.glued or chart.kind(place - 1) is not Kind.NUMBER:
        return False
    return chart.key(place + 1) == "/" or any(
        chart.at(place + 1, sort) for sort in ("tax", "each", "total")
    )
