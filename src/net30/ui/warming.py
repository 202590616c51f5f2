"""Warming: what the first screen needs is loaded while nobody waits for it yet."""

from __future__ import annotations

import atexit
import gc
import logging
from datetime import date

import pyarrow.dataset  # noqa: F401 - the ledger's files are read with it, which it says only then

from net30.charts.chart import Bars, Series
from net30.kernel.errors import Net30Error
from net30.language.amounts import number_marks
from net30.language.dates import write_short_date
from net30.language.locales import OWN_NAMES
from net30.services.identity.noted import at_this_machine
from net30.ui.first_screen.board import read_board
from net30.ui.office import Office, the_office
from net30.ui.pieces.cards import draw, palette_of
from net30.ui.place import places
from net30.ui.visit import Visit
from net30.ui.words import USUAL, Words, language_of

log = logging.getLogger("net30.ui")


def warm_up() -> None:
    """Load the pages, the words and what draws charts; work the first screen out; keep all that.

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
    _know_first_screen(the_office())
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # else DuckDB tells on the way out what was never freed


def _know_first_screen(office: Office) -> None:
    """Work out what an owner sees first in the usual books: the model and its parts load with it.

    What went wrong is told to whoever comes: the page works it out again.
    """
    principal = at_this_machine(office.app.organisation)
    app = office.app.on_behalf_of(principal)
    try:
        with app.look(principal.user) as ctx:
            languages = dict.fromkeys((language_of(ctx.company.language), USUAL))
        for language in languages:
            read_board(Visit(office=office, app=app, principal=principal, t=Words(language)))
    except Net30Error as error:
        log.warning("the first screen is not known yet: %s", error)
