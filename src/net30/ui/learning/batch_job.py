"""Batch job: the invoices of a file are scored beside the screens."""

from __future__ import annotations

from net30.app import engine_for
from net30.domain.identity.roles import Permission
from net30.services.jobs.run_job import Progress
from net30.services.score_upload import ScoredFile, SentFile, keep_scores, score_upload, told_of
from net30.ui.learning.beside import begin
from net30.ui.visit import Visit

KIND = "score"
NEEDS = (Permission.PREDICTIONS_READ, Permission.EXPORTS_READ, Permission.JOBS_WRITE)


def start_batch(visit: Visit, sent: SentFile, name: str, engine: str) -> str:
    """Begin to score a file called `name` by an engine, and return the job's id.

    Raises Conflict while another file is scored, ConfigurationError where the engine's package is
    missing.
    """
    visit.principal.need_all(NEEDS)
    chosen = engine_for(visit.app.settings, engine)

    def work(job_id: str, tell: Progress) -> ScoredFile:
        scored = score_upload(lambda: visit.app.look(visit.principal.user), sent, chosen, tell)
        with visit.app.change(visit.principal.user) as ctx:
            keep_scores(ctx, job_id, scored)
        return scored

    return begin(visit, KIND, f"scoring {name[:80]}", work, told_of)
