"""A scoring run that kills its own process, as kill -9 does, when it says a step for the n-th time.

Run by test_batch.py: python batch_killed.py FOLDER MODELS STEP N.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from net30.services.score_file import score_file
from net30.settings import Settings
from net30.wiring.parts import engine_for
from tests.services.batches import scoring_of


def main() -> None:
    """Score, and die on the way."""
    folder, models, step, times = sys.argv[1:]
    told = []

    def tell(what: str, _done: int, _total: int) -> None:
        told.append(what)
        if told.count(step) == int(times):
            os.kill(os.getpid(), signal.SIGKILL)

    score_file(scoring_of(Path(folder), Path(models)), engine_for(Settings(), "local"), tell)


if __name__ == "__main__":
    main()
