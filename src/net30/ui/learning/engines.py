"""Engines: what scores a file, as people call it."""

from __future__ import annotations

from net30.ui.words import Words


def engine_names(t: Words) -> dict[str, str]:
    """Return the engines that can be asked for."""
    return {"auto": t("Whichever suits"), "local": t("This machine"), "spark": "Spark"}


def engine_called(t: Words, name: str) -> str:
    """Return the engine that did the work, within a sentence."""
    return {"local": t("this machine"), "spark": "Spark"}.get(name, name)
