"""Two files and a model of one tree, divided into many parts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from net30.services.score_file import Scoring
from tests.features.ledgers import One
from tests.scored import Files
from tests.services.past_files import AS_OF, HEADER, csv_of, iso, past_rows

PAST = csv_of([*past_rows(700), replace(past_rows(1)[0], amount=-5)], ["I3,c1,ragged"])
NEW_ROWS = [
    One(customer=at % 17, issued=AS_OF + at % 9, due=AS_OF + at % 9 + 30, amount=50_000 + at)
    for at in range(400)
]
_DAYS = f"{iso(AS_OF)},{iso(AS_OF + 30)}"
BAD = [
    f"I7,c7,{_DAYS},1,EUR,,b1",  # another amount than I7 above
    "I8,c8,too,short",
    f"B1,c1,{iso(AS_OF)},,100,EUR,,b1",
    f"B2,c1,{_DAYS},100,ZZZ,,b1",
    f"B3,,{_DAYS},100,EUR,,b1",
    f"B4,c1,{iso(AS_OF - 60)},{iso(AS_OF - 40)},100,EUR,,b1",  # overdue: it is late for certain
    f"B5,c1,{iso(AS_OF - 60)},{iso(AS_OF - 40)},100,EUR,{iso(AS_OF - 30)},b1",  # paid
]
NEW = csv_of(NEW_ROWS, [*BAD, csv_of(NEW_ROWS).decode().splitlines()[10], HEADER])


def scoring_of(folder: Path, models: Path, rows_a_part: int = 60) -> Scoring:
    """What is to be done with them: about twenty parts, read in pieces of twenty rows."""
    scoring = Files(history=PAST, asked=NEW, folder=folder).scoring(models)
    return replace(
        scoring,
        history=replace(scoring.history, rows_a_piece=20),
        asked=replace(scoring.asked, rows_a_piece=20),
        rows_a_part=rows_a_part,
    )
