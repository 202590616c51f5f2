"""Words then: the codes that words would have had on an earlier day.

The order of a vocabulary tells how late each of its values is paid. Today's, shown to a trial of
last spring, would tell it what has come since.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from net30.features.coding import by_late_share
from net30.features.invoices import OPEN, Ints, Invoices


def coded_then(known: Invoices, asked: Invoices) -> tuple[Invoices, Invoices]:
    """Return what was known on a day, and what is asked then, in codes that follow from the first.

    A value that too few settled invoices had by then is -1, as `choose_words` would make it.
    """
    places = {name: _places(known, name, asked.words[name]) for name in known.words}
    return _recoded(known, places), _recoded(asked, places)


def _recoded(invoices: Invoices, places: dict[str, Ints]) -> Invoices:
    words = {name: places[name][codes] for name, codes in invoices.words.items()}
    return replace(invoices, words=words)


def _places(known: Invoices, name: str, asked: Ints) -> Ints:
    """Return the new code of each old one; the last place is that of -1."""
    codes = known.words[name]
    given = codes >= 0
    settled = given & (known.paid < OPEN)
    size = 1 + max(int(codes.max(initial=-1)), int(asked.max(initial=-1)))
    # Equal shares by what was billed by then: the old order knows what came later.
    billed = np.zeros(size, np.int64)
    np.add.at(billed, codes[given], known.amount[given])
    order = by_late_share(codes[settled], codes[settled & (known.delay > 0)], billed.tolist())
    places = np.full(size + 1, -1)
    places[order] = np.arange(len(order))
    return places
