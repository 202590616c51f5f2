"""Engines: what scores a file, as people call it."""

from __future__ import annotations

from net30.ui.words import Words


def engine_names(t: Words) -> dict[str, str]:
    """Return the engines that can be asked for."""
    return {"auto": t("Whichever suits"), "local": t("This machine"), "spark": "Spark"}
