"""Contest: every family learns from the same lesson, each as it would alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from net30.kernel.errors import ConfigurationError
from net30.training.families import family_names
from net30.training.train import Lesson, Progress, Trained, learned, train

CHOSEN = "chosen"
"""Who stands for what training chooses by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """A family, and what it came to; None, and why, where its package is not installed."""

    name: str
    trained: Trained | None
    left_out: str = ""


def contest(lesson: Lesson, families: Sequence[str], progress: Progress) -> Iterator[Entrant]:
    """Yield what each family comes to, `chosen` first.

    `lesson.families` are those that compete: what comes of them is `chosen`, and their trials
    count for each of them alone as well, so nothing is tried twice. `families` are those to
    tell of; without any every family learns, and one whose package is not installed is left out
    with the way to install it. Raises what training raises.
    """
    chosen = train(lesson, progress)
    yield Entrant(name=CHOSEN, trained=chosen)
    for name in families or family_names():
        try:
            trained = _alone(lesson, name, chosen, progress)
        except ConfigurationError as error:
            if families:
                raise
            yield Entrant(name=name, trained=None, left_out=f"{error.message}: {error.hint}")
        else:
            yield Entrant(name=name, trained=trained)


def _alone(lesson: Lesson, name: str, chosen: Trained, progress: Progress) -> Trained:
    tried = [one for one in chosen.tried if one.family == name]
    if not tried:
        return train(replace(lesson, families=(name,)), progress)
    if tried[0] is chosen.choice:
        return chosen
    progress(f"learning by {name}", 0, 0)
    return learned(lesson, tried)
