"""Training job: a model is trained beside the screens, under a record that shows how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Thread

from net30.domain.identity.roles import Permission
from net30.kernel.errors import Conflict, Net30Error
from net30.kernel.plugins import load
from net30.services import past_invoices
from net30.services.jobs.run_job import run_job
from net30.services.jobs.watch_jobs import running_jobs
from net30.ui.visit import Visit

KIND = "train"


def start_training(visit: Visit, families: Sequence[str]) -> None:
    """Begin to train on the books, unless somebody has; raise Conflict then.

    Raises ConfigurationError where the packages that learn are missing.
    """
    visit.principal.need(Permission.MODELS_WRITE)
    training = load("net30.services", "train_model", extra="ml")
    for family in families:
        load("net30.training", family, extra="deep" if family == "lstm" else "ml")
    with visit.look(Permission.MODELS_WRITE) as ctx:
        if any(job.kind == KIND for job in running_jobs(ctx)):
            raise Conflict(
                "a model is being trained already", hint="wait until it is done", code="training"
            )
        wanted = training.Training(
            ledger=past_invoices.of_books(ctx, ctx.today),
            models=ctx.models,
            made_on=ctx.today,
            as_of=ctx.today,
            families=tuple(families),
        )

    def work() -> None:
        try:
            run_job(
                lambda: visit.app.change(visit.principal.user),
                lambda tell: training.train_model(wanted, tell),
                kind=KIND,
                title=f"training {wanted.name}",
                told=lambda report: {"folder": str(report.folder or ""), "family": report.family},
            )
        except Net30Error:
            return  # the job's record says why

    Thread(target=work, name="net30-training", daemon=True).start()
