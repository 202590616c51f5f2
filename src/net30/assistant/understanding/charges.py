"""Charges: what a sentence says of tax and discounts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from net30.assistant.understanding.chart import Chart, Match
from net30.assistant.understanding.directory import Customs
from net30.assistant.understanding.money import Amount, read_amount
from net30.assistant.understanding.numbers import read_number
from net30.assistant.understanding.tokens import Kind

PERCENT_MAX = 100
KIND_WORDS_MAX = 2


@dataclass(frozen=True, slots=True)
class TaxSaid:
    """What is said of tax in tokens [start, end): its rate in percent, and which way prices go."""

    start: int
    end: int
    rate: Decimal | None = None
    inclusive: bool = False


@dataclass(frozen=True, slots=True)
class DiscountSaid:
    """A discount said in tokens [start, end): per cent or an amount; `everywhere` when so said."""

    start: int
    end: int
    percent: Decimal | None = None
    amount: Amount | None = None
    everywhere: bool = False


def read_percent(chart: Chart, place: int) -> tuple[Decimal, int] | None:
    """Return a rate such as 18 %, 19,25 %, ten percent, and where it ends."""
    number = read_number(chart, place)
    sign = chart.at(number.end, "percent") if number else None
    if number is None or sign is None:
        return None
    return number.value, sign.end


def read_tax(chart: Chart, place: int) -> TaxSaid | None:
    """Return what is said of tax at a token: plus 18 % VAT, TTC, exempt, TVA à 20 %."""
    zero = _zero(chart, place)
    rated = _rated(chart, place)
    if zero and (rated is None or rated.end <= zero):
        return TaxSaid(place, zero, Decimal(0))
    inclusive = chart.at(place, "tax", "inclusive")
    if inclusive:
        return _inclusive(chart, inclusive) or rated
    if rated:
        return _trailing(chart, rated)
    exclusive = chart.at(place, "tax", "exclusive")
    if exclusive and (exclusive.end > place + 1 or chart.key(place) not in {"net", "netto"}):
        return TaxSaid(place, exclusive.end)
    if exclusive and _after_amount(chart, place):
        return TaxSaid(place, exclusive.end)
    return _bare_word(chart, place)


def _zero(chart: Chart, place: int) -> int:
    """Return where 'exempt', 'no TVA', 'sin el IVA' ends; 0 where nothing such is said."""
    zero = chart.at(place, "tax", "zero")
    without = chart.at(place, "tax", "without")
    after = without.end if without else place
    after += chart.key(after) in {"the", "la", "el", "a", "o", "die", "any", "de", "d'"}
    word = chart.at(after, "tax", "word") if without else None
    return max(zero.end if zero else 0, word.end if word else 0)


def _after_amount(chart: Chart, place: int) -> bool:
    last = place - 1
    return chart.kind(last) is Kind.NUMBER or bool(chart.ending(place, "currency"))


def _inclusive(chart: Chart, said: Match) -> TaxSaid | None:
    after = said.end + (chart.key(said.end) == "." and chart.kind(said.end + 1) is Kind.NUMBER)
    rate = _rated(chart, after) or _following_rate(chart, after)  # (incl. 8% tax)
    if chart.at(said.start, "tax", "word") or rate:
        end = rate.end if rate else said.end
        end += chart.key(end) in _INCLUDED  # com IVA a 23% incluido
        return TaxSaid(said.start, end, rate.rate if rate else None, inclusive=True)
    alone = {"incl", "including", "inclusive", "gross", "inclusive of"}
    if chart.key(said.start) in alone and said.end <= said.start + 2:
        if said.end == said.start + 1 and not _after_amount(chart, said.start):
            return None
        if chart.key(said.start) == "including":
            return None
    return TaxSaid(said.start, said.end, inclusive=True)


def _following_rate(chart: Chart, place: int) -> TaxSaid | None:
    """Read the rate right after TTC: à 20 %, (20 %); a discount is none."""
    start = place
    while chart.key(place) in {"a", "(", "at", "de"} or chart.at(place, "tax", "link"):
        if chart.key(place) == ":":
            return None
        place += 1
    rate = read_percent(chart, place)
    if rate is None or chart.key(rate[1]) in {"de", "d'", "of"} or chart.at(rate[1], "discount"):
        return None
    return TaxSaid(start, rate[1] + (chart.key(rate[1]) == ")"), rate[0])


def _rated(chart: Chart, place: int) -> TaxSaid | None:
    """Read 18% VAT, VAT at 18 %, TVA 20 and plus 18 % VAT."""
    start = place
    plus = chart.at(place, "tax", "plus")
    place = plus.end if plus else place
    place += chart.key(place) in {"(", "the", "la", "a", "une"}
    first = read_percent(chart, place)
    if first:
        after = first[1] + (chart.key(first[1]) in {"de", "of", "d'"})
        word = chart.at(after, "tax", "word")
        if word:
            return TaxSaid(start, word.end + (chart.key(word.end) == ")"), first[0])
        return None
    word = chart.at(place, "tax", "word")
    if word is None:
        return None
    after = word.end
    while link := chart.at(after, "tax", "link"):
        after = link.end
    after += chart.key(after) == "("
    rate = read_percent(chart, after) or _bare_rate(chart, after)
    if rate is None:
        return None
    return TaxSaid(start, rate[1] + (chart.key(rate[1]) == ")"), rate[0])


def _trailing(chart: Chart, said: TaxSaid) -> TaxSaid:
    """Take in 'included' and 'on top' after a rate: 18% VAT included."""
    key = chart.key(said.end)
    if key in _INCLUDED:
        return TaxSaid(said.start, said.end + 1, said.rate, True)
    top = chart.at(said.end, "tax", "plus")
    if (top and top.end > top.start + 1) or key == "extra":
        return TaxSaid(said.start, top.end if top else said.end + 1, said.rate)
    return said


_INCLUDED = frozenset(
    {
        "included",
        "incl",
        "inclusive",
        "incluse",
        "comprise",
        "incluido",
        "incluida",
        "inklusive",
        "inbegriffen",
        "inclus",
        "compris",
        "incluidos",
        "incluidas",
        "incluso",
        "inclusos",
        "enthalten",
        "inkludiert",
        "مشموله",
    }
)
"""Words after a rate which say that prices hold the tax."""


def _bare_rate(chart: Chart, place: int) -> tuple[Decimal, int] | None:
    number = read_number(chart, place)
    if number is None or number.scaled or not 0 <= number.value < PERCENT_MAX:
        return None
    if chart.at(number.end, "currency") or chart.at(number.end, "unit"):
        return None
    return number.value, number.end


def _bare_word(chart: Chart, place: int) -> TaxSaid | None:
    """Read 'plus VAT' and a lone 'VAT': the default rate is meant."""
    plus = chart.at(place, "tax", "plus")
    word = chart.at(plus.end if plus else place, "tax", "word")
    return TaxSaid(place, word.end) if word and (plus or chart.key(place) != "tax") else None


def read_discount(chart: Chart, place: int, customs: Customs) -> DiscountSaid | None:
    """Return the discount said at a token: 10% discount, remise de 5 %, a quarter off."""
    for value, percent in (("quarter", 25), ("half", 50)):
        match = chart.at(place, "discount", value)
        if match:
            return _scoped(chart, DiscountSaid(place, match.end, Decimal(percent)))
    said = _percent_off(chart, place) or _word_first(chart, place, customs)
    return said or _taken_off(chart, place, customs)


def _percent_off(chart: Chart, place: int) -> DiscountSaid | None:
    """Read 10% discount, 10 % de remise, less 5%, -5 % on everything."""
    less = chart.at(place, "discount", "less")
    signed = chart.key(place) == "-"
    percent = read_percent(chart, less.end if less else place + signed)
    if percent is None:
        return None
    if signed or percent[0] < 0:
        return _scoped(chart, DiscountSaid(place, percent[1], abs(percent[0])))
    after = percent[1]
    while chart.key(after) in {"de", "of", "d'", "commercial", "loyalty", "volume"}:
        after += 1
    word = chart.at(after, "discount", "word")
    if word is None and less is None:
        return None
    end = word.end if word else percent[1]
    return _scoped(chart, DiscountSaid(place, end, percent[0]))


_LESS = frozenset({"less", "minus", "moins", "menos", "abzuglich", "weniger"})


def _taken_off(chart: Chart, place: int, customs: Customs) -> DiscountSaid | None:
    """Read -10 000 F de remise, less 500 discount; after a comma, less 100,000 on the total."""
    signed = chart.key(place) == "-" or bool(chart.at(place, "discount", "less"))
    after = place + signed
    after += signed and chart.at(after, "article") is not None
    amount = read_amount(chart, after, customs)
    if signed and chart.key(place) in _LESS and chart.key(place - 1) in {",", "and", "et"}:
        whole_off = amount or _bare_amount(chart, after)
        ends = whole_off and chart.kind(whole_off.end) in {None, Kind.SIGN}
        if whole_off and (ends or chart.at(whole_off.end, "discount", "all")):
            return _scoped(chart, DiscountSaid(place, whole_off.end, amount=whole_off))
    if amount is None or not (signed or amount.value < 0):
        return None
    after = amount.end + (chart.key(amount.end) in {"de", "of", "d'"})
    kinds = range(after, after + KIND_WORDS_MAX + 1)  # a $500 goodwill discount
    word = next((said for at in kinds if (said := chart.at(at, "discount", "word"))), None)
    whole = replace(amount, value=abs(amount.value))
    return _scoped(chart, DiscountSaid(place, word.end, amount=whole)) if word else None


def _word_first(chart: Chart, place: int, customs: Customs) -> DiscountSaid | None:
    """Read discount of 10 %, remise : 5 %, remise de 50 000 FCFA."""
    word = chart.at(place, "discount", "word")
    if word is None or chart.key(place) in {"off", "de"}:
        return None
    after = word.end
    led = after + (chart.key(after) in {"de", "of"})
    kind = chart.kind(led) is Kind.WORD and not chart.is_filler(led)
    end = led + kind
    while kind and (link := chart.at(end, "discount", "link")):
        end = link.end
    named = kind and (read_percent(chart, end) or read_amount(chart, end, customs))
    if named:  # remise fidélité 15 %, remise exceptionnelle de 50 000 F
        after = end
    while link := chart.at(after, "discount", "link"):
        after = link.end
    percent = read_percent(chart, after)
    if percent:
        return _scoped(chart, DiscountSaid(place, percent[1], percent[0]))
    amount = read_amount(chart, after, customs) or _bare_amount(chart, after)
    return _scoped(chart, DiscountSaid(place, amount.end, amount=amount)) if amount else None


def _bare_amount(chart: Chart, place: int) -> Amount | None:
    """Read the amount of 'a discount of 48 000'; what may be a percentage is none."""
    number = read_number(chart, place)
    if number is None or number.value <= PERCENT_MAX or chart.at(number.end, "unit"):
        return None
    return Amount(number.value, "", place, number.end)


def _scoped(chart: Chart, said: DiscountSaid) -> DiscountSaid:
    everywhere = chart.at(said.end, "discount", "all")
    if everywhere is None:
        return said
    return DiscountSaid(said.start, everywhere.end, said.percent, said.amount, True)
