"""Models: the organisation's own trained models, and which version is served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from net30.api.asked import ID_CHARACTERS_MAX
from net30.api.resource import Resource
from net30.api.visit import Changing, Looking
from net30.domain.identity.roles import Permission
from net30.domain.job import Job
from net30.kernel.errors import InputError
from net30.kernel.findings import Finding
from net30.scoring.card import Card
from net30.scoring.drift import Drift
from net30.scoring.explain.groups import outside
from net30.scoring.promotions import promotions
from net30.scoring.registry import checked_name
from net30.services.check_models import Comparison, check_model, compare_models
from net30.services.context import ReadContext
from net30.services.jobs.works import order_training
from net30.services.past_invoices import of_books
from net30.services.promote_model import (
    Shelving,
    list_models,
    open_model,
    promote_model,
    roll_back,
    show_model,
)
from net30.services.published_model import BROUGHT, chosen_model
from net30.services.train_model import usual_families
from net30.training.families import family_names

routes = Resource("models", "Your own trained models: their figures, and which one is served.")

NAME = "payments"
BUDGET_SECONDS_MAX = 4 * 60 * 60
SEED_MAX = 2**32 - 1
"""What numpy takes."""
MODEL_ASKED = (
    f"A version of your own such as v3, or {BROUGHT} for the model that net30 brings; empty: the "
    "one that is served."
)
Version = Annotated[str, Path(description="A version such as v3.", max_length=ID_CHARACTERS_MAX)]
Asked = Annotated[
    str, Query(description="A version such as v3.", min_length=1, max_length=ID_CHARACTERS_MAX)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """A version: what it learned from, its figures beside the customers' medians, its limits."""

    name: str
    version: str
    family: str
    as_of: date
    made_on: date
    invoices: int
    settled: int
    customers: int
    metrics: Mapping[str, Any]  # Any: figures by name
    baselines: Mapping[str, Any]  # the same, of each rival
    gates: Mapping[str, Any]
    limits: tuple[str, ...]
    model_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """The versions, the oldest first, and which one is served (empty: the one net30 brings)."""

    current: str
    models: tuple[ModelCard, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionShown:
    """When a version came to be served, by whom, and whether that was a way back."""

    version: str
    day: date
    by: str
    back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The version that is served now."""

    current: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingAsked:
    """Which families of models compete (none: the usual ones), and the seed of chance.

    Nothing is learned from the groups of features `without`; once `budget_seconds` (900 usually)
    are spent no other way of learning is tried.
    """

    families: tuple[str, ...] = ()
    seed: int = 0
    without: tuple[str, ...] = ()
    budget_seconds: int | None = None


@routes.get("/models", Permission.MODELS_READ, gives=Models)
def list_trained_models(visit: Looking) -> Response:
    """List the versions with their figures."""
    with visit.look() as ctx:
        shelf = list_models(ctx.models, NAME)
    cards = tuple(_card(card) for card in shelf.cards)
    return visit.reply(Models(current=shelf.current, models=cards, findings=shelf.findings))


@routes.get("/models/history", Permission.MODELS_READ, gives=tuple[PromotionShown, ...])
def list_promotions(visit: Looking) -> Response:
    """List every promotion: when, which version, by whom."""
    with visit.look() as ctx:
        found = promotions(ctx.models / checked_name(NAME))
    return visit.reply(
        [PromotionShown(version=p.version, day=p.day, by=p.by, back=p.back) for p in found]
    )


@routes.post(
    "/models/train",
    (Permission.MODELS_WRITE, Permission.JOBS_WRITE),
    takes=TrainingAsked,
    gives=Job,
    status=202,
    example={"families": ["lightgbm"], "budget_seconds": 300},
)
def train_model_on_the_books(visit: Changing) -> Response:
    """Train a model on the organisation's own books, as a job: GET /jobs tells how far it is.

    It is served when it is better than the customers' own medians. Pieces of work wait for one
    another; one whose process dies is taken up again.
    """
    usual = usual_families(deep=visit.app.settings.use_deep_learning)
    order = _ordered(visit.body(TrainingAsked), usual)
    return visit.once(lambda ctx: order_training(ctx, order))


@routes.get("/models/drift", Permission.MODELS_READ, gives=Drift)
def get_drift(
    visit: Looking,
    model: Annotated[str, Query(description=MODEL_ASKED, max_length=ID_CHARACTERS_MAX)] = "",
) -> Response:
    """Tell whether invoices have changed since a model learned, and how well it has done since."""
    with visit.look() as ctx:
        judged = chosen_model(ctx, model).model
        return visit.reply(check_model(judged, of_books(ctx, ctx.today).history, ctx.today))


@routes.get("/models/comparison", Permission.MODELS_READ, gives=Comparison)
def compare_two_models(visit: Looking, champion: Asked, challenger: Asked) -> Response:
    """Tell which of two versions did better on later invoices, which neither had learned from.

    `difference` is challenger minus champion with a 95 % interval; below 0 the challenger is
    better.
    """
    with visit.look() as ctx:
        ours, theirs = (open_model(ctx.models, NAME, one) for one in (champion, challenger))
        return visit.reply(
            compare_models(ours, theirs, of_books(ctx, ctx.today).history, ctx.today)
        )


@routes.get("/models/{version}", Permission.MODELS_READ, gives=ModelCard)
def get_model(visit: Looking, version: Version) -> Response:
    """Show a version's card."""
    with visit.look() as ctx:
        return visit.reply(_card(show_model(ctx.models, NAME, version)))


@routes.post("/models/{version}/promote", Permission.MODELS_WRITE, gives=Served)
def promote_trained_model(visit: Changing, version: Version) -> Response:
    """Serve this version from now on."""
    return visit.once(lambda ctx: Served(current=promote_model(_shelving(ctx), version).version))


@routes.post("/models/rollback", Permission.MODELS_WRITE, gives=Served)
def roll_back_model(visit: Changing) -> Response:
    """Serve the version again that was served before."""
    return visit.once(lambda ctx: Served(current=roll_back(_shelving(ctx)).version))


def _ordered(asked: TrainingAsked, usual: tuple[str, ...]) -> Mapping[str, object]:
    families = asked.families or usual
    unknown = sorted(set(families) - set(family_names()))
    if unknown:
        raise InputError(
            f"there is no family {unknown[0][:60]!r}",
            hint=f"there are: {', '.join(family_names())}",
            code="family",
        )
    outside((), asked.without)  # says which groups there are
    if asked.budget_seconds is not None:
        _check_between("budget_seconds", asked.budget_seconds, 1, BUDGET_SECONDS_MAX)
    _check_between("seed", asked.seed, 0, SEED_MAX)
    return {
        "families": list(dict.fromkeys(families)),
        "seed": asked.seed,
        "without": list(asked.without),
        "budget_seconds": asked.budget_seconds,
    }


def _check_between(name: str, number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise InputError(
            f"{name!r} is not between {least} and {most}",
            hint="leave it out for the usual one",
            code="training_number",
        )


def _shelving(ctx: ReadContext) -> Shelving:
    return Shelving(models=ctx.models, name=NAME, day=ctx.today, by=ctx.user)


def _card(card: Card) -> ModelCard:
    learned = card.learned_from
    return ModelCard(
        name=card.name,
        version=card.version,
        family=card.family,
        as_of=card.as_of,
        made_on=card.made_on,
        invoices=learned.invoices,
        settled=learned.settled,
        customers=learned.customers,
        metrics=card.metrics,
        baselines=card.baselines,
        gates=card.gates,
        limits=tuple(card.limits),
        model_sha256=card.model_sha256,
    )
