"""Tax: which code of the program's own a rate of ours is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from net30.adapters.books._wire import refused
from net30.kernel.decimals import plain
from net30.kernel.errors import InputError

OPTION = "tax."
"""An option of a connection that names a code: tax.20 is that of 20 %."""


def code_of(
    percent: Decimal,
    options: Mapping[str, str],
    there: Callable[[], Iterable[tuple[str, Decimal]]],
) -> str:
    """Return the program's code for a rate: the one that was said, else the only one there is.

    Raises InputError (books_tax) when there is none, or a choice.
    """
    rate = plain(percent)
    if said := options.get(f"{OPTION}{rate}"):
        return said
    fits = [code for code, its in there() if its == percent]
    if len(fits) == 1:
        return fits[0]
    raise undecided(rate, fits)


def undecided(rate: str, fits: list[str]) -> InputError:
    """Return what is raised when somebody has to say which code is meant."""
    there = f"several codes ({', '.join(fits[:9])})" if fits else "no code"
    why = f"for {rate!r} % it has {there}: say which, as option {OPTION}{rate}=CODE"
    return refused(why, "books_tax")
