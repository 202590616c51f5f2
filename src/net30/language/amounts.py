"""Numbers and amounts of money as a language groups and points them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import get_currency_symbol

from net30.kernel.decimals import plain, round_half_up
from net30.kernel.money import Money
from net30.language.locales import locale_of

NO_BREAK = "\N{NO-BREAK SPACE}"
CFA_FRANCS = ("XOF", "XAF")
GROUP = 3


def write_number(value: Decimal, language: str, digits: int | None = None) -> str:
    """Write a number with the language's grouping; `digits` fixes the decimals (half up).

    >>> write_number(Decimal("1250.50"), "en"), write_number(Decimal("1250.5"), "en", 2)
    ('1,250.5', '1,250.50')
    """
    text = plain(abs(value)) if digits is None else f"{round_half_up(abs(value), digits):f}"
    whole, _, decimals = text.partition(".")
    group, point, minus = _symbols(language)
    head = len(whole) % GROUP
    groups = [whole[:head]] if head else []
    groups += [whole[start : start + GROUP] for start in range(head, len(whole), GROUP)]
    written = group.join(groups) + (point + decimals if decimals else "")
    negative = value < 0 and bool(text.strip("0."))
    return f"{minus}{written}" if negative else written


def write_amount(money: Money, language: str) -> str:
    """Write an amount with its currency's decimals and without the currency.

    >>> write_amount(Money(360000000, "EUR"), "en")
    '3,600,000.00'
    """
    exact = money.amount
    return write_number(exact, language, max(0, -_exponent(exact)))


def write_money(money: Money, language: str) -> str:
    """Write an amount with its currency where the language puts it; XOF and XAF show as FCFA.

    A label of letters follows the amount in every language, as accountants write it.

    >>> write_money(Money(123456, "EUR"), "en")
    '€1,234.56'
    """
    amount, label = write_amount(money, language), currency_label(money.currency, language)
    if label.isalpha() or not _sign_comes_first(language):
        return f"{amount}{NO_BREAK}{label}"
    minus = _symbols(language)[2]
    if amount.startswith(minus):
        return f"{minus}{label}{amount.removeprefix(minus)}"
    return f"{label}{amount}"


def currency_label(currency: str, language: str) -> str:
    """Return what readers of the language call a currency: €, $, FCFA, or its code.

    FCFA is for reading only: XOF and XAF share it, so nothing may parse it back.
    """
    if currency in CFA_FRANCS:
        return "FCFA"
    symbol = get_currency_symbol(currency, locale=locale_of(language))
    # CLDR's symbols may carry direction marks (Arabic); the label stands alone here.
    bare = "".join(mark for mark in symbol if mark.isprintable())
    return bare if bare.isascii() or len(bare) == 1 else currency


def write_percent(value: Decimal, language: str) -> str:
    """Write a rate given in percent: 19.25 -> 19.25% in English and 19,25 % in French."""
    gap = NO_BREAK if language in {"fr", "de", "es"} else ""
    return f"{write_number(value, language)}{gap}%"


def number_marks(language: str) -> str:
    """Return a language's decimal point and what groups its thousands, as two letters.

    >>> number_marks("en"), number_marks("de")
    ('.,', ',.')
    """
    group, point, _ = _symbols(language)
    return point + group


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int), "money is finite"
    return exponent


@cache
def _symbols(language: str) -> tuple[str, str, str]:
    signs = Locale.parse(locale_of(language)).number_symbols["latn"]
    return signs["group"], signs["decimal"], signs["minusSign"]


@cache
def _sign_comes_first(language: str) -> bool:
    pattern = Locale.parse(locale_of(language)).currency_formats["standard"].pattern
    return bool(pattern.lstrip("\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}").startswith("¤"))
