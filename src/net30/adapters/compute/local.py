"""The local engine: parts scored by two threads of this process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed

from net30.ports.compute import PartsToScore
from net30.scoring.model import Model, load_model
from net30.scoring.part import read_part, score_part, write_scores

THREADS = 2
"""Each works on a part of its own; memory grows with them, and numpy holds the others up."""


class LocalCompute:
    """Threads that share one model; onnxruntime runs outside Python's lock."""

    name = "local"

    def score(self, work: PartsToScore) -> Iterator[int]:
        """Score the parts; yield each when it is on the disk."""
        if not work.parts:
            return
        model = load_model(work.model)
        pool = ThreadPoolExecutor(THREADS)
        try:
            yield from as_parts(pool, model, work)
        finally:
            pool.shutdown(cancel_futures=True)


def as_parts(pool: ThreadPoolExecutor, model: Model, work: PartsToScore) -> Iterator[int]:
    """Yield parts as threads of a pool finish them."""
    futures = [pool.submit(_scored, model, work, part) for part in work.parts]
    for future in as_completed(futures):
        yield future.result()


def _scored(model: Model, work: PartsToScore, part: int) -> int:
    scores = score_part(model, read_part(work.rows, part), work.horizon)
    write_scores(work.scores, part, scores)
    return part


def build(_master: str) -> LocalCompute:
    """Return the engine; it needs no address."""
    return LocalCompute()
