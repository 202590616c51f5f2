"""Works: the kinds of long work that can be ordered, each by what its order says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Any

from net30.domain.job import BACKUP, Job
from net30.kernel.errors import ConfigurationError
from net30.kernel.jsonable import jsonable
from net30.ledger.mapping import layout_of
from net30.services.backups.run_backup import BackupRun
from net30.services.context import Context, ReadContext
from net30.services.jobs.order_job import order_job, ordered_content
from net30.services.jobs.run_job import Progress
from net30.services.past_invoices import of_books
from net30.services.promote_model import show_model
from net30.services.published_model import BROUGHT
from net30.services.score_file import Engine
from net30.services.score_upload import SentFile, keep_scores, score_upload, told_of
from net30.services.train_model import DEFAULT_NAME, Training, train_model

TRAIN, SCORE = "train", "score"
SCORING = "scoring"
"""How the title of a job begins that scores a file."""
NAME_CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What long work of one organisation is done with, as one of its users.

    `engine` returns the one of a name, and for "" that of the settings. `back_up` makes a backup
    of the whole installation, on behalf of a user.
    """

    look: Callable[[str], AbstractContextManager[ReadContext]]
    change: Callable[[str], AbstractContextManager[Context]]
    engine: Callable[[str], Engine]
    back_up: Callable[[str, Progress], BackupRun] | None = None


Work = Callable[[Bench, Job, Progress], object]
"""Does what a job's order says, and returns what the record keeps as JSON."""


def order_training(ctx: Context, asked: Mapping[str, object]) -> Job:
    """Return the record of a training on the books that will be done: `families`, `seed`, more."""
    return order_job(ctx, TRAIN, f"training {DEFAULT_NAME}", asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOrder:
    """How a file is to be scored: its layout (a name or JSON), the currency of rows without one.

    `version` is that of a model (score_upload.py), `engine` what works (the organisation's usual
    one when empty), `name` what the file is called.
    """

    layout: str = ""
    currency: str = ""
    version: str = ""
    engine: str = ""
    name: str = ""


def order_scoring(ctx: Context, content: bytes, order: FileOrder) -> Job:
    """Return the record of a scoring of a file that will be done.

    Raises NotFound for a version that there is not.
    """
    if order.version not in {"", BROUGHT}:
        show_model(ctx.models, DEFAULT_NAME, order.version)
    title = f"{SCORING} {order.name[:NAME_CHARACTERS_MAX] or 'a file'}"
    return order_job(ctx, SCORE, title, asdict(order), content)


def _train(bench: Bench, job: Job, tell: Progress) -> object:
    asked: dict[str, Any] = json.loads(job.order)  # Any: as it was ordered
    with bench.look(job.user) as ctx:
        training = Training(
            ledger=of_books(ctx, ctx.today),
            models=ctx.models,
            made_on=ctx.today,
            as_of=ctx.today,
            **asked,
        )
    report = train_model(training, tell)
    return {
        "version": report.folder.name if report.folder else "",
        "family": report.family,
        "refused": list(report.refused),
    }


def _score(bench: Bench, job: Job, tell: Progress) -> object:
    asked = FileOrder(**json.loads(job.order))
    with bench.look(job.user) as ctx:
        content, usual = ordered_content(ctx, job), ctx.company.engine
    sent = SentFile(
        content=content,
        layout=layout_of(asked.layout) if asked.layout else None,
        currency=asked.currency,
        version=asked.version,
    )
    engine = bench.engine(asked.engine or usual)
    scored = score_upload(lambda: bench.look(job.user), sent, engine, tell)
    with bench.change(job.user) as ctx:
        keep_scores(ctx, job.id, scored)
    return told_of(scored)


def _back_up(bench: Bench, job: Job, tell: Progress) -> object:
    if bench.back_up is None:
        raise ConfigurationError("nothing here makes backups", hint="run net30 work")
    return jsonable(bench.back_up(job.user, tell))


WORKS: Mapping[str, Work] = {TRAIN: _train, SCORE: _score, BACKUP: _back_up}
