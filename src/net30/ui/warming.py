"""Warming: what the first screen needs is loaded while nobody waits for it yet."""

from __future__ import annotations

import gc
from datetime import date

import pyarrow.dataset  # noqa: F401 - the ledger's files are read with it, which it says only then

from net30.charts.chart import Bars, Series
from net30.language.amounts import number_marks
from net30.language.dates import write_short_date
from net30.language.locales import OWN_NAMES
from net30.ui.pieces.cards import draw, palette_of
from net30.ui.place import places
from net30.ui.words import Words


def warm_up() -> None:
    """Load the pages, the words and what draws charts, and set all that aside for good.

    What is loaded now stays as long as the server does: without this each collection of garbage
    would walk through it again, a tenth of a second while everybody waits.
    """
    places()
    first = Bars(title="", places=("",), series=(Series("", (1.0,), ("",)),))
    for kind in ("light", "dark"):
        draw(first, palette_of(kind), (), number_marks("en"))
    for language in OWN_NAMES:
        Words(language)("Dashboard")
        write_short_date(date.min, language)
    gc.collect()
    gc.freeze()
