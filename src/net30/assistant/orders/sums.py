"""Sums: numbers that are what things cost together, which only the other marks tell."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from net30.assistant.orders.mark import Count, Deposit, Mark, Price
from net30.assistant.understanding.lexicon import lexicon
from net30.assistant.understanding.quantities import Quantity
from net30.assistant.understanding.scene import Scene

SUM_MIN = 5000
SUM_STEP = 500
"""A lone round number this large before one thing is what it costs: 20000 nettoyage."""


def priced(scene: Scene, marks: list[Mark]) -> list[Mark]:
    """Take the only number of an order for its price where it can hardly count what follows."""
    counts = [mark for mark in marks if isinstance(mark.meant, (Count, Quantity))]
    only = counts[0] if len(counts) == 1 else None
    if only is None or any(isinstance(mark.meant, (Price, Deposit)) for mark in marks):
        return marks
    meant, after = only.meant, scene.chart.key(only.end)
    value = meant.value if isinstance(meant, Count) and not meant.people else Decimal(0)
    several = after.endswith(("s", "x")) or after in lexicon().unmended
    if value < SUM_MIN or value % SUM_STEP or several or scene.chart.language not in _PLURAL_S:
        return marks
    return [replace(mark, meant=Price(value)) if mark is only else mark for mark in marks]


_PLURAL_S = frozenset({"en", "fr", "es", "pt"})
"""Languages that write more than one with an s or x."""

_FOR = frozenset({"for", "pour", "por", "para", "fur"})


def summed(scene: Scene, marks: list[Mark]) -> list[Mark]:
    """Take an amount for so many things as what they cost together: 60 000 F pour 5 cartons."""
    found: list[Mark] = []
    for mark in marks:
        before = found[-1] if found else None
        led = before and scene.chart.key(before.end) in _FOR and mark.start == before.end + 1
        counted = isinstance(mark.meant, (Count, Quantity)) and _is_many(mark.meant)
        price = before.meant if before and led and counted else None
        if isinstance(price, Price) and not (price.per or price.rate or price.free):
            found[-1] = replace(found[-1], meant=replace(price, total=True))
        else:
            found.append(mark)
    return found


def _is_many(meant: Count | Quantity) -> bool:
    return meant.value > 1 and not (isinstance(meant, Count) and meant.people)
