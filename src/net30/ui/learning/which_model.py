"""Which model: the served one, another of the organisation's own, or the one net30 brings."""

from __future__ import annotations

import re

from streamlit.delta_generator import DeltaGenerator

from net30.domain.identity.roles import Permission
from net30.scoring.card import Card
from net30.services.promote_model import list_models
from net30.services.published_model import BROUGHT
from net30.services.train_model import DEFAULT_NAME
from net30.ui.visit import Visit
from net30.ui.words import Words

TREES = ("lightgbm", "xgboost", "random_forest", "gradient_boosting", "small", "fast")
NAMED = re.compile(r"\S+ (?P<version>\S+) \((?P<family>\w+)\)(?P<brought>, cold start)?")
"""How answers name what they were made by (`Served.name`)."""
SHORT = re.compile(r"(?P<model>\S+) (?P<version>v\d+)")
"""How files of scores name it."""
FAMILY_NAMES = {
    "lightgbm": "LightGBM",
    "xgboost": "XGBoost",
    "random_forest": "Random forest",
    "gradient_boosting": "Gradient boosting",
    "small": "Small",
    "fast": "Fast",
    "lstm": "LSTM",
    "ensemble": "Ensemble",
}


def family_name(t: Words, family: str) -> str:
    """Return a family of models with its kind: trees, neural or ensemble."""
    name = FAMILY_NAMES.get(family, family)
    kind = kind_of(family)
    if kind == "trees":
        return t("{name} (trees)", name=name)
    return t("{name} (neural)", name=name) if kind == "neural" else name


def model_called(t: Words, name: str) -> str:
    """Return what an answer calls its model, as people read it within a sentence.

    >>> model_called(Words("en"), "default v1 (lightgbm), cold start")
    'the model that comes with net30'
    >>> model_called(Words("en"), "payments v3 (lstm)")
    'your model v3, LSTM (neural)'
    >>> model_called(Words("en"), "payments v3")
    'your model v3'
    """
    found = NAMED.fullmatch(name)
    if found is None:
        return _called_in_short(t, name)
    if found["brought"]:
        return t("the model that comes with net30")
    family = family_name(t, found["family"])
    return t("your model {version}, {family}", version=found["version"], family=family)


def _called_in_short(t: Words, name: str) -> str:
    found = SHORT.fullmatch(name)
    if found is None:
        return name
    if found["model"] == BROUGHT:
        return t("the model that comes with net30")
    return t("your model {version}", version=found["version"])


def brief(t: Words, name: str) -> str:
    """Return a model's family and version alone."""
    found = NAMED.fullmatch(name)
    return f"{family_name(t, found['family'])}, {found['version']}" if found else name


def kind_of(family: str) -> str:
    """Return trees, neural or ensemble."""
    if family == "lstm":
        return "neural"
    return "ensemble" if family == "ensemble" else "trees"


def choose_model(visit: Visit, where: DeltaGenerator, *, key: str) -> str:
    """Ask which model is to say; return its version, BROUGHT, or "" for the one that is served."""
    t = visit.t
    versions: dict[str, Card] = {}
    if visit.may(Permission.MODELS_READ):
        with visit.look(Permission.MODELS_READ) as ctx:
            shelf = list_models(ctx.models, DEFAULT_NAME)
        versions = {card.version: card for card in reversed(shelf.cards)}
    names = {"": t("The one that predicts now")}
    names |= {
        version: f"{version} · {family_name(t, card.family)}" for version, card in versions.items()
    }
    names[BROUGHT] = t("The one net30 brings")
    chosen = where.selectbox(
        t("Model"), list(names), format_func=lambda one: names[one], key=key,
        help=t("Others of your own come with training, on the page Models."),
    )  # fmt: skip
    return str(chosen)


__all__ = ["FAMILY_NAMES", "brief", "choose_model", "family_name", "kind_of", "model_called"]
